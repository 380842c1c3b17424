"""The pages of runs: the list, one run that adds up, starting one, and what it rests on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import AssessmentRun, Survey
from households.run_lines import differences
from households.services.assess import assess
from households.services.standing import outdated
from poverty.accounts.models import Role
from poverty.jobs.models import Job
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor, make_posting
from tests.factories.households import everybody_left, make_household, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP = "220503", "220503100"


@pytest.fixture
def changed():
    """A run over three households of two townships: one fell, one rose, one changed an indicator only."""
    make_standard(rows=ALL_ROWS)
    fell = make_household(VILLAGE_A, head="王建国")
    rose = make_household(VILLAGE_A, head="李秀英", survey={"food_ok": False})
    other = make_household("220503200200", head="赵六", survey={"food_ok": False, "clothing_ok": None})
    assess(COUNTY, 2018, trigger="command")
    Survey.objects.filter(household=fell).update(food_ok=False, wage_income=Decimal(1000))
    Survey.objects.filter(household=rose).update(food_ok=True)
    Survey.objects.filter(household=other).update(clothing_ok=True)
    return assess(COUNTY, 2018, trigger="button")


def page(user, name, *args, **query):
    response = client_of(user).get(reverse(f"households:{name}", args=args), query)
    return response, response.content.decode()


def names_on(response):
    return [one.change.household.head_name for one in response.context["changed"]]


# --- one run ----------------------------------------------------------------------------------------------


def test_the_counts_add_up(changed, county_reviewer):
    make_household(VILLAGE_A, head="孙七", survey=False)
    run = assess(COUNTY, 2018, trigger="command", actor=county_reviewer)
    assert run.met + run.unmet + run.unknown == run.assessed == 3
    _, text = page(county_reviewer, "run", run.pk)
    assert "达标 1 ＋ 未达标 2 ＋ 待核实 0" in text
    assert "发起人 县级审核员" in text or county_reviewer.name in text


def test_what_changed_from_what_to_what(changed, county_reviewer):
    response, text = page(county_reviewer, "run", changed.pk)
    assert names_on(response) == ["王建国", "李秀英", "赵六"]
    fell, rose, other = response.context["changed"]
    assert [(one.label, one.before, one.after) for one in fell.differences] == [
        ("人均纯收入", 2, 0),
        ("不愁吃", 2, 0),
    ]
    assert [(one.label, one.before, one.after) for one in rose.differences] == [("不愁吃", 0, 2)]
    assert [(one.label, one.before, one.after) for one in other.differences] == [("不愁穿", 1, 2)]
    assert "12,000.00" in text  # 10,000 + 3,000 + 500 - 1,500
    assert "3,000.00" in text
    assert sorted(response.context["moves"][:2]) == [("未达标", "达标", 1), ("达标", "未达标", 1)]
    assert response.context["moves"][2] == ("结论不变、只有指标变化", "", 1)
    assert "只有指标变化" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"after": "0"}, ["王建国", "赵六"]),
        ({"after": "2"}, ["李秀英"]),
        ({"after": "1"}, []),
        ({"what": "verdict"}, ["王建国", "李秀英"]),
        ({"area": "220503200"}, ["赵六"]),
        ({"area": "220503100", "after": "0"}, ["王建国"]),
        ({"area": "140212"}, []),  # refused: not a place of this run
    ],
)
def test_narrowing_the_list(changed, county_reviewer, query, names):
    response, _ = page(county_reviewer, "run", changed.pk, **query)
    assert response.status_code == 200
    assert names_on(response) == names


def test_a_village_can_be_chosen_after_its_township(changed, county_reviewer):
    response, _ = page(county_reviewer, "run", changed.pk, area=TOWNSHIP)
    assert VILLAGE_A in dict(response.context["filter"].form.fields["area"].choices)
    response, _ = page(county_reviewer, "run", changed.pk, area=VILLAGE_A)
    assert names_on(response) == ["王建国", "李秀英"]


def test_the_township_sees_its_own_households_of_a_county_run(changed, township_officer):
    response, text = page(township_officer, "run", changed.pk)
    assert names_on(response) == ["王建国", "李秀英"]
    assert "下面只列出您工作范围内的户" in text
    assert "赵六" not in text


def test_the_job_of_the_county_is_offered_to_who_may_open_it(changed, county_reviewer, township_officer):
    job = Job.objects.create(kind="assess", area_code=COUNTY)
    AssessmentRun.objects.filter(pk=changed.pk).update(job=job)
    address = reverse("jobs:job", args=[job.pk])
    assert address in page(county_reviewer, "run", changed.pk)[1]
    assert address not in page(township_officer, "run", changed.pk)[1]


def test_where_one_sees_a_sector_only_the_list_is_silent(changed):
    """Officer of one township and of the county's water bureau: verdicts of the other township are not his."""
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    make_posting(officer, Role.BUREAU_OFFICER, COUNTY, sector="water")
    response, _ = page(officer, "run", changed.pk)
    assert sorted(names_on(response)) == ["李秀英", "王建国"]


