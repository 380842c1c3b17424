"""待录国网清单: what was changed here, what was typed there, and what the next import shows."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from households.models import Household, NationalGap
from households.services.national import compare_household, mark_typed
from households.services.persons import update_person
from households.services.surveys import save_member_survey
from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.importing import apply_import, choose_rows
from poverty.ledgers.services.writing import stream
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.incoming import VILLAGE, bring_in, number_of, person, read, reviewer, workbook

pytestmark = pytest.mark.django_db

WANG = number_of(date(1970, 3, 8), 1)


@pytest.fixture
def actor():
    return reviewer()


@pytest.fixture
def clerk(actor):
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


def rows(**cells):
    return [
        person(
            "H1", "P1", "王建国", WANG, **{"务工时间（月）": 10, "民族": "汉族", "政治面貌": None, **cells}
        )
    ]


def file(tmp_path, **cells):
    return workbook(tmp_path / "a.xlsx", rows(**cells))


@pytest.fixture
def household(actor, tmp_path):
    bring_in(file(tmp_path), actor=actor)
    return Household.objects.get()


def gaps(household, **filters):
    found = household.national_gaps.filter(**filters).order_by("field")
    return [(one.field, one.theirs, one.ours, one.state) for one in found]


def test_equal_after_the_import(household):
    assert gaps(household) == []


def test_a_save_lists_what_it_changes(household, clerk):
    save_member_survey(household.head, 2018, {"work_months": 6, "political_status": "masses"}, actor=clerk)
    assert gaps(household) == [
        ("political_status", "", "masses", "pending"),
        ("work_months", "10", "6", "pending"),
    ]
    update_person(household.head, {"ethnic_group": "manchu"}, actor=clerk)
    assert ("ethnic_group", "han", "manchu", "pending") in gaps(household)


def test_taken_back_it_leaves_the_list(household, clerk):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    save_member_survey(household.head, 2018, {"work_months": 10}, actor=clerk)
    assert gaps(household) == [("work_months", "10", "6", "closed")]


def test_typed_and_shown_by_the_next_import(household, actor, clerk, tmp_path):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    gap = household.national_gaps.get()
    assert mark_typed([gap.pk], actor=clerk) == 1
    gap.refresh_from_db()
    assert (gap.state, gap.typed_by) == ("typed", clerk)
    bring_in(file(tmp_path, **{"务工时间（月）": 6}), actor=actor)
    gap.refresh_from_db()
    assert gap.state == "closed"


def test_the_same_export_again_does_not_take_ours_away(household, actor, clerk, tmp_path):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    update_person(household.head, {"ethnic_group": "manchu"}, actor=clerk)
    imported = bring_in(file(tmp_path), actor=actor)
    assert set(imported.applied.values()) == {0}
    assert household.head.surveys.get(year=2018).work_months == 6
    household.head.refresh_from_db()
    assert household.head.ethnic_group == "manchu"
    assert {state for *_, state in gaps(household)} == {"pending"}


def test_typed_but_a_later_export_shows_the_old_value(household, actor, clerk, tmp_path):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    gap = household.national_gaps.get()
    mark_typed([gap.pk], actor=clerk)
    NationalGap.objects.filter(pk=gap.pk).update(typed_at="2018-11-01T00:00:00Z")
    bring_in(file(tmp_path), actor=actor, as_of=date(2018, 12, 5))
    gap.refresh_from_db()
    assert (gap.state, gap.typed_by) == ("pending", None)


def test_a_wrong_cell_shows_nothing_ours_stays_at_the_next_import(household, actor, clerk, tmp_path):
    update_person(household.head, {"ethnic_group": "manchu"}, actor=clerk)
    assert gaps(household) == [("ethnic_group", "han", "manchu", "pending")]
    path = file(tmp_path, 民族="01", 性别="男")  # a code: the row is accepted without the cell
    imported = read(path, actor=actor, open_year=False)
    assert choose_rows(imported, [2], True, actor=actor) == 1
    apply_import(imported, actor=actor)
    assert gaps(household) == [("ethnic_group", "han", "manchu", "pending")]
    assert household.head.national.values["ethnic_group"] == "han"
    bring_in(file(tmp_path), actor=actor)
    household.head.refresh_from_db()
    assert household.head.ethnic_group == "manchu"
    assert gaps(household) == [("ethnic_group", "han", "manchu", "pending")]


def test_another_wrong_cell_of_the_row_takes_no_line_off_the_list(household, actor, clerk, tmp_path):
    save_member_survey(household.head, 2018, {"political_status": "masses"}, actor=clerk)
    assert gaps(household) == [("political_status", "", "masses", "pending")]
    imported = read(file(tmp_path, 民族="01"), actor=actor, open_year=False)
    choose_rows(imported, [2], True, actor=actor)
    apply_import(imported, actor=actor)
    assert gaps(household) == [("political_status", "", "masses", "pending")]


def test_a_group_of_income_with_a_wrong_item_closes_nothing(household, actor, clerk, tmp_path):
    def of_household(**cells):
        row = {**rows()[0], "工资性收入": 5000, "其他工资性收入": 5000, **cells}
        return workbook(tmp_path / "h.xlsx", [row])

    bring_in(of_household(), kind="households", actor=actor)
    survey = household.surveys.get(year=2018)
    survey.wage_income = 6000
    survey.sources = {**survey.sources, "wage_income": {"source": "visit", "on": "2018-11-20"}}
    survey.save()
    compare_household(household.pk)
    assert gaps(household) == [("wage_income", "5000.00", "6000.00", "pending")]
    path = of_household(其他工资性收入="五千", 工资性收入=5000)
    imported = read(path, kind="households", actor=actor, open_year=False)
    assert choose_rows(imported, [2], True, actor=actor) == 1
    apply_import(imported, actor=actor)
    assert gaps(household) == [("wage_income", "5000.00", "6000.00", "pending")]


def test_who_may_answer(household, clerk):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    gap = household.national_gaps.get()
    for other in (make_actor(Role.VILLAGE_CLERK, "140212100201"), make_actor(Role.AUDITOR, VILLAGE)):
        with pytest.raises(ValidationError):
            mark_typed([gap.pk], actor=other)


class TestPages:
    def test_the_list(self, household, clerk):
        save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
        text = client_of(clerk).get(reverse("households:national")).content.decode()
        assert "务工时间（月）" in text
        assert "王建国" in text

    def test_typed_by_hand(self, household, clerk):
        save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
        gap = household.national_gaps.get()
        client_of(clerk).post(reverse("households:national-typed"), {"gap": gap.pk, "action": "typed"})
        gap.refresh_from_db()
        assert gap.state == "typed"

    def test_the_upload_workbook(self, household, clerk):
        save_member_survey(
            household.head, 2018, {"work_months": 6, "political_status": "masses"}, actor=clerk
        )
        answer = client_of(clerk).post(reverse("households:national-upload"))
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)))["人口"]
        assert [cell.value for cell in sheet[1]] == [
            "户编号",
            "人口编号",
            "姓名",
            "年度",
            "务工时间（月）",
            "政治面貌",
        ]
        assert [cell.value for cell in sheet[2]] == ["H1", "P1", "王建国", 2018, 6, "群众"]

    def test_another_county_sees_nothing(self, household, clerk):
        save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
        stranger = make_actor(Role.VILLAGE_CLERK, "140212100201")
        assert "王建国" not in client_of(stranger).get(reverse("households:national")).content.decode()

    def test_nothing_to_type_offers_no_workbook(self, household, clerk):
        text = client_of(clerk).get(reverse("households:national")).content.decode()
        assert "没有待录的内容" in text
        assert reverse("households:national-upload") not in text

    def test_after_an_import_without_differences_nobody_is_told_to_import_first(self, household, clerk):
        text = client_of(clerk).get(reverse("households:national")).content.decode()
        assert "已经一致" in text

    def test_the_landing_page_leads_to_it(self, household, clerk):
        save_member_survey(household.head, 2018, {"work_months": 11}, actor=clerk)
        text = client_of(clerk).get(reverse("home"), {"year": 2018}).content.decode()
        assert "待录入国网的内容" in text
        assert reverse("households:national") in text


def test_as_a_ledger(household, actor, clerk):
    save_member_survey(household.head, 2018, {"work_months": 6}, actor=clerk)
    question = ask("national", user=actor, area_code=VILLAGE[:6])
    headings = [one.heading for one in question.columns]
    found = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
    assert [(one["户编号"], one["姓名"], one["项目"], one["年度"]) for one in found] == [
        ("H1", "王建国", "务工时间（月）", "2018")
    ]
    assert [(one["国网（旧值）"], one["本系统（新值）"], one["状态"]) for one in found] == [
        ("10", "6", "待录")
    ]
