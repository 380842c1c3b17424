"""同时更新年度信息: accepted answers go into the facts of the year; what has changed since is asked, never written over."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from households.models import CountyYear, MemberSurvey, RequestPart, Survey
from households.services import request_filling as filling
from households.services import request_updating as updating
from households.services import requests as service
from households.services.assess import judge_households
from households.services.income import save_income
from households.services.places import move_household
from households.services.request_returning import give_back
from households.services.surveys import save_survey
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.areas.models import Area
from poverty.audit.models import Entry
from poverty.jobs.models import Job
from poverty.review.models import FactEntry
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import VILLAGE, make_member
from tests.factories.requests import make_draft, make_two_villages, read, upload, workbook
from tests.factories.standards import NATIONAL_ROWS, make_standard

pytestmark = pytest.mark.django_db
HEADINGS = ("户编号", "是否通生活用电", "住房面积", "工资性收入")


@pytest.fixture
def home():
    make_standard(rows={**NATIONAL_ROWS, "power": None})
    first, _ = make_two_villages()
    Survey.objects.filter(household=first).update(has_power=False, house_area="80.00", sources={})
    judge_households([first.pk], 2018)
    return first


@pytest.fixture
def county(home):
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE)


@pytest.fixture
def township(home):
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)


@pytest.fixture
def clerk(home):
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


def closed(county):
    """The county closes the year."""
    close_year(CountyYear.objects.get(), actor=county, document_name="关账通知")


def marked(draft, **sources):
    """The draft's columns, those named (c1="has_power") to be filled and to update the register."""
    draft.refresh_from_db()
    return [
        replace(one, role="fill", source=sources[one.name], updates=True) if one.name in sources else one
        for one in draft.asked
    ]


def issued(county, *, headings=HEADINGS, rows=(("2205030001",),), key_kind="household_no", **sources):
    filled = [(*row, *[None] * (len(headings) - len(row))) for row in rows]
    draft = make_draft(county, content=workbook(headings, filled, titles=()))
    sources = sources or {"c1": "has_power", "c2": "house_area"}
    service.set_columns(draft, marked(draft, **sources), key_position=0, key_kind=key_kind, actor=county)
    draft.refresh_from_db()
    return service.issue(draft, actor=county)


def answered(asked, clerk, number=2, **answers):
    row = asked.rows.get(number=number)
    filling.save_row(row.pk, answers, dict.fromkeys(answers, ""), actor=clerk)
    part = RequestPart.objects.select_related("request").get(pk=row.part_id)
    filling.submit(part, actor=clerk, comment="其余不清楚")
    return RequestPart.objects.select_related("request").get(pk=row.part_id)


def survey_of(home):
    return Survey.objects.get(household=home, year=2018)


# --- saying which ---------------------------------------------------------------------------------------------------


def test_a_column_that_updates_is_filled_in_the_words_of_the_fact(county):
    asked = issued(county, headings=("户编号", "入户路"), c1="road_type")
    [column] = asked.to_fill
    assert (column.kind, column.options[:2]) == ("option", ("泥土路", "砂石路"))


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"c1": "head_name"}, "请选择更新登记的哪一项年度信息"),
        ({"c1": ""}, "请选择更新登记的哪一项年度信息"),
        ({"c1": "work_months"}, "是人的信息，按人口编号或证件号码匹配的表才能更新"),
        ({"c1": "has_power", "c2": "has_power"}, "更新的是同一项"),
    ],
)
def test_what_cannot_be_updated_is_refused(county, sources, said):
    draft = make_draft(county, content=workbook(HEADINGS, [("2205030001", *[None] * 3)], titles=()))
    with pytest.raises(ValidationError, match=said):
        service.set_columns(
            draft, marked(draft, **sources), key_position=0, key_kind="household_no", actor=county
        )


def test_a_closed_year_is_refused_when_it_is_said_and_when_it_is_issued(county):
    draft = make_draft(county, content=workbook(HEADINGS, [("2205030001", *[None] * 3)], titles=()))
    columns = marked(draft, c1="has_power")
    service.set_columns(draft, columns, key_position=0, key_kind="household_no", actor=county)
    draft.refresh_from_db()
    closed(county)
    with pytest.raises(ValidationError, match="2018年度已关闭"):
        service.issue(draft, actor=county)
    with pytest.raises(ValidationError, match="2018年度已关闭"):
        service.set_columns(draft, columns, key_position=0, key_kind="household_no", actor=county)


