"""A household that is no longer met cannot be approved: not by list, case, page, shell or raw SQL."""

from datetime import date
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from households.exits.workflow import EXIT
from households.models import ExitCase, Survey
from households.services.facts import facts_changed
from poverty.review.models import Step
from poverty.review.services import fire
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.factories.exits import Walk

_MEETING = {
    "held_on": "2018-12-25", "place": "区政府", "chair": "冯组长", "due": "20", "present": "18",
    "document_number": "二扶组发〔2018〕12号", "late_reason": "年底集中录入",
}  # fmt: skip


@pytest.fixture
def fallen(walk):
    """A reviewed list of which one household has lost its water since."""
    walk.to("reviewed")
    Survey.objects.filter(household=walk.households[0]).update(water_solved=False)
    facts_changed([walk.households[0].pk])
    # As if nobody had noticed: what holds is taken away, the verdict stays.
    ExitCase.objects.filter(pk=walk.case(0).pk).update(held_at=None, hold_kinds=[])
    return walk


def test_not_by_list(fallen):
    with pytest.raises(ValidationError, match="未达标"):
        fallen.approve()
    assert fallen.states() == ["reviewed"] * 3


def test_not_alone(fallen):
    with pytest.raises(ValidationError, match="未达标"):
        fire("approve", fallen.case(0), actor=fallen.recorder, document_name="12号")
    assert fallen.case(0).state == "reviewed"


def test_not_by_page(fallen):
    answer = client_of(fallen.recorder).post(
        "/households/exits/decide/?year=2018",
        _MEETING | {"shown": ",".join(map(str, fallen.pks(0, 1, 2))), "case": fallen.pks(0, 1, 2)},
    )
    assert answer.status_code == 422
    assert "未达标" in answer.content.decode()
    assert fallen.states() == ["reviewed"] * 3


def _by_sql(case, target, source, *, person):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO review_step (case_type, case_id, area_code, round, transition, source, target, lane,"
            " level, closes_round, decided_by_id, decided_by_name, recorded_by_id, happened_on, late_reason,"
            " comment, document_name) VALUES ('households.exitcase', %s, %s, 1, 'x', %s, %s, 'record',"
            " 'county', false, %s, 'x', %s, '2018-12-31', '', '', 'x')",
            [case.pk, case.area_code, source, target, person.pk, person.pk],
        )
        cursor.execute("UPDATE households_exitcase SET state = %s WHERE id = %s", [target, case.pk])


def refused(constraint, write):
    def written():
        write()
        commit_checks()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        written()
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_not_by_sql_with_a_step_of_its_own(fallen):
    commit_checks()
    refused("exit_is_met", lambda: _by_sql(fallen.case(0), "approved", "reviewed", person=fallen.recorder))


def test_sql_does_not_skip_a_step(walk):
    walk.to("prepared")
    commit_checks()
    refused("exit_step_skipped", lambda: _by_sql(walk.case(0), "approved", "prepared", person=walk.recorder))


def test_sql_does_not_check_before_the_notice_has_ended(walk):
    walk.to("agreed")
    commit_checks()
    refused("exit_after_notice", lambda: _by_sql(walk.case(0), "checked", "agreed", person=walk.recorder))


def test_sql_does_not_approve_without_the_leading_group(walk):
    walk.to("reviewed")
    commit_checks()
    refused("exit_is_decided", lambda: _by_sql(walk.case(0), "approved", "reviewed", person=walk.recorder))


def test_sql_does_not_move_what_is_held(walk):
    walk.to("appraised")
    Survey.objects.filter(household=walk.households[0]).update(water_solved=False)
    facts_changed([walk.households[0].pk])
    commit_checks()
    refused("exit_is_held", lambda: _by_sql(walk.case(0), "verified", "appraised", person=walk.secretary))


def test_a_status_without_a_step_is_refused(walk):
    walk.to("planned")
    commit_checks()
    refused(
        "review_status_needs_step",
        lambda: ExitCase.objects.filter(pk=walk.case(0).pk).update(state="dropped"),
    )


def test_who_proposed_does_not_verify_by_service_nor_by_sql(walk):
    walk.to("appraised")
    walk.secretary = walk.clerk
    with pytest.raises(ValidationError, match="不能由同一人办理"):
        walk.verify()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Step.objects.create(
            case_type="households.exitcase", case_id=walk.case(0).pk, round=1, transition="verify",
            source="appraised", target="verified", lane="verify", level="village", decided_by=walk.clerk,
            decided_by_name=walk.clerk.name, recorded_by=walk.clerk, happened_on=date(2018, 12, 6),
        )  # fmt: skip
    assert caught.value.__cause__.diag.constraint_name == "review_lane_guard"


def test_the_trigger_and_the_table_know_the_same_steps():
    module = import_module("households.migrations.0029_exits_guarded")
    pairs = {f"{source}>{one.target}" for one in EXIT.transitions for source in (one.sources or ("",))}
    assert set(module.ORDER) == pairs


@pytest.mark.django_db
def test_an_unmet_household_is_not_prepared():
    walk = Walk(survey={"wage_income": "0.00"}).plan().compare()
    with pytest.raises(ValidationError, match="未达标（收入"):
        walk.prepare()
