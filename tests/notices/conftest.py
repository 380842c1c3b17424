"""A kind of case whose notices are told outside: households themselves, listed by 户主姓名 and 家庭人口数."""

import pytest

from households.models import Household
from poverty.notices import sheets
from poverty.notices.sheets import COLUMNS, Sheet
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster
from tests.actors import VILLAGE_A
from tests.factories.households import make_household

TYPE = "households.household"


def cells(cases):
    rows = cases.values_list("pk", "settlement__name", "head_name", "size")
    return {pk: tuple(row) for pk, *row in rows}


@pytest.fixture(autouse=True)
def told_outside():
    """Registered while a test runs; `unnamed` of the sheet: households whose head is called 监测户."""
    sheets.register(
        Sheet(
            TYPE,
            COLUMNS,
            cells,
            on_web=True,
            unnamed=lambda cases: set(cases.filter(head_name="监测户").values_list("pk", flat=True)),
        )
    )
    yield
    sheets.unregister(TYPE)


@pytest.fixture
def untold(told_outside):
    """The same lists, but of a kind that is never told outside, as monitoring is."""
    sheets.register(Sheet(TYPE, COLUMNS, cells))


@pytest.fixture
def posting(actors):
    """posting("王建国", "李桂兰", kind="first", ...): (notice, code) of a list of these heads."""

    def post(*heads, village=VILLAGE_A, area_code="", kind="first", actor=None, **fields):
        households = [make_household(village, head) for head in heads]
        roster = make_roster(
            TYPE,
            Household.objects.filter(pk__in=[one.pk for one in households]),
            area_code=area_code or village,
            year=2018,
            title="2018年拟退出名单",
            actor=actors["village_clerk"],
            made_on=fields.pop("made_on", None),
            late_reason="村里没有网络",
        )
        fields = {
            "title": "二道沟村2018年拟退出贫困户公示",
            "place": "村务公开栏",
            "publisher": "二道沟村民委员会",
            "contact": "鸭园镇扶贫办 0435-1234567",
        } | fields
        return post_notice(roster, kind, actor=actor or actors["village_clerk"], **fields)

    return post
