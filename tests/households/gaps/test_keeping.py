"""Gaps follow what judging stores: opened and closed by themselves, once, with who closes them until when and how."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from households.gaps.keeping import keep_gaps
from households.gaps.options import GAP_SUBJECTS
from households.gaps.querysets_gaps import SECTOR_INDICATORS
from households.gaps.responsible import set_responsibility
from households.indicators import INDICATORS
from households.models import CountyYear, Gap, Household
from households.services.assess import assess, judge_households
from households.services.closing import clear_household
from households.services.surveys import save_survey
from poverty.fields.states import UNKNOWN, UNMET
from tests.factories.areas import make_area
from tests.factories.gaps import DAY
from tests.factories.households import make_household, make_member
from tests.factories.monitoring import at
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.test_judging_one_and_many import ALL_ROWS
from tests.households.varied import make_varied_register

pytestmark = pytest.mark.django_db
COUNTY = "220503"


@pytest.fixture
def today():
    with at(DAY):
        yield DAY


def judged(**facts):
    """A household judged by every indicator, with these facts of the year."""
    household = make_household(survey=facts)
    make_standard(rows=ALL_ROWS)
    judge_households([household.pk], 2018)
    return household


def lacks(household):
    return {(one.indicator, one.state) for one in Gap.objects.open().filter(household=household)}


def test_the_words_and_sectors_are_those_of_the_indicators():
    assert {key: GAP_SUBJECTS.label(key) for key in INDICATORS} == {
        code: one.label for code, one in INDICATORS.items()
    }
    assert {one.spec.sector: code for code, one in INDICATORS.items() if one.spec.sector} == SECTOR_INDICATORS


def test_who_lacks_nothing_has_no_gap(today):
    assert lacks(judged()) == set()


def test_what_is_unmet_and_what_nobody_knows_are_gaps_of_whom_they_concern(today):
    household = judged(food_ok=False, water_solved=None)
    assert lacks(household) == {("food", UNMET), ("water", UNKNOWN)}
    food, water = Gap.objects.get(indicator="food"), Gap.objects.get(indicator="water")
    assert (food.party, food.due_on) == ("village", date(2019, 1, 2))  # 60 days after 3 November
    assert (water.party, water.due_on) == ("water", date(2018, 11, 18))  # 15 days
    assert (food.county, food.area_code, food.opened_on) == (COUNTY, household.area_id, DAY)


def test_who_was_not_visited_lacks_one_thing_and_not_three(today):
    household = judged(visited_on=None)
    assert lacks(household) == {("visit", UNKNOWN)}
    assert Gap.objects.get().party == "helper"


def test_the_visit_closes_it_and_opens_what_was_found(today, actors):
    household = judged(visited_on=None, food_ok=None)
    save_survey(
        household.surveys.get(),
        {"visited_on": DAY, "food_ok": False},
        actor=actors["village_clerk"],
        source="visit",
    )
    closed = Gap.objects.get(indicator="visit")
    assert (closed.closed_on, closed.outcome, closed.closed_by) == (DAY, "met", "visit")
    assert lacks(household) == {("food", UNMET)}


def test_what_was_unknown_and_turns_out_unmet_is_another_gap(today, actors):
    household = judged(has_power=None)
    save_survey(household.surveys.get(), {"has_power": False}, actor=actors["village_clerk"], source="bureau")
    before, after = Gap.objects.order_by("id")
    assert (before.outcome, before.closed_by, before.closed_on) == ("turned", "bureau", DAY)
    assert (after.state, after.party, after.closed_on) == (UNMET, "power", None)


def test_closed_by_the_newest_source_of_its_facts(today, actors):
    household = judged(is_dangerous_house=True, dangerous_grade="d")
    save_survey(
        household.surveys.get(),
        {"housing_safety": "renovated", "housing_document": "验收单"},
        actor=actors["village_clerk"],
        source="import",
    )
    assert Gap.objects.get(household=household).closed_by == "import"


def test_the_same_lack_again_is_another_row_and_history_stays(today, actors):
    household = judged()
    survey = household.surveys.get()
    for value in (False, True, False):
        survey = save_survey(survey, {"road_reached": value}, actor=actors["village_clerk"])
    assert list(Gap.objects.order_by("id").values_list("indicator", "outcome")) == [
        ("road", "met"),
        ("road", ""),
    ]


def test_a_run_after_saves_and_a_run_after_a_run_find_nothing(today, actors):
    household = judged(food_ok=False, has_power=None)
    years = list(CountyYear.objects.all())
    assert keep_gaps(years) == 0
    save_survey(
        household.surveys.get(), {"food_ok": True, "clothing_ok": False}, actor=actors["village_clerk"]
    )
    assert keep_gaps(years) == 0
    assess("", 2018, trigger="nightly")
    assert keep_gaps(years) == 0


def rows():
    return set(Gap.objects.open().values_list("household", "indicator", "state", "party", "due_on"))


def test_one_by_one_is_as_all_at_once(today):
    register = make_varied_register(80)
    make_standard(rows=ALL_ROWS)
    for household in register:
        judge_households([household.pk], 2018)
    singly = rows()
    assert singly
    assert {one[1] for one in singly} >= {
        "visit",
        "income",
        "education",
        "medical",
        "housing",
        "stable_income",
    }
    with transaction.atomic(), at_replica():
        Gap.objects.all()._raw_delete("default")
    assess("", 2018, trigger="command")
    assert rows() == singly
    assert keep_gaps(list(CountyYear.objects.filter(state="open"))) == 0


@contextmanager
def at_replica():
    """A superuser's way past the guards, for comparing only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_number_of_statements_does_not_grow(today, django_assert_max_num_queries):
    for number in range(12):
        make_household(head=f"王{number}", survey={"food_ok": False})
    years = list(CountyYear.objects.all())
    make_standard(rows=ALL_ROWS)
    with django_assert_max_num_queries(5):
        keep_gaps(years)


