"""`manage.py export_ledger`."""

import hashlib
import json
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from poverty.ledgers.models import Export
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.households import make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(county_reviewer, tmp_path):
    """export(name, file name, **options) -> (path, what was printed)."""
    county_reviewer.username = "xianban"
    county_reviewer.save()
    make_household(VILLAGE_A, head="王建国", kind="registered_poor", household_no="220503100204000012")

    def run(name="households", file="out.xlsx", **options):
        path, said = tmp_path / file, StringIO()
        arguments = {"area": COUNTY_A, "year": 2018, "actor": "xianban", "out": str(path), **options}
        call_command("export_ledger", name, stdout=said, **arguments)
        return path, said.getvalue()

    return run


def test_writes_a_workbook_and_says_so_as_json(export):
    path, said = export(json=True)

    result = json.loads(said)
    assert result["rows"] == 1
    assert result["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert openpyxl.load_workbook(path).sheetnames == ["贫困户信息", "清单"]


def test_twice_gives_the_same_bytes(export):
    assert export(file="a.xlsx")[0].read_bytes() == export(file="b.xlsx")[0].read_bytes()


def test_the_format_is_what_the_file_ends_with(export):
    path, _ = export(file="out.csv")

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_columns_and_filters(export):
    path, _ = export(columns="head_name,household_no", filters=["kind=registered_poor"])

    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[6]] == ["220503100204000012", "王建国"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "nothing"}, "没有“nothing”这个台账"),
        ({"actor": "nobody"}, "没有“nobody”这个账号"),
        ({"area": "140212"}, "没有导出这里的台账的权限"),
        ({"year": None}, "请选择年度"),
        ({"filters": ["colour=red"]}, "没有筛选项"),
        ({"full_numbers": True}, "用途"),
    ],
)
def test_refusals_are_said_and_nothing_is_written(export, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        export(**options)

    assert not (tmp_path / "out.xlsx").exists()
    assert not Export.objects.exists()
