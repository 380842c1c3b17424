"""A village is judged from its facts and its households: one expression each, three values, now and after this batch."""

from decimal import Decimal

import pytest
from django.db.models import Q
from django.utils import timezone

from households.models import ExitCase as HouseholdExit
from households.models import Household
from households.services.exits.planning import plan_exits
from poverty.accounts.models import Role
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.review.services import fire
from poverty.standards.models import Requirement
from tests.factories.accounts import make_actor
from tests.factories.households import close_the_year, make_household, make_member, make_year
from tests.factories.villages import ROWS, make_village, make_village_standard, make_village_year
from villages.judging import judged, measured
from villages.models import VillageAssessment, VillageChange
from villages.services.assess import assess_villages, judge_villages

pytestmark = pytest.mark.django_db


def poor(size=1, village="220503100204", **fields):
    """A poor household of so many persons."""
    people = [{"name": f"张{number}"} for number in range(size - 1)]
    return make_household(village, survey=False, members=people, **fields)


def row_of(village, year=2018):
    return measured(Q(village=village), year).get()


# --- incidence ------------------------------------------------------------------------------------------


def test_incidence_counts_persons_of_households_not_exited_or_returned():
    village = make_village()
    make_village_year(village, agricultural_population=950)
    poor(3)
    poor(2, status="returned")
    poor(4, status="exited")
    poor(5, kind="general_rural", status="")
    row = row_of(village)
    assert row.poor_persons == 5
    assert row.measured_incidence == Decimal("0.53")  # 5 / 950 = 0.526 %


def test_incidence_after_this_batch_leaves_out_who_is_planned_for_the_year():
    village = make_village()
    make_village_year(village, agricultural_population=200)
    poor(3, planned_exit_year=2018)
    poor(2, status="pre_exit")
    poor(2, planned_exit_year=2019)
    row = row_of(village)
    assert (row.poor_persons, row.leaving_persons) == (7, 5)
    assert row.measured_incidence == Decimal("3.50")
    assert row.measured_incidence_after == Decimal("1.00")


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, "220503100204")


def planned(household, year, clerk):
    """Its exit of a year, planned by the village."""
    rows = Household.objects.filter(pk=household.pk)
    plan_exits(rows, year, actor=clerk, document_name="年度减贫计划")
    return HouseholdExit.objects.get(household=household, year=year)


def test_incidence_after_this_batch_counts_who_is_about_to_exit_by_his_exit(clerk):
    village = make_village()
    make_village_year(village, agricultural_population=200)
    given_up = poor(2, status="pre_exit")
    planned(poor(4, status="pre_exit"), 2018, clerk)
    planned(poor(5, status="pre_exit"), 2019, clerk)
    poor(6, status="pre_exit", planned_exit_year=2019)
    assert row_of(village).leaving_persons == 2 + 4
    case = planned(given_up, 2018, clerk)
    fire("drop", case, actor=make_actor(Role.TOWNSHIP_OFFICER, "220503100204"), comment="户主重病")
    row = row_of(village)
    assert (row.poor_persons, row.leaving_persons) == (17, 4)
    assert row.measured_incidence_after == Decimal("6.50")  # 13 of 200
    # Nor the year after, as long as nobody plans it again.
    make_village_year(village, 2019, agricultural_population=200)
    assert row_of(village, 2019).leaving_persons == 5 + 6


def test_incidence_does_not_count_other_villages_or_who_waits_to_be_registered():
    village = make_village()
    make_village_year(village)
    poor(2, village="220503100205")
    poor(2, state="pending")
    assert row_of(village).poor_persons == 0


def test_incidence_without_a_population_is_unknown():
    village = make_village()
    make_village_year(village, agricultural_population=None, agricultural_population_source="")
    assert row_of(village).measured_incidence is None


def test_half_a_hundredth_is_rounded_up():
    village = make_village()
    make_village_year(village, agricultural_population=8000)
    poor(2)
    poor(1)
    poor(1)
    poor(1)  # 5 / 8000 = 0.0625 %
    assert row_of(village).measured_incidence == Decimal("0.06")
    make_member(poor(1), "李四")
    poor(1)
    poor(1)
    poor(1)  # 10 / 8000 = 0.125 %
    assert row_of(village).measured_incidence == Decimal("0.13")


# --- every indicator with its facts unknown, reached and not --------------------------------------------


# Indicator, its field, a value that reaches it and one that does not.
MEASURES = [
    ("collective_economy", "collective_income", Decimal("0.01"), Decimal(0)),
    ("industry", "has_industry", True, False),
    ("cooperative", "cooperatives", 1, 0),
    ("paved_road", "paved_to_township", True, False),
    ("settlement_roads", "unconnected_settlements", 0, 1),
    ("bus", "has_bus", True, False),
    ("production_power", "no_production_power_settlements", 0, 2),
    ("education", "poverty_dropouts", 0, 1),
    ("clinic", "clinics", 1, 0),
    ("doctor", "doctors", 1, 0),
    ("culture_room", "culture_rooms", 2, 0),
    ("network", "has_network", True, False),
    ("service_center", "has_service_center", True, False),
    ("kindergarten", "has_kindergarten", True, False),
    ("committee", "has_good_committee", True, False),
]


