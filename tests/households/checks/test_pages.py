"""The pages: overview by check and place, the list of a check, the panel on the household's page, answering."""

import pytest
from django.urls import reverse

from households.models import Finding, FindingAnswer, Household
from households.services.checks import run_checks
from poverty.accounts.models import Role
from poverty.jobs.models import Job
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.checks import finding_of
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.parameters import make_parameter
from tests.households.checks.cases import Case

pytestmark = pytest.mark.django_db
YEAR = 2018
OTHER_TOWNSHIP = "220503200200"
PHONE = "household.phone_missing"


@pytest.fixture
def county():
    """Two households without a telephone number in one township, one without helper, phone and account in another."""
    rows = [Case("", "", household={"phone_hash": None}).build() for _ in range(2)]
    rows.append(make_household(OTHER_TOWNSHIP, "赵六"))
    make_household(VILLAGE_B, "外县人")
    run_checks(COUNTY_A, YEAR, trigger="command")
    run_checks(VILLAGE_B[:6], YEAR, trigger="command")
    return rows


def page(user, name, *args, **query):
    response = client_of(user).get(reverse(f"households:{name}", args=args), {"year": YEAR, **query})
    assert response.status_code == 200
    return response, response.content.decode()


def figures(response):
    return {line.check.code: (line.open, line.answered) for line in response.context["overview"].lines}


# --- overview ---------------------------------------------------------------------------------------------


def test_findings_by_check_and_township(county, county_reviewer):
    response, text = page(county_reviewer, "checks")
    found = figures(response)
    assert found[PHONE] == (3, 0)
    assert found["helper.none"] == (1, 0)
    columns = [code for code, _ in response.context["overview"].places]
    assert columns == [TOWNSHIP_A, OTHER_TOWNSHIP[:9]]
    line = next(one for one in response.context["overview"].lines if one.check.code == PHONE)
    assert line.cells == (2, 1)
    assert "没有填联系电话" in text
    assert "外县人" not in text


def test_every_number_agrees_with_its_list(county, county_reviewer):
    response, _ = page(county_reviewer, "checks")
    for code, (waiting, answered) in figures(response).items():
        listed, _ = page(county_reviewer, "findings", code=code, state="open")
        assert listed.context["count"] == waiting
        listed, _ = page(county_reviewer, "findings", code=code, state="answered")
        assert listed.context["count"] == answered
    for severity, number in response.context["overview"].waiting.items():
        listed, _ = page(county_reviewer, "findings", severity=severity, state="open")
        assert listed.context["count"] == number


def test_a_township_sees_its_own_villages(county, township_officer):
    response, _ = page(township_officer, "checks")
    assert figures(response)[PHONE] == (2, 0)
    assert [code for code, _ in response.context["overview"].places] == [VILLAGE_A]


def test_a_bureau_sees_numbers_of_its_checks_only(county, bureau_officer):
    response, text = page(bureau_officer, "checks")
    assert figures(response) == {}
    assert "没有发现" in text
    assert page(bureau_officer, "findings")[0].context["count"] == 0


def test_starting_a_check(county, county_reviewer, township_officer):
    address = reverse("households:check-start")
    response = client_of(county_reviewer).post(address, {"area": VILLAGE_A, "year": YEAR})
    assert response.status_code == 302
    assert Job.objects.get().area_code == COUNTY_A
    assert client_of(township_officer).post(address, {"area": VILLAGE_A, "year": YEAR}).status_code == 403
    client_of(county_reviewer).post(address, {"area": "", "year": "x"})
    client_of(county_reviewer).post(address, {"area": COUNTY_A, "year": "2015"})
    assert Job.objects.count() == 1
    assert "检查全县" in page(county_reviewer, "checks")[1]
    assert "检查全县" not in page(township_officer, "checks")[1]


# --- list -------------------------------------------------------------------------------------------------


def test_a_list_opens_households_and_names_no_value(county, village_clerk):
    response, text = page(village_clerk, "findings", code=PHONE)
    assert {line.finding.household_id for line in response.context["lines"]} == {one.pk for one in county[:2]}
    assert reverse("households:detail", args=[county[0].pk]) in text
    assert "答复" in text


