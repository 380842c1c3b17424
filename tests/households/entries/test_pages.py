"""Pages of identification, 返贫 and 户清退: one list at a time, what was typed stays, why a button is missing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.entries.models import EntryCase, EntryRefusal
from households.entries.services.refusing import withdraw
from households.options.entry_bureaus import ENTRY_BUREAUS
from poverty.review.models import Meeting, Notice, Roster
from poverty.review.services.notices import post_notice, withdraw_notice
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.at_commit import commit_checks
from tests.factories import entries as make
from tests.factories.files import make_upload
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"households:{name}", args=args)


APPLICATION = {
    "applied_by": "household",
    "applicant": "赵有福",
    "applied_on": "2018-05-03",
    "cause": "illness",
    "reason": "户主患病，失去劳动能力",
    "house_safe": "unknown",
    "at_school": "true",
    "insured": "false",
    "water_safe": "unknown",
    "authorised_on": "2018-05-03",
    "document_name": "申请书",
    "late_reason": "演示补录",
}


def test_the_village_enters_an_application(cast):
    household = make.ordinary(VILLAGE_A)
    client = client_of(cast.clerk)
    answer = client.post(url("apply", household.pk, "identification"), APPLICATION)
    case = EntryCase.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == url("entry", case.pk)
    assert (case.house_safe, case.at_school, case.insured) == (None, True, False)
    page = client.get(answer["Location"]).content.decode()
    assert "下一步：<b>信息比对</b>" in page
    # What the township does is no button of the village, and no reason either.
    assert "登记比对" not in page


def test_what_was_typed_stays(cast):
    household = make.ordinary(VILLAGE_A)
    answer = client_of(cast.clerk).post(
        url("apply", household.pk, "identification"), APPLICATION | {"applied_on": "2021-03-01"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2014年至2020年期间才能申请识别或返贫" in page
    assert "失去劳动能力" in page
    assert not EntryCase.objects.exists()


def test_what_cannot_be_applied_for_is_said(cast):
    page = client_of(cast.clerk).get(url("apply-household", make_household(VILLAGE_A).pk)).content.decode()
    assert "已在建档立卡范围" in page
    assert "只有已脱贫的户才能返贫" in page
    assert "识别和返贫到 2020 年底为止" in page


def test_the_household_is_found_by_name(cast):
    household = make.ordinary(VILLAGE_A, "赵有福")
    answer = client_of(cast.clerk).post(url("apply-start"), {"household": "赵有福"})
    assert answer["Location"] == url("apply-household", household.pk)
    assert client_of(cast.clerk).post(url("apply-start"), {"household": "没有这人"}).status_code == 422


def comparison(**changes):
    found = {f"result_{one.key}": "clear" for one in ENTRY_BUREAUS}
    return found | {"compared_on": "2018-05-10", "document_name": "比对表", "late_reason": "补录"} | changes


def test_the_township_books_the_comparison(cast):
    case, client = make.make_case(cast), client_of(cast.officer)
    answer = client.post(url("entry-compare", case.pk), comparison(result_school=""))
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "applied"
    client.post(url("entry-compare", case.pk), comparison(result_school="hit", note_school="有学籍，已核实"))
    case.refresh_from_db()
    assert case.state == "compared"


def test_a_hit_without_a_word_is_told_at_its_field(cast):
    case = make.make_case(cast)
    answer = client_of(cast.officer).post(url("entry-compare", case.pk), comparison(result_vehicles="hit"))
    assert answer.status_code == 422
    assert "请写明反馈内容和核实情况" in answer.content.decode()


def test_without_authorisation_the_page_says_why(cast):
    case = make.make_case(cast, authorised_on=None)
    page = client_of(cast.officer).get(url("entry-compare", case.pk)).content.decode()
    assert "农户还没有签授权书" in page
    assert "保存比对结果" not in page
    sent = {"authorised_on": "2018-05-04", "authorisation": make_upload(name="授权书.jpg")}
    answer = client_of(cast.clerk).post(url("entry-authorise", case.pk), sent)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.authorised_on == date(2018, 5, 4)
    assert "授权书.jpg" in client_of(cast.clerk).get(url("entry", case.pk)).content.decode()


def minutes(**changes):
    return {
        "held_on": "2018-05-14",
        "place": "村委会",
        "chair": "李主任",
        "due": "40",
        "present": "31",
        "late_reason": "补录",
    } | changes


def test_the_village_enters_its_meeting_once(cast):
    agreed = make.bring(cast, make.make_case(cast), "compared")
    other = make.bring(cast, make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙有财")), "compared")
    votes = {
        f"case-{agreed.pk}-result": "yes",
        f"case-{agreed.pk}-votes_for": "29",
        f"case-{agreed.pk}-votes_against": "1",
        f"case-{agreed.pk}-abstained": "1",
        f"case-{other.pk}-result": "no",
        f"case-{other.pk}-note": "家庭有两辆货车",
    }
    client = client_of(cast.clerk)
    without = client.post(url("entry-appraise"), minutes(**votes))
    assert without.status_code == 422
    assert "请写明依据的文件和条款" in without.content.decode()
    assert "家庭有两辆货车" in without.content.decode()
    assert not Meeting.objects.exists()
    papers = {
        "paper-clause": "工作方案 第二条",
        "paper-contact": "镇扶贫办 0435-1234567",
        "paper-issued_by": "二道沟村民委员会",
    }
    done = client.post(url("entry-appraise"), minutes(**votes, **papers))
    assert done["Location"] == url("entry-list", Roster.objects.get().pk)
    assert EntryRefusal.objects.get().case_id == other.pk
    assert "张贴村内公示" in client.get(done["Location"]).content.decode()


def test_a_vote_on_a_case_that_has_gone_stops_the_meeting(cast):
    stays = make.bring(cast, make.make_case(cast), "compared")
    gone = make.bring(cast, make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙有财")), "compared")
    withdraw(gone, make.decision(cast.clerk, make.APPRAISED, comment="不申请了"))
    votes = {f"case-{one.pk}-result": "yes" for one in (stays, gone)}
    answer = client_of(cast.clerk).post(url("entry-appraise"), minutes(**votes))
    assert answer.status_code == 422
    assert "现在是“已撤回”，不在这次评议的户里" in answer.content.decode()
    assert not Meeting.objects.exists()
    cleared = votes | {f"case-{gone.pk}-result": ""}
    assert client_of(cast.clerk).post(url("entry-appraise"), minutes(**cleared)).status_code == 302
    stays.refresh_from_db()
    assert stays.state == "appraised"


def test_a_list_is_posted_and_its_sheet_printed_with_its_code(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    roster, client = make.roster_of(case), client_of(cast.clerk)
    page = client.get(url("entry-notice", roster.pk, "first")).content.decode()
    assert "2018年拟识别贫困户公示" in page
    answer = client.post(
        url("entry-notice", roster.pk, "first"),
        {
            "title": "二道沟村2018年拟识别贫困户公示",
            "place": "村务公开栏",
            "publisher": "二道沟村民委员会",
            "contact": "鸭园镇扶贫办 0435-1234567",
            "posted_on": "2018-05-15",
            "days": "7",
            "late_reason": "补录",
        },
    )
    assert answer["Location"] == url("entry-sheet", Notice.objects.get().pk)
    again = client.get(answer["Location"]).content.decode()
    assert "公示码：" in again
    assert "赵有福" in again
    # No identity number on the wall.
    assert "2205" not in again.split('class="paper"')[1].split("</article>")[0]


def test_too_few_days_are_refused_at_the_field(cast):
    roster = make.roster_of(make.bring(cast, make.make_case(cast), "appraised"))
    form = {
        "title": "公示",
        "place": "公开栏",
        "publisher": "村委会",
        "contact": "镇扶贫办",
        "days": "3",
    }
    answer = client_of(cast.clerk).post(url("entry-notice", roster.pk, "first"), form)
    assert answer.status_code == 422
    assert "公示不得少于 7 天" in answer.content.decode()


def test_the_township_passes_on_what_is_ticked(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    client = client_of(cast.officer)
    page = client.get(url("entries") + "?tab=appraised").content.decode()
    assert "还没有村内公示" in page
    assert 'name="case"' not in page
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    page = client.get(url("entries") + "?tab=appraised").content.decode()
    assert f'name="case" value="{case.pk}"' in page
    early = {"case": case.pk, "happened_on": "2018-05-21", "document_name": "审核表", "late_reason": "补录"}
    answer = client.post(url("entries-act", "appraised"), early)
    assert answer.status_code == 422
    assert "赵有福户：村内公示到 2018-05-21 才满 7 天" in answer.content.decode()
    done = client.post(url("entries-act", "appraised"), early | {"happened_on": "2018-05-22"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.state == "checked"


def test_what_was_announced_elsewhere_goes_on(cast):
    case = make.bring(cast, make.make_case(cast), "decided")
    client = client_of(cast.reviewer)
    assert "还没有张贴公告" in client.get(url("entries") + "?tab=decided").content.decode()
    post_notice(
        make.roster_of(case),
        "announcement",
        title="公告",
        place="公开栏",
        publisher="县扶贫办",
        contact="县扶贫办",
        posted_on=make.ANNOUNCED_FROM,
        late_reason="补录",
        actor=cast.reviewer,
    )
    form = {"case": case.pk, "happened_on": "2018-06-06", "document_name": "公告", "late_reason": "补录"}
    early = client.post(url("entries-act", "decided"), form | {"happened_on": "2018-06-05"})
    assert early.context["form"].errors == {"happened_on": ["办理日期不能早于公告张贴的日期 2018-06-06。"]}
    assert client.post(url("entries-act", "decided"), form).status_code == 302
    case.refresh_from_db()
    assert case.state == "announced"


def test_an_announcement_that_was_taken_back_is_posted_again(cast):
    case = make.bring(cast, make.make_case(cast), "announced")
    notice, client = Notice.objects.get(kind="announcement"), client_of(cast.reviewer)
    address = url("entry-notice", notice.roster_id, "announcement")
    assert address not in client.get(url("entry", case.pk)).content.decode()
    commit_checks()
    withdraw_notice(notice, reason="标题写错", actor=cast.reviewer, on=date(2018, 6, 7))
    page = client.get(url("entries") + "?tab=announced").content.decode()
    assert "还没有公告" in page
    assert 'name="case"' not in page
    assert address in client.get(url("entry", case.pk)).content.decode()
    assert address in client.get(url("entry-list", notice.roster_id)).content.decode()
    form = {
        "title": "二道沟村2018年识别贫困户公告",
        "place": "村务公开栏",
        "publisher": "县扶贫办",
        "contact": "县扶贫办 0435-3712345",
        "posted_on": "2018-06-08",
        "days": "5",
        "late_reason": "补录",
    }
    assert client.post(address, form).status_code == 302
    # It hangs from the 8th to the 12th: the days of the first sheet count no more.
    ready = {"case": case.pk, "document_name": "公告", "late_reason": "补录"}
    assert (
        client.post(url("entries-act", "announced"), ready | {"happened_on": "2018-06-12"}).status_code == 422
    )
    assert (
        client.post(url("entries-act", "announced"), ready | {"happened_on": "2018-06-13"}).status_code == 302
    )
    commit_checks()
    case.refresh_from_db()
    assert case.state == "done"


def test_who_was_finished_keeps_his_announcement(cast):
    make.bring(cast, make.make_case(cast), "done")
    with pytest.raises(ValidationError, match="不能撤回"):
        withdraw_notice(
            Notice.objects.get(kind="announcement"),
            reason="标题写错",
            actor=cast.reviewer,
            on=date(2018, 6, 12),
        )


def test_nothing_ticked(cast):
    answer = client_of(cast.officer).post(url("entries-act", "appraised"), {})
    assert answer.status_code == 422
    assert "请先勾选" in answer.content.decode()


def test_the_county_decides_by_a_meeting_and_its_number(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    form = minutes(held_on="2018-06-05", document_number="", case=case.pk)
    client = client_of(cast.decider)
    assert client.post(url("entries-act", "reviewed"), form).status_code == 422
    done = client.post(url("entries-act", "reviewed"), form | {"document_number": "二扶领〔2018〕7号"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.document, case.decided_on) == ("decided", "二扶领〔2018〕7号", date(2018, 6, 5))


def test_who_reviewed_is_told_why_he_does_not_decide(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    page = client_of(cast.reviewer).get(url("entry", case.pk)).content.decode()
    assert "现在不能“领导小组审定”" in page
    form = minutes(held_on="2018-06-05", document_number="二扶领〔2018〕7号", case=case.pk)
    answer = client_of(cast.reviewer).post(url("entries-act", "reviewed"), form)
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.state == "reviewed"


def test_the_case_is_finished_on_its_page(cast):
    case = make.bring(cast, make.make_case(cast), "announced")
    page = client_of(cast.reviewer).get(url("entry", case.pk)).content.decode()
    assert f"{url('entries')}?tab=announced" in page
    form = {"case": case.pk, "happened_on": "2018-06-11", "document_name": "公告", "late_reason": "补录"}
    assert client_of(cast.reviewer).post(url("entries-act", "announced"), form).status_code == 302
    case.refresh_from_db()
    assert case.state == "done"


REFUSAL = {
    "reason": "人均纯收入高于识别标准",
    "income": "5200",
    "line": "3535",
    "clause": "建档立卡工作方案 第二条",
    "contact": "县扶贫办 0435-3712345",
    "issued_by": "鸭园镇人民政府",
    "happened_on": "2018-05-23",
    "document_name": "审核表",
    "late_reason": "补录",
}


def test_a_refusal_leads_to_its_paper_and_its_delivery(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    client = client_of(cast.officer)
    assert client.post(url("entry-refuse", case.pk), REFUSAL | {"reason": ""}).status_code == 422
    done = client.post(url("entry-refuse", case.pk), REFUSAL)
    assert done["Location"] == url("entry-paper", case.pk)
    paper = client.get(done["Location"]).content.decode()
    for words in (
        "告知〔2018〕1号",
        "5,200.00",
        "3,535.00",
        "第二条",
        "15 天内",
        "0435-3712345",
        "12317",
    ):
        assert words in paper
    assert "赵有福" in client.get(url("entries") + "?tab=papers").content.decode()
    form = {
        "delivered_on": "2018-05-25",
        "receiver": "赵有福",
        "relation": "户主",
        "receipt": "refused",
        "delivered_by": "周文书",
        "late_reason": "补录",
    }
    clerk = client_of(cast.clerk)
    assert clerk.post(url("entry-deliver", case.pk), form).status_code == 422
    sent = clerk.post(url("entry-deliver", case.pk), form | {"receipt_note": "不认可，李四在场见证"})
    assert sent.status_code == 302
    assert "李四在场见证" in clerk.get(url("entry", case.pk)).content.decode()


def test_a_case_is_returned_with_its_reason(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    client = client_of(cast.officer)
    assert client.post(url("entry-return", case.pk), {"comment": ""}).status_code == 422
    assert client.post(url("entry-return", case.pk), {"comment": "人口不清"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.round) == ("applied", 2)


def test_another_county_sees_nothing(cast):
    case, other = make.bring(cast, make.make_case(cast), "appraised"), make.Cast(VILLAGE_B)
    roster = make.roster_of(case)
    for who, address in (
        (other.clerk, url("entry", case.pk)),
        (other.officer, url("entry-refuse", case.pk)),
        (other.officer, url("entry-list", roster.pk)),
        (other.clerk, url("entry-notice", roster.pk, "first")),
    ):
        assert client_of(who).get(address).status_code == 404
    form = {"case": case.pk, "happened_on": "2018-05-23", "document_name": "审核表", "late_reason": "补录"}
    assert client_of(other.officer).post(url("entries-act", "appraised"), form).status_code == 422
    case.refresh_from_db()
    assert case.state == "appraised"


def test_the_application_is_printed(cast):
    page = client_of(cast.clerk).get(url("entry-application", make.make_case(cast).pk)).content.decode()
    assert "贫困户识别申请表" in page
    assert "授权扶贫、民政" in page


def test_each_number_of_the_movement_has_its_list(cast):
    home = make_household(VILLAGE_A, survey=False)
    make_member(home, "王小雨", since=date(2018, 3, 1), join_reason="birth", facts=False)
    client = client_of(cast.officer)
    period = "?since=2018-01-01&until=2018-12-31"
    page = client.get(url("movements") + period).content.decode()
    assert "新生儿" in page
    found = client.get(url("movement-list", "in") + period + "&reason=birth").content.decode()
    assert "王小雨" in found
    assert "王建国</a></th>" not in found
    assert client.get(url("movement-list", "out") + period).status_code == 200
    for what in ("returned", "exited", "cleared", "dissolved"):
        assert client.get(url("movement-list", what) + period).status_code == 200
    assert client.get(url("movement-list", "nothing")).status_code == 404
    assert client.get(url("movement-list", "in") + period + "&reason=nothing").status_code == 404
