"""Large tables from above are read and given out in the background; done twice, the second changes nothing."""

import pytest

from households.models import RequestPart, TableRequest
from households.services import requests as service
from poverty.accounts.models import Role
from poverty.jobs.services import running
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE
from tests.factories.requests import make_draft, make_two_villages

pytestmark = pytest.mark.django_db


def test_a_large_sheet_is_read_and_issued_by_jobs(monkeypatch):
    make_two_villages()
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE)
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    draft = make_draft(reviewer)
    assert (draft.prepared_at, draft.rows.count()) == (None, 0)
    running.run(draft.job_id)
    draft = TableRequest.objects.get()
    assert (draft.prepared_at is not None, draft.rows.count()) == (True, 3)
    assert service.request_issue(draft, actor=reviewer).state == "draft"
    draft.refresh_from_db()
    running.run(draft.job_id)
    draft.refresh_from_db()
    assert (draft.state, RequestPart.objects.count()) == ("issued", 2)
    assert draft.job.state == "done"
    assert service.run_step(draft.pk, "issue", actor=reviewer) == 3
    assert RequestPart.objects.count() == 2
