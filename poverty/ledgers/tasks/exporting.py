"""Exports in the background, and the daily removal of what has expired."""

from datetime import time

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from poverty.jobs import schedules
from poverty.jobs.models import Job
from poverty.jobs.runners import JobFailed, Outcome, runner
from poverty.ledgers.models import Export
from poverty.ledgers.services import exporting


def _outcome(job: Job) -> Outcome:
    result = job.result
    return Outcome(f"已导出 {result['rows']} 行。", reverse("ledgers:exported", args=[result["export"]]))


@runner(exporting.KIND, label="导出台账", outcome=_outcome)
def export_ledger(ctx) -> None:
    """Make the file of one export; run twice, the second finds it made."""
    export = Export.objects.select_related("actor").get(pk=ctx.params["export"])
    exporting.begin_again(export, ctx.job_id)
    try:
        _make(ctx, export)
    except BaseException:
        exporting.give_up(export)
        raise
    ctx.result = {"export": export.pk, "rows": export.rows}


def _make(ctx, export: Export) -> None:
    try:
        question = exporting.question_of(export)
    except PermissionDenied as error:
        raise JobFailed("导出人现在没有导出这里的台账的权限。") from error
    with ctx.interruptible():
        total = question.rows.count()

    def progress(rows: int) -> None:
        ctx.check()
        # The rows are there once; a file that is like an earlier one is written a second time.
        ctx.progress(min(rows, total), total)

    progress(0)
    try:
        exporting.make(export, question, progress=progress, reading=ctx.interruptible)
    except PermissionDenied as error:
        raise JobFailed(str(error)) from error


schedules.register("ledgers.expire", time(3, 45), exporting.remove_expired)
