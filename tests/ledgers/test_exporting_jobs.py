"""After a ledger was asked for: fetching, expiring, and the job that makes a large one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Now

from poverty.audit.models import Entry
from poverty.jobs.models import Job, State
from poverty.jobs.runners import JobCancelled
from poverty.jobs.services import running
from poverty.jobs.services.queue import cancel, retry
from poverty.ledgers.models import Export, ExportState
from poverty.ledgers.outgoing import vault
from poverty.ledgers.services.exporting import export_to, fetch, job_of, make, remove_expired
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_B
from tests.factories.areas import make_area
from tests.ledgers.exports import out

pytestmark = pytest.mark.django_db


# --- fetching and expiring ----------------------------------------------------------------------------------


def test_fetching_is_written_to_the_log(county_reviewer, household):
    export = out(county_reviewer)

    fetch(export, actor=county_reviewer)

    entry = Entry.objects.get(action="ledgers.export.download")
    assert (entry.actor, entry.changes["sha256"][1]) == (county_reviewer, export.sha256)


def test_nobody_fetches_after_losing_the_posting(county_reviewer, household):
    export = out(county_reviewer)
    make_area(VILLAGE_B)
    county_reviewer.postings.update(area_id=COUNTY_B)
    county_reviewer.forget_rights()

    with pytest.raises(PermissionDenied):
        fetch(export, actor=county_reviewer)


def test_an_expired_file_is_refused_and_thrown_away_the_record_stays(county_reviewer, household):
    export = out(county_reviewer, full_numbers=True, purpose="核对")
    with time_machine.travel(export.expires_at + timedelta(seconds=1), tick=False):
        with pytest.raises(ValidationError, match="有效期"):
            fetch(export, actor=county_reviewer)
        assert remove_expired(export.expires_at) == 1
        assert remove_expired(export.expires_at) == 0, "run twice without harm"

    assert not vault.exists(export.sha256)
    export.refresh_from_db()
    assert export.removed_at is not None
    assert export.sha256


def test_what_has_not_expired_stays(county_reviewer, household):
    export = out(county_reviewer)

    assert remove_expired(export.as_of) == 0
    assert vault.exists(export.sha256)


def test_bytes_that_a_later_export_still_offers_are_kept(county_reviewer, household):
    with time_machine.travel(datetime(2026, 11, 1, 8, 0, tzinfo=UTC), tick=False):
        first = out(county_reviewer)
    with time_machine.travel(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), tick=False):
        second = out(county_reviewer)
    with time_machine.travel(datetime(2026, 12, 5, 8, 0, tzinfo=UTC), tick=False):
        assert remove_expired(first.expires_at) == 1
        assert second.is_ready
        assert vault.exists(second.sha256)


# --- in the background --------------------------------------------------------------------------------------


@pytest.fixture
def large(settings):
    """Every ledger is too large for a page."""
    settings.LEDGER_ROWS_AT_ONCE = 0


def test_a_large_one_goes_in_line_and_is_made_by_its_job(county_reviewer, household, large):
    export = out(county_reviewer)
    assert (export.state, export.job.state) == (ExportState.MAKING, State.QUEUED)

    assert running.run(export.job.pk) == State.DONE

    export.refresh_from_db()
    assert (export.state, export.rows) == (ExportState.DONE, 1)
    assert Job.objects.get(pk=export.job.pk).result == {"export": export.pk, "rows": 1}
    assert running.run(export.job.pk) is None, "delivered twice it runs once"


def test_one_at_a_time_per_person_and_ledger(county_reviewer, auditor, household, large, tmp_path):
    first = out(county_reviewer)

    assert out(county_reviewer, area=TOWNSHIP_A) == first
    assert out(county_reviewer, name="persons") != first
    assert out(auditor) != first
    with pytest.raises(ValidationError, match="正在后台为您生成"):
        export_to(tmp_path / "a.xlsx", "households", area_code=COUNTY_A, year=2018, actor=county_reviewer)


def test_a_cancelled_one_leaves_no_file_and_can_be_run_again(county_reviewer, household, large, files_root):
    export = out(county_reviewer)
    cancel(export.job, actor=county_reviewer)
    assert running.run(export.job.pk) is None
    export = Export.objects.get(pk=export.pk)
    assert export.standing == ExportState.CANCELLED

    assert not [path for path in files_root.rglob("*") if path.is_file()]
    again = out(county_reviewer)
    assert again != export
    assert running.run(again.job.pk) == State.DONE


def test_stopped_while_it_is_packed_it_leaves_nothing(county_reviewer, household, large, files_root):
    export = out(county_reviewer)

    def stop(_rows):
        raise JobCancelled

    with pytest.raises(JobCancelled):
        make(export, progress=stop)

    export.refresh_from_db()
    assert (export.state, export.sha256) == (ExportState.FAILED, "")
    assert not [path for path in files_root.rglob("*") if path.is_file()]


def test_cancelled_while_it_runs_it_is_called_cancelled_not_failed(county_reviewer, household, large):
    export = out(county_reviewer)

    def stop(_rows):
        raise JobCancelled

    Job.objects.filter(pk=export.job_id).update(
        state="running", heartbeat_at=Now(), started_at=Now(), cancel_requested=True
    )
    with pytest.raises(JobCancelled):
        make(export, progress=stop)

    export.refresh_from_db()
    assert (export.state, export.get_state_display()) == (ExportState.CANCELLED, "已取消")
    entry = Entry.objects.filter(case_type="ledgers.export", case_id=export.pk).latest("pk")
    assert (entry.action, entry.summary) == ("ledgers.export.cancel", "已取消：贫困户信息")


def test_what_was_cancelled_is_made_when_it_is_run_again(county_reviewer, household, large):
    export = out(county_reviewer)
    cancel(export.job, actor=county_reviewer)
    again = retry(Job.objects.get(pk=export.job_id), actor=county_reviewer)
    export = Export.objects.get(pk=export.pk)
    assert job_of(export) == again, "the page shows the job that is in line"

    assert running.run(again.pk) == State.DONE

    export.refresh_from_db()
    assert (export.state, export.job_id, export.standing) == (ExportState.DONE, again.pk, ExportState.DONE)


def test_whose_process_died_was_not_made(county_reviewer, household, large):
    export = out(county_reviewer)
    Job.objects.filter(pk=export.job_id).update(state="failed", finished_at=Now())

    assert Export.objects.get(pk=export.pk).standing == ExportState.FAILED


def test_rights_are_those_of_the_time_it_runs(county_reviewer, household, large):
    export = out(county_reviewer)
    make_area(VILLAGE_B)
    county_reviewer.postings.update(area_id=COUNTY_B)

    assert running.run(export.job.pk) == State.FAILED

    export.refresh_from_db()
    assert (export.state, export.sha256) == (ExportState.FAILED, "")