@pytest.mark.parametrize(("code", "field", "reached", "failed"), MEASURES)
def test_yes_no_indicators(code, field, reached, failed):
    village = make_village()
    facts = make_village_year(village)
    for value, measure in ((reached, True), (failed, False), (None, None)):
        setattr(facts, field, value)
        facts.save()
        assert getattr(row_of(village), f"measured_{code}") is measure


@pytest.mark.parametrize(
    ("code", "facts", "percent"),
    [
        ("water", {"households": 300, "unsafe_water_households": 15}, "95.00"),
        ("power", {"households": 300, "unpowered_households": 1}, "99.67"),
        ("housing", {"households": 320, "dangerous_households": 17}, "94.69"),
        ("broadcasting", {"households": 300, "broadcasting_households": 299}, "99.67"),
        ("medical", {"population": 1000, "medical_insured": 949}, "94.90"),
    ],
)
def test_shares_of_households_and_persons(code, facts, percent):
    village = make_village()
    row = make_village_year(village, **facts)
    assert getattr(row_of(village), f"measured_{code}") == Decimal(percent)
    for name in facts:
        setattr(row, name, None)
        row.save()
        assert getattr(row_of(village), f"measured_{code}") is None


def test_public_services_fail_by_one_and_stay_unknown_by_one():
    village = make_village()
    row = make_village_year(village)
    assert row_of(village).measured_public_services is True
    row.has_notice_board = None
    row.save()
    assert row_of(village).measured_public_services is None
    row.clinics = 0
    row.save()
    assert row_of(village).measured_public_services is False


# --- verdict --------------------------------------------------------------------------------------------


def verdicts(standard, village):
    row = judged(standard, Q(village=village), 2018).get()
    return row.verdict, row.verdict_after


def test_all_reached_is_met():
    village, standard = make_village(), make_village_standard()
    make_village_year(village)
    assert verdicts(standard, village) == (MET, MET)


def test_one_unknown_is_unknown_and_one_failed_is_unmet_whatever_else_is_unknown():
    village, standard = make_village(), make_village_standard()
    facts = make_village_year(village, clinics=None)
    assert verdicts(standard, village) == (UNKNOWN, UNKNOWN)
    facts.collective_income = Decimal("49999.99")
    facts.save()
    assert verdicts(standard, village) == (UNMET, UNMET)


def test_the_threshold_itself_counts_by_its_comparison():
    village, standard = make_village(), make_village_standard()
    facts = make_village_year(village, collective_income=Decimal("50000.00"), agricultural_population=100)
    assert verdicts(standard, village)[0] == MET  # not below 50,000
    poor(1)
    poor(1)  # 2 of 100 = 2 %, which is not below 2 %
    assert verdicts(standard, village)[0] == UNMET
    facts.agricultural_population = 101
    facts.save()
    assert verdicts(standard, village)[0] == MET


def test_the_batch_decides_the_verdict_after_it():
    village, standard = make_village(), make_village_standard()
    make_village_year(village, agricultural_population=100)
    poor(3, planned_exit_year=2018)
    assert verdicts(standard, village) == (UNMET, MET)


def test_what_the_standard_does_not_ask_is_absent():
    village = make_village()
    standard = make_village_standard(rows={"clinic": None})
    make_village_year(village, culture_rooms=0)
    row = judged(standard, Q(village=village), 2018).get()
    assert row.state_culture_room is None
    assert row.verdict == MET


# --- weights and vetoes ---------------------------------------------------------------------------------


def weighted(threshold="80", weights=(), vetoes=()):
    """湖北: items with weights that add up to a score, and some that veto."""
    rows = {
        "incidence": "2",
        "collective_income": "50000",
        "clinic": None,
        "culture_room": None,
        "score": threshold,
    }
    standard = make_village_standard(rows=rows, status="draft")
    for code, weight in dict(weights).items():
        Requirement.objects.filter(standard=standard, indicator=code).update(weight=Decimal(weight))
    Requirement.objects.filter(standard=standard, indicator__in=vetoes).update(veto=True)
    return standard


WEIGHTS = (("collective_income", "40"), ("clinic", "30"), ("culture_room", "30"))


def test_weighted_items_make_a_score_of_a_hundred():
    village = make_village()
    make_village_year(village, culture_rooms=0)
    row = judged(weighted("70", WEIGHTS), Q(village=village), 2018).get()
    assert row.measured_score == Decimal("70.00")
    assert (row.state_culture_room, row.state_score, row.verdict) == (UNMET, MET, MET)


def test_a_score_below_its_threshold_is_unmet():
    village = make_village()
    make_village_year(village, culture_rooms=0)
    row = judged(weighted("80", WEIGHTS), Q(village=village), 2018).get()
    assert (row.state_score, row.verdict) == (UNMET, UNMET)


def test_a_score_that_can_still_be_reached_is_unknown():
    village = make_village()
    make_village_year(village, culture_rooms=None)
    row = judged(weighted("80", WEIGHTS), Q(village=village), 2018).get()
    assert (row.measured_score, row.state_score, row.verdict) == (Decimal("70.00"), UNKNOWN, UNKNOWN)


