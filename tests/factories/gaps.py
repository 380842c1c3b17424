"""Gaps, measures, plans and needs for tests."""

from datetime import date

from households.gaps.measures import plan_measure
from households.gaps.needs import raise_need
from households.services.assess import judge_households
from poverty.standards.models import Standard
from tests.factories.standards import make_standard

DAY = date(2018, 11, 3)


def a_need(household, actor, *, kind="industry", text="想养鸡，缺鸡苗", whom="village", **fields):
    """A need of a household, put to the village unless told otherwise."""
    return raise_need(household, kind=kind, text=text, whom=whom, actor=actor, **fields)


def a_measure(household, actor, *, group="industry", content="送鸡苗50只", **fields):
    """A measure planned until the end of 2018 unless told otherwise."""
    return plan_measure(
        household,
        group=group,
        content=content,
        responsible=fields.pop("responsible", "张强"),
        planned_until=fields.pop("planned_until", date(2018, 12, 31)),
        actor=actor,
        **fields,
    )


def judged(household, *, rows):
    """Judge a household by these requirements, so that its gaps stand."""
    if not Standard.objects.exists():
        make_standard(rows=rows)
    judge_households([household.pk], 2018)
    return household
