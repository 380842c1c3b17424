"""Jobs in every state, as the services leave them behind."""

from datetime import timedelta

from django.utils import timezone

from poverty.jobs.models import Job, State


def make_job(kind="test.count", *, area_code="220503", key=None, params=None, state=State.QUEUED, **fields):
    """Return a job; one that runs has a fresh heartbeat, one that is over an end."""
    now = timezone.now()
    if state != State.QUEUED:
        fields.setdefault("started_at", now - timedelta(minutes=1))
        fields.setdefault("heartbeat_at", now)
    if state in (State.DONE, State.FAILED, State.CANCELLED):
        fields.setdefault("finished_at", now)
    return Job.objects.create(
        kind=kind,
        area_code=area_code,
        key=key or f"{kind}:{area_code}",
        params={"to": 3} if params is None else params,
        state=state,
        **fields,
    )
