"""manage.py import_workbook: what it says, what it writes, what it refuses."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from households.models import Household, Member
from poverty.accounts.models import Role
from poverty.ledgers.models import Import
from tests.factories.accounts import make_actor
from tests.factories.households import make_year
from tests.factories.incoming import VILLAGE, number_of, person, reviewer, workbook

pytestmark = pytest.mark.django_db

WANG = number_of(date(1970, 3, 8), 1)
LI = number_of(date(1972, 6, 1), 2)


@pytest.fixture
def actor():
    make_year()
    return reviewer()


def run(path, actor, capsys, *more, kind="persons"):
    call_command(
        "import_workbook", str(path), "--kind", kind, "--year", "2018", "--area", "220503",
        "--actor", actor.username, "--as-of", "2018-12-01", "--json", *more,
    )  # fmt: skip
    return json.loads(capsys.readouterr().out)


def test_without_apply_nothing_changes(actor, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", WANG)])
    said = run(path, actor, capsys)
    assert (said["state"], said["counts"]["new"], said["applied"]) == ("checked", 1, {})
    assert not Household.objects.exists()


def test_applied_and_again(actor, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", WANG)])
    assert run(path, actor, capsys, "--apply")["applied"]["新增人"] == 1
    again = run(path, actor, capsys, "--apply")
    assert sum(again["applied"].values()) == 0
    assert Member.objects.count() == 1


def test_the_report_holds_the_wrong_rows_in_the_users_columns(actor, tmp_path, capsys):
    rows = [
        person("H1", "P1", "王建国", WANG, 民族="满族"),
        person("H2", "P2", "李秀英", int(LI[:17]), 民族="火星族"),
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    report = tmp_path / "report.xlsx"
    said = run(path, actor, capsys, "--apply", "--report", str(report))
    assert said["report_rows"] == 1
    kinds = {one["kind"] for one in said["faults"]}
    assert kinds == {"number_for_text", "unknown_option"}
    sheet = load_workbook(report).active
    headings = [cell.value for cell in sheet[1]]
    assert headings == [*rows[0], "错误原因"]
    assert sheet.max_row == 2
    assert sheet.cell(2, headings.index("姓名") + 1).value == "李秀英"
    assert "火星族" in sheet.cell(2, len(headings)).value
    # Corrected and sent again: only that row changes.
    book = load_workbook(report)
    book.active.cell(2, headings.index("证件号码") + 1).value = LI
    book.active.cell(2, headings.index("民族") + 1).value = "汉族"
    book.save(tmp_path / "corrected.xlsx")
    said = run(tmp_path / "corrected.xlsx", actor, capsys, "--apply")
    assert (said["applied"]["新增人"], said["applied"]["人员信息"]) == (1, 0)
    assert Member.objects.get(member_no="P2").ethnic_group == "han"


def test_no_clear_number_is_said(actor, tmp_path, capsys):
    wrong = LI[:17] + ("1" if LI[17] != "1" else "2")
    path = workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", wrong)])
    said = json.dumps(run(path, actor, capsys), ensure_ascii=False)
    assert wrong not in said
    assert "校验" in said


def test_who_may_not(actor, tmp_path):
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE)
    path = workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", WANG)])
    with pytest.raises(CommandError, match="没有在该地区导入的权限"):
        call_command(
            "import_workbook", str(path), "--kind", "persons", "--year", "2018", "--area", "220503",
            "--actor", clerk.username,
        )  # fmt: skip


def test_a_needed_column_is_missing(actor, tmp_path):
    rows = [{key: value for key, value in person("H1", "P1", "王建国", WANG).items() if key != "人口编号"}]
    path = workbook(tmp_path / "a.xlsx", rows)
    with pytest.raises(CommandError, match="缺少必需的列：人口编号"):
        call_command(
            "import_workbook", str(path), "--kind", "persons", "--year", "2018", "--area", "220503",
            "--actor", actor.username,
        )  # fmt: skip


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLE + "Workbook".encode("utf-16-le") + bytes(4000), "这是旧版 Excel 文件（.xls）"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(4000), "工作簿设有打开密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页"),
        ("户编号,人口编号\n1,2\n".encode("gb18030"), "这是文本文件（如 CSV），不是 Excel 工作簿"),
        (b"", "文件是空的"),
    ],
)
def test_what_is_no_workbook_is_named_and_nothing_is_kept(actor, tmp_path, files_root, content, said):
    path = tmp_path / "人口.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command(
            "import_workbook", str(path), "--kind", "persons", "--year", "2018", "--area", "220503",
            "--actor", actor.username,
        )  # fmt: skip
    assert not Import.objects.exists()
    assert [one for one in files_root.rglob("*") if one.is_file()] == []


def test_what_was_seen_in_the_file_is_said(actor, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [person("H1", "P1", "王建国", WANG)])
    book = load_workbook(path)
    book.active["H2"].hyperlink = "http://example.invalid/"
    book.create_sheet("旧").sheet_state = "hidden"
    book.save(path)
    call_command(
        "import_workbook", str(path), "--kind", "persons", "--year", "2018", "--area", "220503",
        "--actor", actor.username,
    )  # fmt: skip
    said = capsys.readouterr().out
    assert "链接" in said
    assert "隐藏的工作表“旧”没有读取" in said
