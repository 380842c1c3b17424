"""A mark made here is confirmed by the national import that shows it (the national system is the legal register)."""

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from households.models import ExitCase
from households.services.exits.locking import CASE
from poverty.audit.services import record_select


def confirm_marks(households: QuerySet, *, document: str, actor) -> int:
    """Confirm the marked exits of these households (keys), which an import shows as exited; returns how many."""
    cases = ExitCase.objects.filter(state="marked", confirmed_at__isnull=True, household__in=households)
    found = list(cases.values_list("pk", flat=True))
    rows = ExitCase.objects.filter(pk__in=found)
    if found:
        record_select(
            "households.exit.confirm",
            rows,
            actor=actor,
            case_type=CASE,
            area_code=F("area_code"),
            summary=f"国网导入显示已脱贫：{document}"[:200],
        )
    return rows.update(confirmed_at=Now())
