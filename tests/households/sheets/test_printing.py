"""What a sheet shows, for whom it is printed, and what stays of it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import CountyYear, IncomeItem, SheetBundle, Survey, VisitSheet, VisitTemplate
from households.sheets.models import first_of_visits
from households.sheets.papers import papers_of
from households.sheets.services.printing import make_bundle, note_print, withdraw_bundle
from households.visits.reference import TEMPLATES
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.duties import make_visit
from tests.factories.households import (
    close_the_year,
    make_household,
    make_member,
    make_pairing,
    make_year,
)
from tests.factories.sheets import make_sheets
from tests.factories.visits import make_template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


def lines_of(bundle, household):
    """{(whose, label): line} of a household's printed sheet."""
    sheet = bundle.sheets.select_related("household__settlement").get(household=household)
    paper = papers_of(bundle, [sheet], "https://fp.example.gov.cn")[0]
    return {(part.member, line.label): line for part in paper.parts for line in part.lines}


def test_last_values_stand_left_in_words(village_clerk):
    home = make_household(VILLAGE_A, head="王建国", survey={"dangerous_grade": "b", "food_ok": None})

    lines = lines_of(make_sheets(VILLAGE_A, village_clerk), home)

    assert lines[None, "房屋鉴定等级"].last == "B级"
    assert lines[None, "是否危房户"].last == "否"
    assert lines[None, "不愁吃"].last == ""
    assert lines[home.head_id, "务工时间"].last == "10"


def test_what_the_year_does_not_say_yet_is_shown_of_the_last_year_with_its_year(village_clerk):
    home = make_household(VILLAGE_A, year=2017, survey={"food_ok": True, "dangerous_grade": "b"})
    make_year(year=2018)

    lines = lines_of(make_sheets(VILLAGE_A, village_clerk), home)

    food = lines[None, "不愁吃"]
    assert (food.last, food.year, food.base) == ("是", 2017, None)
    grade = lines[None, "房屋鉴定等级"]
    assert (grade.last, grade.year, grade.base) == ("B级", None, "b"), "carried over: of the year already"


def test_children_are_asked_for_school_and_not_for_work(village_clerk):
    home = make_household(VILLAGE_A)
    child = make_member(home, "王小花", birth_date=date(2010, 6, 1))

    lines = lines_of(make_sheets(VILLAGE_A, village_clerk), home)

    assert (child.pk, "在校生状况") in lines
    assert (child.pk, "务工状况") not in lines
    assert (home.head_id, "务工状况") in lines


def test_the_income_sheet_is_printed_in_autumn_only(village_clerk):
    home = make_household(VILLAGE_A)
    IncomeItem.objects.create(survey=Survey.objects.get(household=home), item="wage_work", amount="8000")

    assert (
        lines_of(make_sheets(VILLAGE_A, village_clerk, month=10), home)[None, "务工收入"].last == "8,000.00"
    )
    assert (None, "务工收入") not in lines_of(make_sheets(VILLAGE_A, village_clerk, month=3), home)


def test_members_lines_stand_in_the_template_s_order(village_clerk):
    home = make_household(VILLAGE_A)

    labels = [label for who, label in lines_of(make_sheets(VILLAGE_A, village_clerk), home) if who]

    assert labels[:3] == ["务工状况", "务工所在地", "务工时间"]


def test_numbers_are_masked_and_the_code_says_nothing(village_clerk):
    home = make_household(VILLAGE_A, head="王建国", phone="13812345678", household_no="22050310020400012")
    bundle = make_sheets(VILLAGE_A, village_clerk)
    sheet = bundle.sheets.get()

    paper = papers_of(bundle, bundle.sheets.select_related("household__settlement"), "https://x.cn")[0]

    assert paper.phone == "138******78"
    assert paper.code == f"{sheet.code[:4]}-{sheet.code[4:]}"
    assert len(sheet.code) == 8
    assert home.household_no not in sheet.code


def test_a_village_of_many_households_costs_as_many_queries_as_one(village_clerk):
    make_template()
    homes = [make_household(VILLAGE_A, head=f"王{number}") for number in range(3)]
    make_household(VILLAGE_A)

    def cost(**which):
        with CaptureQueriesContext(connection) as made:
            bundle = make_bundle(VILLAGE_A, year=2018, month=10, actor=village_clerk, **which)
        with CaptureQueriesContext(connection) as printed:
            sheets = bundle.sheets.select_related("household__settlement", "bundle__template")
            papers_of(bundle, sheets, "https://x.cn")
        return len(made), len(printed)

    village_clerk.scope("visit.record")  # asked once a request
    one = cost(chosen=[homes[0].pk])
    many = cost(chosen=[home.pk for home in homes])
    assert many == one
    assert one[1] <= 6


def test_a_helper_prints_his_own_households_only(helper):
    own, other = make_household(VILLAGE_A), make_household(VILLAGE_A)
    make_pairing(own, helper)

    bundle = make_sheets(VILLAGE_A, helper)

    assert [one.household_id for one in bundle.sheets.all()] == [own.pk]
    assert (bundle.scope, bundle.helper) == ("helper", helper)
    with pytest.raises(ValidationError, match="不在可打印的范围"):
        make_sheets(VILLAGE_A, helper, chosen=[other.pk])


