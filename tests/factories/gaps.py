"""Gaps, measures, plans and needs for tests."""

from datetime import date

from households.gaps.needs import raise_need

DAY = date(2018, 11, 3)


def a_need(household, actor, *, kind="industry", text="想养鸡，缺鸡苗", whom="village", **fields):
    """A need of a household, put to the village unless told otherwise."""
    return raise_need(household, kind=kind, text=text, whom=whom, actor=actor, **fields)
