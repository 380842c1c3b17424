"""What PostgreSQL keeps of the register whoever writes: states, accounting periods."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from households.models import INDICATOR_COLUMNS, Assessment, AssessmentChange, CountyYear
from tests.factories.households import make_household, make_year
from tests.households.verdicts import judge

pytestmark = pytest.mark.django_db


def refused(constraint, write):
    """Run a write that PostgreSQL has to refuse by the constraint of that name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def judged():
    return Assessment.objects.filter(pk=judge(make_household()).pk)


@pytest.mark.parametrize("column", ["verdict", *INDICATOR_COLUMNS])
@pytest.mark.parametrize("value", [-1, 4])
def test_a_state_that_there_is_not_is_refused(judged, column, value):
    refused("assessment_holds_states", lambda: judged.update(**{column: value}))


@pytest.mark.parametrize("value", [0, 1, 2, 3, None])
def test_the_four_states_and_no_indicator_are_stored(judged, value):
    assert judged.update(income=value) == 1


@pytest.mark.parametrize("column", ["verdict_before", "verdict_after"])
def test_a_change_to_a_state_that_there_is_not_is_refused(judged, column):
    household = judged.get().household
    refused(
        "assessment_change_holds_states",
        lambda: AssessmentChange.objects.create(
            household=household,
            year=2018,
            area_id=household.area_id,
            at="2018-10-01T08:00:00+08:00",
            **{column: 7},
        ),
    )


def test_two_years_of_a_county_share_no_day():
    make_year("220503", 2018)  # 2017-10-01 to 2018-09-30
    late = CountyYear(area_id="220503", year=2019, period_from=date(2018, 9, 30), period_to=date(2019, 9, 29))
    refused("accounting_periods_of_a_county_apart", late.save)


def test_the_day_after_and_another_county_are_free():
    make_year("220503", 2018)
    make_year("220503", 2019, period_from=date(2018, 10, 1), period_to=date(2019, 9, 30))
    make_year("220502", 2018)
    assert CountyYear.objects.count() == 3