def test_the_part_workbook_shows_what_the_register_says_and_does_not_read_it(county, clerk, home):
    asked = issued(county, headings=(*HEADINGS, "入户路"), c1="has_power", c2="house_area", c4="road_type")
    out = BytesIO()
    filling.write_workbook(asked.rows.select_related("part"), asked, out, actor=clerk)
    book = load_workbook(BytesIO(out.getvalue()))
    sheet = book["填报"]
    assert "“登记：”的列" in sheet["A2"].value
    assert [cell.value for cell in sheet[3]] == [
        "任务行号", "户编号", "登记：是否通生活用电", "是否通生活用电", "登记：住房面积", "住房面积", "工资性收入",
        "登记：入户路", "入户路",
    ]  # fmt: skip
    values = [cell.value for cell in sheet[4]]
    assert (values[2:6], values[7:]) == (["否", None, "80.00", None], ["（未填）", None])
    sheet["C4"], sheet["D4"], sheet["E4"] = "随便写的", "是", "99"
    out = BytesIO()
    book.save(out)
    taken = filling.take_workbook(asked, upload(out.getvalue()), actor=clerk)
    assert (taken.changed, taken.faults) == (1, [])
    assert asked.rows.get(number=2).answers == {"c1": "是"}


def test_amounts_stand_open_though_they_are_long(county, clerk, home):
    """10000.00 has seven digits and is nobody's number: who fills sees it, and so do the county and the sheet."""
    asked = issued(county, c3="wage_income")
    row = asked.rows.get(number=2)
    assert row.known["c3"] == "10000.00"
    filling.save_row(row.pk, {"c3": "1234567.89"}, {"c3": ""}, actor=clerk)
    row.refresh_from_db()
    assert row.answers["c3"] == "1234567.89"


# --- accepting ------------------------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_accepted(county, clerk, home):
    answered(issued(county), clerk, c1="是", c2="82.5")
    assert survey_of(home).has_power is False


def test_accepted_answers_are_facts_of_the_year_judged_at_once(county, clerk, township, home):
    assert home.assessments.get(year=2018).power == 0
    part = answered(issued(county), clerk, c1="是", c2="82.5")
    filling.accept(part, actor=township)
    survey = survey_of(home)
    assert (survey.has_power, str(survey.house_area)) == (True, "82.50")
    assert survey.sources["has_power"]["source"] == "entered"
    assert (survey.recorded_by, survey.decided_by_name) == (clerk, township.name)
    assert home.assessments.get(year=2018).power == 2
    entry = Entry.objects.get(action="households.survey.save")
    assert (entry.actor, entry.changes["has_power"]) == (clerk, [False, True])
    assert FactEntry.objects.filter(case_type="households.household", case_id=home.pk, user=clerk).exists()
    assert not FactEntry.objects.filter(case_id=home.pk, user=township).exists()
    row = part.rows.get()
    assert [row.updated[name]["state"] for name in ("c1", "c2")] == ["written", "written"]
    assert not row.undecided


def test_a_fact_changed_since_is_told_by_field_and_left_alone(county, clerk, township, home):
    asked = issued(county)
    save_survey(survey_of(home), {"house_area": "90.00"}, actor=township)
    part = answered(asked, clerk, c1="是", c2="82.5")
    filling.accept(part, actor=township)
    survey = survey_of(home)
    assert (survey.has_power, str(survey.house_area)) == (True, "90.00")
    row = part.rows.get()
    assert row.undecided
    assert row.updated["c2"] == {
        "state": "conflict",
        "seen": "80.00",
        "now": "90.00",
        "text": "82.5",
        "said": "",
    }


def test_who_says_again_what_stood_there_is_asked_too_when_it_changed(county, clerk, township, home):
    asked = issued(county)
    save_survey(survey_of(home), {"has_power": True}, actor=township)
    part = answered(asked, clerk, c1="否")
    filling.accept(part, actor=township)
    assert survey_of(home).has_power is True
    assert part.rows.get().updated["c1"]["state"] == "conflict"