def test_a_veto_fails_the_village_whatever_its_score():
    village = make_village()
    make_village_year(village, culture_rooms=0)
    row = judged(weighted("70", WEIGHTS, vetoes=["culture_room"]), Q(village=village), 2018).get()
    assert (row.state_score, row.verdict) == (MET, UNMET)


def test_what_has_no_weight_must_be_reached_beside_the_score():
    village = make_village()
    make_village_year(village, agricultural_population=20)
    poor(1)
    row = judged(weighted("70", WEIGHTS), Q(village=village), 2018).get()
    assert (row.measured_score, row.state_incidence, row.verdict) == (Decimal("100.00"), UNMET, UNMET)


def test_a_score_of_nothing_is_never_reached():
    village = make_village()
    make_village_year(village)
    row = judged(weighted("70"), Q(village=village), 2018).get()
    assert (row.measured_score, row.state_score, row.verdict) == (None, UNKNOWN, UNKNOWN)


def test_without_a_score_every_weighted_row_must_be_reached():
    village = make_village()
    standard = make_village_standard(status="draft")
    Requirement.objects.filter(standard=standard, indicator="clinic").update(weight=10)
    make_village_year(village, clinics=0)
    assert verdicts(standard, village)[0] == UNMET


# --- stored ---------------------------------------------------------------------------------------------


def test_a_run_stores_results_and_a_second_finds_nothing():
    make_village_standard()
    make_village_year(make_village())
    make_village_year(make_village("220503100205"), clinics=0)
    make_village("220503100206")  # no facts of the year: no result
    first = assess_villages("220503", 2018)
    assert (first.assessed, first.met, first.unmet, first.written, first.changed) == (2, 1, 1, 2, 0)
    second = assess_villages("220503", 2018)
    assert (second.assessed, second.written, second.changed) == (2, 0, 0)
    result = VillageAssessment.objects.get(village__area_id="220503100205")
    assert (result.clinic, result.paved_road, result.culture_room, result.verdict) == (
        UNMET,
        MET,
        None,
        UNMET,
    )


def test_one_village_is_judged_as_all_are():
    make_village_standard()
    one, other = make_village(), make_village("220503100205")
    make_village_year(one)
    make_village_year(other, clinics=None)
    for village in (one, other):
        judge_villages([village.pk], 2018)
    assert assess_villages("220503", 2018).written == 0


def test_a_change_is_kept_with_what_it_was_before():
    make_village_standard()
    village = make_village()
    make_village_year(village, agricultural_population=100)
    judge_villages([village.pk], 2018)
    poor(4)
    judge_villages([village.pk], 2018)
    change = VillageChange.objects.get(village=village)
    assert (change.verdict_before, change.verdict_after) == (MET, UNMET)
    assert (change.incidence_before, change.incidence_after) == (Decimal("0.00"), Decimal("4.00"))
    assert change.indicators == {"incidence": [MET, UNMET], "incidence_after": [MET, UNMET]}


def test_the_township_with_a_standard_of_its_own_is_judged_by_that_alone():
    make_village_standard()
    own = make_village_standard("220503101", rows={"clinic": None})
    here, there = make_village(), make_village("220503101200")
    make_village_year(here, collective_income=0)
    make_village_year(there, collective_income=0)
    assess_villages("220503", 2018)
    results = {one.village_id: one for one in VillageAssessment.objects.all()}
    assert (results[here.pk].verdict, results[there.pk].verdict) == (UNMET, MET)
    assert results[there.pk].standard_id == own.pk


def test_without_a_standard_there_is_no_result():
    make_village_standard()
    village = make_village("140212100201")
    make_village_year(village)
    counts = assess_villages("140212", 2018)
    assert (counts.assessed, counts.written) == (0, 0)


def test_a_result_that_no_standard_covers_any_more_is_taken_back():
    other = make_village_standard("140212")
    village = make_village()
    make_village_year(village)
    VillageAssessment.objects.create(
        village=village,
        year=2018,
        area_id=village.area_id,
        standard=other,
        poor_persons=0,
        leaving_persons=0,
        verdict=MET,
        verdict_after=MET,
        judged_at=timezone.now(),
    )
    counts = assess_villages("220503", 2018)
    assert (counts.withdrawn, VillageAssessment.objects.count()) == (1, 0)
    assert VillageChange.objects.get().verdict_after is None


def test_a_closed_year_keeps_its_results():
    make_village_standard()
    village = make_village()
    make_village_year(village, agricultural_population=100)
    judge_villages([village.pk], 2018)
    close_the_year(make_year())
    poor_now = make_household("220503100204", survey=False, year=2019)
    assert poor_now.size == 1
    judge_villages([village.pk], 2018)
    assert VillageAssessment.objects.get(village=village).poor_persons == 0


def test_ten_villages_cost_as_many_queries_as_one(django_assert_max_num_queries):
    make_village_standard(rows=ROWS)
    for number in range(10):
        make_village_year(make_village(f"2205031002{number:02d}"))
    with django_assert_max_num_queries(25):
        assess_villages("220503", 2018)
