"""What runs in the background: ids in, one service call."""

from collections.abc import Callable
from datetime import time

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.benefits.services.figuring import KIND as FIGURES
from households.benefits.services.figuring import enqueue_nightly_figures, figure_out
from households.benefits.services.waiting import KIND as FLOWS
from households.benefits.services.waiting import flow_waiting
from households.models import ArchiveFile, RequestPart
from households.services.archive import KIND as ARCHIVES
from households.services.archive import begin_again, give_up, households_for, make, remove_expired
from households.services.assess import assess
from households.services.checking import KIND as CHECKS
from households.services.checking import enqueue_nightly_checks
from households.services.checks import run_checks
from households.services.facts_of_many import SAME, WRITTEN
from households.services.request_keeping import remove_sent, seal_clear
from households.services.request_recurring import enqueue_due
from households.services.request_updating import JOB as UPDATES
from households.services.request_updating import update_register
from households.services.requests import JOB as REQUESTS
from households.services.requests import run_step
from households.services.running import KIND, enqueue_nightly
from poverty.jobs import schedules
from poverty.jobs.models import Job
from poverty.jobs.runners import JobCancelled, JobFailed, Outcome, runner


def _outcome(job: Job) -> Outcome:
    result = job.result
    text = (
        f"判定 {result['assessed']} 户：达标 {result['met']}，未达标 {result['unmet']}，待核实 {result['unknown']}；"
        f"变化 {result['changed']} 户，未判定 {result['left_out']} 户。"
    )
    if result["no_standard"]:
        text += f"本年未发布标准 {result['no_standard']} 户。"
    return Outcome(text, reverse("households:run", args=[result["run"]]))


def _over_county(ctx, run_over: Callable, *counts: str) -> None:
    """Go over one county for one year and keep what the run counted; what stops it leaves nothing behind."""

    def progress(done: int, total: int) -> None:
        ctx.check()  # raised inside the run's transaction
        ctx.progress(done, total)

    ctx.check()
    try:
        run = run_over(
            ctx.params["area_code"],
            ctx.params["year"],
            trigger=ctx.params["trigger"],
            actor=ctx.actor,
            job=Job.objects.get(pk=ctx.job_id),
            progress=progress,
        )
    except ValidationError as error:
        raise JobFailed("；".join(error.messages)) from error
    ctx.result = {"run": run.pk, **{name: getattr(run, name) for name in counts}, "seconds": str(run.seconds)}


@runner(KIND, label="全县重新判定", rights=("assess.run",), outcome=_outcome)
def assess_county(ctx) -> None:
    """Judge one county for one year; safe to run twice, since only differences are written."""
    counts = ("assessed", "met", "unmet", "unknown", "left_out", "no_standard", "changed", "written")
    _over_county(ctx, assess, *counts)


def _checked(job: Job) -> Outcome:
    result = job.result
    text = (
        f"待处理 {result['open']} 条，已答复 {result['answered']} 条；"
        f"新发现 {result['new']} 条，已消除 {result['closed']} 条。"
    )
    return Outcome(text, reverse("households:checks"))


@runner(CHECKS, label="数据检查", rights=("assess.run",), outcome=_checked)
def check_county(ctx) -> None:
    """Check one county for one year; safe to run twice, since only differences are written."""
    _over_county(ctx, run_checks, "open", "answered", "new", "closed", "reopened")


def _flowed(job: Job) -> Outcome:
    text = f"{job.params['year']}年度：{job.result['households']} 户的政策发放已计入收入表，或已列入待核对。"
    return Outcome(text, reverse("households:benefit-asked"))


@runner(FLOWS, label="政策发放计入收入", outcome=_flowed)
def flow_benefits(ctx) -> None:
    """Bring what waited for a year to be open into its sheets; safe to run twice."""

    def progress(done: int, total: int) -> None:
        ctx.check()
        ctx.progress(done, total)

    try:
        done = flow_waiting(ctx.params["area_code"], ctx.params["year"], actor=ctx.actor, progress=progress)
    except (PermissionDenied, ValidationError) as error:
        raise JobFailed("；".join(getattr(error, "messages", None) or [str(error)])) from error
    ctx.result = {"households": done}


