"""Printed comparison sheets for tests."""

from django.urls import reverse

from households.sheets.services.printing import make_bundle
from tests.actors import client_of
from tests.factories.visits import make_template


def make_sheets(village, actor, *, month=11, year=2018, **which):
    """The sheets of a village as printed for November 2018, by the template that comes with the system."""
    make_template(year)
    return make_bundle(village, year=year, month=month, actor=actor, **which)


def typed_sheet(**changes):
    """What a browser sends of a typing page on which only the visit was filled in: signed by the head (`signer`)."""
    return {
        "happened_on": "2018-11-02",
        "way": "home",
        "signed": "yes",
        "rest": "same",
        **changes,
    }


def sheet_address(sheet):
    """The address of a sheet's typing page."""
    return reverse("households:sheet", args=[sheet.code])


def send_sheet(who, sheet, **changes):
    """Type a sheet as the visit of the household's helper, signed by its head."""
    helper = sheet.household.pairings.get().helper_id
    data = typed_sheet(visitor=helper, signer=str(sheet.household.head_id), **changes)
    return client_of(who).post(sheet_address(sheet), data)
