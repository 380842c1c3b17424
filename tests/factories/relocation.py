"""Households that move and who answers for them, written straight to the tables."""

from datetime import date

from households.models import RelocationCharge
from tests.factories.accounts import make_user
from tests.factories.households import make_household

EVERYTHING = ["mobilise", "move_in", "demolish", "follow_up"]


def make_moving(village="220503100204", head="王建国", **fields):
    """A household that moves in 2018."""
    return make_household(village, head, survey={"is_relocated": True}, **fields)


def make_charge(household, cadre=None, *, tasks=EVERYTHING, since=date(2018, 3, 1), until=None, **fields):
    """Somebody answers for a household from a day; an end has a reason."""
    if until:
        fields = {"end_reason": "人员调动", **fields}
    return RelocationCharge.objects.create(
        household=household,
        cadre=cadre or make_user("李支书"),
        tasks=list(tasks),
        valid_from=since,
        valid_to=until,
        recorded_by=make_user("周录入"),
        **fields,
    )