def _figured(job: Job) -> Outcome:
    text = f"{job.params['year']}年度：{job.result['policies']} 项政策的覆盖数字和就业数字已重算。"
    return Outcome(text, reverse("households:benefit-coverage"))


@runner(FIGURES, label="政策覆盖和就业重算", rights=("assess.run",), outcome=_figured)
def figure_out_coverage(ctx) -> None:
    """Work out the figures of a county's policies and of who works; run twice, the second says the same."""
    ctx.check()
    run = figure_out(ctx.params["area_code"], ctx.params["year"], check=ctx.check)
    ctx.result = {"policies": len(run.policies), "seconds": str(run.seconds)}


schedules.register("households.coverage", time(4, 20), enqueue_nightly_figures)


def _packed(job: Job) -> Outcome:
    text = f"已生成 {job.result['households']} 户的电子档案。"
    return Outcome(text, reverse("households:archive-file", args=[job.result["archive"]]))


@runner(ARCHIVES, label="导出电子档案", outcome=_packed)
def pack_archives(ctx) -> None:
    """Pack the electronic files of an area; run twice, the second finds them packed."""
    archive = ArchiveFile.objects.select_related("actor", "household").get(pk=ctx.params["archive"])
    begin_again(archive, ctx.job_id)
    total = households_for(archive.actor, archive.area_code).count()

    def progress(done: int) -> None:
        ctx.check()
        ctx.progress(min(done, total), total)

    try:
        progress(0)
        make(archive, progress=progress)
    except (PermissionDenied, ValidationError) as error:
        raise JobFailed("；".join(getattr(error, "messages", None) or [str(error)])) from error
    except JobCancelled:
        give_up(archive)
        raise
    ctx.result = {"archive": archive.pk, "households": archive.households}


schedules.register("households.archive_expire", time(3, 50), remove_expired)


def _request(job: Job) -> Outcome:
    return Outcome(
        f"已处理 {job.result['rows']} 行。", reverse("households:request", args=[job.result["request"]])
    )


@runner(REQUESTS, label="任务表", rights=("request.issue",), outcome=_request)
def work_on_request(ctx) -> None:
    """Read and match a large table from above, or give it to the villages; run twice, the second changes nothing."""

    def told(done: int) -> None:
        ctx.check()
        ctx.progress(done)

    ctx.check()
    try:
        rows = run_step(ctx.params["request"], ctx.params["step"], actor=ctx.actor, told=told)
    except ValidationError as error:
        raise JobFailed("；".join(error.messages)) from error
    ctx.result = {"request": ctx.params["request"], "rows": rows}


def _updated(job: Job) -> Outcome:
    result = job.result
    text = f"写入年度信息 {result['written']} 项，待核对 {result['undecided']} 项。"
    return Outcome(text, reverse("households:request-updates", args=[result["request"]]))


@runner(UPDATES, label="任务表更新年度信息", rights=("request.check",), outcome=_updated)
def update_from_request(ctx) -> None:
    """Write an accepted part's answers into the register; run twice, the second writes nothing new."""
    ctx.check()
    part = RequestPart.objects.get(pk=ctx.params["part"])
    counts = update_register(part.pk, actor=ctx.actor)
    undecided = part.rows.filter(undecided=True).count()
    ctx.result = {
        "request": part.request_id,
        "written": counts.get(WRITTEN, 0) + counts.get(SAME, 0),
        "undecided": undecided,
    }


schedules.register("households.seal_workbooks", time(4, 0), seal_clear)
schedules.register("households.remove_sent", time(4, 5), remove_sent)
schedules.register("households.requests", time(6, 0), enqueue_due)
schedules.register("households.nightly", time(2, 30), enqueue_nightly)
schedules.register("households.nightly_checks", time(3, 30), enqueue_nightly_checks)
