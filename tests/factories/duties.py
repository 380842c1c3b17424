"""Visits, presence and leave for tests of duties, written straight to the tables."""

from datetime import date
from uuid import uuid4

from households.models import HouseholdStatus, Visit
from tests.factories.visits import make_template


def make_visit(household, visitor, on, *, way="home", whole_away=False, **fields):
    """A visit that counts, by whoever is given, on a day."""
    return Visit.objects.create(
        identity=uuid4(),
        digest="0" * 64,
        household=household,
        year=2018,
        area_code=household.area_id,
        template=make_template(),
        visitor=visitor,
        recorded_by=fields.pop("recorded_by", visitor),
        happened_on=on,
        way=way,
        whole_away=whole_away,
        **fields,
    )


def was_before(household, status, until, *, kind="registered_poor"):
    """Until a day the household had another status than it has now."""
    household.statuses.update(valid_from=until)
    HouseholdStatus.objects.create(
        household=household,
        kind=kind,
        status=status,
        regime=household.regime,
        valid_from=date(2016, 1, 1),
        valid_to=until,
        source="import",
    )
