"""Notices to the day, objections, bureaus, blockers, signatures, returns, late entry, replay, the mark."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.models import ExitCase, ExitSignature, Household
from households.services.exits import county
from households.services.exits.holding import lift_obstacle, report_obstacle
from households.services.exits.marking import mark_list
from households.services.exits.papers import Paper, Visit
from households.services.exits.planning import compare, plan_exits, prepare_cases
from households.services.exits.township import check_list, drop, joint_check, send_back
from households.services.exits.village import Signed, sign, verify_list
from poverty.parameters.services import set_parameter
from poverty.review.models import FrozenCopy, Notice, RosterEntry, Step
from poverty.review.services.notices import post_notice
from poverty.review.services.objections import receive_objection
from poverty.review.services.replay import replay
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.factories.files import make_file


def test_a_day_short_of_the_notice_is_too_early(walk):
    walk.to("first")  # hangs from the 8th to the 14th
    with pytest.raises(ValidationError, match="2018-12-15 起才能办理"):
        walk.check(on=date(2018, 12, 14))
    walk.check(on=date(2018, 12, 15))
    assert walk.states() == ["checked"] * 3


def test_an_objection_holds_its_household_and_no_other(walk):
    walk.to("first")
    notice = Notice.objects.get()
    receive_objection(
        notice, channel="visit", about="王建国", text="有车", case_id=walk.case(0).pk, actor=walk.clerk,
        received_on=date(2018, 12, 9), late_reason="年底集中录入",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="异议"):
        walk.check()
    others = [walk.case(1).pk, walk.case(2).pk]
    paper = walk.paper(date(2018, 12, 15), "核查表")
    check_list(
        walk.roster, Visit(("陈专干", "吴核查", "郑核查")), paper, actor=walk.township, case_ids=others
    )
    assert walk.states() == ["agreed", "checked", "checked"]


def test_every_bureau_compares_before_the_meeting(walk):
    walk.plan()
    walk.bureaus.pop("housing")
    walk.compare()
    with pytest.raises(ValidationError, match="住建部门还没有比对"):
        walk.prepare()


def test_an_exception_of_a_bureau_stays_with_its_household(walk):
    walk.plan().compare(exceptions={walk.case(0).pk: "系统里未参保"})
    with pytest.raises(ValidationError, match="比对有异常：系统里未参保"):
        walk.prepare()
    compare(walk.cases, "education", actor=walk.bureaus["education"], legal_basis="通知")
    for sector, officer in walk.bureaus.items():
        compare(walk.cases, sector, actor=officer, legal_basis="复核通知")
    walk.prepare()
    assert walk.states() == ["prepared"] * 3


def test_a_bureau_says_nothing_for_another_one(walk):
    walk.plan()
    with pytest.raises(PermissionDenied, match="教育部门"):
        compare(walk.cases, "education", actor=walk.bureaus["water"], legal_basis="通知")


def test_less_than_half_a_year_on_the_register_blocks(walk):
    Household.objects.filter(pk=walk.households[0].pk).update(identified_on=date(2018, 7, 5))
    walk.plan().compare()
    with pytest.raises(ValidationError, match="2018-07-05 才识别进入，到年底在册不满 180 天"):
        walk.prepare()
    Household.objects.filter(pk=walk.households[0].pk).update(identified_on=date(2018, 7, 4))
    walk.prepare()


def test_a_new_disaster_blocks_until_it_is_lifted(walk):
    walk.plan().compare()
    row = report_obstacle(
        walk.case(0), "disaster", since=date(2018, 12, 20), note="房屋被雪压塌", actor=walk.clerk
    )
    with pytest.raises(ValidationError, match="新发灾害"):
        walk.prepare()
    with pytest.raises(PermissionDenied):
        lift_obstacle(row, reason="已修好", actor=walk.clerk)
    lift_obstacle(row, reason="已修好，验收单", actor=walk.township)
    walk.prepare()


def test_a_place_may_do_without_a_blocker(walk):
    Household.objects.filter(pk=walk.households[0].pk).update(identified_on=date(2018, 12, 1))
    set_parameter(
        "exit.register_days", "220503", valid_from=date(2018, 1, 1), value=0, document_name="区文件",
        document_date=date(2018, 1, 1), actor=walk.reviewer,
    )  # fmt: skip
    walk.plan().compare().prepare()
    assert walk.states() == ["prepared"] * 3


def test_who_is_voted_down_stays_poor_and_leaves_the_list(walk):
    walk.to("prepared").appraise(against=[walk.case(0).pk])
    assert walk.states() == ["not_agreed", "appraised", "appraised"]
    assert RosterEntry.objects.standing().count() == 2
    assert Household.objects.get(pk=walk.households[0].pk).status == "not_exited"


def test_a_household_that_refuses_is_checked_jointly_and_signs(walk):
    walk.to("verified").sign(refused=[walk.case(0).pk])
    assert walk.states() == ["refused", "agreed", "agreed"]
    commit_checks()
    team = ("陈专干", "李书记", "吴核查")
    joint_check(walk.case(0), team, "务工收入有银行流水，农户已清楚", walk.paper(date(2018, 12, 8), "记录"),
                actor=walk.township)  # fmt: skip
    commit_checks()
    walk.sign(on=date(2018, 12, 9))
    assert walk.states() == ["agreed"] * 3
    assert list(ExitSignature.objects.filter(case=walk.case(0)).values_list("agreed", flat=True)) == [
        False,
        True,
    ]


def test_nobody_agrees_without_the_signed_sheet(walk):
    walk.to("verified")
    word = Signed(walk.case(0).pk, True, "王建国", "head")
    with pytest.raises(ValidationError, match="退出确认书"):
        sign(walk.roster, [word], actor=walk.clerk, signed_on=date(2018, 12, 7), late_reason="年底集中录入")
    assert walk.case(0).state == "verified"


def test_a_refusal_has_its_reason(walk):
    walk.to("verified")
    with pytest.raises(ValidationError, match="不认可的原因"):
        sign(walk.roster, [Signed(walk.case(0).pk, False, "王建国", "head")], actor=walk.clerk,
             signed_on=date(2018, 12, 7), late_reason="年底集中录入")  # fmt: skip


def test_two_are_no_team(walk):
    walk.to("first")
    paper = walk.paper(date(2018, 12, 15), "核查表")
    with pytest.raises(ValidationError, match="至少 3 人，现在填了 2 人"):
        check_list(walk.roster, Visit(("陈专干", "吴核查")), paper, actor=walk.township)


def test_who_fails_the_check_goes_back_to_the_plan_in_a_new_round(walk):
    walk.to("first").check(failed={walk.case(0).pk: "实地看没有自来水"})
    case = walk.case(0)
    assert (case.state, case.round, case.base_states) == ("planned", 2, None)
    assert walk.states() == ["planned", "checked", "checked"]
    assert RosterEntry.objects.get(case_id=case.pk).left_reason == "实地看没有自来水"
    with pytest.raises(ValidationError, match="还没有比对认定"):
        prepare_cases(
            walk.cases.filter(pk=case.pk), actor=walk.clerk, **walk.paper(date(2018, 12, 16)).entry()
        )


def test_the_leading_group_sends_one_back_and_approves_the_rest(walk):
    walk.to("reviewed").approve(refused={walk.case(0).pk: "群众有反映，再查"})
    assert walk.states() == ["planned", "approved", "approved"]
    step = Step.objects.filter(case_id=walk.case(1).pk, transition="approve").get()
    assert (step.decided_by_name, step.document_name) == ("冯组长", "二扶组发〔2018〕12号")
    commit_checks()


def test_a_decision_is_replayed_under_the_line_of_its_own_year(walk):
    walk.to("approved")
    copy = FrozenCopy.objects.get(step__case_id=walk.case(0).pk, step__transition="approve")
    lines = {one.label: one for one in replay(copy)}
    income = lines["人均纯收入"]
    # (10,000 + 3,000 + 0 + 500 - 1,500) / 2 persons
    assert (income.value, income.required, income.stored, income.now) == (
        "6000.00", "大于 3,535 元/人·年", "达标", "达标",
    )  # fmt: skip
    assert all(one.same for one in lines.values())
    assert "identity" not in copy.content
    assert "phone" not in copy.content


def test_late_entry_has_its_reason_and_is_judged_on_the_papers_days(walk):
    rows = Household.objects.filter(pk=walk.households[0].pk)
    with pytest.raises(ValidationError, match="补录"):
        plan_exits(rows, 2018, actor=walk.clerk, happened_on=date(2018, 12, 1))
    walk.to("appraised")
    paper = walk.paper(date(2018, 12, 4), "村级核实表")  # the meeting was on the 5th
    with pytest.raises(ValidationError, match="发生日期"):
        verify_list(walk.roster, Visit(("李书记", "赵主任")), paper, actor=walk.secretary)


def test_dropped_and_planned_again(walk):
    walk.plan()
    drop(ExitCase.objects.filter(pk=walk.case(0).pk), actor=walk.township, comment="家里新增病人",
         happened_on=date(2018, 12, 2), late_reason="年底集中录入")  # fmt: skip
    assert walk.case(0).state == "dropped"
    plan_exits(Household.objects.filter(pk=walk.households[0].pk), 2018, actor=walk.clerk)
    assert walk.case(0).state == "planned"


def test_one_exit_of_a_household_at_a_time(walk):
    walk.plan()
    with pytest.raises(ValidationError, match="退出正在办理"):
        plan_exits(Household.objects.filter(pk=walk.households[0].pk), 2018, actor=walk.clerk)


def test_sent_back_with_a_reason_only(walk):
    walk.to("appraised")
    with pytest.raises(ValidationError, match="须写明"):
        send_back(walk.cases, actor=walk.township, comment="", happened_on=date(2018, 12, 6),
                  late_reason="年底集中录入")  # fmt: skip


def test_to_the_mark(walk, year_end):
    walk.to("approved")
    county.announce(
        walk.roster, actor=walk.recorder, title="退出公告", place="各村", publisher="二道江区扶贫办",
        contact="0435-1234567", posted_on=date(2018, 12, 26), late_reason="年底集中录入",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="2018-12-31 起才能办理"):
        county.file_list(walk.roster, Paper(date(2018, 12, 30), "备案报告"), actor=walk.recorder)
    county.file_list(walk.roster, Paper(date(2018, 12, 31), "备案报告"), actor=walk.recorder)
    assert mark_list(walk.roster, Paper(date(2018, 12, 31), "12号"), actor=walk.recorder) == 3
    household = Household.objects.get(pk=walk.households[0].pk)
    assert (household.status, household.kind, household.exit_year) == ("exited", "exited", 2018)
    row = household.statuses.get(valid_to=None)
    assert (row.valid_from, row.source, row.document) == (date(2018, 12, 25), "decision", "12号")
    assert not RosterEntry.objects.standing().exists()
    commit_checks()


def test_nobody_is_marked_without_a_decision(walk):
    from_plan = walk.to("reviewed")
    with pytest.raises(ValidationError, match="没有等待办理"):
        mark_list(from_plan.roster, Paper(date(2018, 12, 31), "12号"), actor=walk.recorder)


def test_a_second_notice_before_the_review(walk):
    walk.to("checked")
    with pytest.raises(ValidationError, match="还没有乡镇公示"):
        walk.review()
    post_notice(walk.roster, "second", title="第二次公示", place="村部", publisher="鸭园镇", contact="0435",
                posted_on=date(2018, 12, 16), late_reason="年底集中录入", actor=walk.township)  # fmt: skip
    with pytest.raises(ValidationError, match="2018-12-23 起才能办理"):
        walk.review(on=date(2018, 12, 22))
    walk.review(on=date(2018, 12, 23))


def test_the_sheet_of_one_signature_is_linked_to_its_household(walk):
    walk.to("verified")
    scan = make_file(walk.clerk, area_code=walk.village, kind="scan")
    words = [Signed(one.pk, True, one.household.head_name, "head") for one in walk.cases]
    sign(
        walk.roster,
        words,
        actor=walk.clerk,
        signed_on=date(2018, 12, 7),
        scan=scan,
        late_reason="年底集中录入",
    )
    assert scan.links.filter(role="signature").count() == 3
    url = reverse("households:exit", args=[walk.cases[0].pk])
    page = client_of(walk.clerk).get(url).content.decode()
    assert reverse("files:file", args=[scan.pk]) in page
