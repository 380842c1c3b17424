"""Dropping a file on the page 核验: unaltered, saved again, altered, or none of ours."""

from functools import partial
from io import BytesIO

import openpyxl
import pytest

from poverty.audit.models import Entry
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.limits import Limits
from poverty.ledgers.models import Export
from poverty.ledgers.outgoing import vault
from poverty.ledgers.services.exporting import request_export
from poverty.ledgers.services.verifying import Verdict, verify
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(county_reviewer):
    for number, name in enumerate(("王建国", "李秀英", "=1+1"), 1):
        household = make_household(VILLAGE_A, head=name, kind="registered_poor", household_no=f"00{number}")
        make_member(household, "王小明")
    return request_export("persons", area_code=COUNTY_A, year=2018, actor=county_reviewer)


@pytest.fixture
def bring(tmp_path, county_reviewer):
    """bring(bytes) -> what verifying finds."""

    def brought(content: bytes):
        path = tmp_path / "brought"
        path.write_bytes(content)
        return verify(path, actor=county_reviewer)

    return brought


def content(export) -> bytes:
    return b"".join(vault.read(export.sha256))


def changed(export, change) -> bytes:
    """The file as a spreadsheet program saves it after `change(book)`."""
    book = openpyxl.load_workbook(BytesIO(content(export)))
    change(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_file_itself_is_unaltered(bring, export):
    finding = bring(content(export))

    assert (finding.verdict, finding.export) == (Verdict.UNALTERED, export)


def test_a_csv_is_known_by_its_bytes(bring, county_reviewer, export):
    file = request_export("persons", area_code=COUNTY_A, year=2018, actor=county_reviewer, format="csv")

    assert bring(content(file)).verdict == Verdict.UNALTERED
    assert bring(content(file) + b"\r\n").verdict == Verdict.UNKNOWN


def test_after_the_file_expired_its_record_still_proves_it(bring, export):
    file = content(export)
    vault.remove(export.sha256)

    assert bring(file).verdict == Verdict.UNALTERED


def test_saved_again_without_a_change_the_cells_still_agree(bring, export):
    finding = bring(changed(export, lambda book: None))

    assert (finding.verdict, finding.export) == (Verdict.RESAVED, export)


def test_one_altered_cell_is_found_with_the_export_it_claims_to_be(bring, export):
    def alter(book):
        sheet = book.worksheets[0]
        assert (sheet["U5"].value, sheet["U6"].value) == ("务工时间（月）", 10)
        sheet["U6"].value = 12

    finding = bring(changed(export, alter))

    assert (finding.verdict, finding.export, finding.differing) == (Verdict.ALTERED, export, 1)


def test_a_row_taken_out_is_found(bring, export):
    finding = bring(changed(export, lambda book: book.worksheets[0].delete_rows(6)))

    assert (finding.verdict, finding.export) == (Verdict.ALTERED, export)


def altered(**cells):
    """change(book) that writes these cells of the first sheet."""

    def change(book):
        for name, value in cells.items():
            book.worksheets[0][name].value = value

    return change


# Title, place and moment, filter, note, headings: six persons stand in rows 6 to 11, totals in 12, signatures in 14.
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (altered(H12="赵添上"), "第12行"),
        (altered(A13="吉林省", H13="赵添上"), "第13行"),
        (altered(A12="合计 7 人"), "第12行"),
        (altered(AV8="另记"), "第8行在表格右边多出内容"),
        (altered(H5="户主姓名", AP5="姓名"), "H5导出时是“姓名”"),
        (altered(A1="贫困人口信息（2019年度）"), "A1导出时是“贫困人口信息（2018年度）”"),
        (altered(A3="筛选条件：户类型：全部在册户"), "A3导出时是“筛选条件：户类型：建档立卡户（含已脱贫）”"),
        (altered(A15="以上经核实无误，另补3人"), "第15行"),
        (lambda book: book.create_sheet("另一张"), "多出工作表“另一张”"),
    ],
)
def test_what_was_written_beside_the_data_is_found(bring, export, change, said):
    finding = bring(changed(export, change))

    assert (finding.verdict, finding.export) == (Verdict.ALTERED, export)
    assert said in finding.reason


