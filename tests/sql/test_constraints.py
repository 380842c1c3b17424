from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from poverty.areas.models import AreaName, SettlementFact
from tests.factories.areas import make_area, make_settlement, make_settlement_fact

pytestmark = pytest.mark.django_db


def test_one_row_may_begin_when_the_other_ends():
    settlement = make_settlement()
    make_settlement_fact(settlement, valid_from=date(2018, 1, 1), valid_to=date(2019, 1, 1))
    make_settlement_fact(settlement, valid_from=date(2019, 1, 1))
    assert settlement.facts.count() == 2


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2018, 6, 1), None),
        (date(2017, 1, 1), date(2018, 1, 2)),
        (date(2018, 3, 1), date(2018, 4, 1)),
        (date(2017, 1, 1), None),
    ],
)
def test_an_overlap_is_refused_by_the_database(start, end):
    settlement = make_settlement()
    make_settlement_fact(settlement, valid_from=date(2018, 1, 1), valid_to=date(2019, 1, 1))
    with pytest.raises(IntegrityError, match="settlement_fact_holds_one_value"), transaction.atomic():
        make_settlement_fact(settlement, valid_from=start, valid_to=end)


def test_another_fact_or_another_settlement_is_no_overlap():
    settlement = make_settlement()
    make_settlement_fact(settlement, "water")
    make_settlement_fact(settlement, "power")
    make_settlement_fact(make_settlement(name="二组"), "water")
    assert SettlementFact.objects.count() == 3


def test_full_clean_says_it_in_words_before_the_database_does():
    settlement = make_settlement()
    make_settlement_fact(settlement)
    double = SettlementFact(settlement=settlement, fact="water", reached=None, valid_from=date(2018, 5, 1))
    with pytest.raises(ValidationError, match="该事项在这段时间已有记录"):
        double.full_clean()
    SettlementFact(settlement=settlement, fact="road", reached=None, valid_from=date(2018, 5, 1)).full_clean()


def test_open_starts_overlap_too():
    area = make_area()
    AreaName.objects.create(area=area, name="甲村", valid_from=None, valid_to=date(2018, 1, 1))
    with pytest.raises(IntegrityError, match="area_bears_one_name"), transaction.atomic():
        AreaName.objects.create(area=area, name="乙村", valid_from=None, valid_to=date(2017, 1, 1))
