"""Who is judged, who is left out and why, and that a closed year keeps what it has."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from households.explain import explain
from households.models import Assessment, AssessmentChange, LeftOut, Survey
from households.services.assess import assess, judge_households
from households.services.closing import close_household
from households.services.facts import facts_changed, touch
from tests.factories.households import (
    close_the_year,
    everybody_left,
    make_household,
    make_member,
    make_year,
)
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS, changes, judge

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP, VILLAGE = "220503", "220503100", "220503100204"


# --- who is judged ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda h: everybody_left(h, date(2018, 9, 30), "death"), "no_member"),
        (lambda h: h.memberships.filter(relation="head").update(relation="parent"), "no_head"),
    ],
)
def test_a_household_that_cannot_be_judged_loses_its_result_and_is_listed(spoil, reason):
    household = make_household()
    judge(household)
    spoil(household)
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.left_out, run.changed, run.written) == (0, 1, 1, 1)
    assert [(row.household, row.reason, row.area_id) for row in run.left_out_rows.all()] == [
        (household, reason, VILLAGE)
    ]
    assert not Assessment.objects.exists()
    change = run.changes.get()
    assert (change.verdict_before, change.verdict_after) == (2, None)


@pytest.mark.parametrize("survey", [True, False])
def test_a_household_registered_after_the_period_is_said_to_be(survey):
    """Registered on 1 October, after the accounting period of 2018 had ended on 30 September."""
    make_year()
    later = make_household(head=None, survey=survey)
    later.places.update(valid_from=date(2018, 10, 1))
    make_member(later, "李秀英", relation="head", since=date(2018, 10, 1))
    in_time = make_household(head=None, survey=survey)
    in_time.places.update(valid_from=date(2018, 9, 30))
    make_standard(rows=ALL_ROWS)
    run = assess(COUNTY, 2018, trigger="command")
    told = {row.household: row.get_reason_display() for row in run.left_out_rows.all()}
    assert told == {
        later: "登记日期晚于核算期末",
        in_time: "核算期末没有在册成员" if survey else "本年度没有年度信息",
    }
    if survey:
        assert "登记日期晚于核算期末（2018-09-30）" in explain(later, 2018).problem


def test_two_heads_at_the_end_of_the_period_are_left_out():
    household = make_household()
    make_member(household, "王老栓", relation="head", until=date(2018, 10, 5))
    make_standard(rows=ALL_ROWS)
    run = assess(COUNTY, 2018, trigger="command")
    assert run.left_out_rows.get().reason == "two_heads"


def test_a_save_withdraws_too_without_a_list():
    household = make_household()
    judge(household)
    everybody_left(household, date(2018, 1, 1), "moved_out")
    facts_changed([household.pk])
    assert not Assessment.objects.exists()
    assert changes()[0].verdict_after is None
    assert not LeftOut.objects.exists()


def test_a_registered_poor_household_without_facts_of_the_year_is_listed():
    make_standard(rows=ALL_ROWS)
    make_household()
    without = make_household(head="李秀英", survey=False)
    general = make_household(head="赵六", survey=False, kind="general_rural", status="")
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.left_out) == (1, 1)
    row = run.left_out_rows.get()
    assert (row.household, row.reason) == (without, "no_survey")
    assert general.assessments.count() == 0


def test_a_household_not_yet_on_the_register_is_neither_judged_nor_listed():
    make_standard(rows=ALL_ROWS)
    make_household(state="pending")
    make_household(head="李秀英", survey=False, state="pending")
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.left_out, run.no_standard) == (0, 0, 0)


@pytest.mark.parametrize(("closed_on", "judged"), [(date(2018, 9, 30), 0), (date(2018, 10, 1), 1)])
def test_a_household_closed_by_the_end_of_the_period_is_not_judged_and_keeps_no_result(
    closed_on, judged, county_reviewer
):
    household = make_household()
    left_behind = judge(household)
    died_out(household, closed_on, county_reviewer)
    assert Assessment.objects.count() == judged, "closing withdraws it at once"
    if not judged:
        left_behind.facts_version = 1
        Assessment.objects.bulk_create([left_behind])
    run = assess(COUNTY, 2018, trigger="command")
    assert (run.assessed, run.left_out, Assessment.objects.count()) == (judged, 0, judged)
    assert run.changed == 1 - judged


def test_a_closed_household_is_not_counted_as_without_a_standard(county_reviewer):
    died_out(make_household(), date(2018, 5, 1), county_reviewer)
    assert assess(COUNTY, 2018, trigger="command").no_standard == 0


def died_out(household, on, actor):
    reasons = {member.pk: "death" for member in household.members.all()}
    close_household(household, on=on, leave_reasons=reasons, document="销户决定", actor=actor)


# --- closed years -----------------------------------------------------------------------------------------


def test_a_closed_year_keeps_its_results():
    household = make_household()
    before = judge(household)
    close_the_year(make_year())
    make_standard(TOWNSHIP, rows={"income": "99999"})
    touch([household.pk])
    judge_households([household.pk], 2018)
    assert Assessment.objects.get().standard == before.standard


@pytest.mark.parametrize("verb", ["insert", "update", "delete"])
def test_the_database_refuses_to_write_results_of_a_closed_year(verb):
    household, other = make_household(), make_household(head="李秀英")
    result = judge(household)
    close_the_year(make_year())
    result.pk, result.household = None, other
    write = {
        "insert": result.save,
        "update": lambda: Assessment.objects.update(verdict=0),
        "delete": Assessment.objects.all().delete,
    }[verb]
    with pytest.raises(IntegrityError, match="the year is closed"), transaction.atomic():
        write()
    assert Assessment.objects.get().verdict == 2


def test_what_changed_and_who_was_left_out_cannot_be_rewritten():
    household = make_household()
    judge(household)
    Survey.objects.update(food_ok=False)
    facts_changed([household.pk])
    rows = AssessmentChange.objects.all()
    with pytest.raises(IntegrityError, match="append"), transaction.atomic():
        rows.update(verdict_after=2)
    with pytest.raises(IntegrityError, match="append"), transaction.atomic():
        rows._raw_delete(rows.db)
