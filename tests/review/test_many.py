"""Five hundred at once, and twenty people at once: every case its own step, audit entry and copy; one winner."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.batch import fire_many
from poverty.review.errors import NotAllOfThem
from poverty.review.models import FrozenCopy, Step
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.review.cases import Case, make_case
from tests.review.lists import fire_roster, listed, posted

LIMIT = 5  # seconds for 500 cases (issue: figures)


def test_a_list_of_500_is_written_in_seconds(actors):
    checker = make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user
    Case.objects.bulk_create(Case(area_code=VILLAGE_A, state="draft") for _ in range(500))
    long_ago = timezone.localdate() - timedelta(days=9)
    for name, who in (
        ("open", actors["village_clerk"]),
        ("propose", actors["village_clerk"]),
        ("check", checker),
    ):
        fire_many(name, Case.objects.all(), actor=who, happened_on=long_ago, late_reason="补录")
    roster = listed(actors, Case.objects.all(), made_on=timezone.localdate() - timedelta(days=9))
    posted(actors, roster, timezone.localdate() - timedelta(days=8))
    begun = time.perf_counter()
    assert fire_roster("examine", roster, Case.objects.all(), actor=actors["township_officer"]) == 500
    taken = time.perf_counter() - begun
    assert Step.objects.filter(transition="examine").count() == 500
    assert FrozenCopy.objects.count() == 500
    assert Entry.objects.filter(action="review_tests.case.examine").count() == 500
    assert taken < LIMIT


def test_the_same_person_is_refused_by_the_database_for_a_list(actors):
    """Whatever path writes it: the trigger looks at the steps themselves."""
    case = make_case()
    clerk = actors["village_clerk"]
    fire_many("open", Case.objects.all(), actor=clerk)
    fire_many("propose", Case.objects.all(), actor=clerk)
    sql = (
        "INSERT INTO review_step (case_type, case_id, area_code, round, transition, source, target, lane,"
        " level, closes_round, decided_by_id, decided_by_name, recorded_by_id, happened_on, late_reason,"
        " comment, document_name) VALUES ('review_tests.case', %s, %s, 1, 'verify', 'checked', 'verified',"
        " 'verify', 'township', false, %s, %s, %s, current_date, '', '', '')"
    )
    with (
        pytest.raises(IntegrityError, match="Maker is not checker"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [case.pk, VILLAGE_A, clerk.pk, clerk.name, clerk.pk])


@pytest.mark.serial
def test_twenty_at_once_one_wins_and_the_others_are_told(real_transactions):
    clerk = make_actor("village_clerk", VILLAGE_A)
    with transaction.atomic():
        for _ in range(12):
            make_case()
        fire_many("open", Case.objects.all(), actor=clerk)
    fire_many("propose", Case.objects.all(), actor=clerk)
    checkers = [make_actor("village_clerk", VILLAGE_A) for _ in range(20)]
    for number, checker in enumerate(checkers):
        checker.name = f"核实人{number}"
        checker.save()
    results = at_once(
        *(lambda one=one: fire_many("check", Case.objects.all(), actor=one) for one in checkers)
    )
    assert [one for one in results if not isinstance(one, NotAllOfThem)] == [12]
    losers = [one for one in results if isinstance(one, NotAllOfThem)]
    assert len(losers) == 19
    assert all("有 12 项不能办理" in str(one) and "办理“村级核实”" in str(one) for one in losers)
    assert Step.objects.filter(transition="check").count() == 12
