"""When a visit is due, and how late it is (procedures.md 9: monthly visit; practice.md, Field work: by status and date)."""

from datetime import date

import pytest

from households.duties.due import with_visit_due
from households.models import Duty, Household
from tests.factories.accounts import make_user
from tests.factories.duties import make_visit, was_before
from tests.factories.households import make_household, make_pairing
from tests.factories.monitoring import make_watched

pytestmark = pytest.mark.django_db


def due(household, on):
    """(due_by, late_days) of a household on a day."""
    row = with_visit_due(Household.objects.filter(pk=household.pk), on).get()
    return row.due_by, row.late_days


def poor(**fields):
    return make_household(survey=False, **fields)


def test_a_poor_household_is_due_by_the_end_of_the_month():
    household = poor()
    helper = make_pairing(household, since=date(2018, 1, 1)).helper
    make_visit(household, helper, date(2018, 10, 20))
    assert due(household, date(2018, 11, 15)) == (date(2018, 11, 30), None)


def test_visited_this_month_the_next_one_is_due_by_the_end_of_the_next_month():
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 11, 1))
    assert due(household, date(2018, 11, 15)) == (date(2018, 12, 31), None)


def test_a_missed_month_is_late_from_its_last_day_on():
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 9, 30))
    assert due(household, date(2018, 10, 31)) == (date(2018, 10, 31), None)
    assert due(household, date(2018, 11, 1)) == (date(2018, 10, 31), 1)
    assert due(household, date(2018, 11, 20)) == (date(2018, 10, 31), 20)


def test_without_any_visit_it_is_late_since_the_helper_took_over():
    household = poor()
    make_pairing(household, since=date(2018, 9, 10))  # 21 days of September were left
    assert due(household, date(2018, 11, 5)) == (date(2018, 9, 30), 36)


def test_who_takes_over_at_the_end_of_a_month_owes_nothing_in_it():
    household = poor()
    make_pairing(household, since=date(2018, 9, 22))  # nine days were left, ten are asked
    assert due(household, date(2018, 9, 30)) == (date(2018, 10, 31), None)
    other = poor()
    make_pairing(other, since=date(2018, 9, 21))  # ten days
    assert due(other, date(2018, 9, 30)) == (date(2018, 9, 30), None)


def test_a_new_helper_is_not_late_for_his_predecessor():
    household = poor()
    make_pairing(household, since=date(2018, 1, 1), until=date(2018, 10, 1))
    make_pairing(household, since=date(2018, 10, 1))
    assert due(household, date(2018, 10, 15)) == (date(2018, 10, 31), None)


def test_what_the_predecessor_visited_this_month_counts():
    household = poor()
    former = make_pairing(household, since=date(2018, 1, 1), until=date(2018, 10, 12)).helper
    make_pairing(household, since=date(2018, 10, 12))
    make_visit(household, former, date(2018, 10, 3))
    assert due(household, date(2018, 10, 15)) == (date(2018, 11, 30), None)


def test_an_exited_household_is_due_once_a_quarter():
    household = poor(status="exited", kind="exited")
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 7, 1))
    assert due(household, date(2018, 9, 30)) == (date(2018, 12, 31), None)
    assert due(household, date(2018, 12, 31)) == (date(2018, 12, 31), None)
    assert due(household, date(2019, 1, 10)) == (date(2018, 12, 31), 10)


def test_the_status_of_the_month_decides_not_todays():
    household = poor(status="exited", kind="exited")
    was_before(household, "not_exited", date(2018, 11, 20))
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 10, 8))
    # November's list was made while it was poor; from December on the quarter counts, and October's visit serves it.
    assert due(household, date(2018, 11, 25)) == (date(2018, 11, 30), None)
    assert due(household, date(2018, 12, 5)) == (date(2019, 3, 31), None)


def test_who_falls_back_is_not_late_for_the_months_before():
    household = poor(status="returned")
    was_before(household, "exited", date(2018, 11, 9), kind="exited")
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 7, 2))
    assert due(household, date(2018, 11, 15)) == (date(2018, 12, 31), None)  # still the quarter's
    assert due(household, date(2018, 12, 15)) == (date(2018, 12, 31), None)  # monthly from December's list on


def test_watched_it_is_monthly_and_quarterly_again_when_the_risk_is_removed():
    household = poor(status="exited", kind="exited")
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 4, 3))
    make_watched(household, identified_on=date(2018, 5, 10), removed_on=date(2018, 8, 20))
    assert due(household, date(2018, 5, 15)) == (date(2018, 9, 30), None)
    assert due(household, date(2018, 6, 15)) == (date(2018, 6, 30), None)
    assert due(household, date(2018, 8, 5)) == (date(2018, 6, 30), 36)
    # Removed in August: September's list is the quarter's, which began in July.
    assert due(household, date(2018, 9, 15)) == (date(2018, 9, 30), None)


