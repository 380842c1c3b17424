"""Merges and moves of places take the values in force along: the new code goes on with what the old one
had.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from poverty.parameters.models import Parameter


class ParameterBearer:
    """Values that are in force on the day of the change or begin later. What the new place has itself
    stays.
    """

    label = "地方参数"
    fields = ("parameters.parameter.area_code",)

    def _going_on(self, codes: Sequence[str], on: date) -> QuerySet:
        return (
            Parameter.objects.standing()
            .filter(area_code__in=list(codes))
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        )

    def count(self, codes: Sequence[str]) -> int:
        """How many values would lose their place today."""
        return self._going_on(codes, timezone.localdate()).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """End the values of the old codes on `on` and go on with them at the new ones; return how many
        moved.
        """
        rows = list(self._going_on(list(pairs), on))
        own = Parameter.objects.standing().filter(area_code__in=set(pairs.values()))
        taken = [(row.code, row.area_code, row.valid_from, row.valid_to) for row in own]
        # Ended before the new ones begin; what had not begun yet is replaced.
        ended = Parameter.objects.filter(pk__in=[row.pk for row in rows])
        ended.filter(valid_from__lt=on).update(valid_to=on)
        ended.filter(valid_from__gte=on).update(replaced_at=timezone.now())
        moved = []
        for row in rows:
            start, new_code = max(row.valid_from, on), pairs[row.area_code]
            if any(
                (row.code, new_code) == (code, area_code)
                and (end is None or start < end)
                and (row.valid_to is None or begin < row.valid_to)
                for code, area_code, begin, end in taken
            ):
                continue
            taken.append((row.code, new_code, start, row.valid_to))
            moved.append(
                Parameter(
                    code=row.code,
                    area_code=new_code,
                    valid_from=start,
                    valid_to=row.valid_to,
                    value=row.value,
                    unit=row.unit,
                    document_name=row.document_name,
                    document_date=row.document_date,
                    note=f"区划调整（{document}），原为 {row.area_code} 的值"[:300],
                    source_confirmed=row.source_confirmed,
                    recorded_by=actor,
                )
            )
        return len(Parameter.objects.bulk_create(moved))
