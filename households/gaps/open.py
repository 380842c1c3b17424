"""What lacks, of many households at once: for the phone's pack, lists and pages."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from households.models import Gap, Household


def gaps_of(rows: QuerySet[Household] | Iterable[int], year: int) -> dict[int, list[Gap]]:
    """Open gaps of a year by household, the nearest deadline first; one query. Households without any are not in it."""
    found: dict[int, list[Gap]] = defaultdict(list)
    keys = rows.order_by().values("pk") if isinstance(rows, QuerySet) else list(rows)
    for gap in Gap.objects.open().of_year(year).filter(household__in=keys).order_by("due_on", "id"):
        found[gap.household_id].append(gap)
    return dict(found)
