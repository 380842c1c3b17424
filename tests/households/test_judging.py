"""The verdict from the indicators; one household as a million; a save as a full run; newer facts win."""

from datetime import date
from decimal import Decimal

import pytest

from households.models import Assessment, Household, Survey
from households.services.assess import assess, judge_households
from households.services.facts import facts_changed, touch
from poverty.review.models import Step
from tests.factories.areas import make_area
from tests.factories.households import everybody_left, make_household, make_member, make_survey, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS, changes, judge, judged_again, stored

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP, VILLAGE = "220503", "220503100", "220503100204"


# --- the verdict ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "verdict"),
    [
        ({}, 2),
        ({"food_ok": False}, 0),
        ({"food_ok": None}, 1),
        ({"food_ok": False, "clothing_ok": None, "wage_income": None}, 0),  # one failed: whatever is unknown
        ({"food_ok": None, "clothing_ok": None}, 1),
    ],
)
def test_one_failed_is_unmet_else_one_unknown_is_unknown_else_met(survey, verdict):
    assert judge(make_household(survey=survey)).verdict == verdict


@pytest.mark.parametrize("code", list(ALL_ROWS))
def test_each_indicator_alone_decides(code):
    spoilt = {
        "income": {"survey": {"wage_income": Decimal(0), "production_income": Decimal(0)}},
        "food": {"survey": {"food_ok": False}},
        "clothing": {"survey": {"clothing_ok": False}},
        "education": {
            "members": [{"birth_date": date(2010, 1, 1), "facts": {"school_status": "not_at_school"}}]
        },
        "medical": {"head_facts": {"resident_insurance": False}},
        "housing": {"survey": {"is_dangerous_house": True, "dangerous_grade": "d"}},
        "water": {"survey": {"water_solved": False}},
        "power": {"survey": {"has_power": False}},
        "broadcasting": {"survey": {"has_broadcasting": False}},
        "road": {"survey": {"road_reached": False}},
        "stable_income": {"survey": {"has_industry": False}, "head_facts": {"work_months": 0}},
    }[code]
    result = judge(make_household(**spoilt))
    assert [name for name in ALL_ROWS if getattr(result, name) == 0] == [code]
    assert result.verdict == 0


def test_what_is_not_assessed_does_not_stand_in_the_way():
    result = judge(make_household())  # no child
    assert (result.education, result.verdict) == (3, 2)


def test_an_indicator_that_the_standard_lacks_has_no_state_and_no_say():
    household = make_household(survey={"food_ok": False, "road_reached": None})
    result = judge(household, rows={"income": "3535", "housing": None})
    assert (result.income, result.housing, result.verdict) == (2, 2, 2)
    assert [getattr(result, code) for code in ALL_ROWS if code not in ("income", "housing")] == [None] * 9


def test_what_stands_on_the_result():
    household = make_household(survey={"wage_income": Decimal("10000.00")})
    make_member(household, "王小明")
    result = judge(household)
    assert (result.year, result.area_id, result.members) == (2018, VILLAGE, 2)
    assert result.net_income_per_head == Decimal("6000.00")  # 10000 + 3000 + 0 + 500 - 1500 = 12000 for two
    assert result.facts_version == household.facts_version


# --- which standard ---------------------------------------------------------------------------------------


def test_the_most_specific_standard_applies_whole():
    make_standard("22", rows={"income": "99999", "food": None})
    make_standard(TOWNSHIP, rows={"income": "3535"})
    here = make_household(survey={"food_ok": False})
    there = make_household("220503200200", head="李秀英")
    judge_households([here.pk, there.pk], 2018)
    mine, other = (Assessment.objects.get(household=one) for one in (here, there))
    assert (mine.standard.area_code, mine.verdict, mine.food) == (TOWNSHIP, 2, None)
    assert (other.standard.area_code, other.verdict) == ("22", 0)


def test_a_standard_published_later_for_the_township_takes_over():
    household = make_household()
    assert judge(household, area=COUNTY).verdict == 2
    own = make_standard(TOWNSHIP, rows={"income": "99999"})
    run = assess(COUNTY, 2018, trigger="publish")
    result = Assessment.objects.get()
    assert (result.standard, result.verdict) == (own, 0)
    assert (run.assessed, run.unmet, run.changed, run.written) == (1, 1, 1, 1)


def test_a_standard_for_another_year_or_a_draft_does_not_apply():
    make_standard(year=2017, rows={"income": "3335"})
    make_standard(year=2018, rows={"income": "3535"}, status="draft")
    household = make_household()
    judge_households([household.pk], 2018)
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.no_standard) == (0, 1)
    assert not Assessment.objects.exists()


def supersede(standard, **fields):
    """Put a new version in the place of a published standard, as publishing a correction does."""
    step = Step.objects.filter(case_type="standards.standard", case_id=standard.pk).latest("id")
    Step.objects.create(
        case_type="standards.standard",
        case_id=standard.pk,
        area_code=standard.area_code,
        round=step.round + 1,
        transition="supersede",
        source="published",
        target="superseded",
        lane="record",
        level=step.level,
        decided_by=step.decided_by,
        decided_by_name=step.decided_by_name,
        recorded_by=step.recorded_by,
        happened_on=step.happened_on,
    )
    type(standard).objects.filter(pk=standard.pk).update(status="superseded")
    return make_standard(standard.area_code, standard.year, version=2, corrects=standard, **fields)


