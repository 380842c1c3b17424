"""Staged rows that have done their service: they go, the record of the import stays."""

from datetime import datetime, timedelta

from django.db import transaction

from poverty.ledgers.models import Import
from poverty.ledgers.services.staging import clear_rows

KEEP = timedelta(days=30)


def clear_staged(due: datetime) -> None:
    """The timetable's entry: rows of imports older than 30 days go; what was not applied by then is given up."""
    old = Import.objects.filter(created_at__lt=due - KEEP, rows__isnull=False).distinct()
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            imported = Import.objects.select_for_update(of=("self",)).get(pk=pk)
            clear_rows(imported)
            if imported.state in (Import.State.CHECKED, Import.State.READING):
                imported.state = Import.State.CANCELLED
                imported.message = "三十天内没有应用，核对结果已清除。"
                imported.save(update_fields=["state", "message"])