def test_what_was_seen_and_cannot_be_read_any_more_counts_as_changed(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    part.rows.update(known={"c1": "也许"})
    filling.accept(part, actor=township)
    assert part.rows.get().updated["c1"]["state"] == "conflict"


def test_an_empty_answer_takes_nothing_away(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    filling.accept(part, actor=township)
    assert str(survey_of(home).house_area) == "80.00"


def test_a_year_closed_meanwhile_keeps_its_facts_and_the_part_is_accepted(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    closed(county)
    filling.accept(part, actor=township)
    assert survey_of(home).has_power is False
    told = part.rows.get().updated["c1"]
    assert told["state"] == "refused"
    assert "已关闭" in told["said"]


def test_a_year_not_begun_for_the_household_is_begun(county, clerk, township, home):
    Survey.objects.filter(household=home).delete()
    part = answered(issued(county), clerk, c1="是")
    filling.accept(part, actor=township)
    assert survey_of(home).has_power is True


def test_a_total_that_has_items_and_a_jump_wait_for_somebody(county, clerk, township, home):
    asked = issued(county, c3="wage_income")
    save_income(survey_of(home), {"wage_work": (Decimal("100.00"), "")}, actor=clerk)
    part = answered(asked, clerk, c3="5000")
    filling.accept(part, actor=township)
    assert part.rows.get().updated["c3"]["state"] in ("conflict", "refused")
    assert str(survey_of(home).wage_income) == "100.00"


def test_a_value_that_cannot_be_is_refused_and_the_others_are_written(county, clerk, township, home):
    asked = issued(
        county,
        headings=("人口编号", "务工时间（月）", "务工企业名称"),
        rows=[("M1",)] if make_member(home, "王小明", member_no="M1") else (),
        key_kind="member_no",
        c1="work_months",
        c2="work_enterprise",
    )
    part = answered(asked, clerk, c1="14", c2="二道江砖厂")
    filling.accept(part, actor=township)
    facts = MemberSurvey.objects.get(member__member_no="M1", year=2018)
    assert facts.work_enterprise == "二道江砖厂"
    told = part.rows.get().updated
    assert (told["c1"]["state"], told["c2"]["state"]) == ("refused", "written")
    assert Entry.objects.filter(action="households.member_survey.save").count() == 1


def test_the_same_household_twice_with_two_answers_is_asked(county, clerk, township, home):
    asked = issued(county, rows=[("2205030001",), ("2205030001",)])
    row = asked.rows.get(number=3)
    filling.save_row(row.pk, {"c2": "70"}, {"c2": ""}, actor=clerk)
    part = answered(asked, clerk, c2="60")
    filling.accept(part, actor=township)
    assert str(survey_of(home).house_area) == "60.00"
    assert [one.undecided for one in part.rows.order_by("number")] == [False, True]


def test_sent_back_and_accepted_again_only_what_differs_is_written(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是", c2="82.5")
    filling.accept(part, actor=township)
    filling.send_back(
        RequestPart.objects.select_related("request").get(pk=part.pk), actor=township, reason="面积不对"
    )
    row = part.rows.get()
    filling.save_row(row.pk, {"c2": "85"}, {"c2": "82.5"}, actor=clerk)
    part = RequestPart.objects.select_related("request").get(pk=part.pk)
    filling.submit(part, actor=clerk, comment="其余不清楚")
    filling.accept(RequestPart.objects.select_related("request").get(pk=part.pk), actor=township)
    assert str(survey_of(home).house_area) == "85.00"
    assert not part.rows.get().undecided


def test_running_twice_writes_nothing_new(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    filling.accept(part, actor=township)
    version = survey_of(home).version
    assert updating.update_register(part.pk, actor=township) == {"same": 1}
    assert survey_of(home).version == version


def test_a_large_part_is_written_in_the_background(county, clerk, township, home, monkeypatch):
    monkeypatch.setattr("households.services.request_updating.MOST_AT_ONCE", 0)
    part = answered(issued(county), clerk, c1="是")
    filling.accept(part, actor=township)
    assert survey_of(home).has_power is False
    assert Job.objects.get(kind="households.request_update").params == {"part": part.pk}
    updating.update_register(part.pk, actor=township)
    assert survey_of(home).has_power is True


def test_who_has_moved_away_is_left_to_his_new_township(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    make_area("220503101201", "江沿村")
    move_household(
        home,
        Area.objects.get(pk="220503101201"),
        None,
        on=date(2018, 11, 1),
        reason="搬迁",
        document="迁移证明",
        actor=make_actor(Role.COUNTY_REVIEWER, VILLAGE),
    )
    filling.accept(part, actor=township)
    row = part.rows.get(number=2)
    assert (row.undecided, row.updated["c1"]["state"]) == (True, "refused")
    assert "已迁到别处" in row.updated["c1"]["said"]
    assert survey_of(home).has_power is False
    with pytest.raises(ValidationError, match="已迁到别处"):
        updating.decide(row.pk, "c1", take=True, seen="否", actor=township)
    assert survey_of(home).has_power is False
    updating.decide(
        row.pk, "c1", take=True, seen="否", actor=county
    )  # the county looks through both townships
    assert survey_of(home).has_power is True


def test_what_the_register_says_is_not_given_back_as_an_answer(county, clerk, home):
    asked = issued(county, headings=("户编号", "住房面积", "是否通生活用电"), c1="house_area", c2="has_power")
    row = asked.rows.get(number=2)
    assert row.known == {"c1": "80.00", "c2": "否"}
    filling.save_row(row.pk, {"c1": "82.5"}, {"c1": ""}, actor=clerk)
    out = BytesIO()
    give_back(asked, out, actor=county)
    assert [line[:3] for line in read(out.getvalue())][1] == ["2205030001", 82.5, None]


# --- deciding -------------------------------------------------------------------------------------------------------


@pytest.fixture
def undecided(county, clerk, township, home):
    asked = issued(county)
    save_survey(survey_of(home), {"house_area": "90.00"}, actor=township)
    part = answered(asked, clerk, c2="82.5")
    filling.accept(part, actor=township)
    return part.rows.get()


def test_the_answer_is_taken_or_the_register_kept(undecided, township, home, clerk):
    updating.decide(undecided.pk, "c2", take=True, seen="90.00", actor=township)
    survey = survey_of(home)
    assert (str(survey.house_area), survey.recorded_by, survey.decided_by_name) == (
        "82.50",
        clerk,
        township.name,
    )
    undecided.refresh_from_db()
    assert (undecided.undecided, undecided.updated["c2"]["state"]) == (False, "written")
    with pytest.raises(ValidationError, match="已经核对过"):  # the second click
        updating.decide(undecided.pk, "c2", take=False, seen="90.00", actor=township)


def test_what_was_kept_is_not_asked_again(undecided, township, home):
    updating.decide(undecided.pk, "c2", take=False, seen="90.00", actor=township)
    assert updating.update_register(undecided.part_id, actor=township) == {}
    assert str(survey_of(home).house_area) == "90.00"


def test_who_looked_at_something_else_looks_again(undecided, township, home):
    save_survey(survey_of(home), {"house_area": "91.00"}, actor=township)
    with pytest.raises(ValidationError, match="登记又有变化"):
        updating.decide(undecided.pk, "c2", take=True, seen="90.00", actor=township)
    assert str(survey_of(home).house_area) == "91.00"


@pytest.mark.parametrize(
    ("role", "village"),
    [(Role.VILLAGE_CLERK, VILLAGE), (Role.TOWNSHIP_OFFICER, "140212100201"), (Role.LEADER, VILLAGE)],
)
def test_others_decide_nothing(undecided, role, village, home):
    with pytest.raises(PermissionDenied), transaction.atomic():
        updating.decide(undecided.pk, "c2", take=True, seen="90.00", actor=make_actor(role, village))


def test_the_page_lists_it_and_settles_it(undecided, township, client, home):
    client.force_login(township)
    page = client.get(reverse("households:request-updates", args=[undecided.request_id])).content.decode()
    assert "82.5" in page
    assert "90.00" in page
    sent = client.post(
        reverse("households:request-decide", args=[undecided.pk]),
        {"column": "c2", "now": "90.00", "take": "1"},
    )
    assert sent.status_code == 302
    assert str(survey_of(home).house_area) == "82.50"
    assert "没有要核对的" in client.get(sent["Location"]).content.decode()


def test_the_village_sees_what_the_register_says(county, clerk, client):
    asked = issued(county)
    client.force_login(clerk)
    page = client.get(reverse("households:request-fill", args=[asked.pk])).content.decode()
    assert "登记为 80.00，乡镇通过后按填报的更新。" in page


def test_late_entry_says_why(county, clerk, township, home):
    part = answered(issued(county), clerk, c1="是")
    part.rows.update(filled_at="2018-01-05T09:00:00+08:00")
    filling.accept(part, actor=township)
    survey = survey_of(home)
    assert survey.sources["has_power"]["on"] == date(2018, 1, 5).isoformat()
    assert "净水器加装情况" in survey.late_reason