def test_an_ordinary_household_under_watch_is_visited_and_one_that_is_not_is_never_due():
    ordinary = poor(status="", kind="general_rural")
    make_pairing(ordinary, since=date(2018, 1, 1))
    assert due(ordinary, date(2018, 6, 15)) == (None, None)
    make_watched(ordinary, identified_on=date(2018, 6, 1))
    assert due(ordinary, date(2018, 6, 15)) == (date(2018, 6, 30), None)


def test_nothing_is_due_without_a_helper():
    household = poor()
    assert due(household, date(2018, 11, 15)) == (None, None)
    make_pairing(household, since=date(2018, 1, 1), until=date(2018, 11, 1))
    assert due(household, date(2018, 11, 15)) == (None, None)


@pytest.mark.parametrize("way", ["phone", "video"])
def test_a_call_counts_for_a_household_that_is_away_as_a_whole(way):
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 11, 6), way=way, whole_away=True)
    assert due(household, date(2018, 11, 15)) == (date(2018, 12, 31), None)


def test_a_withdrawn_visit_does_not_count():
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 10, 6))
    mistaken = make_visit(household, helper, date(2018, 11, 6))
    type(mistaken).objects.filter(pk=mistaken.pk).update(
        withdrawn_at="2018-11-07T08:00+08:00", withdrawn_by=helper, withdrawn_reason="登错户"
    )
    assert due(household, date(2018, 11, 15)) == (date(2018, 11, 30), None)


def test_a_visit_of_somebody_else_is_the_last_visit_but_serves_nobodys_duty():
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 10, 6))
    make_visit(household, make_user("村干部"), date(2018, 11, 6))
    row = with_visit_due(Household.objects.filter(pk=household.pk), date(2018, 11, 15)).get()
    assert (row.last_visit_on, row.due_by) == (date(2018, 11, 6), date(2018, 11, 30))


def test_a_visit_after_the_day_asked_about_is_not_known_yet():
    household = poor()
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 11, 20))
    row = with_visit_due(Household.objects.filter(pk=household.pk), date(2018, 11, 15)).get()
    assert (row.last_visit_on, row.due_by) == (None, date(2018, 1, 31))


def rule(area_code, key="visit_poor", **fields):
    typist = make_user("县扶贫办")
    values = {
        "title": "走访未脱贫户",
        "bearer": "helper",
        "act": "visit",
        "per": "household",
        "statuses": ["not_exited", "pre_exit", "returned"],
        "every_months": 1,
        "times": 1,
        "valid_from": date(2018, 7, 1),
        "document": "县文件1号",
        "recorded_by": typist,
    }
    return Duty.objects.create(area_code=area_code, key=key, **{**values, **fields})


def test_the_county_asks_for_two_visits_a_month():
    household = poor()
    helper = make_pairing(household).helper
    rule("220503", times=2)
    make_visit(household, helper, date(2018, 10, 6))
    make_visit(household, helper, date(2018, 10, 20))
    make_visit(household, helper, date(2018, 11, 6))
    assert due(household, date(2018, 11, 15)) == (date(2018, 11, 30), None)
    make_visit(household, helper, date(2018, 11, 14))
    assert due(household, date(2018, 11, 15)) == (date(2018, 12, 31), None)


def test_the_longest_prefix_decides_and_another_county_is_not_touched():
    here, there = poor(), poor(village="140212100201")
    for household in (here, there):
        make_pairing(household, since=date(2018, 11, 1))
    rule("22", every_months=3)
    rule("220503", every_months=2)
    assert due(here, date(2018, 11, 15))[0] == date(2018, 12, 31)  # November and December
    assert due(there, date(2018, 11, 15)) == (date(2018, 11, 30), None)  # the country's month


def test_a_county_that_asks_for_nothing_does_not_fall_back_to_the_countrys_rule():
    household = poor()
    make_pairing(household)
    rule("220503", times=0)
    assert due(household, date(2018, 11, 15)) == (None, None)


def test_lateness_counts_from_the_first_day_of_the_rule_in_force():
    household = poor()
    make_pairing(household, since=date(2018, 1, 1))
    rule("220503", valid_from=date(2018, 9, 1))
    assert due(household, date(2018, 11, 15)) == (date(2018, 9, 30), 46)
