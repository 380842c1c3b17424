"""Lists carry the work; a household can leave one alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.models import Roster, RosterEntry
from poverty.review.services import fire
from poverty.review.services.rosters import leave_roster, make_roster
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_posting, make_user
from tests.review.cases import Case, make_case
from tests.review.lists import CASE, checked_cases, fire_roster, listed


@pytest.fixture
def checker(db):
    return make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user


@pytest.fixture
def roster(actors, checker):
    return listed(actors, checked_cases(actors, checker))


def test_a_list_names_its_cases_in_order(roster):
    entries = roster.entries.order_by("position")
    assert [one.position for one in entries] == [1, 2, 3]
    assert [one.case_id for one in entries] == list(Case.objects.order_by("pk").values_list("pk", flat=True))
    assert roster.number == 1


def test_the_next_list_of_the_year_takes_the_next_number(actors, roster):
    for entry in roster.entries.all():
        leave_roster(entry, reason="已办结", actor=actors["village_clerk"])
    assert listed(actors, cases=Case.objects.all()).number == 2


def test_a_case_stands_on_one_list_at_a_time(actors, roster):
    with pytest.raises(ValidationError, match="已在另一份名单上"):
        listed(actors, Case.objects.all()[:1])
    assert Roster.objects.count() == 1


def test_an_empty_list_is_none(actors):
    with pytest.raises(ValidationError, match="名单是空的"):
        make_roster(
            CASE,
            Case.objects.none(),
            area_code=VILLAGE_A,
            year=2018,
            title="空",
            actor=actors["village_clerk"],
        )


def test_a_case_of_another_place_is_refused(actors, strangers, roster):
    other = make_case(area_code=VILLAGE_B)
    fire("open", other, actor=strangers["village_clerk"])
    with pytest.raises(ValidationError, match="有 1 户不在这个区划"):
        listed(actors, [other])


def test_a_list_of_tomorrow_is_refused(actors, checker):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        listed(actors, checked_cases(actors, checker), made_on=timezone.localdate() + timedelta(days=1))


def test_one_leaves_and_the_others_go_on(actors, roster):
    leave_roster(roster.entries.first(), reason="群众反映有车，重新核查", actor=actors["village_clerk"])
    assert fire_roster("verify", roster, Case.objects.all(), actor=actors["township_officer"]) == 2
    assert Case.objects.filter(state="verified").count() == 2


def test_nobody_leaves_without_a_reason_or_twice(actors, roster):
    entry = roster.entries.first()
    with pytest.raises(ValidationError, match="原因"):
        leave_roster(entry, reason=" ", actor=actors["village_clerk"])
    leave_roster(entry, reason="重新核查", actor=actors["village_clerk"])
    with pytest.raises(ValidationError, match="已经不在名单上"):
        leave_roster(entry, reason="重新核查", actor=actors["village_clerk"])


def test_another_county_cannot_move_a_list(roster, strangers):
    with pytest.raises(PermissionDenied):
        fire_roster("verify", roster, Case.objects.all(), actor=strangers["township_officer"])


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM review_rosterentry",
        "UPDATE review_rosterentry SET case_id = case_id + 100",
        "UPDATE review_roster SET title = 'x'",
        "DELETE FROM review_roster",
    ],
)
def test_who_stood_on_a_list_stays_named(roster, sql):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert RosterEntry.objects.count() == 3
