"""Imports in the background: reading and checking, applying; and the daily removal of old rows and workbooks."""

from datetime import time

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from poverty.jobs import schedules
from poverty.jobs.models import Job
from poverty.jobs.runners import JobFailed, Outcome, runner
from poverty.ledgers.models import Import
from poverty.ledgers.querysets_importing import RIGHT
from poverty.ledgers.services import importing
from poverty.ledgers.services.clearing import clear_staged, remove_originals


def _outcome(job: Job) -> Outcome:
    return Outcome(
        "导入的核对结果或应用结果已经可以查看。", reverse("ledgers:import", args=[job.result["import"]])
    )


@runner(importing.READ, label="读取并核对导入表", rights=(RIGHT,), outcome=_outcome)
def import_workbook(ctx) -> None:
    """Read and check one workbook; run again it begins anew."""
    imported = Import.objects.get(pk=ctx.params["import"])

    ctx.result = {"import": imported.pk}
    if imported.state == Import.State.CANCELLED:  # before its turn came
        return

    def told(done: int, total: int) -> None:
        ctx.check()
        ctx.progress(min(done, total), total)

    imported = importing.read_import(imported, told=told)
    if imported.state == Import.State.FAILED:
        raise JobFailed(imported.message)


@runner(importing.APPLY, label="应用导入", rights=(RIGHT,), outcome=_outcome)
def apply_workbook(ctx) -> None:
    """Write the rows of a checked import; run twice, the second finds it applied."""
    imported = Import.objects.get(pk=ctx.params["import"])
    ctx.result = {"import": imported.pk}
    if imported.state == Import.State.APPLIED:
        return
    try:
        importing.apply_import(imported, actor=ctx.actor)
    except (PermissionDenied, ValidationError) as error:
        raise JobFailed("；".join(getattr(error, "messages", None) or [str(error)])) from error


schedules.register("ledgers.clear_staged", time(3, 50), clear_staged)
schedules.register("ledgers.remove_originals", time(3, 55), remove_originals)
