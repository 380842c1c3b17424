"""What units owe (procedures.md 9: study each quarter, two meetings a year, head every two months, group every month)."""

from datetime import date

import pytest

from households.duties.months import DONE, LATE, OPEN
from households.duties.units import owed_by_units
from households.models import DutyRecord
from tests.factories.accounts import make_unit, make_user
from tests.factories.areas import make_area
from tests.factories.villages import make_village
from villages.models import VillagePost

pytestmark = pytest.mark.django_db
VILLAGE = "220503100204"


@pytest.fixture
def unit(db):
    """A unit that helps one village since 2018."""
    made = make_unit("区财政局")
    village = make_village(VILLAGE)
    typist = make_user("周录入", unit=made)
    VillagePost.objects.create(
        village=village,
        post="unit",
        unit=made,
        valid_from=date(2018, 1, 1),
        document="方案",
        recorded_by=typist,
    )
    return made


def done(unit, bearer, act, on, area="220503"):
    typist = unit.users.first()
    DutyRecord.objects.create(
        bearer=bearer, act=act, area_id=area, unit=unit, happened_on=on, topic="x", recorded_by=typist
    )


def states(month, today, areas=("220503",)):
    return {one.duty.key: (one.state, one.made) for one in owed_by_units(month, today, areas)}


def test_a_unit_that_did_nothing(unit):
    assert states(date(2018, 11, 1), date(2018, 12, 5)) == {
        "unit_study": (OPEN, 0),  # until 31 December
        "joint_meeting": (OPEN, 0),
        "head_village": (OPEN, 0),  # November and December
        "team_village": (LATE, 0),
    }
    assert {state for state, _ in states(date(2018, 12, 1), date(2019, 1, 1)).values()} == {LATE}


def test_a_unit_that_did_its_duty(unit):
    done(unit, "unit", "study", date(2018, 10, 9))
    done(unit, "unit", "meeting", date(2018, 3, 9))
    done(unit, "unit", "meeting", date(2018, 9, 9))
    done(unit, "unit_head", "village", date(2018, 11, 9), VILLAGE)
    done(unit, "unit_team", "village", date(2018, 11, 9), VILLAGE)
    found = states(date(2018, 11, 1), date(2018, 12, 5))
    assert found == {
        "unit_study": (DONE, 1),
        "joint_meeting": (DONE, 2),
        "head_village": (DONE, 1),
        "team_village": (DONE, 1),
    }


def test_a_month_gone_by_is_not_late_for_what_was_done_later_in_its_period(unit):
    done(unit, "unit", "meeting", date(2018, 3, 9))
    done(unit, "unit", "meeting", date(2018, 9, 9))
    done(unit, "unit_head", "village", date(2018, 2, 9), VILLAGE)
    done(unit, "unit_team", "village", date(2018, 1, 9), VILLAGE)
    assert states(date(2018, 1, 1), date(2019, 1, 5)) == {
        "unit_study": (OPEN, 0),  # until 31 March
        "joint_meeting": (OPEN, 0),  # until 31 December
        "head_village": (OPEN, 0),  # January and February
        "team_village": (DONE, 1),
    }
    assert states(date(2018, 3, 1), date(2019, 1, 5))["unit_study"] == (LATE, 0)
    assert states(date(2018, 12, 1), date(2019, 1, 5))["joint_meeting"] == (DONE, 2)


def test_another_village_and_another_month_do_not_serve(unit):
    make_area("220503101202")
    done(unit, "unit_team", "village", date(2018, 11, 9), "220503101202")
    done(unit, "unit_team", "village", date(2018, 10, 31), VILLAGE)
    assert states(date(2018, 11, 1), date(2018, 12, 5))["team_village"] == (LATE, 0)


def test_two_records_of_one_day_are_one_meeting(unit):
    for _ in range(2):
        done(unit, "unit", "meeting", date(2018, 9, 9))
    assert states(date(2018, 11, 1), date(2018, 12, 5))["joint_meeting"] == (OPEN, 1)


def test_units_of_other_places_are_not_counted(unit):
    assert states(date(2018, 11, 1), date(2018, 12, 5), ["140212"]) == {}
    assert states(date(2017, 11, 1), date(2018, 12, 5)) == {}  # helps since 2018
