"""What changes on the way: the kinds that hold a case, and the kinds that are only shown (architecture 8)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.exits.changed import changes_of
from households.models import ExitCase, Household, Survey
from households.services.exits.holding import confirm_changes
from households.services.facts import facts_changed
from poverty.review.services import note_fact_entry
from tests.at_commit import commit_checks
from tests.factories.areas import make_area
from tests.factories.households import make_member


def _facts(household, **facts):
    Survey.objects.filter(household=household).update(**facts)
    facts_changed([household.pk])


def test_an_income_that_falls_under_the_line_holds_the_case(walk):
    walk.to("checked")
    _facts(walk.households[0], wage_income=Decimal("100.00"))
    assert walk.case(0).hold_kinds == ["income"]
    assert not walk.case(1).is_held


def test_an_indicator_that_fails_holds_the_case(walk):
    walk.to("appraised")
    _facts(walk.households[0], water_solved=False)
    assert walk.case(0).hold_kinds == ["indicator"]


def test_an_indicator_that_becomes_unknown_holds_the_case(walk):
    walk.to("agreed")
    _facts(walk.households[0], food_ok=None)
    assert walk.case(0).hold_kinds == ["indicator"]


def test_an_income_that_stays_above_the_line_is_only_shown(walk):
    walk.to("checked")
    _facts(walk.households[0], wage_income=Decimal("20000.00"))
    case = walk.case(0)
    assert not case.is_held
    # 20,000 + 3,000 + 500 - 1,500 = 22,000 for two persons
    assert [(one.label, one.before, one.after) for one in changes_of(case)] == [
        ("人均纯收入（元）", "6000.00", "11000.00"),
        ("工资性收入（元）", "10000.00", "20000.00"),
    ]


def test_a_new_member_holds_the_case_at_commit(walk):
    walk.to("agreed")
    make_member(walk.households[0], "王小宝", birth_date=date(2018, 12, 20), since=date(2018, 12, 20))
    commit_checks()
    assert walk.case(0).hold_kinds == ["members"]
    assert not walk.case(1).is_held


def test_before_the_appraisal_nothing_holds(walk):
    walk.to("prepared")
    _facts(walk.households[0], water_solved=False)
    assert not walk.case(0).is_held


def test_a_held_case_goes_no_further_and_the_others_do(walk):
    walk.to("verified")
    _facts(walk.households[0], water_solved=False)
    _facts(walk.households[0], water_solved=True)
    with pytest.raises(ValidationError, match=r"王建国户：.*已暂缓"):
        walk.sign()
    assert walk.states() == ["verified"] * 3
    walk.sign(only=[1, 2])
    assert walk.states() == ["verified", "agreed", "agreed"]


def test_the_township_lets_it_go_on_when_it_is_met_again(walk):
    walk.to("verified")
    _facts(walk.households[0], water_solved=False)
    rows = ExitCase.objects.filter(pk=walk.case(0).pk)
    with pytest.raises(ValidationError, match="未达标"):
        confirm_changes(rows, actor=walk.township, comment="已看现场")
    _facts(walk.households[0], water_solved=True)
    with pytest.raises(PermissionDenied):
        confirm_changes(rows, actor=walk.clerk, comment="已看现场")
    assert confirm_changes(rows, actor=walk.township, comment="已看现场，自来水恢复") == 1
    walk.sign()
    assert walk.states() == ["agreed"] * 3


def test_who_entered_the_facts_does_not_let_it_go_on(walk):
    walk.to("verified")
    _facts(walk.households[0], water_solved=False)
    _facts(walk.households[0], water_solved=True)
    note_fact_entry("households.exitcase", walk.case(0).pk, walk.township)
    rows = ExitCase.objects.filter(pk=walk.case(0).pk)
    with pytest.raises(PermissionDenied, match="他人核实"):
        confirm_changes(rows, actor=walk.township, comment="已看现场")


def test_a_household_that_moves_takes_its_case_along(walk):
    walk.to("agreed")
    other = "220503100205"
    from_here = walk.households[0]
    make_area(other)
    Household.objects.filter(pk=from_here.pk).update(area_id=other)
    from_here.places.update(area_id=other)
    commit_checks()
    assert walk.case(0).area_code == other
