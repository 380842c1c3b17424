"""What an import keeps for some days only: the staged rows and the workbook itself. The record of it stays."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.ledgers.incoming.originals import IMPORTS, wanted_in_clear
from poverty.ledgers.models import Import
from poverty.ledgers.services.staging import clear_rows
from poverty.parameters.services import value_for

DAYS = "import.keep_days"


def clear_staged(due: datetime) -> None:
    """The timetable's entry: rows of imports whose days are over go; what was not applied by then is given up."""
    for imported, days in _over(Import.objects.filter(rows__isnull=False).distinct(), due):
        with transaction.atomic():
            imported = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
            clear_rows(imported)
            if imported.state in (Import.State.CHECKED, Import.State.READING):
                imported.state = Import.State.CANCELLED
                imported.message = f"{days}天内没有应用，核对结果已清除。"
                imported.save(update_fields=["state", "message"])


def remove_originals(due: datetime) -> int:
    """The timetable's entry: workbooks whose days are over are thrown away; returns how many imports lost theirs.

    Name, size and SHA-256 stay. Brought in a second time since, the bytes stay until those days are over too.
    """
    removed = 0
    for imported, _ in _over(Import.objects.filter(file_removed_at=None), due):
        with transaction.atomic():
            IMPORTS.take_turns(imported.file.sha256)
            marked = Import.objects.filter(pk=imported.pk, file_removed_at=None)
            if not marked.update(file_removed_at=timezone.now()):
                continue
            record(
                "ledgers.import.expire",
                imported,
                actor=None,
                summary=f"{imported.kind_label}的原文件到期删除",
                changes={"sha256": [imported.file.sha256, None]},
            )
            if not Import.objects.filter(file=imported.file, file_removed_at=None).exists():
                _throw_away(imported.file, due)
            removed += 1
    return removed


def _over(imports, due: datetime):
    """Imports whose days are over at a moment, with how many days those were."""
    days: dict[str, int] = {}
    for one in imports.select_related("file").order_by("pk").iterator():
        if one.area_code not in days:
            days[one.area_code] = value_for(DAYS, one.area_code, timezone.localdate(due))
        if one.created_at < due - timedelta(days=days[one.area_code]):
            yield one, days[one.area_code]


def _throw_away(file: StoredFile, due: datetime) -> None:
    IMPORTS.remove(file.sha256)
    if file.path.exists() and not wanted_in_clear(file, due, sealed=(Import,)):
        file.path.unlink(missing_ok=True)  # from before workbooks were encrypted
