"""What keeps a row out: doubled, elsewhere, outside, numbers that disagree; and rows accepted or left out."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import Household, Member, Membership, MemberSurvey
from poverty.accounts.models import Role
from poverty.fields.identity import parse_identity
from poverty.ledgers.models import Import, Level, StagedCells, StagedRow
from poverty.ledgers.services.importing import apply_import, check_import, choose_rows, follow_national
from poverty.ledgers.services.summing import faults_by_kind
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member, make_year
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
ZHAO = number_of(date(1950, 1, 15), 5)


@pytest.fixture
def actor():
    return reviewer()


def checked(tmp_path, actor, *rows, **how):
    return read(workbook(tmp_path / "a.xlsx", list(rows)), actor=actor, **how)


def kinds(imported):
    """Kinds of fault by row number, the row faults and those of cells."""
    return {row.number: sorted({one["k"] for one in row.faults}) for row in imported.rows.order_by("number")}


class TestTheFile:
    def test_a_person_in_two_households(self, actor, tmp_path):
        imported = checked(
            tmp_path, actor, person("H1", "P1", "王建国", WANG), person("H2", "P2", "王建国", WANG)
        )
        assert kinds(imported) == {2: ["person_in_two_households"], 3: ["person_in_two_households"]}
        with_nothing = apply_import(imported, actor=actor)
        assert set(with_nothing.applied.values()) == {0}

    def test_a_person_twice_in_one(self, actor, tmp_path):
        imported = checked(
            tmp_path, actor, person("H1", "P1", "王建国", WANG), person("H1", "P1", "王建国", WANG, "之子")
        )
        assert kinds(imported)[3] == ["person_twice"]

    def test_two_heads(self, actor, tmp_path):
        imported = checked(
            tmp_path, actor, person("H1", "P1", "王建国", WANG), person("H1", "P2", "李秀英", LI)
        )
        assert kinds(imported) == {2: ["two_heads"], 3: ["two_heads"]}

    def test_no_head(self, actor, tmp_path):
        imported = checked(tmp_path, actor, person("H1", "P2", "李秀英", LI, "配偶"))
        assert kinds(imported) == {2: ["no_head"]}

    def test_another_year(self, actor, tmp_path):
        assert kinds(checked(tmp_path, actor, person("H1", "P1", "王建国", WANG, 年度=2019))) == {
            2: ["other_year"]
        }

    def test_a_household_in_two_villages(self, actor, tmp_path):
        make_area("220503100205", "三道沟村")
        rows = (
            person("H1", "P1", "王建国", WANG),
            {**person("H1", "P2", "李秀英", LI, "配偶"), "村": "三道沟村"},
        )
        imported = checked(tmp_path, actor, *rows)
        assert kinds(imported) == {2: ["household_in_two_places"], 3: ["household_in_two_places"]}

    def test_codes_and_numbers_that_excel_made(self, actor, tmp_path):
        imported = checked(
            tmp_path,
            actor,
            person("H1", "P1", "王建国", WANG, 民族="01", 成员联系电话=13812345678),
            person("H2", "P2", "李秀英", "5.10623E+17"),
        )
        assert kinds(imported) == {
            2: ["code_for_label", "number_for_text"],
            3: ["number_for_text"],
        }

    def test_a_bad_number_of_somebody_new_is_told_once_and_keeps_the_row_out(self, actor, tmp_path):
        wrong = WANG[:-1] + ("1" if WANG[-1] != "1" else "2")
        imported = checked(
            tmp_path, actor, person("H1", "P1", "王建国", wrong), person("H2", "P2", "李秀英", None)
        )
        assert kinds(imported) == {2: ["identity_checksum"], 3: ["identity_missing"]}
        assert [row.level for row in imported.rows.order_by("number")] == [Level.ROW, Level.ROW]
        assert [(one.kind, one.level) for one in faults_by_kind(imported)] == [
            ("identity_checksum", Level.ROW),
            ("identity_missing", Level.ROW),
        ]
        assert choose_rows(imported, "identity_checksum", True, actor=actor) == 0

    def test_a_bad_number_of_somebody_known_can_be_left_away(self, actor, tmp_path):
        household = make_household(VILLAGE, household_no="H1")
        Member.objects.filter(pk=household.head_id).update(member_no="P1")
        imported = checked(tmp_path, actor, person("H1", "P1", "王建国", "12345", 民族="满族"))
        assert [(one.kind, one.level) for one in faults_by_kind(imported)] == [
            ("identity_length", Level.CELL)
        ]
        assert choose_rows(imported, [2], True, actor=actor) == 1
        apply_import(imported, actor=actor)
        household.head.refresh_from_db()
        assert household.head.ethnic_group == "manchu"

    def test_months_and_birth_against_the_number(self, actor, tmp_path):
        row = person("H1", "P1", "王建国", WANG, 出生日期="1971-03-08", **{"务工时间（月）": 13})
        assert kinds(checked(tmp_path, actor, row)) == {2: ["against_identity", "out_of_range"]}


class TestThePlace:
    def test_another_county(self, actor, tmp_path):
        row = {**person("H1", "P1", "王建国", WANG), "县": "东昌区"}
        assert kinds(checked(tmp_path, actor, row)) == {2: ["area_outside"]}

    def test_an_unknown_village(self, actor, tmp_path):
        row = {**person("H1", "P1", "王建国", WANG), "村": "没有村"}
        assert kinds(checked(tmp_path, actor, row)) == {2: ["area_unknown"]}

    def test_a_township_imports_its_own(self, actor, tmp_path):
        household = make_household(VILLAGE, household_no="H1")
        other = make_household("220503200200", household_no="H2")
        officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
        rows = [
            person("H1", "P1", "王建国", household.head.identity.reveal(), 民族="满族"),
            {**PLACE, **person("H2", "P2", "王建国", other.head.identity.reveal())},
        ]
        imported = checked(tmp_path, officer, *rows, area=TOWNSHIP)
        assert kinds(imported) == {2: [], 3: ["household_outside", "place_differs"]}
        apply_import(imported, actor=officer)
        assert Member.objects.get(member_no="P1").ethnic_group == "manchu"

    def test_a_township_registers_no_household(self, actor, tmp_path):
        officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
        imported = checked(tmp_path, officer, person("H1", "P1", "王建国", WANG), area=TOWNSHIP)
        assert kinds(imported) == {2: ["county_registers"]}

    def test_a_township_does_not_register_what_the_county_brought(self, actor, tmp_path):
        officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
        imported = checked(tmp_path, actor, person("H1", "P1", "王建国", WANG), area=TOWNSHIP)
        assert imported.counts["to_apply"] == 1
        with pytest.raises(ValidationError, match="请先点“重新核对”"):
            apply_import(imported, actor=officer)
        assert not Household.objects.exists()
        assert check_import(imported, actor=officer).counts["to_apply"] == 0
        assert kinds(imported) == {2: ["county_registers"]}
        assert check_import(imported, actor=actor).counts["to_apply"] == 1
        assert apply_import(imported, actor=actor).applied["新增户"] == 1

    def test_the_county_registers_what_a_township_brought_once_it_has_looked(self, actor, tmp_path):
        officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
        imported = checked(tmp_path, officer, person("H1", "P1", "王建国", WANG), area=TOWNSHIP)
        with pytest.raises(ValidationError, match="请先点“重新核对”"):
            apply_import(imported, actor=actor)
        assert not Household.objects.exists()
        check_import(imported, actor=actor)
        assert apply_import(imported, actor=actor).applied["新增户"] == 1

    def test_who_may_not_import_there_checks_nothing(self, actor, tmp_path):
        imported = checked(tmp_path, actor, person("H1", "P1", "王建国", WANG))
        for role in (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK):
            with pytest.raises(PermissionDenied):
                check_import(imported, actor=make_actor(role, VILLAGE))

    def test_who_may_not_import(self, actor, tmp_path):
        for role in (Role.VILLAGE_CLERK, Role.AUDITOR, Role.ADMINISTRATOR):
            with pytest.raises(PermissionDenied):
                checked(tmp_path, make_actor(role, VILLAGE), person("H1", "P1", "王建国", WANG))
        stranger = make_actor(Role.COUNTY_REVIEWER, "140212100201")
        with pytest.raises(PermissionDenied):
            checked(tmp_path, stranger, person("H1", "P1", "王建国", WANG))
        assert not Import.objects.exists()


class TestTheRegister:
    def test_a_person_of_another_household(self, actor, tmp_path):
        make_household(
            VILLAGE, members=[{"name": "李秀英", "identity": LI, "relation": "spouse", "sex": "female"}]
        )
        imported = checked(
            tmp_path, actor, person("H9", "P1", "王建国", WANG), person("H9", "P2", "李秀英", LI, "配偶")
        )
        assert kinds(imported) == {2: [], 3: ["person_elsewhere"]}
        bring_in(tmp_path / "a.xlsx", actor=actor)
        assert Household.objects.get(household_no="H9").size == 1

    def test_elsewhere_in_the_country_is_not_told_where(self, actor, tmp_path):
        make_household("140212100201", members=[{"name": "李秀英", "identity": LI, "relation": "spouse"}])
        imported = checked(
            tmp_path, actor, person("H9", "P1", "王建国", WANG), person("H9", "P2", "李秀英", LI, "配偶")
        )
        (fault,) = imported.rows.get(number=3).row_faults
        assert fault["m"].startswith("此人已在其他地区登记")

    def test_who_left_does_not_come_back_by_a_file(self, actor, tmp_path):
        household = make_household(VILLAGE, household_no="H1")
        make_member(household, "李秀英", identity=LI, relation="spouse", sex="female", until=date(2018, 5, 1),
                    leave_reason="death")  # fmt: skip
        Member.objects.filter(name="李秀英").update(household=None)
        imported = checked(tmp_path, actor, person("H1", "P2", "李秀英", LI, "配偶"))
        assert kinds(imported) == {2: ["person_left"]}

    def test_two_numbers_of_two_people(self, actor, tmp_path):
        household = make_household(VILLAGE, household_no="H1")
        Member.objects.filter(pk=household.head_id).update(member_no="P1")
        make_member(household, "李秀英", identity=LI, relation="spouse", sex="female")
        imported = checked(tmp_path, actor, person("H1", "P1", "李秀英", LI, "配偶"))
        assert kinds(imported) == {2: ["identity_differs", "numbers_disagree"]}

    def test_a_household_without_a_number_gets_it(self, actor, tmp_path):
        household = make_household(VILLAGE)
        row = person("H1", "P1", "王建国", household.head.identity.reveal())
        imported = bring_in(workbook(tmp_path / "a.xlsx", [row]), actor=actor)
        household.refresh_from_db()
        assert (household.household_no, household.head.member_no) == ("H1", "P1")
        assert imported.applied["新增户"] == 0

    def test_many_without_a_number_are_found_in_as_many_questions_as_one(self, actor, tmp_path):
        homes = [make_household(VILLAGE, head=name) for name in ("王建国", "李德才", "赵有田")]
        rows = [
            person(f"H{place}", f"P{place}", home.head.name, home.head.identity.reveal())
            for place, home in enumerate(homes, 1)
        ]
        rows.insert(1, person("H1", "P9", "李秀英", LI, "配偶"))  # follows its head
        one = checked(tmp_path, actor, rows[0])
        many = read(workbook(tmp_path / "b.xlsx", rows), actor=actor)
        asked = []
        for imported in (one, many):
            with CaptureQueriesContext(connection) as questions:
                check_import(imported, actor=actor)
            asked.append(len(questions))
        assert asked[0] == asked[1]
        found = many.rows.order_by("number").values_list("household_id", flat=True)
        assert list(found) == [homes[0].pk, homes[0].pk, homes[1].pk, homes[2].pk]
        assert apply_import(many, actor=actor).applied["新增户"] == 0
        assert list(Household.objects.order_by("pk").values_list("household_no", "size")) == [
            ("H1", 2),
            ("H2", 1),
            ("H3", 1),
        ]

    def test_what_is_questioned_about_a_number_that_comes_later_is_kept(self, actor, tmp_path):
        number = next(
            one
            for year in range(1950, 1999)
            if parse_identity(one := number_of(date(year, 11, 29), 999)).faults == ("nines",)
        )
        household = make_household(VILLAGE, household_no="H1")
        make_member(household, "王大宝", identity=None, birth_date=parse_identity(number).birth_date)
        Member.objects.filter(name="王大宝").update(member_no="P2")
        bring_in(workbook(tmp_path / "a.xlsx", [person("H1", "P2", "王大宝", number, "之子")]), actor=actor)
        member = Member.objects.get(name="王大宝")
        assert (member.identity.reveal(), member.identity_faults) == (number, ["nines"])

    def test_a_new_member_joins_a_known_household(self, actor, tmp_path):
        household = make_household(VILLAGE, household_no="H1")
        bring_in(workbook(tmp_path / "a.xlsx", [person("H1", "P2", "李秀英", LI, "配偶")]), actor=actor)
        household.refresh_from_db()
        assert household.size == 2
        joined = Membership.objects.get(household=household, relation="spouse")
        assert (joined.join_reason, joined.valid_from) == ("missed_before", date(2017, 10, 1))

    def test_a_closed_household(self, actor, tmp_path):
        make_household(VILLAGE, household_no="H1", state="closed", closed_on=date(2018, 3, 1))
        assert "household_closed" in kinds(checked(tmp_path, actor, person("H1", "P1", "王建国", WANG)))[2]

    def test_head_and_village_stay(self, actor, tmp_path):
        make_area("220503100205", "三道沟村")
        household = make_household(
            VILLAGE,
            household_no="H1",
            members=[{"name": "李秀英", "relation": "spouse", "sex": "female", "identity": LI}],
        )
        head = household.head.identity.reveal()
        rows = [
            {**person("H1", "P2", "李秀英", LI), "村": "三道沟村"},
            {**person("H1", "P1", "王建国", head, "配偶"), "村": "三道沟村"},
        ]
        imported = bring_in(workbook(tmp_path / "a.xlsx", rows), actor=actor)
        assert kinds(imported)[2] == ["head_differs", "place_differs"]
        household.refresh_from_db()
        assert (household.head.name, household.area_id) == ("王建国", VILLAGE)


class TestChoosing:
    def test_left_out(self, actor, tmp_path):
        imported = checked(
            tmp_path, actor, person("H1", "P1", "王建国", WANG), person("H2", "P2", "赵德才", ZHAO)
        )
        choose_rows(imported, [3], False, actor=actor)
        apply_import(imported, actor=actor)
        assert list(Household.objects.values_list("household_no", flat=True)) == ["H1"]

    def test_what_cannot_be_is_not_accepted(self, actor, tmp_path):
        imported = checked(tmp_path, actor, person("H1", "P2", "李秀英", LI, "配偶"))
        assert choose_rows(imported, [2], True, actor=actor) == 0

    def test_ours_or_theirs(self, actor, tmp_path):
        household = make_household(
            VILLAGE, household_no="H1", head_facts={"work_months": 10, "source": "visit"}
        )
        row = person("H1", "P1", "王建国", household.head.identity.reveal(), **{"务工时间（月）": 3})
        imported = checked(tmp_path, actor, row)
        assert imported.rows.get().kept["work_months"][:2] == ["10", "3"]
        follow_national(imported, [2], True, actor=actor)
        apply_import(imported, actor=actor)
        assert household.head.surveys.get(year=2018).work_months == 3
        assert not household.national_gaps.exists()

    def test_an_applied_import_is_not_applied_again(self, actor, tmp_path):
        imported = bring_in(workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", WANG)]), actor=actor)
        with pytest.raises(ValidationError, match="已应用"):
            apply_import(imported, actor=actor)

    def test_a_year_closed_meanwhile(self, actor, tmp_path):
        imported = checked(tmp_path, actor, person("H1", "P1", "王建国", WANG))
        year = make_year()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE households_countyyear SET state = 'closed' WHERE id = %s", [year.pk])
            cursor.execute("SET session_replication_role = DEFAULT")
        with pytest.raises(ValidationError, match="已关闭"):
            apply_import(imported, actor=actor)
        assert not Household.objects.exists()


def test_no_number_stands_in_clear_in_the_staging_tables(actor, tmp_path):
    row = person("H1", "P1", "王建国", WANG, 成员联系电话="13812345678", 户主证件号码=WANG)
    wrong = person("H2", "P2", "李秀英", LI[:17] + "5", 成员联系电话="1381234567")
    checked(tmp_path, actor, row, wrong)
    with connection.cursor() as cursor:
        for model in (StagedCells, StagedRow):
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")  # noqa: S608
            text = " ".join(line for (line,) in cursor.fetchall())
            for number in (WANG, LI[:17], "13812345678", "1381234567"):
                assert number not in text
                assert number.encode().hex() not in text


class TestWhatIsNotSaid:
    """A cell that could not be read, and a column that the file does not have, are no empty cell."""

    def _children(self, tmp_path, name, **cells):
        born = number_of(date(2008, 5, 6), 1)
        rows = [
            person("H1", "P1", "王建国", number_of(date(1970, 3, 8), 1)),
            person("H1", "P2", "王小明", born, "之子", **cells),
        ]
        return workbook(tmp_path / f"{name}.xlsx", rows)

    def _school(self):
        return MemberSurvey.objects.get(member__member_no="P2").school_status

    def test_without_the_column_a_pupil_stays_a_pupil(self, actor, tmp_path):
        bring_in(self._children(tmp_path, "a", 文化程度="小学", 在校生状况="小学"), actor=actor)
        imported = bring_in(self._children(tmp_path, "b", 文化程度="初中"), actor=actor, open_year=False)
        assert self._school() == "primary"
        assert MemberSurvey.objects.get(member__member_no="P2").education_level == "junior_middle"
        assert not imported.rows.exclude(kept={}).exists(), "nothing to be typed into the national system"

    def test_with_the_column_left_empty_he_is_not_at_school(self, actor, tmp_path):
        bring_in(self._children(tmp_path, "a", 文化程度="小学", 在校生状况=""), actor=actor)
        assert self._school() == "not_at_school"

    def test_a_wrong_cell_accepted_without_it_does_not_take_him_out_of_school(self, actor, tmp_path):
        imported = read(self._children(tmp_path, "a", 文化程度="小学", 在校生状况="小学八年级"), actor=actor)
        choose_rows(imported, "unknown_option", True, actor=actor)
        apply_import(imported, actor=actor)
        assert self._school() == ""
