"""`{% load jobs %}{% job_progress job %}`: a job's progress on any page."""

from django import template
from django.urls import reverse

from poverty.jobs import runners
from poverty.jobs.models import State
from poverty.jobs.services import queue

register = template.Library()


@register.inclusion_tag("jobs/progress_box.html", takes_context=True)
def job_progress(context, job, back="", reload=False):
    """Bar, state, remaining time, reason of failure, result, and the buttons that the viewer may press.

    Asks for itself again every two seconds until the job is over; without JavaScript it is up to date on
    reload. `back`: the address to come back to after a button; by default the job's own page. `reload`: the page
    says more when the job is over, and is loaded again then.
    """
    user = context["request"].user
    steers = queue.may_steer(job, user)
    return {
        "job": job,
        "url": reverse("jobs:progress", args=[job.pk]) + ("?reload=1" if reload else ""),
        "title": job.label,
        "remaining": "" if job.is_silent else duration(job.remaining_seconds),
        "outcome": runners.outcome(job) if job.state == State.DONE else None,
        "may_retry": steers and job.state in (State.FAILED, State.CANCELLED),
        "may_cancel": steers and job.is_live and not job.cancel_requested,
        "back": back,
    }


@register.filter
def duration(seconds):
    """A length of time in words: 45 秒, 3 分钟, 2 小时 5 分; "" when unknown."""
    if seconds is None:
        return ""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} 秒"
    minutes = -(-seconds // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时 {minutes % 60} 分"


@register.inclusion_tag("jobs/state.html")
def job_state(job):
    """The state as a badge; a job whose process does not answer says so."""
    return {"job": job}
