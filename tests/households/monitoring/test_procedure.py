"""The procedure of monitoring: its order, its people, its days; and what recording a case changes."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from households.models import Clue, Measure, Monitoring, MonitoringCase
from households.monitoring.cases import advance, open_case, save_visit
from households.monitoring.clues import receive_clue
from households.monitoring.measures import add_measure
from households.monitoring.village_lists import (
    appraise,
    decide_together,
    held_back,
    on_lists,
    post_first_notice,
)
from poverty.files.models import FileLink
from poverty.files.services import unlink
from poverty.review.models import FrozenCopy, Notice, Step
from poverty.review.services import available, fire
from poverty.review.services.meetings import Said
from tests.factories.accounts import make_actor, make_posting
from tests.factories.monitoring import (
    FIRST_DAY_AFTER,
    MEETING,
    OPENED,
    POSTED,
    VISIT,
    answer_all,
    appraised,
    approved,
    at,
    checked,
    compare_all,
    compared,
    finish,
    make_clue,
    make_watched,
    opened,
    posted,
    rural,
    visited,
)

pytestmark = pytest.mark.django_db


def test_the_whole_way_makes_an_object_of_monitoring_of_the_day_the_county_approved(actors):
    household = rural()
    with at(OPENED):
        clue = make_clue(household, actors["village_clerk"])
    case = finish(approved(household, actors), actors)
    monitoring = Monitoring.objects.get(household=household)
    assert case.state == "recorded"
    assert (monitoring.category, monitoring.identified_on) == ("edge", date(2024, 3, 13))
    assert (monitoring.risks, monitoring.risk_state, monitoring.removed_on) == (["illness"], "present", None)
    clue.refresh_from_db()
    assert (clue.state, clue.case_id) == ("case", case.pk)
    assert list(
        Step.objects.of_case("households.monitoringcase", case.pk).values_list("transition", flat=True)
    ) == [
        "open_case",
        "visit",
        "compare",
        "appraise",
        "township_check",
        "approve",
        "announce",
        "record_case",
    ]


def test_the_deadline_counts_from_the_clue_that_came_first(actors):
    household = rural()
    with at(date(2024, 2, 20)):
        make_clue(household, actors["village_clerk"])
    # 2024-02-20 and 15 days.
    assert opened(household, actors).due_on == date(2024, 3, 6)


def test_no_step_can_be_skipped(actors):
    case = opened(rural(), actors)
    for name in ("compare", "appraise", "township_check", "approve", "announce", "record_case"):
        with at(OPENED), pytest.raises((ValidationError, PermissionDenied)):
            advance(
                case, name, actor=actors["county_reviewer"], document_name="文件", national_entry="2024-03-01"
            )
    case.refresh_from_db()
    assert case.state == "opened"


def test_a_state_without_its_step_is_refused_by_the_database(actors):
    case = visited(rural(), actors)
    with pytest.raises(DatabaseError, match="without a step"), transaction.atomic():
        _drop_without_a_word(case)


def _drop_without_a_word(case):
    MonitoringCase.objects.filter(pk=case.pk).update(state="dropped")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_at_most_five_risks(actors):
    case = opened(rural(), actors)
    six = ["illness", "disability", "labour", "accident", "schooling", "housing"]
    with at(OPENED + timedelta(days=3)):
        with pytest.raises(ValidationError, match="最多五项"):
            save_visit(case, VISIT, actor=actors["village_clerk"], risks=six)
        save_visit(case, VISIT, actor=actors["village_clerk"], risks=six[:5])
    assert [one.risk for one in case.risks.all()] == six[:5]


def test_a_household_that_the_meeting_refuses_ends_there_with_the_reason(actors):
    household = rural()
    case = compared(household, actors)
    with at(MEETING["held_on"]):
        appraise(
            household.area_id,
            [Said(case.pk, False, votes_for=5, votes_against=18, abstained=1, note="家中有两人务工")],
            actor=actors["village_clerk"],
            meeting=MEETING,
        )
    case.refresh_from_db()
    assert case.state == "not_agreed"
    assert Step.objects.of_case("households.monitoringcase", case.pk).last().comment == "家中有两人务工"


def test_agreed_is_who_a_closed_meeting_agreed_to(actors):
    case = compared(rural(), actors)
    with at(MEETING["held_on"]), pytest.raises(ValidationError, match="还没有已定稿的村民代表会议"):
        advance(case, "appraise", actor=actors["village_clerk"], document_name="评议记录")


def test_the_notice_hangs_five_days_and_the_sixth_is_the_first_to_go_on(actors):
    case = posted(rural(), actors)
    notice = Notice.objects.get()
    assert (notice.days, notice.last_day) == (5, date(2024, 3, 11))
    with at(date(2024, 3, 11)), pytest.raises(ValidationError, match="2024-03-12 起才能办理"):
        advance(case, "township_check", actor=actors["township_officer"])
    with at(date(2024, 3, 12)):
        assert advance(case, "township_check", actor=actors["township_officer"]).state == "checked"


def test_four_days_are_too_few(actors):
    household = rural()
    case = appraised(household, actors)
    with at(POSTED), pytest.raises(ValidationError, match="公示不得少于 5 天"):
        post_first_notice(
            household.area_id,
            [case.pk],
            purpose="identify",
            actor=actors["village_clerk"],
            notice={"place": "村务公开栏", "contact": "镇扶贫办", "days": 4},
        )


def test_without_a_notice_the_township_does_not_go_on(actors):
    case = appraised(rural(), actors)
    with at(FIRST_DAY_AFTER), pytest.raises(ValidationError, match="完成村内公示"):
        advance(case, "township_check", actor=actors["township_officer"])


def test_who_proposed_can_neither_check_nor_decide(actors):

    clerk = actors["village_clerk"]
    case = posted(rural(), actors)
    make_posting(clerk, "township_officer", "220503100")
    with at(FIRST_DAY_AFTER), pytest.raises(ValidationError, match="不能再"):
        advance(case, "township_check", actor=clerk)


def test_who_checked_does_not_decide(actors):

    officer = actors["township_officer"]
    case = checked(rural(), actors)
    make_posting(officer, "county_reviewer", "220503")
    with at(FIRST_DAY_AFTER), pytest.raises(ValidationError, match="不能再办理本环节"):
        advance(case, "approve", actor=officer, document_name="审批文件")
    with at(FIRST_DAY_AFTER), pytest.raises(ValidationError):
        decide_together(
            "approve", MonitoringCase.objects.filter(pk=case.pk), actor=officer, document_name="审批文件"
        )


def test_another_township_can_do_nothing_here(actors):
    other = make_actor("township_officer", "220503101203")
    case = posted(rural(), actors)
    with at(FIRST_DAY_AFTER), pytest.raises(PermissionDenied):
        advance(case, "township_check", actor=other)
    assert not MonitoringCase.objects.visible_to(other).filter(pk=case.pk).exists()


def test_a_returned_case_leaves_its_list_and_needs_a_meeting_of_its_own(actors):
    case = posted(rural(), actors)
    with at(FIRST_DAY_AFTER):
        advance(case, "township_return", actor=actors["township_officer"], comment="合规自付支出没有票据")
    case.refresh_from_db()
    assert case.state == "visited"
    assert on_lists([case.pk]) == {}
    with at(FIRST_DAY_AFTER + timedelta(days=1)):
        compare_all(case, actors)
        with pytest.raises(ValidationError, match="还没有已定稿的村民代表会议"):
            advance(case, "appraise", actor=actors["village_clerk"], document_name="评议记录")


def test_what_was_handed_in_is_corrected_and_stays_whole(actors):
    case = visited(rural(), actors)
    clerk = actors["village_clerk"]
    with at(OPENED + timedelta(days=4)):
        save_visit(case, {"net_income_per_head": Decimal("5900.00")}, actor=clerk)
        for values, risks in (
            ({"net_income_per_head": None}, None),
            ({"category": ""}, None),
            ({"visited_on": None}, None),
            ({"education_issue": None}, None),
            ({}, []),
        ):
            with pytest.raises(ValidationError, match="不能改得不完整"), transaction.atomic():
                save_visit(case, values, actor=clerk, risks=risks)
    case.refresh_from_db()
    assert (case.net_income_per_head, case.category) == (Decimal("5900.00"), "edge")
    assert [one.risk for one in case.risks.all()] == ["illness"]


@pytest.mark.parametrize("state", ["visited", "appraised", "checked"])
def test_a_visit_emptied_behind_the_back_goes_no_further(actors, state):
    make, name, who = {
        "visited": (visited, "compare", "county_reviewer"),
        "appraised": (posted, "township_check", "township_officer"),
        "checked": (checked, "approve", "county_reviewer"),
    }[state]
    case = make(rural(), actors)
    MonitoringCase.objects.filter(pk=case.pk).update(difficulties="")
    with at(FIRST_DAY_AFTER + timedelta(days=1)):
        if state == "visited":
            answer_all(case, actors)
        with pytest.raises(ValidationError, match="入户核实还缺：突出困难"):
            advance(case, name, actor=actors[who], document_name="审批文件")
    MonitoringCase.objects.filter(pk=case.pk).update(difficulties=VISIT["difficulties"])


def test_the_list_of_a_late_notice_says_why_as_well(actors):
    household = rural()
    case = appraised(household, actors)
    sheet = {"place": "村务公开栏", "contact": "镇扶贫办", "posted_on": POSTED}
    with at(POSTED + timedelta(days=90)):
        with pytest.raises(ValidationError), transaction.atomic():
            post_first_notice(
                household.area_id, [case.pk], purpose="identify", actor=actors["village_clerk"], notice=sheet
            )
        posted_one, _ = post_first_notice(
            household.area_id,
            [case.pk],
            purpose="identify",
            actor=actors["village_clerk"],
            notice={**sheet, "late_reason": "系统停用期间用纸质办理"},
        )
    assert posted_one.roster.late_reason == "系统停用期间用纸质办理"


def test_what_holds_many_back_is_asked_of_all_at_once(actors, django_assert_num_queries):
    cases = [posted(rural(head=name), actors) for name in ("甲", "乙", "丙")]
    rows = MonitoringCase.objects.filter(pk__in=[one.pk for one in cases])
    with CaptureQueriesContext(connection) as one:
        held_back("township_check", rows.filter(pk=cases[0].pk), FIRST_DAY_AFTER)
    with django_assert_num_queries(len(one)):
        assert held_back("township_check", rows, FIRST_DAY_AFTER) == {}
    late = held_back("township_check", rows, FIRST_DAY_AFTER - timedelta(days=1))
    assert set(late) == {one.pk for one in cases}
    assert "2024-03-12 起才能办理" in late[cases[0].pk][0]


def test_the_township_asks_for_the_minutes_of_the_appraisal(actors):
    case = posted(rural(), actors)
    unlink(FileLink.objects.get(role="minutes"), actor=actors["village_clerk"], reason="传错了")
    with at(FIRST_DAY_AFTER):
        [step] = [
            one
            for one in available(case, actors["township_officer"])
            if one.transition.name == "township_check"
        ]
    assert not step.allowed
    assert "缺少会议记录，请先上传。" in step.why_not


def test_the_decision_is_frozen_without_names_or_numbers(actors):
    case = approved(rural(), actors)
    text = FrozenCopy.objects.get().content
    content = json.loads(text)
    assert content["facts"]["net_income_per_head"] == "6200.00"
    assert content["risks"] == ["illness"]
    assert "王建国" not in text
    assert case.state == "approved"


def test_urgent_help_may_begin_before_the_county_has_approved(actors):
    case = opened(rural(), actors)
    with at(OPENED):
        made = add_measure(
            case.household,
            group="social",
            content="临时救助2000元",
            begins_on=OPENED,
            responsible="镇民政所",
            actor=actors["village_clerk"],
            case=case,
        )
    assert Measure.objects.get() == made
    assert case.state == "opened"


def test_two_cases_of_a_household_do_not_run_side_by_side(actors):
    household = rural()
    opened(household, actors)
    with at(OPENED), pytest.raises(ValidationError, match="已有一件监测事项"):
        open_case(household, reason="又一次", actor=actors["village_clerk"])


def test_who_is_watched_is_not_identified_twice(actors):
    household = rural()
    make_watched(household)
    with at(OPENED), pytest.raises(ValidationError, match="已是监测对象"):
        open_case(household, reason="又一次", actor=actors["village_clerk"])


def test_a_household_that_comes_back_is_marked_again_and_the_older_record_stays(actors):
    household = rural()
    older = make_watched(household, removed_on=date(2023, 11, 1), removal_method="natural")
    finish(approved(household, actors), actors)
    older.refresh_from_db()
    again = Monitoring.objects.exclude(pk=older.pk).get()
    assert (older.removed_on, older.risk_state) == (date(2023, 11, 1), "removed")
    assert again.risk_state == "marked_again"


def test_nobody_comes_under_watch_past_the_procedure(actors):
    monitoring = make_watched(rural())
    with pytest.raises(ValidationError, match="完整的审批程序"):
        fire("remove_risk", monitoring, actor=actors["county_reviewer"], document_name="文件")


def test_the_monitoring_range_is_a_reference_and_not_a_cut(actors):
    """Far above any line, with a catastrophe: identified all the same (突发严重困难户)."""
    case = approved(
        rural(),
        actors,
        values={**VISIT, "category": "sudden_hardship", "net_income_per_head": Decimal("26000.00")},
    )
    assert case.state == "approved"


def test_a_clue_at_the_village_of_another_township_is_out_of_sight(actors):
    household = rural()
    with at(OPENED):
        clue = make_clue(household, actors["village_clerk"])
    other = make_actor("township_officer", "220503101203")
    assert not Clue.objects.visible_to(other).filter(pk=clue.pk).exists()
    with at(OPENED), pytest.raises(PermissionDenied):
        receive_clue(source="cadre", kind="illness", household=household, text="住院", actor=other)
