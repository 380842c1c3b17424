from datetime import date

import pytest
from django.db import IntegrityError, transaction

from poverty.areas.models import Area, Settlement, SettlementFact
from poverty.sql.periods import valid_at
from tests.factories.areas import make_area, make_settlement, make_settlement_fact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2017, 12, 31), False),
        (date(2018, 1, 1), True),
        (date(2018, 6, 29), True),
        (date(2018, 6, 30), False),
    ],
)
def test_first_day_counts_and_last_day_does_not(day, found):
    make_settlement_fact(valid_from=date(2018, 1, 1), valid_to=date(2018, 6, 30))
    assert SettlementFact.objects.filter(valid_at(day)).exists() is found


def test_without_end_it_holds_on():
    make_settlement_fact(valid_from=date(2018, 1, 1))
    assert SettlementFact.objects.filter(valid_at(date(2030, 1, 1))).exists()


def test_an_open_start_counts_only_where_asked():
    make_area("22")
    assert not Area.objects.filter(valid_at(date(2018, 1, 1))).exists()
    assert Area.objects.filter(valid_at(date(2018, 1, 1), open_start=True)).exists()


def test_across_a_relation_an_object_without_rows_is_not_selected():
    with_fact, _without = make_settlement(name="一组"), make_settlement(name="二组")
    make_settlement_fact(with_fact)
    assert list(Settlement.objects.filter(valid_at(date(2018, 5, 1), "facts__"))) == [with_fact]


def test_a_period_may_not_end_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_settlement_fact(valid_from=date(2018, 1, 1), valid_to=date(2018, 1, 1))
