"""Late entry (补录): what was typed long after its day on the paper, by unit (practice.md: what auditors look for)."""

from datetime import date

from django.db.models import Avg, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, ExtractDay, TruncDate

from poverty.accounts.models import Posting
from poverty.review.models import Step
from poverty.sql.periods import valid_at

NO_UNIT = "未登记单位"


def with_late_days(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Steps with `late_days`: days between the paper's day and the day of entry, as Asia/Shanghai counts them."""
    typed_on = TruncDate("recorded_at")
    return steps.annotate(
        typed_on=typed_on,
        late_days=Cast(ExtractDay(typed_on - F("happened_on")), IntegerField()),
    )


def late_entries(
    user, *, area_code: str = "", first: date | None = None, last: date | None = None
) -> QuerySet[Step]:
    """Late steps of the places that the user sees, entered between two days (both counted), with `late_days` and `unit`.

    `unit`: of the typist's posting on the day of entry, else his own, else 未登记单位.
    """
    steps = Step.objects.visible_to(user).late()
    if area_code:
        steps = steps.under(area_code)
    steps = with_late_days(steps)
    if first:
        steps = steps.filter(typed_on__gte=first)
    if last:
        steps = steps.filter(typed_on__lte=last)
    posted = Posting.objects.filter(
        valid_at(OuterRef("typed_on")), Q(unit__isnull=False), user=OuterRef("recorded_by")
    ).order_by("-valid_from", "-pk")
    unit = Coalesce(Subquery(posted.values("unit__name")[:1]), F("recorded_by__unit__name"), Value(NO_UNIT))
    return steps.annotate(unit=unit)


def by_unit(entries: QuerySet[Step]) -> list[dict]:
    """Units with the number of late steps (`steps`), the longest and the mean delay in days, the most first."""
    return list(
        entries.order_by()
        .values("unit")
        .annotate(steps=Count("pk"), longest=Max("late_days"), mean=Avg("late_days"))
        .order_by("-steps", "unit")
    )
