"""How long the senders' workbooks of tables from above are kept, and that none of them stands in clear.

A workbook goes some days after its table was closed (import.keep_days, as the workbooks of imports): names and numbers
of a village are not kept for good because somebody once asked for them. What was filled stays, and who sent what.
"""

import hashlib
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from households.models import TableRequest
from households.requests.originals import SENT
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.ledgers.incoming.originals import wanted_in_clear
from poverty.ledgers.models import Import
from poverty.ledgers.services.clearing import DAYS
from poverty.parameters.services import value_for

# Both keep their workbooks encrypted: neither needs the clear copy.
_SEALED = (Import, TableRequest)
_CHUNK = 1 << 20


def kept_until(request: TableRequest) -> date | None:
    """The last day of a closed table's workbook; None: it has none, or its filling is not over."""
    if request.file_id is None or request.closed_at is None:
        return None
    closed = timezone.localdate(request.closed_at)
    return closed + timedelta(days=days_kept(request, closed))


def days_kept(request: TableRequest, day: date | None = None) -> int:
    """For how many days the workbook of a table closed that day (None: today) is kept."""
    return value_for(DAYS, request.area_code, day or timezone.localdate())


def remove_sent(due: datetime) -> int:
    """The timetable's entry: workbooks of tables closed long ago are thrown away; how many tables lost theirs.

    Name, size and SHA-256 stay. The same workbook sent for another table stays until that one's days are over too.
    """
    removed, today = 0, timezone.localdate(due)
    closed = TableRequest.objects.filter(
        state=TableRequest.State.CLOSED, file__isnull=False, file_removed_at=None
    )
    for request in closed.select_related("file").order_by("pk"):
        if kept_until(request) < today and _remove(request, due):
            removed += 1
    return removed


@transaction.atomic
def _remove(request: TableRequest, due: datetime) -> bool:
    SENT.take_turns(request.file.sha256)
    marked = TableRequest.objects.filter(pk=request.pk, file_removed_at=None)
    if not marked.update(file_removed_at=timezone.now()):
        return False
    record(
        "households.request.expire",
        request,
        actor=None,
        summary="任务表的原工作簿到期删除",
        changes={"sha256": [request.file.sha256, None]},
    )
    throw_away(request.file, due)
    return True


def throw_away(file: StoredFile, due: datetime) -> None:
    """Remove a workbook that no table keeps any more, its turn taken."""
    keeping = TableRequest.objects.exclude(state=TableRequest.State.DISCARDED)
    if keeping.filter(file=file, file_removed_at=None).exists():
        return
    SENT.remove(file.sha256)
    _clear_away(file, due)


def seal_clear(due: datetime) -> int:
    """Encrypt workbooks from before they were encrypted, and remove their clear copies; how many were sealed.

    Also the timetable's entry: a copy that somebody had just brought for something else is looked at again a day
    later. What is no longer what was sent stays where it is: it is not what the table was made of.
    """
    sealed = 0
    files = StoredFile.objects.filter(
        pk__in=TableRequest.objects.filter(file__isnull=False, file_removed_at=None).values("file")
    )
    for file in files.order_by("pk").iterator():
        if not file.path.exists():
            continue
        with transaction.atomic():
            SENT.take_turns(file.sha256)
            if not SENT.folder.exists(file.sha256):
                if not _is_as_sent(file):
                    continue
                SENT.folder.keep(file.sha256, file.path)
                sealed += 1
                record(
                    "households.request.seal",
                    actor=None,
                    case=("files.storedfile", file.pk, file.area_code),
                    summary="任务表的原工作簿改为加密保存",
                )
            _clear_away(file, due)
    return sealed


def _is_as_sent(file: StoredFile) -> bool:
    digest = hashlib.sha256()
    with file.path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == file.sha256


def _clear_away(file: StoredFile, due: datetime) -> None:
    if file.path.exists() and not wanted_in_clear(file, due, sealed=_SEALED):
        file.path.unlink(missing_ok=True)