def test_signing_the_file_is_no_alteration(bring, export):
    book = openpyxl.load_workbook(BytesIO(content(export)))
    line = book.worksheets[0]["A14"].value
    assert line.startswith("制表人：")

    finding = bring(changed(export, altered(A14=line.replace("制表人：", "制表人：周会计"))))

    assert finding.verdict == Verdict.RESAVED


@pytest.mark.parametrize("line", ["台账", "筛选条件", "截至", "总行数", "号码"])
def test_a_manifest_that_says_something_else_is_found(bring, export, line):
    def alter(book):
        for row in book["清单"].iter_rows():
            if row[0].value == line:
                row[1].value = "别的"

    finding = bring(changed(export, alter))

    assert (finding.verdict, finding.reason) == (Verdict.ALTERED, f"清单里的“{line}”与导出记录不同。")


@pytest.mark.parametrize("name", ["incomes", "township_book", "changes"])
def test_headings_in_two_rows_are_no_data(bring, export, county_reviewer, name):
    """Merged: a program that saves the file again may drop what the merge covers."""
    file = request_export(name, area_code=COUNTY_A, year=2018, actor=county_reviewer)

    finding = bring(changed(file, lambda book: None))

    assert (finding.verdict, finding.export) == (Verdict.RESAVED, file)


def test_an_empty_ledger_is_not_taken_for_another_empty_one(bring, stranger, county_reviewer):
    make_area(VILLAGE_A)
    make_area(VILLAGE_B)
    theirs = request_export("helping", area_code=COUNTY_B, actor=stranger("county_reviewer"))
    ours = request_export("changes", area_code=COUNTY_A, year=2018, actor=county_reviewer)
    assert ours.checksum == theirs.checksum

    assert bring(changed(ours, lambda book: None)).export == ours
    forged = bring(changed(ours, lambda book: setattr(book["清单"]["B3"], "value", "帮扶责任人")))
    assert (forged.verdict, forged.export) == (Verdict.CLAIMED, None)


def test_a_file_from_before_its_head_was_kept_is_known_by_its_cells(bring, export):
    Export.objects.update(head=[])

    assert bring(changed(export, lambda book: None)).verdict == Verdict.RESAVED
    assert bring(changed(export, altered(H12="赵添上"))).verdict == Verdict.ALTERED


def test_a_manifest_of_nobody_is_said(bring, export):
    def alter(book):
        for row in book["清单"].iter_rows():
            if row[0].value == "校验值":
                row[1].value = "0" * 64

    finding = bring(changed(export, alter))

    assert (finding.verdict, finding.export) == (Verdict.CLAIMED, None)
    assert finding.said["台账"] == "贫困人口信息（2018年度）"


def test_without_its_manifest_it_is_unknown(bring, export):
    def drop(book):
        del book["清单"]

    assert bring(changed(export, drop)).verdict == Verdict.UNKNOWN


@pytest.mark.parametrize(
    "junk", [b"", b"hello", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"]
)
def test_what_is_no_workbook_is_unknown_with_the_reason(bring, junk):
    finding = bring(junk)

    assert finding.verdict == Verdict.UNKNOWN
    assert finding.reason


def test_every_verification_is_in_the_log(bring, export):
    bring(content(export))

    assert Entry.objects.get(action="ledgers.export.verify").summary == "核验：未改动"


def test_an_altered_file_too_large_to_read_is_not_judged(bring, export, monkeypatch):
    """A ledger may have more rows than what is read of a workbook that is brought: neither ours nor not ours."""
    monkeypatch.setattr("poverty.ledgers.services.verifying.inspect", partial(inspect, limits=Limits(rows=5)))
    altered = changed(export, lambda book: book.worksheets[0].delete_rows(6))

    finding = bring(altered)

    assert finding.verdict == Verdict.UNCOMPARED
    assert "没有判断" in finding.reason
    assert bring(content(export)).verdict == Verdict.UNALTERED, (
        "the original is known by its bytes, whatever its size"
    )
