"""The way of a case is asked by the database as well, whoever writes: its order, its visit, its bureaus, its meeting, its
notice, and that it changes somebody in the end.
"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from households.models import MonitoringCase
from households.monitoring.workflow import MONITORING_CASE
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.review.models import Step
from tests.factories.accounts import make_user
from tests.factories.monitoring import (
    FIRST_DAY_AFTER,
    appraised,
    approved,
    checked,
    compared,
    opened,
    posted,
    rural,
    visited,
)

pytestmark = pytest.mark.django_db
GUARDS = import_module("households.migrations.0033_monitoring_guarded")
WAY = import_module("households.migrations.0077_monitoring_approvals_revoked")


def write(case, name, *, state=None, on=FIRST_DAY_AFTER, **fields):
    """A state and its step past every service, and the end of the transaction."""
    transition = MONITORING_CASE.get(name)
    person = make_user()
    with transaction.atomic(), connection.cursor() as cursor:
        last = Step.objects.of_case("households.monitoringcase", case.pk).last()
        MonitoringCase.objects.filter(pk=case.pk).update(state=state or transition.target, **fields)
        Step.objects.create(
            case_type="households.monitoringcase",
            case_id=case.pk,
            area_code=case.area_code,
            transition=name,
            source=last.target,
            round=last.round + last.closes_round,
            target=state or transition.target,
            lane="record",
            level=transition.level,
            decided_by=person,
            decided_by_name=person.name,
            recorded_by=person,
            happened_on=on,
            document_name="文件",
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(case, name, match, **fields):
    with pytest.raises(DatabaseError, match=match):
        write(case, name, **fields)


def test_the_order_is_that_of_the_workflow():
    ways = {
        f"{source}>{one.target}" for one in MONITORING_CASE.transitions for source in one.sources or ("",)
    }
    assert set(WAY.ORDER) == ways


def test_the_subjects_are_those_of_the_list():
    assert list(GUARDS.SUBJECTS) == [one.key for one in COMPARISON_SUBJECTS]


def test_no_case_is_recorded_from_its_opening(actors):
    case = opened(rural(), actors)
    refused(
        case,
        "record_case",
        "no step leads from opened to recorded",
        category="edge",
        visited_on=FIRST_DAY_AFTER,
        authorized_on=FIRST_DAY_AFTER,
    )


def test_a_visit_that_is_not_whole(actors):
    refused(
        opened(rural(), actors), "visit", "visit is not whole", category="edge", visited_on=FIRST_DAY_AFTER
    )


def test_a_comparison_that_nobody_made(actors):
    refused(visited(rural(), actors), "compare", "has not been compared")


def test_an_appraisal_without_its_meeting(actors):
    refused(compared(rural(), actors), "appraise", "meeting has not said so")


def test_a_refusal_that_the_meeting_did_not_speak(actors):
    refused(compared(rural(), actors), "not_agree", "meeting has not said so")


def test_a_check_without_the_notice_and_one_after_it(actors):
    refused(appraised(rural(), actors), "township_check", "has not been posted")
    case = posted(rural(head="李秀英"), actors)
    refused(case, "township_check", "has not been posted", on=FIRST_DAY_AFTER - timedelta(days=1))
    write(case, "township_check")
    case.refresh_from_db()
    assert case.state == "checked"


def test_an_approval_of_an_emptied_visit(actors):
    refused(checked(rural(), actors), "approve", "visit is not whole", net_income_per_head=None)


def test_an_announcement_that_hangs_nowhere(actors):
    refused(
        approved(rural(), actors), "announce", "has not been posted", on=FIRST_DAY_AFTER + timedelta(days=2)
    )


def test_a_round_is_counted_by_the_database_alone(actors):
    case = visited(rural(), actors)
    MonitoringCase.objects.filter(pk=case.pk).update(round=7)
    case.refresh_from_db()
    assert case.round == 1
