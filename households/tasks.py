"""What runs in the background: ids in, one service call."""

from datetime import time

from django.core.exceptions import ValidationError
from django.urls import reverse

from households.services.assess import assess
from households.services.running import KIND, enqueue_nightly
from poverty.jobs import schedules
from poverty.jobs.models import Job
from poverty.jobs.runners import JobFailed, Outcome, runner


def _outcome(job: Job) -> Outcome:
    result = job.result
    text = (
        f"判定 {result['assessed']} 户：达标 {result['met']}，未达标 {result['unmet']}，待核实 {result['unknown']}；"
        f"变化 {result['changed']} 户，未判定 {result['left_out']} 户。"
    )
    if result["no_standard"]:
        text += f"本年未发布标准 {result['no_standard']} 户。"
    return Outcome(text, reverse("households:run", args=[result["run"]]))


@runner(KIND, label="全县重新判定", rights=("assess.run",), outcome=_outcome)
def assess_county(ctx) -> None:
    """Judge one county for one year; safe to run twice, since only differences are written."""

    def progress(done: int, total: int) -> None:
        ctx.check()  # raised inside the run's transaction: a run that is stopped leaves nothing behind
        ctx.progress(done, total)

    ctx.check()
    try:
        run = assess(
            ctx.params["area_code"],
            ctx.params["year"],
            trigger=ctx.params["trigger"],
            actor=ctx.actor,
            job=Job.objects.get(pk=ctx.job_id),
            progress=progress,
        )
    except ValidationError as error:
        raise JobFailed("；".join(error.messages)) from error
    names = ("assessed", "met", "unmet", "unknown", "left_out", "no_standard", "changed", "written")
    ctx.result = {"run": run.pk, **{name: getattr(run, name) for name in names}, "seconds": str(run.seconds)}


schedules.register("households.nightly", time(2, 30), enqueue_nightly)
