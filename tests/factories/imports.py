"""Imports for tests of pages, written straight to the table."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.files.services import store
from poverty.ledgers.models import Import


def make_import(place, **fields):
    """A checked import of persons into the township of a tests.url_samples.Place, without rows."""
    actor = place.actor(Role.COUNTY_REVIEWER)
    # Any text is a CSV to the store; what is in it is not read again.
    file = store(
        ContentFile("户编号,人口编号\nH1,P1\n".encode(), "表.csv"),
        actor=actor,
        area_code=place.township,
        kind="workbook",
    )
    return Import.objects.create(
        **{
            "kind": "persons",
            "year": 2018,
            "area_code": place.township,
            "as_of": date(2018, 12, 1),
            "state": "checked",
            "file": file,
            "file_name": "表.csv",
            "created_by": actor,
            "checked_at": timezone.now(),
            "counts": {
                "rows": 0,
                "new": 0,
                "changed": 0,
                "unchanged": 0,
                "wrong": 0,
                "kept": 0,
                "missing": 0,
            },
            **fields,
        }
    )
