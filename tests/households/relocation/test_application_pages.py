"""Applications to move on their pages: what waits, buttons that would be refused, papers, lists, ledger and API."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import RelocationApplication, Survey
from households.relocation.applications.figures import figures
from households.relocation.applications.services import ending
from poverty.ledgers.asking import ask as ask_ledger
from poverty.ledgers.services.writing import stream
from poverty.notices.sheets import sheet_of
from poverty.review.models import Notice
from poverty.review.services.notices import withdraw_notice
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.at_commit import commit_checks
from tests.factories import moves as make
from tests.factories.households import make_household, make_member, make_year

pytestmark = pytest.mark.django_db
OTHER = "220503101200"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-20 09:00 +08:00", tick=False)


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)


def body(user, name, *args, **query) -> str:
    return client_of(user).get(reverse(f"households:{name}", args=args), query).content.decode()


def sent(household, **fields) -> dict:
    """The form of an application as a clerk fills it in."""
    return {
        "applicant": "王建国",
        "applied_on": "2018-10-19",
        "document_name": "搬迁申请书",
        "movers": [str(pk) for pk in make.members_of(household)],
        "reason": "hard_living",
        "situation": "吃水困难，离公路远",
        "method": "concentrated",
        "place": "township",
        "destination": "幸福小区",
        "old_house": "goes",
        "promised_on": "2018-10-19",
        "house_stays_for": "",
    } | fields


class TestApplying:
    def test_a_clerk_enters_it_once(self, cast):
        home = make_household(VILLAGE_A)
        make_member(home)
        client, url = client_of(cast.clerk), reverse("households:move-apply", args=[home.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, sent(home)).status_code == 302
        case = RelocationApplication.objects.get()
        assert (case.movers.count(), case.old_house_goes, case.promised_on) == (2, True, date(2018, 10, 19))
        again = client.post(url, sent(home))
        assert again.status_code == 422
        assert "已有一件搬迁申请" in again.content.decode()
        assert RelocationApplication.objects.count() == 1

    def test_what_was_typed_stays_when_it_is_refused(self, cast):
        home = make_household(VILLAGE_A)
        url = reverse("households:move-apply", args=[home.pk])
        answer = client_of(cast.clerk).post(url, sent(home, promised_on="", movers=[]))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"movers", "promised_on"}
        assert "吃水困难，离公路远" in answer.content.decode()
        assert not RelocationApplication.objects.exists()

    def test_a_household_that_moved_by_its_facts_is_asked_about(self, cast):
        home = make_household(VILLAGE_A, survey={"is_relocated": True})
        url = reverse("households:move-apply", args=[home.pk])
        client = client_of(cast.clerk)
        asked = client.post(url, sent(home))
        assert "已是搬迁户" in asked.context["form"].questions["applicant"]
        assert not RelocationApplication.objects.exists()
        answer = asked.content.decode().split('name="questions_answered" value="')[1].split('"')[0]
        assert client.post(url, sent(home) | {"questions_answered": answer}).status_code == 302

    def test_an_ordinary_household_has_no_form(self, cast):
        home = make_household(VILLAGE_A, kind="general_rural", status="")
        page = body(cast.clerk, "move-apply", home.pk)
        assert "不是建档立卡户" in page
        assert "登记申请</button>" not in page

    def test_it_is_found_by_the_head_and_the_household_leads_there(self, cast):
        home = make_household(VILLAGE_A, "赵有福")
        client = client_of(cast.clerk)
        found = client.post(reverse("households:move-start"), {"household": "赵有福"})
        assert found.url == reverse("households:move-apply", args=[home.pk])
        tab = client.get(reverse("households:detail", args=[home.pk]), {"tab": "pairing"}).content.decode()
        assert reverse("households:move-apply", args=[home.pk]) in tab
        case = make.make_case(cast, home)
        tab = client.get(reverse("households:detail", args=[home.pk]), {"tab": "pairing"}).content.decode()
        assert reverse("households:move", args=[case.pk]) in tab
        assert reverse("households:move-apply", args=[home.pk]) not in tab


class TestOneCase:
    def test_a_button_that_would_be_refused_is_not_shown(self, cast):
        case = make.bring(cast, make.make_case(cast), "reported")
        page = body(cast.reviewer, "move", case.pk)
        assert "现在不能“县审批通过”：还没有乡镇公示" in page
        assert f"tab=reported#move-{case.pk}" not in page
        make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
        assert f"tab=reported#move-{case.pk}" in body(cast.reviewer, "move", case.pk)
        assert "县审批通过" not in body(cast.clerk, "move", case.pk)

    def test_the_village_is_told_what_lacks_for_its_meeting(self, cast):
        case = make.make_case(cast, papered=False)
        assert "缺少搬迁申请书，请先上传" in body(cast.clerk, "move", case.pk)
        page = body(cast.clerk, "move-appraise")
        assert "有 1 户现在不能评议" in page
        assert "会议定稿</button>" not in page
        make.scan(cast.clerk, case, "application")
        assert "会议定稿</button>" in body(cast.clerk, "move-appraise")

    def test_moved_in_while_the_facts_lag_it_leads_to_the_facts(self, cast):
        make_year(COUNTY_A)
        case = make.bring(cast, make.make_case(cast), "moved")
        page = body(cast.clerk, "move", case.pk, year=2018)
        assert "2018年度信息里“是否搬迁户”还没有填“是”" in page
        assert reverse("households:survey-edit", args=[case.household_id, 2018]) in page
        assert case.household.head_name in body(cast.officer, "moves", tab="facts", year=2018)
        Survey.objects.filter(household=case.household_id, year=2018).update(is_relocated=True)
        assert "还没有填“是”" not in body(cast.clerk, "move", case.pk, year=2018)

    def test_a_refused_household_is_told_why(self, cast):
        case = make.make_case(cast)
        url = reverse("households:move-refuse", args=[case.pk])
        given = {"comment": "不在搬迁范围", "happened_on": "2018-10-20"}
        client = client_of(cast.officer)
        assert set(client.post(url, given).context["form"].errors) == {"contact"}
        assert client.post(url, given | {"contact": "镇扶贫办 0435-1"}).status_code == 302
        paper = body(cast.clerk, "move-paper", case.pk)
        assert "原因：不在搬迁范围" in paper
        assert "镇扶贫办 0435-1" in paper
        tell = reverse("households:move-tell", args=[case.pk])
        assert client.post(tell, {"told_on": "2018-10-20", "told_to": "王建国"}).status_code == 302
        assert "登记告知" not in body(cast.clerk, "move", case.pk)

    def test_out_of_place_it_does_not_exist(self, cast, stranger, bureau_officer):
        case = make.make_case(cast)
        url = reverse("households:move", args=[case.pk])
        assert client_of(stranger("county_reviewer")).get(url).status_code == 404
        assert client_of(bureau_officer).get(url).status_code == 403
        stranger_clerk = client_of(stranger("village_clerk"))
        for name in ("move-amend", "move-withdraw"):
            assert stranger_clerk.post(reverse(f"households:{name}", args=[case.pk]), {}).status_code == 404


class TestLists:
    @pytest.mark.parametrize("place", [COUNTY_A, VILLAGE_A])
    def test_every_tab_opens_with_something_in_it(self, cast, place):
        for number, state in enumerate(make.ORDER):
            make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, f"户主{number}")), state)
        refused = make.make_case(cast, make_household(VILLAGE_A, "不批的"))
        decision = make.decision(cast.officer, date(2018, 10, 1), comment="不在搬迁范围")
        ending.refuse(refused, "镇扶贫办", decision)
        client = client_of(cast.reviewer)
        first = client.get(reverse("households:moves"), {"area": place, "year": 2018})
        shown = {label: count for label, _, count, _ in first.context["tabs"]}
        assert shown == {
            "待评议": 1,
            "待呈报": 1,
            "待审批": 1,
            "待公告": 1,
            "待入住": 1,
            "待拆旧房": 1,
            "待告知": 1,
            "年度信息没有跟上": 2,
            "已办结": 3,
        }
        for label, query, count, _ in first.context["tabs"]:
            page = client.get(f"{reverse('households:moves')}{query}&area={place}&year=2018")
            assert len(page.context["lines"]) == count, label
        waits = client.get(reverse("households:moves"), {"area": place, "year": 2018, "tab": "announced"})
        assert "等农户入住" in waits.content.decode()
        case = RelocationApplication.objects.get(state="announced")
        notice = Notice.objects.get(roster=make.roster_of(case), kind="announcement")
        commit_checks()
        withdraw_notice(notice, reason="写错", actor=cast.reviewer)
        waits = client.get(reverse("households:moves"), {"area": place, "year": 2018, "tab": "announced"})
        assert "等农户入住" not in waits.content.decode(), "its announcement was taken back"
        trace = reverse("review:trace", args=["households.relocationapplication", refused.pk])
        assert "不在搬迁范围" in client.get(trace).content.decode()

    def test_the_township_reports_several_and_the_county_approves_them(self, cast):
        cases = [make.make_case(cast, make_household(VILLAGE_A, head)) for head in ("赵有福", "孙有财")]
        make.appraised(cast, cases)
        roster = make.roster_of(cases[0])
        make.posted(cast, roster, "first", make.FIRST_FROM)
        ids = [case.pk for case in cases]
        act = reverse("households:moves-act", args=["appraised"])
        nothing = client_of(cast.officer).post(act, {"case": ids, "happened_on": "2018-10-10"})
        assert set(nothing.context["form"].errors) == {"document_name"}
        given = {
            "case": ids,
            "happened_on": "2018-10-10",
            "document_name": "鸭政呈〔2018〕3号",
            "late_reason": "补录",
        }
        far = make.Cast(OTHER)
        astray = make.bring(far, make.make_case(far, make_household(OTHER, "别处的")), "appraised")
        partly = client_of(cast.officer).post(act, {**given, "case": [*ids, astray.pk]})
        assert partly.status_code == 422, "none, where one of them is not his to report"
        assert "全部没有办理" in partly.content.decode()
        assert set(RelocationApplication.objects.values_list("state", flat=True)) == {"appraised"}
        # Another page of his looks at another village by now.
        client = client_of(cast.officer)
        client.get(reverse("households:moves"), {"area": "220503100209"})
        assert client.post(act, given).status_code == 302
        astray.refresh_from_db()
        assert astray.state == "appraised"
        assert set(RelocationApplication.objects.filter(pk__in=ids).values_list("state", flat=True)) == {
            "reported"
        }
        early = client_of(cast.reviewer).post(reverse("households:moves-act", args=["reported"]), given)
        assert early.status_code == 422
        assert "赵有福户：还没有乡镇公示，不能进入下一环节。" in early.context["problems"]

    def test_counts_add_up_over_places(self, cast, county_reviewer):
        make.make_case(cast, make_household(VILLAGE_A, "赵有福"))
        make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, "孙有财")), "reported")
        there = make.Cast(OTHER)
        make.bring(there, make.make_case(there, make_household(OTHER, "李有田")), "moved")
        places, total = figures(RelocationApplication.objects.visible_to(county_reviewer), COUNTY_A)
        assert [(one.code, one.total) for one in places] == [("220503100", 2), ("220503101", 1)]
        assert total.cells == [
            ("待评议", 1),
            ("待呈报", 0),
            ("待审批", 1),
            ("已批准", 0),
            ("已入住", 1),
            ("不予批准、撤回", 0),
        ]
        tabs = (
            client_of(county_reviewer).get(reverse("households:moves"), {"area": VILLAGE_A}).context["tabs"]
        )
        assert {label: count for label, _, count, _ in tabs if count} == {"待评议": 1, "待审批": 1}

    def test_who_is_late_comes_first(self, cast):
        make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, "孙有财")), "reported")
        page = client_of(cast.reviewer).get(reverse("households:moves"), {"tab": "reported"})
        assert [line["due_on"] for line in page.context["lines"]] == [date(2018, 6, 22)]
        assert "逾期" in page.content.decode()

    def test_the_sheet_says_neither_why_nor_where_to(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        cells = sheet_of("households.relocationapplication").rows(RelocationApplication.objects.all())
        assert cells[case.pk] == (None, "王建国", 1, 1, "集中安置")
        notice, _ = make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
        printed = client_of(cast.clerk).get(reverse("notices:sheet", args=[notice.pk])).content.decode()
        assert "王建国" in printed
        for name, pk in (("review:roster", notice.roster_id), ("review:notice", notice.pk)):
            assert "王建国" in client_of(cast.clerk).get(reverse(name, args=[pk])).content.decode(), name
        assert "滑坡体" not in printed

    def test_ledger_and_api(self, cast, stranger):
        case = make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, household_no="H1")), "moved")
        question = ask_ledger("relocation_applications", user=cast.reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        (line,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        told = (
            line["户编号"],
            line["搬迁人口"],
            line["票数"],
            line["批准日期"],
            line["入住日期"],
            line["状态"],
        )
        assert told == ("H1", 1, "同意29 反对1 弃权1", make.APPROVED, make.MOVED, "已入住")
        (row,) = client_of(cast.officer).get("/api/v1/relocation-applications/?state=moved").json()["results"]
        assert (row["id"], row["moved_on"], row["cleared_on"]) == (case.pk, "2018-09-20", None)
        theirs = client_of(stranger("county_reviewer")).get("/api/v1/relocation-applications/").json()
        assert theirs["results"] == []

    def test_it_waits_on_the_desk_of_who_is_next(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        assert "搬迁申请：张贴村内公示" in client_of(cast.clerk).get(reverse("home")).content.decode()
        make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
        assert "搬迁申请：乡镇呈报" in client_of(cast.officer).get(reverse("home")).content.decode()
