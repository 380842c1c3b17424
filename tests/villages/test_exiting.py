"""The exit of a village: who may do what next, and what nobody can get past."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from poverty.review.models import FrozenCopy, RosterEntry, Step
from poverty.review.services import available
from poverty.review.services.freezing import content_of
from poverty.review.services.objections import receive_objection, settle_objection
from poverty.review.services.replay import differing, replay
from tests.factories.households import make_household
from tests.factories.villages import make_village
from tests.villages import path
from tests.villages.path import certified, exit_of, looked, passed, spoil, standard, walk
from villages.models import Certificate, ExitCase, Stage, Village
from villages.services.certificates import certify, withdraw_certificate
from villages.services.exiting import Found, plan_exits, save_sheet, take_step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_all_of_it")]


def refusal(act):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        act()
    return "；".join(refused.value.messages)


# --- the whole way --------------------------------------------------------------------------------------


def test_a_village_exits_step_by_step_by_different_people(case, who):
    walk(case, who, "marked")
    steps = Step.objects.of_case("villages.exitcase", case.pk)
    assert [one.transition for one in steps] == [
        "plan_village_exit",
        "selfcheck_village",
        "review_village",
        "check_village",
        "accept_village",
        "announce_village",
        "mark_village",
    ]
    village = Village.objects.get(pk=case.village_id)
    assert (village.status, village.exit_year, village.exited_on) == ("exited", 2018, path.MARKED)
    listing = village.listings.get()
    assert (listing.valid_to, listing.exit_document_name) == (path.MARKED, "二脱贫办〔2018〕9号")
    assert not RosterEntry.objects.standing().exists()


def test_the_city_decides_on_paper_and_the_county_enters_it(case, who):
    walk(case, who, "accepted")
    step = Step.objects.get(transition="accept_village")
    assert (step.decided_by, step.decided_by_name, step.recorded_by) == (None, "钱组长", who.second)
    assert step.document_name == "市级验收表"


def test_check_and_acceptance_keep_what_they_rested_on(case, who):
    walk(case, who, "accepted")
    copies = FrozenCopy.objects.order_by("step_id")
    assert [one.step.transition for one in copies] == ["check_village", "accept_village"]
    content = content_of(copies[1])
    assert content["facts"]["collective_income"] == "52000.00"
    assert content["result"]["verdict"] == 2
    assert {one["stage"] for one in content["found"]} == {"self", "township", "county", "city"}
    assert {one["sector"] for one in content["certificates"]} == {
        "agriculture",
        "transport",
        "water",
        "health",
    }


def test_what_was_decided_is_judged_again_from_its_copy_alone(case, who):
    walk(case, who, "accepted")
    spoil(case, clinics=0, collective_income=0)
    copy = FrozenCopy.objects.get(step__transition="accept_village")
    assert differing(copy) == []
    income = next(one for one in replay(copy) if one.label == "村集体经济收入")
    assert (income.value, income.required, income.stored, income.now) == (
        "52000.00",
        "不低于 50,000",
        "达标",
        "达标",
    )


# --- the plan -------------------------------------------------------------------------------------------


def test_only_listed_villages_are_planned_and_only_once(who):
    listed, ordinary = make_village(), make_village("220503100205", status="")
    rows = Village.objects.filter(pk__in=[listed.pk, ordinary.pk])
    text = refusal(lambda: plan_exits(rows, 2018, actor=who.reviewer, document_name="减贫计划"))
    assert "不在未出列的贫困村名单上" in text
    rows = Village.objects.filter(pk=listed.pk)
    assert plan_exits(rows, 2018, actor=who.reviewer, document_name="减贫计划") == 1
    text = refusal(lambda: plan_exits(rows, 2019, actor=who.reviewer, document_name="减贫计划"))
    assert "已经列入出列计划" in text


def test_a_plan_has_a_document_and_is_the_county_s(who):
    rows = Village.objects.filter(pk=make_village().pk)
    assert "依据文件" in refusal(lambda: plan_exits(rows, 2018, actor=who.reviewer, document_name=" "))
    with pytest.raises(PermissionDenied), transaction.atomic():
        plan_exits(rows, 2018, actor=who.officer, document_name="减贫计划")
    assert not ExitCase.objects.exists()


# --- what holds a step back -----------------------------------------------------------------------------


def test_the_selfcheck_asks_for_every_row(case, who):
    found = path.all_passed(case)
    del found["clinic"]
    with pytest.raises(ValidationError) as refused:
        save_sheet(
            case, Stage.SELF, found, actor=who.clerk, checked_on=path.SELF, team="张三", late_reason="集中"
        )
    assert refused.value.message_dict == {"item-clinic": ["请选择达到或未达到。"]}


def test_what_is_not_reached_says_what_is_lacking(case, who):
    found = {**path.all_passed(case), "clinic": Found(False)}
    with pytest.raises(ValidationError, match="写明差什么"):
        save_sheet(
            case, Stage.SELF, found, actor=who.clerk, checked_on=path.SELF, team="张三", late_reason="集中"
        )


def test_a_selfcheck_with_a_fault_is_kept_and_goes_no_further(case, who):
    looked(case, Stage.SELF, who.clerk, path.SELF, "clinic")
    text = refusal(lambda: take_step("selfcheck_village", case, actor=who.clerk))
    assert text == "村级自查认为未达到：卫生室，先整改。"
    looked(case, Stage.SELF, who.clerk, path.SELF)
    take_step("selfcheck_village", case, actor=who.clerk)
    assert ExitCase.objects.get().state == "selfchecked"


def test_a_village_that_is_not_met_passes_no_step(who):
    standard()
    case = exit_of(collective_income=49_999)
    looked(case, Stage.SELF, who.clerk, path.SELF)
    text = refusal(lambda: take_step("selfcheck_village", case, actor=who.clerk))
    assert text == "系统判定未达标（按本批计划退出户退出后计算）：村集体经济收入未达标。"


def test_unknown_is_not_met(who):
    standard()
    case = exit_of(clinics=None)
    looked(case, Stage.SELF, who.clerk, path.SELF)
    assert "卫生室待核实" in refusal(lambda: take_step("selfcheck_village", case, actor=who.clerk))


def test_facts_that_change_between_steps_are_judged_again_at_the_next(case, who):
    walk(case, who, "posted")
    spoil(case, clinics=0)  # the stored result still says 达标
    text = refusal(lambda: passed(case, Stage.COUNTY, who.reviewer, path.COUNTY))
    assert "卫生室未达标" in text


def test_households_that_fall_back_hold_the_village(case, who):
    walk(case, who, "checked")
    for number in range(4):
        make_household(
            head=f"赵{number}",
            survey=False,
            status="returned",
            members=[{"name": f"钱{one}"} for one in range(4)],
        )  # 20 of 950 persons: 2.11 %
    text = refusal(lambda: path._accept(case, who))
    assert text == "系统判定未达标（按现在的贫困人口计算）：贫困发生率未达标。"


def test_the_batch_counts_before_the_acceptance_and_the_present_at_it(who):
    standard()
    for number in range(5):
        make_household(
            head=f"赵{number}",
            survey=False,
            planned_exit_year=2018,
            members=[{"name": f"钱{one}"} for one in range(4)],
        )  # 25 of 950 are poor now, nobody after the batch
    case = exit_of()
    walk(case, who, "checked")
    assert "按现在的贫困人口计算" in refusal(lambda: path._accept(case, who))


def test_the_township_waits_for_every_bureau(case, who):
    passed(case, Stage.SELF, who.clerk, path.SELF)
    text = refusal(lambda: passed(case, Stage.TOWNSHIP, who.officer, path.TOWNSHIP))
    assert text == "还缺行业部门证明：卫健、水利、交通、农业农村。"


def test_a_bureau_that_refuses_holds_the_village(case, who):
    for sector, actor in who.bureaus.items():
        certify(
            case,
            sector,
            certified=sector != "water",
            note="" if sector != "water" else "水质未检测",
            document_name="认定表",
            issued_on=path.SELF,
            signed_by="局长",
            actor=actor,
        )
    passed(case, Stage.SELF, who.clerk, path.SELF)
    text = refusal(lambda: passed(case, Stage.TOWNSHIP, who.officer, path.TOWNSHIP))
    assert text == "行业部门不予认定：水利，先整改。"


def test_a_day_short_of_the_notice_the_county_cannot_check(case, who):
    walk(case, who, "posted")
    short = path.COUNTY - timedelta(days=1)
    text = refusal(lambda: passed(case, Stage.COUNTY, who.reviewer, short))
    assert "2018-10-28 起才能办理" in text
    passed(case, Stage.COUNTY, who.reviewer, path.COUNTY)


def test_without_the_township_s_notice_the_county_cannot_check(case, who):
    walk(case, who, "reviewed")
    assert "不在名单上" in refusal(lambda: passed(case, Stage.COUNTY, who.reviewer, path.COUNTY))


def test_a_day_short_of_the_announcement_nothing_is_marked(case, who):
    walk(case, who, "announced")
    early = path.MARKED - timedelta(days=1)
    text = refusal(
        lambda: path.mark(
            case, actor=who.reviewer, document_name="文件", happened_on=early, late_reason="集中录入"
        )
    )
    assert "公告到 2018-11-24 才满 5 天" in text
    assert Village.objects.get(pk=case.village_id).status == "listed"


def test_an_objection_holds_its_village_until_it_is_answered(case, who):
    walk(case, who, "posted")
    notice = RosterEntry.objects.standing().get().roster.notices.get()
    objection = receive_objection(
        notice,
        channel="phone",
        about="二道沟村",
        text="集体收入不实",
        actor=who.officer,
        case_id=case.pk,
        received_on=path.POSTED,
        late_reason="集中录入",
    )
    assert "异议" in refusal(lambda: passed(case, Stage.COUNTY, who.reviewer, path.COUNTY))
    settle_objection(
        objection,
        upheld=False,
        answer="账目核对无误",
        actor=who.officer,
        document_name="答复函",
        happened_on=path.COUNTY,
        late_reason="集中录入",
    )
    passed(case, Stage.COUNTY, who.reviewer, path.COUNTY)


# --- who not --------------------------------------------------------------------------------------------


def test_the_man_of_the_bureau_and_who_filled_in_facts_do_not_check(case, who):
    certify(
        case,
        "water",
        certified=True,
        document_name="认定表",
        issued_on=path.SELF,
        signed_by="局长",
        actor=who.reviewer,  # the county office enters what came on paper
    )
    for sector in ("agriculture", "transport", "health"):
        certify(
            case,
            sector,
            certified=True,
            document_name="认定表",
            issued_on=path.SELF,
            signed_by="局长",
            actor=who.bureaus[sector],
        )
    passed(case, Stage.SELF, who.clerk, path.SELF)
    passed(case, Stage.TOWNSHIP, who.officer, path.TOWNSHIP)
    path._post(case, who)
    text = refusal(lambda: passed(case, Stage.COUNTY, who.reviewer, path.COUNTY))
    assert "填报过该对象的信息" in text
    passed(case, Stage.COUNTY, who.second, path.COUNTY)


def test_who_checked_for_the_county_does_not_enter_the_city_s_word(case, who):
    walk(case, who, "checked")
    looked(case, Stage.CITY, who.reviewer, path.CITY)
    path.scanned(case, who.second)
    text = refusal(
        lambda: take_step(
            "accept_village",
            case,
            actor=who.reviewer,
            decided_by_name="钱组长",
            document_name="验收表",
            happened_on=path.CITY,
            late_reason="集中录入",
        )
    )
    assert "没有办理过前面环节的人" in text or "没有办理过" in text


def test_each_level_has_its_own_steps(case, who):
    with pytest.raises(PermissionDenied):
        looked(case, Stage.SELF, who.officer, path.SELF)
    assert [one.allowed for one in available(case, who.officer)] == [False, False]


def test_a_bureau_certifies_only_its_own(case, who):
    with pytest.raises(PermissionDenied):
        certify(
            case,
            "transport",
            certified=True,
            document_name="认定表",
            issued_on=path.SELF,
            signed_by="局长",
            actor=who.bureaus["water"],
        )


def test_a_second_certificate_needs_the_first_taken_back(case, who):
    certified(case, who)
    again = {
        "certified": False,
        "note": "管网未通",
        "document_name": "认定表",
        "issued_on": path.SELF,
        "signed_by": "局长",
        "actor": who.bureaus["water"],
    }
    assert "请先撤回" in refusal(lambda: certify(case, "water", **again))
    withdraw_certificate(Certificate.objects.get(sector="water"), reason="填错", actor=who.bureaus["water"])
    certify(case, "water", **again)
    assert Certificate.objects.filter(sector="water").count() == 2


# --- back, and off the plan -----------------------------------------------------------------------------


def test_sent_back_a_village_begins_a_round_of_its_own(case, who):
    walk(case, who, "posted")
    take_step("return_village", case, actor=who.reviewer, comment="卫生室没有医生")
    case.refresh_from_db()
    assert case.state == "planned"
    assert not RosterEntry.objects.standing().exists()
    text = refusal(lambda: take_step("selfcheck_village", case, actor=who.clerk))
    assert text == "还没有填写村级自查表。"  # sheets and certificates of the first round count no more
    today = date(2018, 11, 26)
    passed(case, Stage.SELF, who.clerk, today)
    assert "还缺行业部门证明" in refusal(lambda: passed(case, Stage.TOWNSHIP, who.officer, today))


def test_a_failed_acceptance_sends_the_village_to_mend(case, who):
    walk(case, who, "checked")
    assert "document_name" in _fields(
        lambda: take_step("rectify_village", case, actor=who.second, comment="饮水工程未完工")
    )
    take_step(
        "rectify_village",
        case,
        actor=who.second,
        decided_by_name="钱组长",
        comment="饮水工程未完工",
        document_name="整改通知",
    )
    case.refresh_from_db()
    assert case.state == "planned"


def _fields(act):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        act()
    return refused.value.message_dict


def test_off_the_plan_another_year_may_follow(case, who):
    take_step("drop_village", case, actor=who.reviewer, comment="产业项目推迟")
    rows = Village.objects.filter(pk=case.village_id)
    assert plan_exits(rows, 2019, actor=who.reviewer, document_name="减贫计划") == 1
