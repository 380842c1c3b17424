"""What stands in the way is asked up to the mark, by service and by SQL; who reviewed does not decide; the day of exit."""

from datetime import date
from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.exits.backplan import village_plans
from households.exits.posted import PUBLISHES
from households.models import ExitCase, Household, HouseholdStatus
from households.services.exits.holding import report_obstacle
from households.services.exits.marking import mark_list
from households.services.exits.papers import Paper
from households.services.exits.planning import plan_exits
from households.services.exits.stepping import take_step
from households.workflow import STATUS
from poverty.accounts.models import Role
from poverty.review.batch import fire_many
from poverty.review.models import Meeting, Notice
from poverty.review.services import fire
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.objections import receive_objection
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.factories.accounts import make_posting, make_user
from tests.factories.exits import Walk
from tests.factories.households import make_household
from tests.households.exits.test_never_unmet import _by_sql, refused

_LATE = {"late_reason": "年底集中录入"}
_ON = Paper(date(2018, 12, 31), "12号")


def hinder(walk, number=0):
    return report_obstacle(
        walk.case(number), "disaster", since=date(2018, 12, 20), note="房屋被雪压塌", actor=walk.clerk
    )


@pytest.mark.parametrize(("state", "go"), [
    ("approved", lambda walk: walk.announce()),
    ("announced", lambda walk: walk.file()),
    ("filed", lambda walk: mark_list(walk.roster, _ON, actor=walk.recorder)),
])  # fmt: skip
def test_an_obstacle_holds_up_to_the_mark(walk, state, go):
    walk.to(state)
    hinder(walk)
    with pytest.raises(ValidationError, match="新发灾害"):
        go(walk)
    assert walk.states() == [state] * 3


def test_an_open_objection_holds_the_decision_of_its_household(walk):
    walk.to("second")
    object_to_second(walk)
    walk.review(case_ids=walk.pks(1, 2))
    with pytest.raises(ValidationError, match="异议"):
        walk.review(case_ids=walk.pks(0))


def object_to_second(walk):
    notice = walk.roster.notices.get(kind="second")
    receive_objection(
        notice, channel="visit", about="王建国", text="有车", actor=walk.clerk, case_id=walk.pks(0)[0],
        received_on=date(2018, 12, 17), **_LATE,
    )  # fmt: skip


def test_an_objection_that_came_after_the_review_holds_the_decision(walk):
    walk.to("reviewed")
    object_to_second(walk)
    with pytest.raises(ValidationError, match="异议还没有核查答复"):
        walk.approve()
    walk.approve(case_ids=walk.pks(1, 2))
    assert walk.states() == ["reviewed", "approved", "approved"]


def test_sql_does_not_pass_an_open_objection(walk):
    walk.to("approved")
    post_notice(
        walk.roster, "announcement", title="退出公告", place="各村", publisher="二道江区扶贫办", contact="0435",
        posted_on=date(2018, 12, 26), actor=walk.recorder, **_LATE,
    )  # fmt: skip
    object_to_second(walk)
    refused(
        "exit_is_not_objected", lambda: _by_sql(walk.case(0), "announced", "approved", person=walk.recorder)
    )


def test_sql_does_not_pass_an_obstacle(walk):
    walk.to("announced")
    hinder(walk)
    refused("exit_is_not_hindered", lambda: _by_sql(walk.case(0), "filed", "announced", person=walk.recorder))


@pytest.mark.parametrize(("state", "target", "constraint"), [
    ("prepared", "appraised", "exit_is_appraised"),
    ("prepared", "not_agreed", "exit_is_appraised"),
    ("appraised", "verified", "exit_is_checked"),
    ("verified", "agreed", "exit_is_signed"),
    ("first", "checked", "exit_is_checked"),
])  # fmt: skip
def test_sql_does_not_say_what_nobody_said(walk, state, target, constraint):
    walk.to(state)
    case = walk.case(0)
    refused(constraint, lambda: _by_sql(case, target, case.state, person=walk.secretary))


def test_sql_does_not_rest_on_a_notice_that_hung_before_its_step(walk):
    walk.to("agreed")
    commit_checks()
    # As if it had been posted before anybody appraised, verified or signed.
    Notice.objects.create(
        kind="first", roster=walk.roster, area_code=walk.village, title="公示", place="村部", publisher="村",
        contact="0435", posted_on=date(2018, 12, 4), days=7, minimum_days=7, last_day=date(2018, 12, 10),
        households=3, posted_by=walk.clerk, posted_by_name="周文书", recorded_by=walk.clerk, token_hash="x",
    )  # fmt: skip
    refused("exit_after_notice", lambda: _by_sql(walk.case(0), "checked", "agreed", person=walk.township))


def test_the_trigger_and_the_sheets_know_the_same_steps():
    assert import_module("households.migrations.0034_exits_ask_everything").PUBLISHES == PUBLISHES


def test_who_reviewed_does_not_decide(walk):
    walk.to("reviewed")
    walk.recorder = walk.reviewer
    with pytest.raises((PermissionDenied, ValidationError), match=r"审核过的人|须由没有办理过"):
        walk.approve()
    assert walk.states() == ["reviewed"] * 3


