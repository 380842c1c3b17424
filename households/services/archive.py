"""Taking electronic files out, and labels for the covers of handbooks."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.archive import package
from households.archive.package import Packed, Progress, Terms, TooLarge, least_size, pack
from households.disclosure import whole_to
from households.models import ArchiveFile, HandbookLabel, Household
from poverty.areas.names import full_names
from poverty.audit.services import record
from poverty.jobs.models import Job
from poverty.jobs.services.queue import enqueue
from poverty.ledgers.asking import FULL_NUMBERS
from poverty.ledgers.outgoing import vault
from poverty.ledgers.services.exporting import MOST_WORDS, is_cancelled
from poverty.ledgers.services.taking import require_takeable
from poverty.ledgers.services.writing import days_kept

RIGHT = "household.export"
KIND = "archive_files"
_LEAST_WORDS = 2
# Twenty of these are 98 bits of chance: nobody finds one by trying.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def households_for(actor, area_code: str):
    """Households on the poverty register of an area that a person may take out whole, in the order of the register.

    The same that have a card and stand in the village's register: 户有证、村有册、乡有簿、县有电子档案 count alike.
    """
    rows = Household.objects.visible_to(actor, RIGHT).filter(whole_to(actor)).under(area_code)
    return rows.on_register().registered_poor().order_by("area_id", "id")


def request_file(
    household: Household, *, actor, full_numbers: bool = False, purpose: str = ""
) -> ArchiveFile:
    """The electronic file of one household, at once.

    PermissionDenied without household.export at the household (for full numbers: personal.reveal); ValidationError at
    "purpose" when full numbers are asked for without one.
    """
    if not Household.objects.visible_to(actor, RIGHT).filter(whole_to(actor), pk=household.pk).exists():
        raise PermissionDenied("没有导出该户电子档案的权限。")
    archive = _begin(household.area_id, household, actor, full_numbers, purpose)
    return make(archive)


def request_files(area_code: str, *, actor, full_numbers: bool = False, purpose: str = "") -> ArchiveFile:
    """The electronic files of all households of an area, in the background (`archive.job`).

    While another one of this person is being made, that one is returned. Errors as `request_file`; a
    ValidationError also where the files together are sure not to fit into one zip.
    """
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("没有导出这里的电子档案的权限。")
    live = Job.objects.live().filter(key=_key(actor)).first()
    if live is not None:
        return ArchiveFile.objects.get(pk=live.params["archive"])
    # Said now, not after an hour of packing.
    if least_size(households_for(actor, area_code), actor) > package.LARGEST:
        raise _too_large()
    return _begin(area_code, None, actor, full_numbers, purpose)


def make(archive: ArchiveFile, *, progress: Progress | None = None) -> ArchiveFile:
    """Write the zip of a request, keep it until it expires, and say so in the log. Made already: nothing happens."""
    if archive.state == ArchiveFile.State.DONE:
        return archive
    actor = archive.actor
    rows = households_for(actor, archive.area_code)
    if archive.household_id:
        rows = Household.objects.visible_to(actor, RIGHT).filter(whole_to(actor), pk=archive.household_id)
    unit = getattr(actor, "unit", None)
    by = f"{actor.name}（{unit}）" if unit else actor.name
    terms = Terms(actor, by, archive.full_numbers, archive.purpose)
    try:
        if archive.full_numbers and not actor.has_right_at(FULL_NUMBERS, archive.area_code):
            raise PermissionDenied("没有导出完整号码的权限。")
        with vault.workplace() as folder:
            path = folder / "archive.zip"
            packed = pack(path, rows, terms, progress=progress)
            kept = vault.keep(path)
    except TooLarge as error:
        give_up(archive)
        raise _too_large() from error
    except BaseException:
        give_up(archive)
        raise
    return _finish(archive, packed, kept)


@transaction.atomic
def fetch(archive: ArchiveFile, *, actor) -> ArchiveFile:
    """Note that a person takes the zip; the caller then reads it from the vault. Errors as when it was asked for."""
    require_takeable(archive, RIGHT, actor=actor, called="电子档案")
    record(
        "households.archive.download",
        archive,
        actor=actor,
        summary=f"下载电子档案：{archive.households}户",
        changes={"sha256": [None, archive.sha256]},
        purpose=archive.purpose,
    )
    return archive


def remove_expired(due: datetime) -> int:
    """Throw away the zips that have expired; returns how many. `due` is the timetable's moment; what counts is now."""
    removed = 0
    for archive in ArchiveFile.objects.to_be_removed().order_by("pk").iterator():
        with transaction.atomic():
            if (
                not ArchiveFile.objects.to_be_removed()
                .filter(pk=archive.pk)
                .update(removed_at=timezone.now())
            ):
                continue
            record("households.archive.expire", archive, actor=None, summary="过期清除电子档案")
            standing = ArchiveFile.objects.filter(
                sha256=archive.sha256, state="done", removed_at__isnull=True
            )
            if not standing.exists():
                vault.remove(archive.sha256)
            removed += 1
    return removed


