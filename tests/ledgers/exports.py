"""What the tests of exports ask for and look into."""

from io import BytesIO

import openpyxl

from poverty.ledgers.outgoing import vault
from poverty.ledgers.services.exporting import request_export
from tests.actors import COUNTY_A


def out(actor, name="households", area=COUNTY_A, **more):
    return request_export(name, area_code=area, year=2018, actor=actor, **more)


def content(export) -> bytes:
    return b"".join(vault.read(export.sha256))


def table(export) -> list[list]:
    """Headings and data of the first sheet."""
    sheet = openpyxl.load_workbook(BytesIO(content(export))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(number for number, row in enumerate(rows) if row[2] == "户编号" or row[5] == "户编号")
    end = next(number for number, row in enumerate(rows) if str(row[0]).startswith("合计"))
    return rows[start:end]
