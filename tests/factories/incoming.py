"""Workbooks of the national system for tests, and an import from file to register."""

from datetime import date
from pathlib import Path

from django.core.files import File

from poverty.accounts.models import Role
from poverty.fields.identity import resident_number
from poverty.ledgers.services.importing import apply_import, read_import, start_import
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_year
from tests.factories.workbooks import make_workbook

COUNTY, TOWNSHIP, VILLAGE = "220503", "220503100", "220503100204"
PLACE = {"省": "吉林省", "市": "通化市", "县": "二道江区", "乡": "鸭园镇", "村": "二道沟村"}


def make_places():
    """鸭园镇 with 二道沟村 in 二道江区, by their names."""
    make_area(TOWNSHIP)
    return make_area(VILLAGE, "二道沟村")


def number_of(born: date, sequence: int) -> str:
    """An invented number of 二道江区: odd sequences are men."""
    return resident_number("220503", born, sequence)


def person(household, number, name, identity, relation="户主", **cells):
    """A row of the person export by heading; `cells` with the headings' words."""
    return {
        **PLACE,
        "户编号": household,
        "人口编号": number,
        "姓名": name,
        "证件号码": identity,
        "与户主关系": relation,
        **cells,
    }


def workbook(path: Path, rows, headings=None) -> Path:
    """A workbook of rows given by heading; the columns are those that any row has, unless told."""
    headings = headings or list(dict.fromkeys(heading for row in rows for heading in row))
    return make_workbook(path, headings, [[row.get(heading) for heading in headings] for row in rows])


def reviewer():
    """A reviewer of the county 二道江区, who may import and take over."""
    make_places()
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE)


def read(
    path: Path, *, kind="persons", actor, area=COUNTY, year=2018, as_of=date(2018, 12, 1), open_year=True
):
    """Upload and check a workbook; nothing of the register changes."""
    if open_year:
        make_year(area[:6], year)
    with path.open("rb") as stream:
        imported = start_import(
            File(stream, name=path.name), kind=kind, area_code=area, year=year, actor=actor, as_of=as_of
        )
    return read_import(imported)


def bring_in(path: Path, *, actor, **how):
    """Upload, check and apply."""
    return apply_import(read(path, actor=actor, **how), actor=actor)
