"""Taking a ledger out: who may, what it holds, that it can be proved, and what is said when data changed."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from households.models import Household, Member
from poverty.audit.models import Entry
from poverty.ledgers.asking import ask
from poverty.ledgers.models import Export, ExportState
from poverty.ledgers.outgoing import vault
from poverty.ledgers.services.exporting import (
    export_to,
    request_export,
)
from poverty.sql.snapshot import snapshot
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.households import make_household
from tests.ledgers.exports import content, out, table

pytestmark = pytest.mark.django_db


# --- what goes out ------------------------------------------------------------------------------------------


def test_a_small_ledger_is_there_at_once_with_masks(county_reviewer, household):
    export = out(county_reviewer)

    assert (export.state, export.rows, export.job) == (ExportState.DONE, 1, None)
    headings, row = table(export)
    found = dict(zip(headings, row, strict=True))
    assert found["户编号"] == "22050310020400012"
    assert found["户主姓名"] == "王建国"
    assert found["联系电话"] == "138******78"
    assert found["银行卡号"] == "*****************18"
    assert found["户主证件号码"] == household.head.identity.masked
    assert household.head.identity.reveal().encode() not in content(export)


def test_only_what_lies_in_the_area_and_fits_the_filter(county_reviewer, household):
    make_household("220503101201", head="李外乡", kind="registered_poor", household_no="9")
    make_household(VILLAGE_B, head="赵外县", kind="registered_poor", household_no="8")
    make_household(VILLAGE_A, head="孙农户", kind="general_rural", household_no="7")
    make_household(VILLAGE_A, head="周脱贫", kind="exited", status="exited", household_no="6")

    def names(**more):
        return [row[3] for row in table(out(county_reviewer, **more))[1:]]

    assert names() == ["王建国", "周脱贫", "李外乡"]
    assert names(area=TOWNSHIP_A) == ["王建国", "周脱贫"]
    assert names(area=TOWNSHIP_A, filters={"kind": "all"}) == ["王建国", "孙农户", "周脱贫"]
    assert names(filters={"status": "exited"}) == ["周脱贫"]


def test_chosen_columns_in_the_ledgers_own_order(county_reviewer, household):
    export = out(county_reviewer, columns=["head_name", "household_no"])

    sheet = openpyxl.load_workbook(BytesIO(content(export))).worksheets[0]
    assert [cell.value for cell in sheet[5]] == ["户编号", "户主姓名"]


def test_the_words_of_the_year(county_reviewer, household):
    def title(year):
        export = request_export("households", area_code=COUNTY_A, year=year, actor=county_reviewer)
        return openpyxl.load_workbook(BytesIO(content(export))).worksheets[0]["A1"].value

    assert title(2020) == "贫困户信息（2020年度）"
    assert title(2021) == "脱贫户和监测对象信息（2021年度）"


def test_csv_holds_the_same_values(county_reviewer, household):
    export = out(county_reviewer, format="csv")

    lines = content(export).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("乡（镇）,行政村,户编号,户主姓名")
    assert "\t22050310020400012,王建国" in lines[1]
    assert export.file_name.endswith(".csv")


def test_an_export_is_recorded_with_what_proves_it(county_reviewer, household):
    export = out(county_reviewer, filters={"status": ""})

    assert (export.actor, export.area_code, export.year, export.filter_words) == (
        county_reviewer,
        COUNTY_A,
        2018,
        "户类型：建档立卡户（含已脱贫）",
    ), "what is left out unless asked for is said"
    assert vault.exists(export.sha256)
    entries = Entry.objects.filter(case_type="ledgers.export", case_id=export.pk).order_by("pk")
    assert [one.action for one in entries] == ["ledgers.export.request", "ledgers.export.finish"]
    assert entries[1].changes["sha256"] == [None, export.sha256]


def test_the_manifest_says_what_the_row_says(county_reviewer, household):
    export = out(county_reviewer)

    sheet = openpyxl.load_workbook(BytesIO(content(export)))["清单"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert said["台账"] == "贫困户信息（2018年度）"
    assert said["校验值"] == export.checksum
    assert (said["总行数"], said["号码"], said["筛选条件"]) == (
        "1",
        "打码",
        "户类型：建档立卡户（含已脱贫）",
    )


# --- full numbers -------------------------------------------------------------------------------------------


def test_full_numbers_with_right_purpose_watermark_and_a_short_life(county_reviewer, household):
    export = out(county_reviewer, full_numbers=True, purpose="办理参保登记")

    found = dict(zip(*table(export), strict=True))
    assert found["户主证件号码"] == household.head.identity.reveal()
    assert (found["联系电话"], found["银行卡号"]) == ("13812345678", "6228480402564890018")
    sheet = openpyxl.load_workbook(BytesIO(content(export))).worksheets[0]
    watermark = next(row[0].value for row in sheet.iter_rows() if "导出人" in str(row[0].value))
    assert "办理参保登记" in watermark
    assert county_reviewer.name in watermark
    assert "有效期至" in watermark
    assert export.expires_at - export.as_of == timedelta(days=3)
    assert Entry.objects.get(action="ledgers.export.request").purpose == "办理参保登记"


@pytest.mark.parametrize("purpose", ["", "  ", "x"])
def test_full_numbers_without_a_purpose_are_refused(county_reviewer, household, purpose):
    with pytest.raises(ValidationError) as refused:
        out(county_reviewer, full_numbers=True, purpose=purpose)

    assert "purpose" in refused.value.message_dict
    assert not Export.objects.exists()


def test_the_end_of_its_life_is_printed_on_every_page_however_long_the_purpose(county_reviewer, household):
    export = out(county_reviewer, full_numbers=True, purpose="核" * 100)

    header = openpyxl.load_workbook(BytesIO(content(export))).worksheets[0].oddHeader.center.text
    assert f"有效期至 {timezone.localtime(export.expires_at):%Y-%m-%d %H:%M}" in header
    assert county_reviewer.name in header


def test_a_purpose_is_one_line_of_at_most_a_hundred_characters(county_reviewer, household):
    with pytest.raises(ValidationError, match="最多 100 字"):
        out(county_reviewer, full_numbers=True, purpose="核" * 101)
    assert out(county_reviewer, full_numbers=True, purpose="办理\r\n 参保").purpose == "办理 参保"


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    ["helper", "village_clerk", "bureau_officer", "finance_officer", "inspector", "leader", "administrator"],
)
def test_other_roles_may_not(actors, household, role):
    with pytest.raises(PermissionDenied):
        out(actors[role], area=VILLAGE_A)


def test_a_township_officer_exports_his_township_not_the_county(township_officer, household):
    assert out(township_officer, area=TOWNSHIP_A).rows == 1
    with pytest.raises(PermissionDenied):
        out(township_officer, area=COUNTY_A)


def test_another_county_is_refused(stranger, household):
    with pytest.raises(PermissionDenied):
        out(stranger("county_reviewer"), area=COUNTY_A)


def test_an_unknown_ledger_filter_or_format_is_refused_with_words(county_reviewer, household):
    for more, field in (
        ({"name": "nothing"}, "ledger"),
        ({"filters": {"colour": "red"}}, "filters"),
        ({"filters": {"kind": "no such kind"}}, "kind"),
        ({"format": "pdf"}, "format"),
        ({"area": COUNTY_A + "1"}, "area"),  # its right covers the code, but no place has it
    ):
        with pytest.raises(ValidationError) as refused:
            out(county_reviewer, **more)
        assert field in refused.value.message_dict
    assert not Export.objects.exists()


@pytest.mark.parametrize("year", [0, 2012, 2101, 9999])
@pytest.mark.parametrize("name", ["households", "changes"])
def test_a_year_that_never_was_is_refused(county_reviewer, household, name, year):
    with pytest.raises(ValidationError) as refused:
        request_export(name, area_code=COUNTY_A, year=year, actor=county_reviewer)
    assert "year" in refused.value.message_dict


def test_the_filter_in_words(county_reviewer, household):
    def words(name, **filters):
        return ask(name, user=county_reviewer, area_code=COUNTY_A, year=2018, filters=filters).words

    assert words("households", kind="all", verdict="none") == "户类型：全部在册户；判定结论：未判定"
    assert words("helping", resident="true") == "结对状态：在帮；是否驻村队员：是"
    assert words("gaps") == "情况：未达标和待核实；户类型：建档立卡户（含已脱贫）"
    assert words("exited", exit_year="2018") == "脱贫年度：2018"
    assert words("changes") == "全部"


# --- the same again, and what changed -----------------------------------------------------------------------


def test_unchanged_data_give_the_same_bytes_later(county_reviewer, household):
    with time_machine.travel(datetime(2026, 11, 1, 8, 0, tzinfo=UTC), tick=False):
        first = out(county_reviewer)
    with time_machine.travel(datetime(2026, 11, 3, 8, 0, tzinfo=UTC), tick=False):
        second = out(county_reviewer)

    assert second.pk != first.pk
    assert second.sha256 == first.sha256
    assert second.as_of == first.as_of
    assert second.changes is None
    assert second.expires_at > first.expires_at


@pytest.fixture
def on_day(monkeypatch):
    """on_day(day of November 2026): what is exported then, by the clocks of program and database."""

    def at(day):
        moment = datetime(2026, 11, day, 8, 0, tzinfo=UTC)

        @contextmanager
        def then():
            with snapshot():
                yield moment

        monkeypatch.setattr("poverty.ledgers.services.writing.snapshot", then)
        return time_machine.travel(moment, tick=False)

    return at


def test_another_day_alone_is_no_change_of_a_ledger_that_names_its_day(county_reviewer, on_day):
    """数据日期 is the day of the file while the year is open: unchanged data keep the day of the earlier file."""
    make_household(VILLAGE_A, head="王建国", status="exited", kind="exited")
    with on_day(1):
        first = out(county_reviewer, "exited")
    with on_day(3):
        second = out(county_reviewer, "exited")
        vault.remove(second.sha256)
        third = out(county_reviewer, "exited")
    assert second.sha256 == first.sha256 == third.sha256
    assert (second.as_of, second.changes) == (first.as_of, None)

    make_household(VILLAGE_A, head="新脱贫", status="exited", kind="exited")
    with on_day(4):
        fourth = out(county_reviewer, "exited")
    assert fourth.changes == {"added": 1, "removed": 0, "changed": 0}
    sheet = openpyxl.load_workbook(BytesIO(content(fourth))).worksheets[0]
    days = [row[1].value for row in sheet.iter_rows() if row[8].value in ("王建国", "新脱贫")]
    assert days == [datetime(2026, 11, 4)] * 2


def test_the_same_bytes_also_when_the_file_was_thrown_away(county_reviewer, household):
    first = out(county_reviewer)
    vault.remove(first.sha256)

    second = out(county_reviewer)

    assert second.sha256 == first.sha256
    assert vault.exists(second.sha256)


def test_another_person_with_the_same_right_gets_the_same_bytes(county_reviewer, auditor, household):
    assert out(auditor).sha256 == out(county_reviewer).sha256


def test_full_numbers_of_two_people_are_two_files(county_reviewer, auditor, household):
    more = {"full_numbers": True, "purpose": "核对"}
    first, second = out(auditor, **more), out(county_reviewer, **more)

    assert first.sha256 != second.sha256
    assert first.checksum == second.checksum


def test_says_how_many_rows_were_added_removed_and_changed(county_reviewer, household):
    leaving = make_household(VILLAGE_A, head="李走了", kind="registered_poor", household_no="5")
    first = out(county_reviewer)
    Household.objects.filter(pk=household.pk).update(bank_name="农业银行")
    Household.objects.filter(pk=leaving.pk).update(kind="general_rural")
    leaving.statuses.update(kind="general_rural")
    make_household(VILLAGE_A, head="新来户", kind="registered_poor", household_no="4")
    make_household(VILLAGE_A, head="新来户", kind="registered_poor", household_no="3")

    second = out(county_reviewer)

    assert second.changes == {"added": 2, "removed": 1, "changed": 1}
    assert second.previous == first
    assert second.sha256 != first.sha256
    assert vault.exists(first.sha256), "the earlier file is offered until it expires"


def test_a_changed_number_is_a_change_in_full_even_where_the_mask_is_the_same(county_reviewer, household):
    more = {"full_numbers": True, "purpose": "核对"}
    masked, full = out(county_reviewer), out(county_reviewer, **more)
    household.phone = "13899995678"  # the same mask
    household.save()

    assert out(county_reviewer).sha256 == masked.sha256
    assert out(county_reviewer, **more).changes == {"added": 0, "removed": 0, "changed": 1}
    assert full.checksum != out(county_reviewer, **more).checksum


# --- by command ---------------------------------------------------------------------------------------------


def test_a_command_writes_the_same_bytes_to_a_file(county_reviewer, household, tmp_path):
    path = tmp_path / "out.xlsx"

    export = export_to(path, "households", area_code=COUNTY_A, year=2018, actor=county_reviewer)

    assert path.read_bytes() == content(export)
    assert out(county_reviewer).sha256 == export.sha256


def test_an_unreadable_number_says_so_and_does_not_stop_the_ledger(county_reviewer, household):
    broken = bytearray(household.head.identity.sealed)
    broken[-1] ^= 1
    Member.objects.filter(pk=household.head_id).update(identity=bytes(broken))

    headings, row = table(out(county_reviewer, full_numbers=True, purpose="核对"))

    assert dict(zip(headings, row, strict=True))["户主证件号码"] == "（无法读取）"
