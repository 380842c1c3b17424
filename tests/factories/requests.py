"""Tables from above for tests: a sender's workbook, a draft, an issued one."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from households.services.requests import draft_request, issue
from poverty.accounts.models import Role
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_household

COUNTY = "220503"
SECOND = "220503100205"
ASKED = ("户编号", "户主姓名", "家庭人口数", "是否加装净水器", "加装日期", "备注")


def make_two_villages():
    """王建国 in 二道沟村 and 李秀英 in a second village of 鸭园镇, with their 户编号."""
    first = make_household(VILLAGE, "王建国", household_no="2205030001")
    second = make_household(SECOND, "李秀英", household_no="2205030002")
    return first, second


def workbook(headings=ASKED, rows=(), *, titles=("净水器加装情况表",)) -> bytes:
    """A sender's workbook: title lines, headings, rows, a total under them; a second sheet with a note."""
    book = Workbook()
    sheet = book.active
    sheet.title = "情况表"
    for title in titles:
        sheet.append([title])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    sheet.append(["合计"])
    sheet.column_dimensions["D"].width = 33
    if titles:
        sheet.merge_cells("A1:F1")
    book.create_sheet("说明").append(["不要改动"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes, name="净水器.xlsx") -> SimpleUploadedFile:
    """The workbook as a browser sends it."""
    return SimpleUploadedFile(name, content)


ROWS = (
    ("2205030002", "李秀英", 3, None, None, None),
    ("2205030001", "王建国", None, None, None, None),
    ("9999999999", "赵无名", None, None, None, None),
)


def make_draft(actor=None, *, content=None, hours=24, **fields):
    """A draft of a county; by default of the three rows of ROWS, the last of which nobody knows."""
    actor = actor or make_actor(Role.COUNTY_REVIEWER, VILLAGE)
    return draft_request(
        upload(content or workbook(rows=ROWS)),
        area_code=fields.pop("area_code", COUNTY),
        title="净水器加装情况",
        sender="省水利厅",
        deadline=timezone.now() + timedelta(hours=hours),
        year=2018,
        actor=actor,
        **fields,
    )


def make_issued(actor=None, **fields):
    """The same, issued."""
    actor = actor or make_actor(Role.COUNTY_REVIEWER, VILLAGE)
    return issue(make_draft(actor, **fields), actor=actor)


def read(content: bytes | Path, sheet="情况表") -> list[list]:
    """Rows of a workbook as values."""
    book = load_workbook(content if isinstance(content, Path) else BytesIO(content))
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]
