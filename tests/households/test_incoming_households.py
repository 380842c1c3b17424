"""The household export into the register: income, housing and living conditions, counted by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from households.models import ExitCase, Finding, Household, HouseholdStatus, Membership, Survey
from households.services.checks import check_households
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.jobs.models import Job
from poverty.ledgers.services.importing import apply_import, choose_rows
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_year
from tests.factories.incoming import (
    PLACE,
    TOWNSHIP,
    VILLAGE,
    bring_in,
    number_of,
    person,
    read,
    reviewer,
    workbook,
)

pytestmark = pytest.mark.django_db

WANG = number_of(date(1970, 3, 8), 1)
LI = number_of(date(1972, 6, 1), 2)


@pytest.fixture
def actor():
    return reviewer()


@pytest.fixture
def known(actor, tmp_path):
    """Household H1 of two persons, by the person export."""
    rows = [person("H1", "P1", "王建国", WANG), person("H1", "P2", "李秀英", LI, "配偶")]
    bring_in(workbook(tmp_path / "persons.xlsx", rows), actor=actor)
    return Household.objects.get(household_no="H1")


def row(**cells):
    """H1 with its head."""
    return {**PLACE, **person("H1", "P1", "王建国", WANG), **cells}


def bring(tmp_path, actor, **cells):
    return bring_in(workbook(tmp_path / "households.xlsx", [row(**cells)]), kind="households", actor=actor)


def faults(imported):
    return [(fault["c"], fault["k"]) for one in imported.rows.all() for fault in one.faults]


class TestIncome:
    def test_totals_become_the_other_item(self, known, actor, tmp_path):
        bring(
            tmp_path,
            actor,
            工资性收入="12,000",
            生产经营性收入=3000,
            财产性收入=0,
            转移性收入=500.5,
            生产经营性支出=1500,
        )
        survey = known.surveys.get(year=2018)
        assert survey.wage_income == Decimal("12000.00")
        assert survey.property_income == Decimal("0.00")
        assert survey.transfer_income == Decimal("500.50")
        assert survey.production_expense == Decimal("1500.00")
        items = dict(survey.income_items.values_list("item", "amount"))
        assert items == {
            "wage_other": Decimal("12000.00"),
            "production_other": Decimal("3000.00"),
            "transfer_other": Decimal("500.50"),
            "expense_other": Decimal("1500.00"),
        }
        assert survey.source_of("wage_income") == ("import", "2018-12-01")

    @pytest.mark.parametrize("cells", [{"工资性收入": None}, {"工资性收入": 1000}])
    def test_of_a_group_with_a_wrong_cell_nothing_is_taken(self, known, actor, tmp_path, cells):
        path = workbook(
            tmp_path / "households.xlsx",
            [row(公益性岗位收入=1000, 其他工资性收入="三千", 财产性收入=20, **cells)],
        )
        imported = read(path, kind="households", actor=actor)
        choose_rows(imported, [2], True, actor=actor)
        apply_import(imported, actor=actor)
        survey = known.surveys.get(year=2018)
        assert survey.wage_income is None, "1,000 would be too little"
        assert survey.property_income == Decimal("20.00")

    def test_an_expense_with_a_wrong_subsidy_is_not_taken_whole(self, known, actor, tmp_path):
        cells = {"生产经营性支出（合计）": 1500, "专项用于减少生产经营性支出的补贴": "五百"}
        path = workbook(tmp_path / "households.xlsx", [row(财产性收入=20, **cells)])
        imported = read(path, kind="households", actor=actor)
        choose_rows(imported, [2], True, actor=actor)
        apply_import(imported, actor=actor)
        survey = known.surveys.get(year=2018)
        assert (survey.production_expense, survey.property_income) == (None, Decimal("20.00"))

    def test_items_and_their_total(self, known, actor, tmp_path):
        bring(tmp_path, actor, 转移性收入="1500.01", 最低生活保障金=1000, 计划生育金=500)
        survey = known.surveys.get(year=2018)
        assert survey.transfer_income == Decimal("1500.00")
        assert dict(survey.income_items.values_list("item", "amount")) == {
            "transfer_allowance": Decimal("1000.00"),
            "transfer_family_planning": Decimal("500.00"),
        }

    def test_items_without_a_total(self, known, actor, tmp_path):
        bring(tmp_path, actor, 公益性岗位收入=4800, 其他工资性收入="200.50")
        assert known.surveys.get(year=2018).wage_income == Decimal("5000.50")

    def test_a_total_against_its_items(self, known, actor, tmp_path):
        path = workbook(
            tmp_path / "a.xlsx", [row(转移性收入=1600, 最低生活保障金=1000, 计划生育金=500, 工资性收入=9)]
        )
        imported = read(path, kind="households", actor=actor)
        assert faults(imported) == [("transfer_income", "total_mismatch")]
        assert imported.counts["wrong"] == 1
        assert "相差 100.00 元" in imported.rows.get().cell_faults[0]["m"]

    def test_expense_less_subsidy(self, known, actor, tmp_path):
        imported = bring(
            tmp_path,
            actor,
            生产经营性支出=3000,
            **{"生产经营性支出（合计）": 3000, "专项用于减少生产经营性支出的补贴": 400},
        )
        survey = known.surveys.get(year=2018)
        assert survey.production_expense == Decimal("2600.00")
        assert faults(imported) == [("production_expense", "expense_differs")]
        # It is also asked by the data checks, after the workbook is gone.
        check_households([known.pk], 2018)
        assert Finding.objects.filter(household=known, code="production.expense_differs").exists()
        assert Job.objects.filter(kind="households.check", area_code=known.area_id[:6]).exists()

    def test_a_year_that_cost_more_than_it_brought(self, known, actor, tmp_path):
        imported = bring(
            tmp_path,
            actor,
            工资性收入=0,
            生产经营性收入=1000,
            财产性收入=0,
            转移性收入=0,
            生产经营性支出=3000,
            **{"纯收入（元）": -2000, "人均纯收入（元）": "-1000.00", "年度家庭人口数": 2},
        )
        assert faults(imported) == []
        assert known.surveys.get(year=2018).production_expense == Decimal("3000.00")

    def test_the_same_expense_twice_is_no_finding(self, known, actor, tmp_path):
        bring(
            tmp_path,
            actor,
            生产经营性支出=2600,
            **{"生产经营性支出（合计）": 3000, "专项用于减少生产经营性支出的补贴": 400},
        )
        check_households([known.pk], 2018)
        assert not Finding.objects.filter(household=known, code="production.expense_differs").exists()

    def test_awards_stand_beside_the_formula(self, known, actor, tmp_path):
        bring(tmp_path, actor, 产业奖励=300, 就业奖励=200, 转移性收入=10)
        survey = known.surveys.get(year=2018)
        assert survey.transfer_income == Decimal("10.00")
        beside = survey.income_items.filter(item__startswith="beside_")
        assert dict(beside.values_list("item", "amount")) == {
            "beside_industry_award": Decimal("300.00"),
            "beside_employment_award": Decimal("200.00"),
        }

    def test_a_new_total_replaces_the_items(self, known, actor, tmp_path):
        bring(tmp_path, actor, 转移性收入=1500, 最低生活保障金=1000, 计划生育金=500)
        bring(tmp_path, actor, 转移性收入=1800)
        survey = known.surveys.get(year=2018)
        assert survey.transfer_income == Decimal("1800.00")
        assert dict(survey.income_items.values_list("item", "amount")) == {
            "transfer_other": Decimal("1800.00")
        }

    def test_a_second_time_changes_nothing(self, known, actor, tmp_path):
        cells = {
            "转移性收入": 1500,
            "最低生活保障金": 1000,
            "计划生育金": 500,
            "产业奖励": 7,
            "工资性收入": 0,
        }
        bring(tmp_path, actor, **cells)
        assert set(bring(tmp_path, actor, **cells).applied.values()) == {0}


class TestConditions:
    def test_stored_with_their_source(self, known, actor, tmp_path):
        bring(
            tmp_path,
            actor,
            住房面积="86.5",
            是否危房户="否",
            是否解决安全饮用水="是",
            是否通生活用电=None,
            入户路类型="水泥路",
            耕地面积="6.25",
            主要燃料类型="柴草",
            是否军烈属="否",
            户联系电话="13812345678",
        )
        known.refresh_from_db()
        survey = known.surveys.get(year=2018)
        assert (survey.house_area, survey.is_dangerous_house, survey.water_solved) == (
            Decimal("86.50"),
            False,
            True,
        )
        assert (survey.has_power, survey.road_type, survey.fuel_type) == (None, "cement", "firewood")
        assert survey.cultivated_land == Decimal("6.25")
        assert known.is_military_family is False
        assert known.phone.reveal() == "13812345678"

    def test_kind_and_status_are_taken_over(self, known, actor, tmp_path):
        imported = bring(tmp_path, actor, 户类型="脱贫户")
        known.refresh_from_db()
        assert (known.kind, known.status) == ("exited", "exited")
        assert imported.applied["带入状态"] == 1
        last = HouseholdStatus.objects.get(household=known, valid_to=None)
        assert (last.source, last.valid_from) == ("import", date(2018, 12, 1))
        assert set(bring(tmp_path, actor, 户类型="脱贫户").applied.values()) == {0}

    def test_an_exit_marked_here_is_confirmed_by_the_import_that_shows_it(self, known, actor, tmp_path):
        with connection.cursor() as cursor:
            # The procedure is tried elsewhere: this one stands at its end already.
            cursor.execute("SET LOCAL session_replication_role = replica")
            case = ExitCase.objects.create(
                household=known, year=2018, area_code=known.area_id, state="marked", planned_by=actor
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
        bring(tmp_path, actor, 户类型="建档立卡贫困户")
        case.refresh_from_db()
        assert case.confirmed_at is None
        bring(tmp_path, actor, 户类型="脱贫户")
        case.refresh_from_db()
        assert case.confirmed_at is not None
        assert Entry.objects.filter(action="households.exit.confirm", case_id=case.pk).count() == 1

    def test_kind_and_status_are_shown_before_they_are_taken_over(self, known, actor, tmp_path):
        bring(tmp_path, actor, 户类型="建档立卡贫困户")
        path = workbook(tmp_path / "again.xlsx", [row(户类型="建档立卡贫困户", 脱贫属性="已脱贫")])
        imported = read(path, kind="households", actor=actor)
        assert imported.rows.get().differences == {"status": ["not_exited", "exited"]}
        assert (imported.counts["changed"], imported.counts["unchanged"]) == (1, 0)
        apply_import(imported, actor=actor)
        logged = Entry.objects.filter(action="households.import").latest("pk")
        assert logged.changes == {"status": ["not_exited", "exited"]}
        again = bring_in(path, kind="households", actor=actor)
        assert (again.counts["changed"], again.rows.get().differences) == (0, {})

    def test_who_may_not_take_over_is_not_shown_it(self, known, actor, tmp_path):
        officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
        path = workbook(tmp_path / "a.xlsx", [row(户类型="脱贫户")])
        imported = read(path, kind="households", actor=officer, area=TOWNSHIP)
        assert imported.rows.get().differences == {}

    def test_a_household_without_its_people_is_not_registered(self, actor, tmp_path):
        rows = [
            {**row(当前家庭人口数=3), "户编号": "H9"},
            {**person("H8", "P8", "赵德才", LI), "当前家庭人口数": 1},
        ]
        imported = read(workbook(tmp_path / "a.xlsx", rows), kind="households", actor=actor)
        assert faults(imported) == [("household_no", "members_missing")]
        bring_in(tmp_path / "a.xlsx", kind="households", actor=actor)
        assert list(Household.objects.values_list("household_no", "size")) == [("H8", 1)]

    def test_the_same_household_twice(self, known, actor, tmp_path):
        imported = read(workbook(tmp_path / "a.xlsx", [row(), row()]), kind="households", actor=actor)
        assert {kind for _, kind in faults(imported)} == {"household_twice", "person_twice"}


class TestOurs:
    def test_from_a_visit_stays(self, actor, tmp_path):
        household = make_household(household_no="H1", survey={"has_sanitary_toilet": True, "source": "visit"})
        member = household.head
        path = workbook(
            tmp_path / "a.xlsx",
            [
                person(
                    "H1", "P1", member.name, member.identity.reveal(), 是否有卫生厕所="否", 工资性收入=20000
                )
            ],
        )
        imported = read(path, kind="households", actor=actor)
        kept = imported.rows.get().kept
        assert kept["has_sanitary_toilet"] == [True, False, "2018-09-20", "visit"]
        assert kept["wage_income"] == ["10000.00", "20000.00", "2018-09-20", "visit"]
        bring_in(path, kind="households", actor=actor)
        survey = Survey.objects.get()
        assert (survey.has_sanitary_toilet, survey.wage_income) == (True, Decimal("10000.00"))
        gaps = {one.field: (one.ours, one.theirs, one.since) for one in household.national_gaps.all()}
        assert gaps["has_sanitary_toilet"] == ("true", "false", date(2018, 9, 20))
        assert gaps["wage_income"] == ("10000.00", "20000.00", date(2018, 9, 20))

    def test_entered_before_the_export_follows(self, actor, tmp_path):
        household = make_household(
            household_no="H1",
            survey={"has_sanitary_toilet": True, "source": "entered", "happened_on": date(2018, 11, 30)},
        )
        member = household.head
        rows = [person("H1", "P1", member.name, member.identity.reveal(), 是否有卫生厕所="否")]
        bring_in(workbook(tmp_path / "a.xlsx", rows), kind="households", actor=actor)
        assert Survey.objects.get().has_sanitary_toilet is False

    def test_entered_after_the_export_stays(self, actor, tmp_path):
        household = make_household(
            household_no="H1",
            survey={"has_sanitary_toilet": True, "source": "entered", "happened_on": date(2018, 12, 2)},
        )
        member = household.head
        rows = [person("H1", "P1", member.name, member.identity.reveal(), 是否有卫生厕所="否")]
        bring_in(workbook(tmp_path / "a.xlsx", rows), kind="households", actor=actor)
        assert Survey.objects.get().has_sanitary_toilet is True


def test_a_closed_year_is_refused(actor, tmp_path):
    make_year(year=2018, state="closed")
    with pytest.raises(ValidationError, match="2018年度已关闭"):
        read(workbook(tmp_path / "a.xlsx", [row()]), kind="households", actor=actor, open_year=False)
    assert not Membership.objects.exists()
