"""Pages of villages as people use them: the list, the village, the forms, and the steps of an exit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.files.models import FileLink
from poverty.files.services import link
from poverty.review.models import Notice
from poverty.review.services.notices import withdraw_notice
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.files import jpeg, make_file
from tests.factories.households import close_the_year, make_household, make_year
from tests.factories.villages import make_village, make_village_standard, make_village_year
from tests.factories.web import typed
from tests.villages import path
from tests.villages.path import exit_of, standard, walk
from villages.forms.facts import VillageFactsForm
from villages.models import Certificate, ExitCase, Village, VillageYear
from villages.services.assess import assess_villages, judge_villages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_all_of_it")]


def get(user, name, *args, **query):
    return client_of(user).get(reverse(name, args=args), {"year": 2018, **query})


def words(response):
    return response.content.decode()


# --- reading --------------------------------------------------------------------------------------------


def test_the_list_tells_what_each_village_lacks(who):
    make_village_standard()
    make_village_year(make_village(), clinics=0, paved_to_township=None)
    make_village_year(make_village("220503100205"))
    assess_villages("220503", 2018)
    page = get(who.officer, "villages:list")
    assert page.status_code == 200
    assert "卫生室" in words(page)
    assert page.context["count"] == (2, True)
    found = get(who.officer, "villages:list", verdict="0")
    assert [row["village"].area_id for row in found.context["rows"]] == ["220503100204"]
    for text in ("区划220503100204", "220503100204"):
        named = get(who.officer, "villages:list", q=text)
        assert [row["village"].area_id for row in named.context["rows"]] == ["220503100204"]
    lacking = get(who.officer, "villages:list", lacking="paved_road")
    assert len(lacking.context["rows"]) == 1


def test_a_list_of_fifty_costs_as_many_queries_as_one_of_two(who, django_assert_max_num_queries):
    make_village_standard()
    for number in range(30):
        make_village_year(make_village(f"2205031002{number + 10}"))
    assess_villages("220503", 2018)
    client = client_of(who.officer)
    with django_assert_max_num_queries(25):
        client.get(reverse("villages:list"), {"year": 2018})


def test_a_village_of_another_county_is_not_there(who, stranger):
    village = make_village()
    assert get(stranger("township_officer"), "villages:detail", village.pk).status_code == 404
    assert get(who.officer, "villages:detail", village.pk).status_code == 200


@pytest.mark.parametrize("tab", ["basics", "facts", "indicators", "gaps", "poor", "exit", "history"])
def test_every_tab_opens_with_facts_and_without(who, tab):
    village = make_village()
    assert get(who.clerk, "villages:detail", village.pk, tab=tab).status_code == 200
    standard()
    make_village_year(village, clinics=0)
    judge_villages([village.pk], 2018)
    path.make_exit(village)
    assert get(who.clerk, "villages:detail", village.pk, tab=tab).status_code == 200


def test_both_lists_stand_behind_the_incidence(who):
    village = make_village()
    make_village_year(village)
    make_village_standard()
    make_household(head="王留下", survey=False)
    make_household(head="李退出", survey=False, planned_exit_year=2018)
    page = get(who.clerk, "villages:detail", village.pk, tab="poor")
    assert [one.head_name for one in page.context["staying"]] == ["王留下"]
    assert [one.head_name for one in page.context["leaving"]] == ["李退出"]
    bureau = get(who.bureaus["water"], "villages:detail", village.pk, tab="poor")
    assert "王留下" not in words(bureau)
    assert bureau.context["hidden"] == 2
    assert bureau.context["found"].poor_persons == 2


def test_the_page_says_that_households_changed_since_it_was_judged(who):
    village = make_village()
    make_village_year(village)
    make_village_standard()
    judge_villages([village.pk], 2018)
    assert "户信息或标准在上次判定后有变化" not in words(get(who.clerk, "villages:detail", village.pk))
    make_household(head="王建国", survey=False)
    assert "户信息或标准在上次判定后有变化" in words(get(who.clerk, "villages:detail", village.pk))


def test_the_gap_list_names_who_can_make_it_good(who):
    make_village_standard()
    make_village_year(make_village(), clinics=0, unsafe_water_households=None)
    make_village_year(make_village("220503100205", status=""), clinics=0)
    assess_villages("220503", 2018)
    page = get(who.officer, "villages:gaps")
    gaps = [(gap.code, gap.state) for gap, *_ in page.context["rows"]]
    assert gaps == [("water", 1), ("clinic", 0)]
    assert page.context["total"] == 2
    assert get(who.officer, "villages:gaps", all="yes").context["total"] == 3
    assert get(who.officer, "villages:gaps", sector="health").context["total"] == 1


# --- facts ----------------------------------------------------------------------------------------------


def facts_post(row, only=None, **changes):
    form = VillageFactsForm(instance=row, only=only)
    return {**typed(form, **changes), "collecting-happened_on": "2018-11-26"}


def test_the_village_fills_in_its_year(who):
    village = make_village()
    make_village_standard()
    row = make_village_year(village, clinics=0)
    url = reverse("villages:facts", args=[village.pk, 2018])
    assert client_of(who.clerk).get(url).status_code == 200
    answer = client_of(who.clerk).post(url, facts_post(row, clinics="1", collective_income="60000.50"))
    assert answer.status_code == 302, words(answer)
    row.refresh_from_db()
    assert (row.clinics, row.collective_income) == (1, Decimal("60000.50"))


def test_what_was_typed_stays_with_the_fault_beside_it(who):
    row = make_village_year()
    url = reverse("villages:facts", args=[row.village_id, 2018])
    answer = client_of(who.clerk).post(url, facts_post(row, dangerous_households="301", clinics="3"))
    assert answer.status_code == 422
    assert "不能多于总户数" in words(answer)
    assert 'value="301"' in words(answer)
    row.refresh_from_db()
    assert (row.dangerous_households, row.clinics) == (0, 1)


def test_a_bureau_fills_in_its_own_and_sees_no_other_field(who):
    row = make_village_year()
    url = reverse("villages:facts", args=[row.village_id, 2018])
    page = client_of(who.bureaus["water"]).get(url)
    assert set(page.context["form"].fact_names) == {"unsafe_water_households", "water_short_households"}
    only = frozenset({"unsafe_water_households", "water_short_households"})
    data = facts_post(row, only, unsafe_water_households="7") | {"clinics": "9"}
    assert client_of(who.bureaus["water"]).post(url, data).status_code == 302
    row.refresh_from_db()
    assert (row.unsafe_water_households, row.clinics) == (7, 1)
    assert row.source_of("unsafe_water_households")[0] == "bureau"


def test_two_people_who_changed_the_same_fact_are_asked(who):
    row = make_village_year()
    url = reverse("villages:facts", args=[row.village_id, 2018])
    data = facts_post(row, clinics="2")
    VillageYear.objects.filter(pk=row.pk).update(clinics=3)
    answer = client_of(who.clerk).post(url, data)
    assert answer.status_code == 422
    assert "别人在您填写期间也改了" in words(answer)


def test_a_year_is_begun_from_the_page(who):
    village = make_village()
    make_year()
    url = reverse("villages:year-start", args=[village.pk, 2018])
    assert client_of(who.clerk).post(url).status_code == 302
    assert VillageYear.objects.get().village == village
    assert client_of(who.clerk).get(url).status_code == 405


def test_a_closed_year_is_readable_and_locked(who):
    row = make_village_year()
    close_the_year(make_year())
    url = reverse("villages:facts", args=[row.village_id, 2018])
    assert "年度已关闭" in words(client_of(who.clerk).get(url))
    answer = client_of(who.clerk).post(url, facts_post(row, clinics="2"))
    assert answer.status_code == 422
    assert "没有保存" in words(answer)


def test_the_record_of_a_village_is_edited(who):
    village = make_village()
    url = reverse("villages:edit", args=[village.pk])
    page = client_of(who.clerk).get(url)
    data = typed(page.context["form"], leader_name="刘支书", leader_phone="13804351234", terrain="mountains")
    answer = client_of(who.clerk).post(url, {**data, "on": "2018-11-20"})
    assert answer.status_code == 302, words(answer)
    village.refresh_from_db()
    assert (village.leader_name, village.terrain) == ("刘支书", "mountains")
    seen = words(get(who.bureaus["water"], "villages:detail", village.pk, tab="basics"))
    assert "13804351234" not in seen
    assert "13804351234" in words(get(who.clerk, "villages:detail", village.pk, tab="basics"))


# --- the exit -------------------------------------------------------------------------------------------


def sheet_post(case, on, failing=(), **more):
    data = {"checked_on": on.isoformat(), "team": "张三、李四", "late_reason": "集中录入", **more}
    for requirement in path.rows_to_check(path.requirements_of(case)):
        code = requirement.indicator
        data[f"item-{code}"] = "no" if code in failing else "yes"
        data[f"note-{code}"] = "还在施工" if code in failing else ""
    return data


def test_the_county_plans_exits_from_the_list(who):
    village = make_village()
    url = reverse("villages:plan") + "?year=2018"
    assert village.area.name in words(client_of(who.reviewer).get(url))
    answer = client_of(who.reviewer).post(url, {"village": [village.pk], "document_name": ""})
    assert answer.status_code == 422
    assert "checked" in words(answer)  # the choice is kept
    answer = client_of(who.reviewer).post(url, {"village": [village.pk], "document_name": "减贫计划"})
    assert answer.status_code == 302
    assert ExitCase.objects.get().year == 2018


def test_a_sheet_with_everything_reached_takes_the_step(who):
    standard()
    case = exit_of()
    url = reverse("villages:exit-sheet", args=[case.pk, "self"])
    assert client_of(who.clerk).get(url).status_code == 200
    answer = client_of(who.clerk).post(url, sheet_post(case, path.SELF))
    assert answer.status_code == 302, words(answer)
    case.refresh_from_db()
    assert case.state == "selfchecked"


def test_a_sheet_with_a_fault_is_kept_and_the_village_mends(who):
    standard()
    case = exit_of()
    url = reverse("villages:exit-sheet", args=[case.pk, "self"])
    answer = client_of(who.clerk).post(url, sheet_post(case, path.SELF, ["clinic"]), follow=True)
    assert "先整改" in words(answer)
    case.refresh_from_db()
    assert (case.state, case.sheets.get().items.filter(passed=False).count()) == ("planned", 1)


def test_the_city_s_sheet_is_kept_when_it_finds_a_fault_too(who):
    standard()
    case = exit_of()
    walk(case, who, "checked")
    paper = SimpleUploadedFile("验收表.jpg", jpeg(colour="blue"), content_type="image/jpeg")
    city = sheet_post(case, path.CITY, ["clinic"], decided_by_name="钱组长", document_name="市级验收表")
    url = reverse("villages:exit-sheet", args=[case.pk, "city"])
    assert client_of(who.second).post(url, city | {"scan": paper}).status_code == 302
    case.refresh_from_db()
    assert case.state == "checked"
    assert FileLink.objects.open().get().role == "sheet_failed"
    other = make_file(who.second, area_code=case.area_code, kind="scan")
    link(other, case, role="sheet", actor=who.second)
    answer = client_of(who.second).post(url, city)
    assert answer.status_code == 302, "it fails again, its paper was there before"
    assert FileLink.objects.open().get(file=other).role == "sheet_failed"
    passed = sheet_post(case, path.CITY, [], decided_by_name="钱组长", document_name="市级验收表")
    answer = client_of(who.second).post(url, passed)
    assert answer.status_code == 422, "the paper of the failed acceptance is none of this one"
    assert "缺少验收表扫描件" in words(answer)


def test_a_village_that_is_not_met_gets_no_further_by_the_page(who):
    standard()
    case = exit_of(clinics=0)
    url = reverse("villages:exit-sheet", args=[case.pk, "self"])
    answer = client_of(who.clerk).post(url, sheet_post(case, path.SELF))
    assert answer.status_code == 422
    assert "系统判定未达标" in words(answer)
    case.refresh_from_db()
    assert case.state == "planned"


def test_a_bureau_certifies_on_its_page(who):
    standard()
    case = exit_of()
    url = reverse("villages:certificate", args=[case.pk])
    page = client_of(who.bureaus["water"]).get(url)
    assert [one[0] for one in page.context["form"].fields["sector"].choices] == ["water"]
    data = {
        "sector": "water",
        "certified": "yes",
        "document_name": "饮水安全认定表",
        "issued_on": "2018-10-10",
        "signed_by": "孙局长",
    }
    assert client_of(who.bureaus["water"]).post(url, data).status_code == 302
    assert Certificate.objects.get().certified is True
    withdraw = reverse("villages:certificate-withdraw", args=[Certificate.objects.get().pk])
    assert client_of(who.bureaus["health"]).post(withdraw, {"reason": "错"}).status_code == 422
    assert client_of(who.bureaus["water"]).post(withdraw, {"reason": "填错"}).status_code == 302


def test_the_whole_exit_on_pages_by_six_people(who):
    standard()
    case = exit_of()
    path.certified(case, who)
    for stage, user, on in (("self", who.clerk, path.SELF), ("township", who.officer, path.TOWNSHIP)):
        url = reverse("villages:exit-sheet", args=[case.pk, stage])
        assert client_of(user).post(url, sheet_post(case, on)).status_code == 302
        case.refresh_from_db()
    notice = {
        "case": [case.pk],
        "place": "镇政府",
        "publisher": "鸭园镇人民政府",
        "contact": "0435-0000000",
        "posted_on": path.POSTED.isoformat(),
        "late_reason": "集中录入",
    }
    sheet = client_of(who.officer).post(reverse("villages:exit-notice"), notice)
    assert sheet.status_code == 200
    assert "公示单校验码" in words(sheet)
    url = reverse("villages:exit-sheet", args=[case.pk, "county"])
    assert client_of(who.reviewer).post(url, sheet_post(case, path.COUNTY)).status_code == 302
    url = reverse("villages:exit-sheet", args=[case.pk, "city"])
    city = sheet_post(case, path.CITY, decided_by_name="钱组长", document_name="市级验收表")
    answer = client_of(who.second).post(url, city)
    assert answer.status_code == 422
    assert "缺少验收表扫描件，请先上传。" in words(answer)
    assert 'value="钱组长"' in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "checked"
    no_paper = SimpleUploadedFile("表.pdf", b"MZ no scan", content_type="application/pdf")
    answer = client_of(who.second).post(url, city | {"scan": no_paper})
    assert answer.context["form"].errors["scan"]
    paper = SimpleUploadedFile("验收表.jpg", jpeg(), content_type="image/jpeg")
    answer = client_of(who.second).post(url, city | {"scan": paper})
    assert answer.status_code == 302, words(answer)
    announced = {**notice, "posted_on": path.ANNOUNCED.isoformat(), "document_name": "二脱贫办〔2018〕9号"}
    answer = client_of(who.second).post(reverse("villages:announce"), announced)
    assert answer.status_code == 200, words(answer)
    url = reverse("villages:exit-step", args=[case.pk, "mark_village"])
    marked = {
        "document_name": "二脱贫办〔2018〕9号",
        "happened_on": path.MARKED.isoformat(),
        "late_reason": "集中录入",
    }
    assert client_of(who.reviewer).post(url, marked).status_code == 302
    assert Village.objects.get().status == "exited"
    printed = get(who.clerk, "villages:acceptance", case.pk)
    assert "钱组长" in words(printed)
    assert "孙局长" not in words(printed)
    assert get(who.clerk, "villages:exit", case.pk).status_code == 200


def test_a_return_asks_for_its_reason(who):
    standard()
    case = walk(exit_of(), who, "selfchecked")
    url = reverse("villages:exit-step", args=[case.pk, "send_village_back"])
    assert client_of(who.officer).post(url, {"comment": ""}).status_code == 422
    assert client_of(who.officer).post(url, {"comment": "卫生室没有医生"}).status_code == 302
    assert "卫生室没有医生" in words(get(who.clerk, "villages:exit", case.pk))


def test_the_page_says_why_there_is_no_button(who):
    standard()
    case = walk(exit_of(), who, "reviewed")
    page = words(get(who.reviewer, "villages:exit", case.pk))
    assert "填写县级核查表" in page
    other = words(get(who.clerk, "villages:exit", case.pk))
    assert "没有在该区划办理" in other


def test_who_only_reads_has_no_button_and_no_way_in(who):
    leader = make_actor(Role.LEADER)
    standard()
    case = exit_of()
    assert get(leader, "villages:exit", case.pk).status_code == 200
    assert client_of(leader).post(reverse("villages:exit-sheet", args=[case.pk, "self"])).status_code == 403


def test_judging_is_put_in_line(who):
    make_village_year()
    make_village_standard()
    answer = client_of(who.reviewer).post(reverse("villages:assess") + "?year=2018&area=220503")
    assert answer.status_code == 302
    assert "/jobs/" in answer.url


def test_an_announcement_that_was_taken_back_is_posted_again(who):
    standard()
    case = walk(exit_of(), who, "announced")
    notice = Notice.objects.get(kind="announcement")
    address = reverse("review:notice-post", args=[notice.roster_id])
    assert address not in words(get(who.reviewer, "villages:exit", case.pk))
    withdraw_notice(notice, reason="标题写错", actor=who.reviewer)
    assert address in words(get(who.reviewer, "villages:exit", case.pk))
    assert address not in words(get(who.officer, "villages:exit", case.pk))
    form = {
        "kind": "announcement",
        "title": "2018年度贫困村出列公告",
        "place": "各乡镇公示栏",
        "publisher": "二道江区扶贫办",
        "contact": "县扶贫办 0435-0000000",
        "posted_on": "2018-11-21",
        "days": "5",
        "late_reason": path.LATE,
    }
    assert client_of(who.reviewer).post(address, form).status_code == 302
    # From the 21st to the 25th: on the 25th it still hangs.
    with pytest.raises(ValidationError, match="2018-11-26 起才能办理"), transaction.atomic():
        path.mark_on(case, who, path.MARKED)
    path.mark_on(case, who, path.MARKED + timedelta(days=1))
    assert Village.objects.get().status == "exited"