def test_long_lists_are_paged(changed, county_reviewer):
    for number in range(51):
        make_household(VILLAGE_A, head=f"周{number}")
    assess(COUNTY, 2018, trigger="command")
    Survey.objects.filter(household__head_name__startswith="周").update(food_ok=False)
    run = assess(COUNTY, 2018, trigger="command")
    response, _ = page(county_reviewer, "run", run.pk)
    assert len(names_on(response)) == 50
    second, _ = page(county_reviewer, "run", run.pk, page=response.context["page"].next_token)
    assert len(names_on(second)) == 1


def test_queries_do_not_grow_with_the_list(changed, county_reviewer):
    client = client_of(county_reviewer)
    address = reverse("households:run", args=[changed.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(12):
        make_household(f"22050310{number:04d}", head=f"周{number}")
    assess(COUNTY, 2018, trigger="command")
    Survey.objects.update(has_power=False)
    run = assess(COUNTY, 2018, trigger="command")
    with CaptureQueriesContext(connection) as many:
        response = client.get(reverse("households:run", args=[run.pk]))
    assert len(names_on(response)) == 15
    assert len(many) <= len(few) <= 14  # three of them keep the session awake


def test_left_out_with_the_reason_and_where_to_mend_it(changed, county_reviewer):
    without = make_household(VILLAGE_A, head="孙七", survey=False)
    headless = make_household(VILLAGE_A, head="周八")
    headless.memberships.update(relation="parent")
    run = assess(COUNTY, 2018, trigger="command")
    response, text = page(county_reviewer, "run", run.pk, tab="left_out")
    reasons = {one.row.household.pk: one.row.reason for one in response.context["left_out"]}
    assert reasons == {without.pk: "no_survey", headless.pk: "no_head"}
    assert f'href="/households/{without.pk}/"' in text
    assert f'href="/households/{headless.pk}/?tab=members"' in text
    assert "本年度没有年度信息" in text
    assert "确定户主" in text
    response, _ = page(county_reviewer, "run", run.pk, tab="left_out", reason="no_head")
    assert len(response.context["left_out"]) == 1


def test_a_withdrawn_result_is_shown_as_such(changed, county_reviewer):
    household = Survey.objects.get(household__head_name="王建国").household
    everybody_left(household, date(2018, 1, 1), "death")
    run = assess(COUNTY, 2018, trigger="command")
    response, text = page(county_reviewer, "run", run.pk, after="withdrawn")
    [one] = response.context["changed"]
    assert (one.withdrawn, one.differences) == (True, ())
    assert "撤销判定" in text


def test_a_quiet_run_says_that_nothing_changed(changed, county_reviewer):
    run = assess(COUNTY, 2018, trigger="nightly")
    _, text = page(county_reviewer, "run", run.pk)
    assert "没有变化" in text
    assert "不一致" not in text


def test_a_night_that_found_something_stands_out(changed, county_reviewer):
    Survey.objects.filter(household__head_name="李秀英").update(food_ok=False)
    run = assess(COUNTY, 2018, trigger="nightly")
    _, text = page(county_reviewer, "run", run.pk)
    assert "夜间例行发现 1 户与保存时判定不一致。" in text
    assert "note-error" in text
    response, text = page(county_reviewer, "runs", found="alarm")
    assert [row[0].pk for row in response.context["rows"]] == [run.pk]
    assert "不一致" in text


def test_another_countys_run_is_nobodys(changed, stranger):
    response, _ = page(stranger("county_reviewer"), "run", changed.pk)
    assert response.status_code == 404


def test_a_change_from_before_an_indicator_was_added_can_still_be_read(changed):
    change = changed.changes.first()
    change.states_before, change.states_after = [2, 2], [0, 2]
    assert [one.label for one in differences(change)] == ["人均纯收入"]


# --- the list ---------------------------------------------------------------------------------------------


def test_the_list_is_newest_first_and_only_of_the_own_place(changed, county_reviewer):
    make_standard("140212", rows=ALL_ROWS)
    make_household(VILLAGE_B, head="外县人")
    elsewhere = assess("140212", 2018, trigger="command")
    everywhere = assess("", 2018, trigger="command")
    response, text = page(county_reviewer, "runs")
    found = [row[0].pk for row in response.context["rows"]]
    assert found == [everywhere.pk, changed.pk, AssessmentRun.objects.earliest("pk").pk]
    assert elsewhere.pk not in found
    assert "全国" in text
    assert "二道江区" in text


def test_the_list_by_year_and_trigger(changed, county_reviewer):
    make_year(year=2019)
    later = assess(COUNTY, 2019, trigger="nightly")
    response, _ = page(county_reviewer, "runs", year="2019")
    assert [row[0].pk for row in response.context["rows"]] == [later.pk]
    response, _ = page(county_reviewer, "runs", trigger="button")
    assert [row[0].pk for row in response.context["rows"]] == [changed.pk]
    response, _ = page(county_reviewer, "runs", found="changed")
    assert [row[0].pk for row in response.context["rows"]] == [changed.pk]


def test_without_runs_the_page_says_how_there_will_be_some(county_reviewer):
    _, text = page(county_reviewer, "runs")
    assert "没有符合条件的判定运行" in text


# --- starting one -----------------------------------------------------------------------------------------


def test_the_button_puts_the_county_in_line_and_shows_the_progress(changed, county_reviewer):
    client = client_of(county_reviewer)
    text = client.get(reverse("households:runs"), {"year": "2018"}).content.decode()
    assert "重新判定全县 2018年度" in text
    response = client.post(reverse("households:run-start"), {"area": COUNTY, "year": "2018"}, follow=True)
    [job] = Job.objects.all()
    assert (job.area_code, job.params["year"], job.created_by) == (COUNTY, 2018, county_reviewer)
    assert f"/jobs/{job.pk}/progress/" in response.content.decode()
    assert "重新判定已排队" in response.content.decode()


def test_who_only_reads_has_no_button(changed, leader):
    response, text = page(leader, "runs", year="2018")
    assert response.status_code == 200
    assert "重新判定全县" not in text
    assert client_of(leader).post(reverse("households:run-start")).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "请先在上方选择区划和年度"),
        ({"area": "x", "year": "2018"}, "请先在上方选择区划和年度"),
        ({"area": COUNTY, "year": "99999"}, "请先在上方选择区划和年度"),
        ({"area": COUNTY, "year": "2031"}, "2031年度没有开启"),
    ],
)
def test_what_cannot_be_started_is_said(changed, county_reviewer, sent, said):
    response = client_of(county_reviewer).post(reverse("households:run-start"), sent, follow=True)
    assert said in response.content.decode()
    assert not Job.objects.exists()