def test_a_list_by_place_severity_and_answer(county, county_reviewer):
    assert page(county_reviewer, "findings", code=PHONE, area=TOWNSHIP_A)[0].context["count"] == 2
    assert page(county_reviewer, "findings", severity="error")[0].context["count"] == len(
        [one for one in Finding.objects.filter(area_code__startswith=COUNTY_A) if one.code == "helper.none"]
    )
    assert page(county_reviewer, "findings", severity="nonsense")[0].context["count"] == 0
    assert page(county_reviewer, "findings", code=PHONE, state="not_true")[0].context["count"] == 0


def test_a_person_is_named_to_who_sees_the_household_whole(village_clerk):
    made = Case("", "", head={"name": "李健康", "facts": {"labour_skill": "lost"}}).build()
    finding_of(made, "labour.healthy_lost")
    assert "李健康" in page(village_clerk, "findings", code="labour.healthy_lost")[1]


def test_the_thresholds_of_a_check_stand_above_its_list(county_reviewer):
    finding_of(Case("", "", survey={"cultivated_land": 15}).build(), "land.cultivated")
    assert "耕地面积核查值（户） 10亩" in page(county_reviewer, "findings", code="land.cultivated")[1]
    make_parameter("check.cultivated_land", COUNTY_A, value="12")
    assert "耕地面积核查值（户） 12亩" in page(county_reviewer, "findings", code="land.cultivated")[1]


def test_a_helper_lists_his_own_households(county, helper):
    make_pairing(county[2], helper)
    response, text = page(helper, "findings")
    assert {line.finding.household_id for line in response.context["lines"]} == {county[2].pk}
    assert "赵六" in text
    assert figures(page(helper, "checks")[0])[PHONE] == (1, 0)


# --- the household's page -----------------------------------------------------------------------------------


def test_the_panel_comes_with_the_household(county, village_clerk):
    pk = county[0].pk
    _, text = page(village_clerk, "detail", pk)
    address = reverse("households:household-checks", args=[pk])
    assert f'hx-get="{address}?year={YEAR}"' in text
    part = (
        client_of(village_clerk).get(address, {"year": YEAR}, headers={"HX-Request": "true"}).content.decode()
    )
    assert "没有填联系电话" in part
    assert "<html" not in part
    assert "重新检查" in part
    whole = client_of(village_clerk).get(address, {"year": YEAR}).content.decode()
    assert "<html" in whole
    assert "没有填联系电话" in whole


def test_checking_one_household_again(county, village_clerk, leader):
    household = county[0]
    Household.objects.filter(pk=household.pk).update(phone_hash=b"\x05" * 32)
    address = reverse("households:household-checks-again", args=[household.pk]) + f"?year={YEAR}"
    assert client_of(leader).post(address).status_code == 403
    assert client_of(village_clerk).get(address).status_code == 405
    part = client_of(village_clerk).post(address, headers={"HX-Request": "true"}).content.decode()
    assert "没有发现" in part
    told = client_of(village_clerk).post(address, follow=True).content.decode()
    assert "已重新检查本户，没有发现。" in told
    stranger = make_actor(Role.VILLAGE_CLERK, VILLAGE_B)
    assert client_of(stranger).post(address).status_code == 404


# --- answering --------------------------------------------------------------------------------------------


def test_answering_a_finding(county, village_clerk):
    finding = Finding.objects.get(household=county[0], code=PHONE)
    address = reverse("households:finding-answer", args=[finding.pk])
    client = client_of(village_clerk)
    assert "答复数据检查" in client.get(address).content.decode()
    refused = client.post(address, {"kind": "not_true", "note": ""})
    assert refused.status_code == 422
    assert "须写明原因" in refused.content.decode()
    assert client.post(address, {"kind": "not_true", "note": "13812345678"}).status_code == 422
    assert not FindingAnswer.objects.exists()
    response = client.post(f"{address}?from=list", {"kind": "not_true", "note": "本户没有电话"})
    assert response.status_code == 302
    assert response.url.startswith(reverse("households:findings"))
    _, text = page(village_clerk, "findings", code=PHONE, state="answered")
    assert "不属实" in text
    assert "本户没有电话" in text
    assert village_clerk.name in text
    response, _ = page(village_clerk, "checks")
    assert figures(response)[PHONE] == (1, 1)


