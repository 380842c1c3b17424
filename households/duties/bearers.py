"""A merge or move of counties takes their duties along: the new code goes on with what the old one had."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from households.duties.models import Duty
from poverty.sql.insert import insert_select


class DutyBearer:
    """Duties in force on the day of the change. A key for which the new place has a row of its own stays its own."""

    label = "走访和驻村职责"
    fields = ("households.duty.area_code",)

    def _in_force(self, codes: Sequence[str]) -> QuerySet[Duty]:
        return Duty.objects.filter(area_code__in=list(codes), valid_to__isnull=True)

    def count(self, codes: Sequence[str]) -> int:
        """How many rules would lose their place."""
        return self._in_force(codes).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """End the rows of the old codes and go on with them at the new ones; return how many went on."""
        moved = 0
        kept = [
            field.name for field in Duty._meta.fields if field.name not in ("id", "area_code", "recorded_at")
        ]
        for old, new in sorted(pairs.items()):
            own = set(self._in_force([new]).values_list("key", flat=True))
            rows = self._in_force([old]).exclude(key__in=own)
            start = max(on, timezone.localdate())
            moved += insert_select(
                Duty,
                rows,
                {
                    **{name: F(name) for name in kept},
                    "area_code": new,
                    "valid_from": Greatest(F("valid_from"), start),
                },
            )
            # What had not begun stays at the old code, where no village is any more.
            self._in_force([old]).filter(valid_from__lt=start).update(valid_to=start)
        return moved
