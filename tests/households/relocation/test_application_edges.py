"""Applications to move at their edges: days out of order, rounds that count no more, votes that come too late, who reads."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from households.models import RelocationApplication
from households.offices import office_of
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services import ending, lists
from households.relocation.applications.views import reading
from households.today_procedures import tasks
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from poverty.ledgers.asking import ask as ask_ledger
from poverty.ledgers.services.writing import stream
from poverty.review.models import Meeting
from poverty.review.services.meetings import enter_meeting, say
from poverty.review.services.notices import post_notice
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, client_of
from tests.at_commit import commit_checks
from tests.factories import moves as make
from tests.factories.accounts import make_posting
from tests.factories.areas import make_area
from tests.factories.files import jpeg
from tests.factories.households import make_household
from tests.households.relocation.test_application_pages import body, sent

pytestmark = pytest.mark.django_db
OTHER = "220503101200"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-20 09:00 +08:00", tick=False)


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)


def posted_also(user, role, area) -> User:
    """A person with one posting more."""
    make_posting(user, role, area)
    return User.objects.get(pk=user.pk)


def line(cast) -> dict:
    """The one line of the ledger, by heading."""
    question = ask_ledger("relocation_applications", user=cast.reviewer, area_code=COUNTY_A, year=2018)
    headings = [one.heading for one in question.columns]
    (found,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
    return found


class TestDays:
    def test_nobody_applied_before_2014(self, cast):
        home = make_household(VILLAGE_A)
        client, url = client_of(cast.clerk), reverse("households:move-apply", args=[home.pk])
        early = sent(home, applied_on="2013-12-31", late_reason="补录")
        answer = client.post(url, early)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"applied_on": ["申请日期不能早于 2014 年。"]}
        assert "吃水困难，离公路远" in answer.content.decode()
        assert client.post(url, early | {"applied_on": "2014-01-01"}).status_code == 302
        commit_checks()

    def test_nobody_is_announced_before_the_sheet_hangs(self, cast):
        case = make.bring(cast, make.make_case(cast), "approved")
        post_notice(
            make.roster_of(case),
            "announcement",
            title="公告",
            place="村务公开栏",
            publisher="二道江区扶贫办",
            contact="0435-1234567",
            posted_on=make.ANNOUNCED_FROM,
            late_reason="补录",
            actor=cast.reviewer,
        )
        act = reverse("households:moves-act", args=["approved"])
        given = {"case": case.pk, "happened_on": "2018-06-05", "late_reason": "补录"}
        early = client_of(cast.reviewer).post(act, given)
        assert early.status_code == 422
        assert early.context["form"].errors == {
            "happened_on": ["办理日期不能早于公告张贴的日期 2018-06-06。"]
        }
        case.refresh_from_db()
        assert case.state == "approved"
        done = client_of(cast.reviewer).post(act, given | {"happened_on": "2018-06-06"})
        assert done.status_code == 302
        case.refresh_from_db()
        assert case.state == "announced"
        commit_checks()


class TestLedger:
    ROUND = (
        "村评议日期",
        "票数",
        "村内公示起",
        "村内公示止",
        "呈报日期",
        "呈报文件",
        "公示起",
        "公示止",
        "批准日期",
        "批准文件",
        "公告日期",
    )

    def test_sent_back_it_shows_its_new_round_alone(self, cast):
        case = make.bring(cast, make.make_case(cast), "announced")
        assert line(cast)["公告日期"] == make.ANNOUNCED_FROM
        decision = make.decision(cast.reviewer, date(2018, 7, 1), "撤销文件", comment="人口不清")
        back = ending.send_back(case, decision)
        told = line(cast)
        assert {told[name] for name in self.ROUND} <= {None, ""}
        assert (told["申请日期"], told["补录原因"], told["状态"]) == (make.APPLIED, make.LATE, "已申请")
        make.scan(cast.clerk, back, "application", jpeg(colour="green"))
        make.appraised(cast, [back], date(2018, 7, 5))
        make.posted(cast, make.roster_of(back), "first", date(2018, 7, 6))
        told = line(cast)
        assert [told[name] for name in self.ROUND[:4]] == [
            date(2018, 7, 5),
            "同意29 反对1 弃权1",
            date(2018, 7, 6),
            date(2018, 7, 12),
        ]
        assert {told[name] for name in self.ROUND[4:]} <= {None, ""}

    def test_who_has_left_his_list_keeps_the_days_of_his_round(self, cast):
        case = make.bring(cast, make.make_case(cast), "reported")
        make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
        decision = make.decision(cast.reviewer, date(2018, 6, 1), comment="不在搬迁范围")
        ending.refuse(case, "区扶贫办 0435-1", decision)
        told = line(cast)
        assert (
            told["村评议日期"],
            told["村内公示起"],
            told["呈报日期"],
            told["公示起"],
            told["公告日期"],
        ) == (
            make.APPRAISED,
            make.FIRST_FROM,
            make.REPORTED,
            make.SECOND_FROM,
            None,
        )

    def test_who_moved_in_keeps_his_announcement(self, cast):
        make.bring(cast, make.make_case(cast), "cleared")
        assert line(cast)["公告日期"] == make.ANNOUNCED_FROM

    def test_a_sheet_that_hung_after_he_left_is_not_his(self, cast):
        first, second = make.make_case(cast), make.make_case(cast, make_household(VILLAGE_A, "孙有财"))
        make.appraised(cast, [first, second])
        roster = make.roster_of(first)
        decision = make.decision(cast.clerk, make.APPRAISED, "撤回书", comment="不搬了")
        ending.withdraw(first, decision)
        make.posted(cast, roster, "first", make.FIRST_FROM)
        question = ask_ledger("relocation_applications", user=cast.reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        found = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert {one["状态"]: one["村内公示起"] for one in found} == {
            "已撤回": None,
            "村已评议": make.FIRST_FROM,
        }

    def test_votes_of_an_open_meeting_do_not_count(self, cast):
        case = make.make_case(cast)
        meeting = enter_meeting(
            Meeting.Kind.VILLAGE,
            VILLAGE_A,
            held_on=make.APPRAISED,
            place="村委会",
            chair="李主任",
            due=40,
            present=31,
            late_reason="补录",
            actor=cast.clerk,
        )
        say(meeting, CASE, [make.said(case)], actor=cast.clerk)
        assert not line(cast)["票数"]


class TestWhoReads:
    def test_who_only_looks_at_households_elsewhere_reads_no_application_there(self, cast):
        here = make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, "赵有福")), "appraised")
        there_cast = make.Cast(OTHER)
        there = make.bring(
            there_cast, make.make_case(there_cast, make_household(OTHER, "李有田")), "appraised"
        )
        clerk = posted_also(cast.clerk, Role.FINANCE_OFFICER, COUNTY_A)
        client = client_of(clerk)
        answers = {
            client.get(reverse("households:move", args=[one.pk])).status_code: one for one in (here, there)
        }
        assert answers == {200: here, 404: there}
        rows = client.get("/api/v1/relocation-applications/").json()["results"]
        assert [one["id"] for one in rows] == [here.pk]
        page = client.get(
            reverse("households:moves"), {"tab": "appraised", "area": COUNTY_A}
        ).content.decode()
        assert "赵有福" in page
        assert "李有田" not in page
        assert client.get(reverse("households:move-list", args=[make.roster_of(there).pk])).status_code == 404
        assert "李有田" in body(cast.reviewer, "move", there.pk)

    def test_rights_of_two_postings_add_up(self, cast):
        there_cast = make.Cast(OTHER)
        cases = [
            make.make_case(cast, make_household(VILLAGE_A, "赵有福")),
            make.make_case(there_cast, make_household(OTHER, "李有田")),
        ]
        both = posted_also(cast.clerk, Role.TOWNSHIP_OFFICER, OTHER[:9])
        rows = client_of(both).get("/api/v1/relocation-applications/").json()["results"]
        assert {one["id"] for one in rows} == {case.pk for case in cases}


class TestEnding:
    def test_why_the_household_was_told_late_is_kept(self, cast):
        case = make.make_case(cast)
        decision = make.decision(cast.officer, make.APPRAISED, comment="不在搬迁范围")
        ending.refuse(case, "镇扶贫办 0435-1", decision)
        tell = reverse("households:move-tell", args=[case.pk])
        given = {"told_on": "2018-05-20", "told_to": "王建国", "late_reason": "雨季道路中断"}
        assert client_of(cast.officer).post(tell, given).status_code == 302
        entry = Entry.objects.get(action="households.relocation.tell")
        assert entry.summary.endswith("2018-05-20 已把不予批准的原因告知农户（补录：雨季道路中断）")

    @pytest.mark.parametrize("state", ["applied", "appraised"])
    def test_who_proposes_elsewhere_and_confirms_here_refuses(self, cast, state):
        case = make.bring(cast, make.make_case(cast), state)
        both = posted_also(cast.officer, Role.VILLAGE_CLERK, VILLAGE_A)
        decision = make.decision(both, date(2018, 7, 1), comment="不在搬迁范围")
        ending.refuse(case, "镇扶贫办 0435-1", decision)
        case.refresh_from_db()
        assert case.state == "refused"
        commit_checks()

    def test_who_holds_both_rights_refuses_by_the_meeting(self, cast):
        case = make.make_case(cast)
        both = posted_also(cast.clerk, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
        said = [make.said(case, False)]
        lists.appraise(VILLAGE_A, said, make.sitting(), actor=both, contact="镇扶贫办 0435-1")
        case.refresh_from_db()
        assert (case.state, case.refused_reason) == ("refused", "在镇上已有住房")
        commit_checks()

    def test_what_the_township_holds_is_not_the_villages_to_refuse(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        decision = make.decision(cast.clerk, date(2018, 7, 1), comment="不行")
        with pytest.raises(PermissionDenied), transaction.atomic():
            ending.refuse(case, "镇扶贫办 0435-1", decision)
        case.refresh_from_db()
        assert (case.state, case.refused_reason) == ("appraised", "")

    def test_who_proposes_and_confirms_has_it_before_him_once(self, cast):
        case = make.make_case(cast)
        decision = make.decision(cast.officer, make.APPRAISED, comment="不在搬迁范围")
        ending.refuse(case, "镇扶贫办 0435-1", decision)
        both = posted_also(cast.clerk, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
        label = "搬迁申请：告知不予批准"
        for user in (both, cast.officer):
            assert [one.count for one in tasks(user, VILLAGE_A) if one.label == label] == [1]
        assert not [one for one in tasks(cast.reviewer, VILLAGE_A) if one.label == label]


class TestAppraisalPage:
    URL = "households:move-appraise"

    def given(self, *cases, **fields):
        votes = {"result": "yes", "votes_for": "29", "votes_against": "1", "abstained": "1"}
        return {
            "held_on": "2018-10-20",
            "place": "村委会会议室",
            "chair": "李主任",
            "due": "40",
            "present": "31",
            "summary": "逐户评议",
            **{f"case-{case.pk}-{name}": value for case in cases for name, value in votes.items()},
            **fields,
        }

    def test_a_vote_that_cannot_be_taken_stops_the_meeting(self, cast):
        good = make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        held = make.make_case(cast, make_household(VILLAGE_A, "孙有财"), papered=False)
        client, url = client_of(cast.clerk), reverse(self.URL)
        given = self.given(good, held, **{f"case-{held.pk}-votes_for": "27"})
        answer = client.post(url, given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "孙有财户" in page
        assert "这一户现在不能评议：缺少搬迁申请书，请先上传。" in page
        for typed in ("逐户评议", 'value="29"', 'value="27"'):
            assert typed in page
        assert not Meeting.objects.exists()
        cleared = {name: "" for name in given if name.startswith(f"case-{held.pk}-")}
        assert client.post(url, given | cleared).status_code == 302
        commit_checks()
        states = dict(RelocationApplication.objects.values_list("household__head_name", "state"))
        assert states == {"赵有福": "appraised", "孙有财": "applied"}

    def test_so_does_one_that_has_gone_meanwhile(self, cast):
        good = make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        gone = make.make_case(cast, make_household(VILLAGE_A, "孙有财"))
        ending.withdraw(gone, make.decision(cast.clerk, make.APPRAISED, "撤回书", comment="不搬了"))
        answer = client_of(cast.clerk).post(reverse(self.URL), self.given(good, gone))
        assert answer.status_code == 422
        assert "孙有财户" in answer.content.decode()
        assert "现在是“已撤回”，不在这次评议的户里" in answer.content.decode()
        assert not Meeting.objects.exists()

    def test_nobody_learns_of_a_household_that_is_not_his(self, cast):
        good = make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        there_cast = make.Cast(OTHER)
        theirs = make.make_case(there_cast, make_household(OTHER, "李有田"))
        answer = client_of(cast.clerk).post(reverse(self.URL), self.given(good, theirs))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "有评议的户已不由您办理" in page
        assert "李有田" not in page
        assert not Meeting.objects.exists()

    def test_sent_twice_the_second_time_says_so_and_keeps_what_was_typed(self, cast):
        case = make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        client, url, given = client_of(cast.clerk), reverse(self.URL), self.given(case)
        assert client.post(url, given).status_code == 302
        again = client.post(url, given)
        assert again.status_code == 422
        assert "现在是“村已评议”" in again.content.decode()
        assert "逐户评议" in again.content.decode()
        assert Meeting.objects.count() == 1


class TestLists:
    def test_the_latest_are_never_cut_off(self, cast, monkeypatch):
        monkeypatch.setattr(reading, "SHOWN", 1)
        first = make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        make.appraised(cast, [first], date(2018, 10, 1))
        make.posted(cast, make.roster_of(first), "first", date(2018, 10, 2))
        lists.pass_on("report", [first.pk], make.decision(cast.officer, date(2018, 10, 10)))
        there = make.Cast(OTHER)
        late = make.bring(there, make.make_case(there, make_household(OTHER, "李有田")), "reported")
        page = client_of(cast.reviewer).get(
            reverse("households:moves"), {"tab": "reported", "area": COUNTY_A}
        )
        assert [one["case"] for one in page.context["lines"]] == [late]
        assert page.context["more"]

    def test_those_who_wait_for_their_house_stand_on_pages(self, cast):
        case = make.bring(cast, make.make_case(cast), "announced")
        page = client_of(cast.officer).get(reverse("households:moves"), {"tab": "announced"})
        assert [one["case"] for one in page.context["lines"]] == list(page.context["page"]) == [case]
        assert "等农户入住" in page.content.decode()


class TestWords:
    def test_a_street_has_an_office(self):
        street = make_area("220503001", "东华街道")
        assert office_of("township", make_area("220503001200", parent=street)) == "东华街道办事处"
        assert office_of("township", make_area(VILLAGE_A)) == "鸭园镇人民政府"

    def test_the_sheets_are_called_what_the_refusal_calls_them(self, cast):
        case = make.make_case(cast)
        made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(), actor=cast.clerk)
        make.scan(cast.clerk, made.meeting, "minutes")
        make.posted(cast, made.roster, "first", make.FIRST_FROM)
        page = body(cast.officer, "move", case.pk)
        assert "缺少乡镇核查表，请先上传" in page
        assert "乡镇核查表传到名单页面" in page
        assert "乡镇核查表和县级审核表扫描件" in body(cast.officer, "move-list", made.roster.pk)