def test_a_new_version_judges_again():
    first = make_standard(rows={"income": "3535"})
    poor = make_household(survey={"wage_income": Decimal("2100")})  # 4100 net
    rich = make_household(head="李秀英")
    assess(COUNTY, 2018, trigger="publish")
    second = supersede(first, rows={"income": "4100"})
    run = assess(COUNTY, 2018, trigger="publish")
    assert (run.met, run.unmet, run.changed) == (1, 1, 1)
    assert run.written == 2, "both results now rest on the new version"
    assert set(Assessment.objects.values_list("standard", flat=True)) == {second.pk}
    change = run.changes.get()
    assert (change.household, change.verdict_before, change.verdict_after) == (poor, 2, 0)
    assert Assessment.objects.get(household=rich).verdict == 2


def test_a_place_that_no_standard_covers_any_more_loses_its_results():
    make_standard(TOWNSHIP, rows={"income": "3535"})
    household = make_household()
    judge_households([household.pk], 2018)
    other = make_household("220503200200", head="李秀英")
    for model in (Household, Survey):
        field = "pk" if model is Household else "household"
        model.objects.filter(**{field: household.pk}).update(area="220503200200")
    household.places.update(area="220503200200")

    facts_changed([household.pk], [2018])

    assert not Assessment.objects.exists()
    [change] = changes()
    assert (change.verdict_before, change.verdict_after, change.states_after) == (2, None, None)
    assert assess(COUNTY, 2018, trigger="command").no_standard == 2
    assert other.assessments.count() == 0


def test_a_run_withdraws_what_no_standard_covers():
    make_standard(TOWNSHIP, rows={"income": "3535"})
    household = make_household()
    judge_households([household.pk], 2018)
    Survey.objects.filter(household=household).update(area=make_area("220503200200"))
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.no_standard, run.changed, run.written) == (0, 1, 1, 1)
    assert not Assessment.objects.exists()


# --- dated rules ------------------------------------------------------------------------------------------


def test_each_county_is_judged_by_its_own_rules_in_one_run():
    make_standard("22", rows=ALL_ROWS)
    make_parameter("stable.months", "220502", date(2016, 1, 1), "12")
    facts = {"head_facts": {"work_months": 10}, "survey": {"has_industry": False}}
    here = make_household(VILLAGE, **facts)
    there = make_household("220502200200", head="李秀英", **facts)
    run = assess("", 2018, trigger="command")
    assert (run.assessed, run.met, run.unmet) == (2, 1, 1)
    assert Assessment.objects.get(household=here).stable_income == 2
    assert Assessment.objects.get(household=there).stable_income == 0
    facts_changed([there.pk])
    assert Assessment.objects.get(household=there).stable_income == 0


def test_a_county_with_its_own_period_is_judged_by_it():
    make_year("220502", 2018, period_from=date(2018, 1, 1), period_to=date(2018, 12, 31))
    make_standard("22", rows=ALL_ROWS)
    places = (VILLAGE, "220502200200")
    for place in places:
        household = make_household(place)
        make_member(household, "王小明", since=date(2018, 11, 1))
    assess("", 2018, trigger="command")
    members = dict(Assessment.objects.values_list("area_id", "members"))
    assert members == {VILLAGE: 1, "220502200200": 2}


# --- versions of the facts --------------------------------------------------------------------------------


def test_a_save_that_changes_nothing_still_leaves_its_mark_for_older_runs():
    household = make_household()
    first = judge(household)
    touch([household.pk])
    again = judged_again(household)
    assert again.facts_version == first.facts_version + 1
    assert changes() == []


def test_a_run_does_not_overwrite_what_was_judged_from_newer_facts():
    """The run's snapshot is imitated by an older version; test_races does it with two connections."""
    household = make_household()
    judge(household)
    Household.objects.filter(pk=household.pk).update(facts_version=1)
    Assessment.objects.update(facts_version=2, verdict=0)
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.written, run.changed) == (0, 0)
    assert Assessment.objects.get().verdict == 0


def test_a_run_does_not_withdraw_what_was_judged_from_newer_facts():
    household = make_household()
    judge(household)
    everybody_left(household, date(2017, 1, 1), "moved_out")
    Household.objects.filter(pk=household.pk).update(facts_version=1)
    Assessment.objects.update(facts_version=2)
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.left_out, run.written) == (1, 0)
    assert Assessment.objects.exists()


# --- what a save notes as changed -------------------------------------------------------------------------


def test_a_change_tells_before_and_after_in_full():
    household = make_household(survey={"food_ok": None})
    judge(household)
    Survey.objects.update(food_ok=False, wage_income=Decimal("4000"))
    facts_changed([household.pk], [2018])
    [change] = changes()
    assert (change.run, change.year, change.area_id) == (None, 2018, VILLAGE)
    assert (change.verdict_before, change.verdict_after) == (1, 0)
    assert (change.income_before, change.income_after) == (Decimal("12000.00"), Decimal("6000.00"))
    assert (change.states_before[1], change.states_after[1]) == (1, 0)
    assert change.states_before[0] == change.states_after[0] == 2


def test_an_income_that_moves_within_the_same_state_is_no_change():
    household = make_household()
    judge(household)
    Survey.objects.update(wage_income=Decimal("20000"))
    facts_changed([household.pk])
    assert Assessment.objects.get().net_income_per_head == Decimal("22000.00")
    assert changes() == []


def test_a_first_verdict_is_no_change():
    judge(make_household())
    assert changes() == []


def test_the_same_household_has_a_verdict_for_each_open_year():
    household = make_household(year=2017, survey={"food_ok": False})
    make_survey(household, 2018)
    for member in household.members.all():
        member.surveys.filter(year=2017).update(resident_insurance=False)
    make_standard(year=2017, rows=ALL_ROWS)
    make_standard(year=2018, rows=ALL_ROWS)
    facts_changed([household.pk])
    assert {key[1]: row["verdict"] for key, row in stored().items()} == {2017: 0, 2018: 1}