def test_who_reviewed_does_not_decide_by_one_step(walk):
    walk.to("reviewed")
    with pytest.raises(PermissionDenied, match="审核过的人"):
        take_step("approve", walk.case(0), actor=walk.reviewer, document_name="12号",
                  happened_on=date(2018, 12, 25), **_LATE)  # fmt: skip


def test_who_reviewed_under_a_typed_name_does_not_decide(walk):
    walk.to("second")
    paper = Paper(date(2018, 12, 23), "审核表", signed_by_name=walk.recorder.name, **_LATE)
    fire_many("review", walk.cases, actor=walk.reviewer, **paper.entry())
    with pytest.raises(PermissionDenied, match="审核过的人"):
        walk.approve()
    assert walk.states() == ["reviewed"] * 3


def test_nobody_exits_before_the_decision(walk):
    walk.to("filed")
    with pytest.raises(ValidationError, match="不能早于领导小组审定的 2018-12-25"):
        mark_list(walk.roster, _ON, actor=walk.recorder, exited_on=date(2018, 12, 24))
    mark_list(walk.roster, _ON, actor=walk.recorder, exited_on=date(2018, 12, 25))
    commit_checks()


def test_each_exits_on_the_day_of_its_own_decision(walk):
    walk.to("reviewed")
    walk.approve(case_ids=walk.pks(0), held_on=date(2018, 12, 24))
    walk.approve(case_ids=walk.pks(1, 2), held_on=date(2018, 12, 25)).announce().file()
    assert mark_list(walk.roster, _ON, actor=walk.recorder) == 3
    commit_checks()
    days = HouseholdStatus.objects.filter(status="exited", valid_to=None).order_by("household_id")
    assert list(days.values_list("valid_from", flat=True)) == [
        date(2018, 12, 24), date(2018, 12, 25), date(2018, 12, 25),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_mark_of_another_day_decides_nothing():
    with transaction.atomic():
        walk = Walk()
    walk.to("filed")
    mark_list(walk.roster, _ON, actor=walk.recorder)
    home = Household.objects.get(pk=walk.households[0].pk)
    assert home.status == "exited"
    assert "没有走完退出程序" in STATUS.get("exit_decided").precondition(home)


def test_the_last_word_of_the_meeting_counts(walk):
    walk.to("prepared")
    for day, agreed in ((4, False), (5, True)):
        made = enter_meeting(
            Meeting.Kind.VILLAGE, walk.village, actor=walk.clerk, held_on=date(2018, 12, day), place="村部",
            chair="赵主任", due=24, present=20, **_LATE,
        )  # fmt: skip
        note = "" if agreed else "有车没有说明"
        say(made, "households.exitcase", [Said(walk.pks(0)[0], agreed, note=note)], actor=walk.clerk)
        close_meeting(made, actor=walk.clerk)
    with pytest.raises(ValidationError, match="没有评议未通过"):
        fire(
            "vote_down",
            walk.case(0),
            actor=walk.clerk,
            comment="有车",
            happened_on=date(2018, 12, 5),
            **_LATE,
        )


@pytest.mark.parametrize("day", ["0001-01-05", "9999-12-31", "2013-12-31"])
def test_a_meeting_far_from_the_register_is_refused(walk, day):
    answer = client_of(walk.recorder).get(f"/households/exits/backplan/?meeting={day}")
    assert answer.status_code == 422
    assert "请填 2014 年至 2100 年的日期" in answer.content.decode()


def test_odd_keys_are_nobody(walk):
    client = client_of(walk.clerk)
    sent = {"case": ["9" * 5000, "x", "²"], "happened_on": "2018-12-31"}
    answer = client.post("/households/exits/villages/220503100204/prepare/?year=2018", sent)
    assert answer.status_code == 422
    assert client.get("/households/exits/villages/%00/").status_code == 404


def test_counting_back_takes_no_more_queries_for_two_villages(walk, django_assert_num_queries):
    other = "220503100205"
    clerk = make_posting(make_user("吴文书"), Role.VILLAGE_CLERK, other).user
    home = make_household(other, "吴大山", year=2018)
    walk.plan()
    plan_exits(Household.objects.filter(pk=home.pk), 2018, actor=clerk)
    with django_assert_num_queries(3):  # cases, parameters, names: nobody waits for a notice
        found = village_plans(ExitCase.objects.all(), date(2018, 12, 25), date(2018, 12, 1))
    assert [one.code for one in found] == [walk.village, other]
    # 7 days of each notice, 3 of checking, 2 in the village, 2 of review
    assert found[0].plan.appraisal == date(2018, 12, 5)


@pytest.mark.parametrize("many", [False, True])
def test_a_new_round_begins_after_the_return(walk, many):
    walk.to("appraised")
    cases = ExitCase.objects.filter(pk=walk.case(0).pk)
    fire(
        "send_back",
        cases.get(),
        actor=walk.township,
        comment="收入不清",
        happened_on=date(2018, 12, 10),
        **_LATE,
    )
    walk.compare()

    def prepare(on):
        entry = {"actor": walk.clerk, "happened_on": on, **_LATE}
        return fire_many("prepare", cases, **entry) if many else fire("prepare", cases.get(), **entry)

    with pytest.raises(ValidationError, match="早于上一环节"):
        prepare(date(2018, 12, 9))
    prepare(date(2018, 12, 10))
    assert cases.get().state == "prepared"
