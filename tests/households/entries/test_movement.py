"""3 in, 5 out: who came onto the register and who left it, by reason, with the list behind each number."""

from datetime import date

import pytest

from households.entries.movement import arrivals, departures, movements, word
from households.models import Household, Membership
from households.services.closing import close_household
from households.services.status import adopt_status
from tests.actors import VILLAGE_A
from tests.factories import entries as make
from tests.factories.households import make_household, make_member, make_membership

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2017, 1, 1), date(2017, 12, 31)
VILLAGE_2 = "220503100205"


def told(since=SINCE, until=UNTIL, code=VILLAGE_A):
    """The sum of a place."""
    return movements(Household.objects.all(), code, since, until)[1]


def names(rows):
    return sorted(row.member.name for row in rows)


def test_three_in_and_five_out():
    home = make_household(VILLAGE_A, year=2017, survey=False)
    make_member(home, "王小雨", since=date(2017, 3, 1), join_reason="birth", year=2017, facts=False)
    make_member(home, "李秀", since=date(2017, 5, 1), join_reason="marriage_in", year=2017, facts=False)
    make_member(home, "王大山", since=date(2017, 12, 31), join_reason="left_army", year=2017, facts=False)
    for number, reason in enumerate(("death", "death", "marriage_out", "military_service", "moved_out")):
        make_member(
            home,
            f"离户{number}",
            until=date(2017, 1 + number, 1),
            leave_reason=reason,
            year=2017,
            facts=False,
        )
    found = told()
    assert (found.before, found.joined, found.gone, found.after) == (6, 3, 5, 4)
    assert found.came == {"birth": 1, "marriage_in": 1, "left_army": 1}
    assert found.left == {"death": 2, "marriage_out": 1, "military_service": 1, "moved_out": 1}
    assert names(arrivals(Membership.objects.all(), SINCE, UNTIL)) == ["李秀", "王大山", "王小雨"]
    assert len(names(departures(Membership.objects.all(), SINCE, UNTIL))) == 5


def test_an_ordinary_household_moves_nothing():
    home = make.ordinary(VILLAGE_A, year=2017)
    make_member(home, "赵小雨", since=date(2017, 3, 1), join_reason="birth", year=2017, facts=False)
    found = told()
    assert (found.before, found.joined, found.gone) == (0, 0, 0)


def test_days_at_the_edges_count_once():
    home = make_household(VILLAGE_A, year=2017, survey=False)
    make_member(home, "甲", since=date(2017, 1, 1), join_reason="birth", facts=False)
    make_member(home, "乙", since=date(2018, 1, 1), join_reason="birth", facts=False)
    make_member(home, "丙", until=date(2017, 1, 1), leave_reason="death", facts=False)
    make_member(home, "丁", until=date(2018, 1, 1), leave_reason="death", facts=False)
    found = told()
    assert (found.before, found.joined, found.gone, found.after) == (3, 1, 1, 3)
    following = told(date(2018, 1, 1), date(2018, 12, 31))
    assert (following.before, following.joined, following.gone) == (3, 1, 1)


def test_a_household_that_exits_stays_on_the_register(county_reviewer):
    home = make_household(VILLAGE_A, year=2017, survey=False)
    adopt_status(
        home,
        "exited",
        "exited",
        on=date(2017, 12, 1),
        source="import",
        document_name="国网导出表",
        actor=county_reviewer,
    )
    found = told()
    assert (found.before, found.joined, found.gone, found.exited) == (1, 0, 0, 1)


def test_who_changes_place_in_a_household_neither_comes_nor_goes():
    home = make_household(VILLAGE_A, year=2017, survey=False)
    other = make_member(
        home, "王小明", until=date(2017, 6, 1), leave_reason="head_changed", year=2017, facts=False
    )
    make_membership(home, other, relation="son", since=date(2017, 6, 1), join_reason="head_changed")
    found = told()
    assert (found.before, found.joined, found.gone, found.after) == (2, 0, 0, 2)


def test_an_identified_household_comes_with_all_its_members():
    cast = make.Cast(VILLAGE_A)
    home = make.ordinary(VILLAGE_A, members=[{"name": "赵小雨", "facts": False}])
    make.bring(cast, make.make_case(cast, household=home), "done")
    found = told(date(2018, 1, 1), date(2018, 12, 31))
    assert found.came == {"identified": 2}
    assert (found.before, found.after) == (0, 2)
    assert word("in", "identified") == "新识别"


def test_a_household_that_is_poor_again_is_counted_beside():
    cast = make.Cast(VILLAGE_A)
    make.bring(cast, make.make_case(cast, "return"), "done")
    found = told(date(2018, 1, 1), date(2018, 12, 31))
    assert (found.before, found.joined, found.gone, found.returned) == (1, 0, 0, 1)


def test_a_cleared_household_and_one_that_died_out(county_reviewer):
    cast = make.Cast(VILLAGE_A)
    make.bring(cast, make.make_case(cast, "clearance"), "done")
    gone = make_household(VILLAGE_A, "老人", survey=False)
    close_household(
        gone,
        on=date(2018, 7, 1),
        leave_reasons={gone.head_id: "death"},
        document="死亡证明",
        actor=county_reviewer,
    )
    found = told(date(2018, 1, 1), date(2018, 12, 31))
    assert (found.cleared, found.dissolved) == (1, 1)
    assert found.left == {"cleared": 1, "death": 1}
    assert (found.before, found.after) == (2, 0)


def test_figures_go_by_place_and_add_up():
    for village in (VILLAGE_A, VILLAGE_2):
        home = make_household(village, year=2017, survey=False)
        make_member(home, "小雨", since=date(2017, 3, 1), join_reason="birth", year=2017, facts=False)
    places, total = movements(Household.objects.all(), VILLAGE_A[:9], SINCE, UNTIL)
    assert [(one.code, one.before, one.joined) for one in places] == [(VILLAGE_A, 1, 1), (VILLAGE_2, 1, 1)]
    assert (total.before, total.joined, total.after) == (2, 2, 4)


def test_the_number_of_statements_does_not_grow(django_assert_num_queries):
    for head in ("甲", "乙", "丙"):
        make_household(VILLAGE_A, head, year=2017, survey=False)
    with django_assert_num_queries(8):
        movements(Household.objects.all(), VILLAGE_A[:9], SINCE, UNTIL)