@transaction.atomic
def issue_labels(households: Iterable[Household], *, actor) -> int:
    """Draw a code for every household that has no label yet; returns how many were new. Printed labels stay good."""
    rows = [one for one in households if not HandbookLabel.objects.filter(household=one).exists()]
    made = HandbookLabel.objects.bulk_create(
        [HandbookLabel(household=one, code=_new_code(), issued_by=actor) for one in rows],
        ignore_conflicts=True,  # somebody else made the same sheet a moment ago: his codes count
    )
    if made:
        record(
            "households.label.issue",
            actor=actor,
            area_code=rows[0].area_id,
            summary=f"制作手册标签：{len(made)}户",
        )
    return len(made)


def _too_large() -> ValidationError:
    return ValidationError(f"这里的电子档案超过 {package.LARGEST // 1024**3} GB，请按乡镇或村分别导出。")


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def _key(actor) -> str:
    return f"archive:{actor.pk}"


@transaction.atomic
def _begin(area_code, household, actor, full, purpose) -> ArchiveFile:
    purpose = purpose.strip()
    if full and not actor.has_right_at(FULL_NUMBERS, area_code):
        raise PermissionDenied("没有导出完整号码的权限。")
    if full and len(purpose) < _LEAST_WORDS:
        raise ValidationError({"purpose": "请写明完整号码的用途，例如“档案移交”。"})
    if len(purpose) > MOST_WORDS:
        raise ValidationError({"purpose": f"用途最多 {MOST_WORDS} 字。"})
    archive = ArchiveFile.objects.create(
        area_code=area_code,
        household=household,
        actor=actor,
        full_numbers=full,
        purpose=purpose if full else "",
    )
    record(
        "households.archive.request",
        archive,
        actor=actor,
        summary="导出电子档案："
        + (_number(household) if household else _place(area_code))
        + ("，完整号码" if full else ""),
        purpose=archive.purpose,
    )
    if household is None:
        job = enqueue(KIND, area_code=area_code, key=_key(actor), params={"archive": archive.pk}, actor=actor)
        if job.params["archive"] != archive.pk:
            # Another request was a moment faster: ours goes with the transaction.
            raise ValidationError("已有电子档案正在为您生成，完成后再试。")
        ArchiveFile.objects.filter(pk=archive.pk).update(job=job)
        archive.job = job
    return archive


def _number(household: Household) -> str:
    return f"户 {household.pk}"


def _place(area_code: str) -> str:
    return full_names([area_code]).get(area_code, "全国")


@transaction.atomic
def _finish(archive: ArchiveFile, packed: Packed, kept: vault.Kept) -> ArchiveFile:
    days = days_kept(archive.area_code, full=archive.full_numbers, on=packed.as_of)
    values = {
        "state": ArchiveFile.State.DONE,
        "as_of": packed.as_of,
        "finished_at": timezone.now(),
        "households": packed.households,
        "sha256": kept.sha256,
        "size": kept.size,
        "file_name": _file_name(archive, packed.as_of),
        "expires_at": timezone.now() + timedelta(days=days),
    }
    ArchiveFile.objects.filter(pk=archive.pk).update(**values)
    for name, value in values.items():
        setattr(archive, name, value)
    record(
        "households.archive.finish",
        archive,
        actor=archive.actor,
        summary=f"电子档案已生成：{packed.households}户",
        changes={"sha256": [None, kept.sha256]},
        purpose=archive.purpose,
    )
    return archive


def begin_again(archive: ArchiveFile, job_id: int) -> None:
    """Note that a job takes an electronic file up: the first one, or one more after it failed or was cancelled."""
    undone = ArchiveFile.objects.filter(pk=archive.pk).exclude(state=ArchiveFile.State.DONE)
    if undone.update(state=ArchiveFile.State.MAKING, job=job_id):
        archive.state, archive.job_id = ArchiveFile.State.MAKING, job_id


def give_up(archive: ArchiveFile) -> None:
    """Note that no zip was made, and whether that was wanted; of one that is over nothing is noted."""
    cancelled = is_cancelled(archive.job_id)
    state = ArchiveFile.State.CANCELLED if cancelled else ArchiveFile.State.FAILED
    with transaction.atomic():
        making = ArchiveFile.objects.filter(pk=archive.pk, state=ArchiveFile.State.MAKING)
        if not making.update(state=state):
            return
        if cancelled:
            record("households.archive.cancel", archive, actor=archive.actor, summary="电子档案已取消")
        else:
            record("households.archive.fail", archive, actor=archive.actor, summary="电子档案未生成")


def _file_name(archive: ArchiveFile, as_of: datetime) -> str:
    moment = f"{timezone.localtime(as_of):%Y%m%d%H%M%S}"
    if archive.household_id:
        household = archive.household
        return f"电子档案_{household.household_no or household.own_no}_{moment}.zip"
    return f"电子档案_{_place(archive.area_code)[-20:]}_{moment}.zip"