def test_starting_in_another_county_is_refused(changed, stranger):
    response = client_of(stranger("county_reviewer")).post(
        reverse("households:run-start"), {"area": COUNTY, "year": "2018"}
    )
    assert response.status_code == 403
    assert not Job.objects.exists()


def test_no_button_for_a_closed_year(county_reviewer):
    make_year(state="closed")
    _, text = page(county_reviewer, "runs", year="2018")
    assert "重新判定全县" not in text
    assert "没有开启，或已经关闭" in text


# --- what the results rest on -----------------------------------------------------------------------------


def test_the_page_says_when_a_rule_has_changed_since(changed, county_reviewer):
    assert outdated(COUNTY, 2018) == ""
    make_parameter("stable.months", COUNTY, date(2016, 1, 1), "12")
    assert "判定依据" in outdated(COUNTY, 2018)
    _, text = page(county_reviewer, "runs", year="2018")
    assert "需要重新判定" in text
    assess(COUNTY, 2018, trigger="button")
    assert outdated(COUNTY, 2018) == ""


def test_a_run_over_the_whole_country_counts_for_the_county(changed):
    make_parameter("stable.months", COUNTY, date(2016, 1, 1), "12")
    assess("", 2018, trigger="command")
    assert outdated(COUNTY, 2018) == ""
    make_standard(TOWNSHIP, rows=ALL_ROWS)
    assert "判定依据" in outdated(COUNTY, 2018)


def test_nothing_is_outdated_where_nothing_is_open_or_published():
    assert outdated(COUNTY, 2018) == ""
    make_year()
    assert outdated(COUNTY, 2018) == ""
    make_standard(rows=ALL_ROWS)
    assert "还没有全量判定过" in outdated(COUNTY, 2018)


def test_the_auditor_and_inspector_read_runs(changed):
    for role in (Role.AUDITOR, Role.INSPECTOR):
        response, _ = page(make_actor(role, VILLAGE_A), "run", changed.pk)
        assert response.status_code == 200