def test_a_household_that_leaves_the_register_lacks_nothing_more(today, actors):
    household = judged(food_ok=False)
    clear_household(
        household, on=DAY, document="清退文件", reason="不符合条件", actor=actors["county_reviewer"]
    )
    gap = Gap.objects.get()
    assert (gap.outcome, gap.closed_by, gap.closed_on) == ("left", "rules", DAY)
    assert keep_gaps(list(CountyYear.objects.all())) == 0


def test_the_plan_of_the_year_is_nearer_than_the_days(today):
    make_parameter("gap.plan_month_day", COUNTY, date(2018, 1, 1), "11-30")
    household = make_household(survey={"food_ok": False, "has_power": None}, planned_exit_year=2018)
    other = make_household(head="李秀英", survey={"food_ok": False}, planned_exit_year=2019)
    make_standard(rows=ALL_ROWS)
    judge_households([household.pk, other.pk], 2018)
    found = {(one.household_id, one.indicator): (one.due_on, one.due_from) for one in Gap.objects.all()}
    assert found == {
        (household.pk, "food"): (date(2018, 11, 30), "plan"),
        (household.pk, "power"): (date(2018, 11, 18), "days"),
        (other.pk, "food"): (date(2019, 1, 2), "days"),
    }


def test_a_county_divides_the_work_in_its_own_way_from_a_day_on(today, actors):
    set_responsibility(
        COUNTY,
        "food",
        UNMET,
        party="civil_affairs",
        days=7,
        valid_from=DAY,
        document_name="责任分工文件",
        actor=actors["county_reviewer"],
    )
    household = judged(food_ok=False)
    assert list(Gap.objects.filter(household=household).values_list("party", "due_on")) == [
        ("civil_affairs", date(2018, 11, 10))
    ]


def test_one_gap_of_an_indicator_at_a_time_and_closed_ones_stay(today, actors):
    household = judged(food_ok=False)
    gap = Gap.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.create(
            household=household, year=2018, county=COUNTY, area_code=household.area_id, indicator="food",
            state=UNMET, party="village", opened_on=DAY, due_on=DAY,
        )  # fmt: skip
    save_survey(household.surveys.get(), {"food_ok": True}, actor=actors["village_clerk"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.filter(pk=gap.pk).update(closed_on=None, outcome="", closed_by="")
    with pytest.raises(IntegrityError), transaction.atomic():
        gap.delete()


def test_gaps_go_along_with_their_household(today):
    household = judged(food_ok=False)
    make_area("220503100205")
    Household.objects.filter(pk=household.pk).update(area="220503100205")
    household.places.update(area="220503100205")
    assert Gap.objects.get().area_code == "220503100205"


def test_a_member_who_comes_brings_his_gap(today, actors):
    household = judged()
    member = make_member(
        household, "王小明", birth_date=date(2008, 5, 1), facts={"school_status": "", "work_months": None}
    )
    assert member
    judge_households([household.pk], 2018)
    assert ("education", UNKNOWN) in lacks(household)


def test_an_income_below_the_line_is_the_helpers(today):
    household = judged(wage_income=Decimal("1000.00"))
    assert (household.pk, "helper") in set(
        Gap.objects.filter(indicator="income").values_list("household", "party")
    )
