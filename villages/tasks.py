"""What runs in the background: ids in, one service call."""

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.urls import reverse

from poverty.jobs import schedules
from poverty.jobs.models import Job
from poverty.jobs.runners import JobFailed, Outcome, runner
from villages.services.assess import KIND, assess_villages, enqueue_county, open_county_years


def _outcome(job: Job) -> Outcome:
    result = job.result
    text = (
        f"判定 {result['assessed']} 村：达标 {result['met']}，未达标 {result['unmet']}，待核实 {result['unknown']}；"
        f"变化 {result['changed']} 村。"
    )
    return Outcome(text, reverse("villages:list") + f"?area={job.area_code}")


@runner(KIND, label="村判定", rights=("assess.run",), outcome=_outcome)
def assess_county_villages(ctx) -> None:
    """Judge the villages of a county for a year; safe to run twice, since only differences are written."""
    ctx.check()
    try:
        counts = assess_villages(ctx.params["area_code"], ctx.params["year"], actor=ctx.actor)
    except ValidationError as error:
        raise JobFailed("；".join(error.messages)) from error
    ctx.result = dict(vars(counts))


def enqueue_nightly_villages(due: datetime) -> None:
    """The timetable's entry, after the households of the night: every open year of every county."""
    for one in open_county_years(""):
        enqueue_county(one, actor=None, again=False)


schedules.register("villages.nightly", time(3, 10), enqueue_nightly_villages)