def test_answering_what_is_gone(county, village_clerk):
    finding = Finding.objects.get(household=county[0], code=PHONE)
    Household.objects.filter(pk=county[0].pk).update(phone_hash=b"\x05" * 32)
    address = reverse("households:finding-answer", args=[finding.pk])
    response = client_of(village_clerk).post(address, {"kind": "corrected", "note": ""}, follow=True)
    assert "已经不存在" in response.content.decode()
    assert not FindingAnswer.objects.exists()
    assert client_of(village_clerk).get(address).status_code == 404


# --- over time and today ----------------------------------------------------------------------------------


def test_runs_over_time(county, county_reviewer, village_clerk):
    Household.objects.filter(pk=county[0].pk).update(phone_hash=b"\x05" * 32)
    run_checks(COUNTY_A, YEAR, trigger="command")
    response, _ = page(county_reviewer, "check-runs", code=PHONE)
    assert [(counts.open, counts.new, counts.closed) for _, counts, _ in response.context["rows"]] == [
        (2, 0, 1),
        (3, 3, 0),
    ]
    response, _ = page(county_reviewer, "check-runs")
    assert len(response.context["rows"]) == 2
    address = reverse("households:check-runs")
    assert client_of(county_reviewer).get(address, {"code": "nonsense"}).status_code == 404
    assert client_of(village_clerk).get(address).status_code == 403


@pytest.mark.parametrize(
    ("role", "waiting"), [(Role.VILLAGE_CLERK, 2), (Role.TOWNSHIP_OFFICER, 2), (Role.COUNTY_REVIEWER, 3)]
)
def test_today_counts_what_waits(county, role, waiting):
    response = client_of(make_actor(role, VILLAGE_A)).get(reverse("home"), {"year": YEAR})
    section = next(one for one in response.context["sections"] if one.title == "数据检查")
    counts = {task.label: task.count for task in section.content["tasks"]}
    # Telephone numbers are warnings; of the third household there is more to find.
    assert counts["警告"] >= waiting
    listed = client_of(make_actor(role, VILLAGE_A)).get(section.content["tasks"][1].url + f"&year={YEAR}")
    assert listed.context["count"] == counts["警告"]


def test_before_the_first_check(county_reviewer):
    make_year(COUNTY_A, YEAR)
    _, text = page(county_reviewer, "checks")
    assert "还没有检查过" in text
    assert "没有发现" not in text  # nobody has looked
    for name in ("check-runs", "findings"):
        assert "还没有检查过" in page(county_reviewer, name)[1]


def test_a_helper_is_told_whether_his_own_households_were_checked(helper):
    Case("", "", helper=helper).build()
    _, text = page(helper, "checks")
    assert "还没有检查过" in text
    run_checks(COUNTY_A, YEAR, trigger="command")
    _, text = page(helper, "checks")
    assert "还没有检查过" not in text
    assert "没有发现问题" in text


def test_a_household_nobody_has_checked_does_not_say_that_nothing_was_found(village_clerk):
    household = Case("", "").build()

    def panel():
        return page(village_clerk, "household-checks", household.pk)[1]

    assert "还没有检查过" in panel()
    assert "没有发现" not in panel()
    again = reverse("households:household-checks-again", args=[household.pk]) + f"?year={YEAR}"
    part = client_of(village_clerk).post(again, headers={"HX-Request": "true"}).content.decode()
    assert "没有发现" in part  # just now somebody has
    run_checks(COUNTY_A, YEAR, trigger="command")
    assert "没有发现" in panel()
    assert "还没有检查过" not in panel()