def test_the_sheets_of_one_helper(village_clerk, helper):
    own = make_household(VILLAGE_A)
    make_household(VILLAGE_A)
    make_pairing(own, helper)

    bundle = make_sheets(VILLAGE_A, village_clerk, helper_id=helper.pk)

    assert bundle.scope == "helper"
    assert [one.household_id for one in bundle.sheets.all()] == [own.pk]
    with pytest.raises(ValidationError) as refused:
        make_sheets(VILLAGE_A, village_clerk, helper_id=make_actor(Role.HELPER, VILLAGE_A).pk)
    assert "helper" in refused.value.message_dict


def test_another_village_s_sheets_are_not_printed(village_clerk, county_reviewer):
    make_household(VILLAGE_A)
    make_household(VILLAGE_B)
    with pytest.raises(PermissionDenied):
        make_sheets(VILLAGE_B, village_clerk)
    with pytest.raises(PermissionDenied):
        make_sheets(VILLAGE_A, county_reviewer)


def test_no_sheets_of_a_closed_year(village_clerk):
    make_household(VILLAGE_A)
    close_the_year(CountyYear.objects.get())
    with pytest.raises(ValidationError) as refused:
        make_sheets(VILLAGE_A, village_clerk)
    assert "2018年度已关闭" in refused.value.message_dict["year"][0]


def test_no_sheets_by_a_draft(village_clerk):
    make_household(VILLAGE_A)
    blocks = TEMPLATES[-1]["blocks"]
    VisitTemplate.objects.create(
        area_code="220503", year_from=2018, name="草稿", blocks=blocks, drafted_by=village_clerk
    )
    with pytest.raises(ValidationError) as refused:
        make_bundle(VILLAGE_A, year=2018, month=11, actor=village_clerk)
    assert "还没有发布的走访模板" in refused.value.message_dict["year"][0]


def test_printing_is_in_the_log(village_clerk):
    make_household(VILLAGE_A)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    note_print(bundle, 1, actor=village_clerk)

    actions = list(Entry.objects.filter(case_type="households.sheetbundle").values_list("action", flat=True))
    assert sorted(actions) == ["households.sheet.make", "households.sheet.print"]


def test_withdrawn_with_its_reason_and_printed_no_more(village_clerk, helper):
    make_household(VILLAGE_A)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    with pytest.raises(ValidationError) as refused:
        withdraw_bundle(bundle, actor=village_clerk, reason=" ")
    assert "reason" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        withdraw_bundle(bundle, actor=helper, reason="印错月份")

    withdrawn = withdraw_bundle(bundle, actor=village_clerk, reason="印错月份")

    with pytest.raises(ValidationError, match="作废"):
        note_print(withdrawn, 1, actor=village_clerk)
    with pytest.raises(ValidationError, match="已作废"):
        withdraw_bundle(bundle, actor=village_clerk, reason="再一次")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sheet: VisitSheet.objects.filter(pk=sheet.pk).update(shown={}),
        lambda sheet: VisitSheet.objects.filter(pk=sheet.pk).update(code="aaaaaaaa"),
        lambda sheet: VisitSheet.objects.filter(pk=sheet.pk).delete(),
        lambda sheet: SheetBundle.objects.filter(pk=sheet.bundle_id).update(month=1),
        lambda sheet: SheetBundle.objects.filter(pk=sheet.bundle_id).delete(),
    ],
)
def test_what_was_printed_stays(village_clerk, spoil):
    make_household(VILLAGE_A)
    sheet = make_sheets(VILLAGE_A, village_clerk).sheets.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        spoil(sheet)


@pytest.mark.parametrize(
    ("month", "printed_on", "first"),
    [
        (11, date(2018, 11, 3), date(2018, 11, 1)),
        (1, date(2018, 12, 20), date(2019, 1, 1)),
        (1, date(2019, 1, 3), date(2019, 1, 1)),
        (12, date(2019, 1, 3), date(2018, 12, 1)),
    ],
)
def test_the_month_of_the_visits_is_the_one_nearest_to_the_print(month, printed_on, first):
    assert first_of_visits(month, printed_on) == first


def test_in_january_the_facts_of_last_year_are_still_collected_and_the_visits_are_of_january(
    village_clerk, helper
):
    """Facts of 2018, printed on 3 January 2019: who was visited in January 2018 has not been visited yet."""
    home = make_household(VILLAGE_A, head="王建国")
    child = make_member(home, "王小花", birth_date=date(2015, 6, 1))
    make_visit(home, helper, date(2018, 1, 20))
    with time_machine.travel("2019-01-03 16:00 +0800", tick=True):
        bundle = make_sheets(VILLAGE_A, village_clerk, month=1)
        page = reverse("households:sheet-bundle", args=[bundle.pk])
        client = client_of(village_clerk)
        assert "已有走访" not in client.get(page).content.decode()
        make_visit(home, helper, date(2019, 1, 2))
        assert "已有走访" in client.get(page).content.decode()
    assert bundle.visited_from == date(2019, 1, 1)
    assert (child.pk, "在校生状况") in lines_of(bundle, home), "three years old by then, two a year before"
