"""Methods with steps, and what households have done of them, written straight to the tables."""

from datetime import date

from households.models import StepDone, StepMethod
from households.steps.models import key_of
from tests.factories.accounts import make_user

LABELS = ("看一看", "议一议", "办一办")


def make_method(county="220503", labels=LABELS, *, year=2018, name="三步法"):
    """Three steps of a county from 2018 on."""
    return StepMethod.objects.create(
        area_code=county,
        year_from=year,
        name=name,
        labels=list(labels),
        keys=[key_of(one) for one in labels],
        document="二扶发3号",
        recorded_by=make_user("周录入"),
    )


def make_done(household, method, number=1, *, on=None, **fields):
    """The first so many steps, on the first days of May, June … 2018; returns the last."""
    for place in range(number):
        row = StepDone.objects.create(
            household=household,
            method=method,
            step=method.keys[place],
            done_on=on or date(2018, 5 + place, 1),
            recorded_by=make_user("周录入"),
            **fields,
        )
    return row
