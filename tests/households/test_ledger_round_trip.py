"""What goes out with full numbers comes in again and changes nothing."""

from datetime import date

import pytest
from django.core.files import File

from poverty.fields.crypto import keyed_hash
from poverty.ledgers.models import StagedRow
from poverty.ledgers.services.exporting import export_to
from poverty.ledgers.services.importing import apply_import, read_import, start_import
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    """Where stored and exported files stand during the test."""
    settings.FILES_ROOT = tmp_path / "files"


def households():
    """Two households with everything that the form asks for, and one member of whom nothing is known."""
    for number, name in ((1, "王建国"), (2, "=李秀英")):
        household = make_household(
            VILLAGE_A,
            head=name,
            kind="registered_poor",
            household_no=f"22050310020400{number}",
            identification_standard="national",
        )
        household.phone, household.phone_hash = (
            f"1381234567{number}",
            keyed_hash("phone", f"1381234567{number}"),
        )
        household.save()
        head = household.head
        head.member_no = f"22050310020400{number}01"
        head.ethnic_group = "han"
        head.save()
        spouse = make_member(
            household,
            "李小红",
            relation="spouse",
            sex="female",
            birth_date=date(1982, 3, 9),
            member_no=f"22050310020400{number}02",
            ethnic_group="korean",
            facts={
                "health_states": "chronic,disabled",
                "work_enterprise": "+某厂",
                "work_area": "通化市",
                "receives_dibao": True,
                "resident_insurance": None,
                "disability_card_year": 2016,
                "work_months": 0,
            },
        )
        spouse.phone, spouse.phone_hash = f"1391234567{number}", keyed_hash("phone", f"1391234567{number}")
        spouse.save()
        make_member(
            household,
            "王小明",
            relation="son",
            birth_date=date(2008, 7, 1),
            member_no=f"22050310020400{number}03",
            facts={"education_level": "", "school_status": "primary", "work_months": None},
        )


def brought_in(path, actor):
    with path.open("rb") as file:
        imported = start_import(
            File(file, name="out.xlsx"), kind="persons", area_code=COUNTY_A, year=2018, actor=actor
        )
    return read_import(imported)


def test_out_in_full_and_in_again_changes_nothing(county_reviewer, tmp_path):
    households()
    more = {
        "area_code": COUNTY_A,
        "year": 2018,
        "actor": county_reviewer,
        "full_numbers": True,
        "purpose": "核对",
    }
    before = export_to(tmp_path / "out.xlsx", "persons", **more)

    imported = brought_in(tmp_path / "out.xlsx", county_reviewer)

    rows = StagedRow.objects.filter(imported=imported)
    assert {
        one.number: (one.outcome, one.differences, one.faults) for one in rows if one.outcome != "unchanged"
    } == {}
    assert (imported.counts["rows"], imported.counts["unchanged"], imported.counts["missing"]) == (6, 6, 0)
    assert imported.unknown == []
    apply_import(imported, actor=county_reviewer)
    after = export_to(tmp_path / "again.xlsx", "persons", **more)
    assert after.checksum == before.checksum
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "out.xlsx").read_bytes()


def test_masked_numbers_do_not_come_in(county_reviewer, tmp_path):
    households()
    export_to(tmp_path / "out.xlsx", "persons", area_code=COUNTY_A, year=2018, actor=county_reviewer)

    imported = brought_in(tmp_path / "out.xlsx", county_reviewer)

    assert imported.counts["unchanged"] == 0
    assert imported.counts["wrong"] == 6
