"""Regimes by date: a new dated row for each, nothing of the older ones changed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.models import Household
from households.monitoring.regimes import regime_lines, turn_regime
from tests.factories.monitoring import at, rural

pytestmark = pytest.mark.django_db


def rows(household):
    return list(
        household.statuses.order_by("valid_from").values_list("regime", "valid_from", "valid_to", "kind")
    )


def test_turning_ends_the_old_row_and_begins_a_new_one(actors):
    household = rural()
    with at(date(2021, 2, 1)):
        number = turn_regime(
            "220503", "transition", document_name="中发〔2020〕30号", actor=actors["county_reviewer"]
        )
    assert number == 1
    assert rows(household) == [
        ("registration", date(2016, 1, 1), date(2021, 1, 1), "general_rural"),
        ("transition", date(2021, 1, 1), None, "general_rural"),
    ]
    household.refresh_from_db()
    assert household.regime == "transition"


def test_who_was_left_behind_passes_through_the_regime_between(actors):
    household = rural()
    with at(date(2026, 2, 1)):
        turn_regime("220503", "standing", document_name="2026年1号文件", actor=actors["county_reviewer"])
    assert [row[:3] for row in rows(household)] == [
        ("registration", date(2016, 1, 1), date(2021, 1, 1)),
        ("transition", date(2021, 1, 1), date(2026, 1, 1)),
        ("standing", date(2026, 1, 1), None),
    ]


def test_a_household_split_off_meanwhile_turns_from_its_own_day(actors):
    """It inherited the older regime from the household it left: it holds nobody else back."""
    other, split = rural(head="甲"), rural(head="乙")
    with at(date(2021, 2, 1)):
        turn_regime("220503", "transition", document_name="文件", actor=actors["county_reviewer"])
    split.statuses.filter(valid_to=None).update(valid_from=date(2026, 2, 10))
    with at(date(2026, 3, 1)):
        number = turn_regime(
            "220503", "standing", document_name="2026年1号文件", actor=actors["county_reviewer"]
        )
    assert number == 2
    assert rows(other)[-2:] == [
        ("transition", date(2021, 1, 1), date(2026, 1, 1), "general_rural"),
        ("standing", date(2026, 1, 1), None, "general_rural"),
    ]
    assert rows(split)[-1] == ("standing", date(2026, 2, 10), None, "general_rural")
    split.refresh_from_db()
    assert split.regime == "standing"


def test_a_second_time_turns_nobody(actors):
    rural()
    with at(date(2021, 2, 1)):
        turn_regime("220503", "transition", document_name="文件", actor=actors["county_reviewer"])
        assert turn_regime("220503", "transition", document_name="文件", actor=actors["county_reviewer"]) == 0


def test_not_before_it_has_begun(actors):
    with at(date(2020, 12, 31)), pytest.raises(ValidationError, match="2021-01-01"):
        turn_regime("220503", "transition", document_name="文件", actor=actors["county_reviewer"])


def test_a_township_turns_no_county(actors):
    with at(date(2021, 2, 1)), pytest.raises(PermissionDenied):
        turn_regime("220503", "transition", document_name="文件", actor=actors["township_officer"])


def test_the_lines_count_who_stands_in_each(actors):
    rural()
    lines = regime_lines(Household.objects.all(), date(2025, 6, 1))
    assert [(one.regime.key, one.households, one.is_current) for one in lines] == [
        ("registration", 1, False),
        ("transition", 0, True),
        ("standing", 0, False),
    ]
