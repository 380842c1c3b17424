"""Taking back what was entered by mistake: the row stays with who, when and why, and counts nowhere any more."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from households.benefits.models import Job, SolarShare, SolarStation, Trainee
from households.benefits.services.solar import may_keep
from households.benefits.services.work import EMPLOYERS, TRAINERS, may
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile


@transaction.atomic
def withdraw_job(job: Job, *, reason: str, actor) -> Job:
    """Take a job back: recorded for the wrong person, or never begun. A job that ended is ended, not taken back."""
    row = _locked(Job.objects.select_related("household", "member"), job.pk)
    if not may(actor, row.household.area_id, EMPLOYERS):
        raise PermissionDenied("您没有登记就业的权限。")
    row.take_back(reason, actor)
    record(
        "households.job.withdraw",
        row.household,
        actor=actor,
        summary=f"撤销就业登记：{row.member.name} {row.get_kind_display()} {row.starts_on} 起，原因：{reason.strip()}",
    )
    return row


@transaction.atomic
def withdraw_trainee(trainee: Trainee, *, reason: str, actor) -> Trainee:
    """Take somebody out of a course in which he was not."""
    row = _locked(Trainee.objects.select_related("household", "member", "training"), trainee.pk)
    if not may(actor, row.training.area_id, TRAINERS):
        raise PermissionDenied("您没有在该地区登记培训的权限。")
    row.take_back(reason, actor)
    record(
        "households.training.withdraw",
        row.household,
        actor=actor,
        summary=f"撤销培训登记：{row.member.name}，{row.training.course}，原因：{reason.strip()}",
    )
    return row


@transaction.atomic
def withdraw_share(share: SolarShare, *, reason: str, actor) -> SolarShare:
    """Take a share back that the household never had; one that it had until a day is ended."""
    row = _locked(SolarShare.objects.select_related("household", "station"), share.pk)
    if not may_keep(actor, row.station.area_id):
        raise PermissionDenied("您没有在该村登记光伏受益户的权限。")
    _share_back(row, reason, actor)
    return row


@transaction.atomic
def withdraw_station(station: SolarStation, *, reason: str, actor) -> SolarStation:
    """Take a station back that was recorded wrongly, with all its shares; it can be recorded anew under its name."""
    row = _locked(SolarStation.objects.all(), station.pk)
    if not may_keep(actor, row.area_id):
        raise PermissionDenied("您没有在该村登记光伏电站的权限。")
    row.take_back(reason, actor)
    record(
        "households.solar.withdraw",
        row,
        actor=actor,
        summary=f"撤销电站登记：{row.name}，原因：{reason.strip()}",
    )
    shares = row.shares.standing().select_for_update(of=("self",)).select_related("household").order_by("pk")
    for share in shares:
        share.station = row
        _share_back(share, reason, actor)
    return row


def _share_back(row: SolarShare, reason: str, actor) -> None:
    row.take_back(reason, actor)
    record(
        "households.solar.unshare",
        row.household,
        actor=actor,
        summary=f"撤销{row.station.name}受益户登记，原因：{reason.strip()}",
    )


def _locked(rows, pk: int):
    row = rows.select_for_update(of=("self",)).get(pk=pk)
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    return row
