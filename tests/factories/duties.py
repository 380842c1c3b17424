"""Visits, presence and leave for tests of duties, written straight to the tables."""

from datetime import date
from uuid import uuid4

from households.models import HouseholdStatus, Visit
from poverty.review.models import Step
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


def change_status(household, status, on, *, kind="exited"):
    """From a day on the household has another status; what was before stays."""
    household.statuses.filter(valid_to=None).update(valid_to=on)
    HouseholdStatus.objects.create(
        household=household, kind=kind, status=status, regime=household.regime, valid_from=on, source="import"
    )


def make_step(case_type, case, target, transition, *, actor, area, on=date(2018, 1, 1)):
    """The step with which a row of a state begins."""
    return Step.objects.create(
        case_type=case_type,
        case_id=case.pk,
        area_code=area,
        round=1,
        transition=transition,
        source="",
        target=target,
        lane="propose",
        level="village",
        closes_round=False,
        decided_by=actor,
        decided_by_name=actor.name,
        recorded_by=actor,
        happened_on=on,
    )
