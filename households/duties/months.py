"""What each helper owed in a month: one row per household and helper, done, late or still open. Figures are counted
over these rows and lists show them, so that a list adds up to its number.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, Left

from households.duties.due import Rule, in_state, visits_of_helper
from households.duties.in_force import rules_on
from households.duties.models import DutyRecord
from households.duties.periods import DaysBetween, DaysLater, MonthsLater, PeriodStart, add_months, last_of
from households.models import Pairing
from households.options.duty_acts import CALL
from households.options.duty_bearers import HELPER, ORDERS, SECOND_HELPER

DONE, LATE, OPEN = "done", "late", "open"
STATES = {DONE: "已完成", LATE: "逾期", OPEN: "未到期"}


def obligations(rows: QuerySet[Pairing], month: date, today: date, bearer: str = HELPER) -> QuerySet[Pairing]:
    """Of these pairings those that bear a duty to a household in a month (its first day), as things stood on its last
    day, or stand today.

    Annotated: `duty_every` months, `duty_times`, `first_day` and `last_day` of the duty's period, `made` visits or calls
    in it so far, `done_on` (the day of the first), `duty_state` (DONE, LATE, OPEN), `days_late` (NULL: not late). A
    month to come has none.
    """
    until = min(last_of(month), today)
    if month > today:
        return rows.none()
    rows = in_state(rows.filter(order=ORDERS[bearer]), month, "household__")
    rule = Rule(rules_on(month), bearer, area="household__area_id")
    rows = rows.filter(
        Q(household__closed_on__isnull=True) | Q(household__closed_on__gt=until),
        household__state__in=("registered", "merged", "closed"),
        valid_from__lte=until,
    ).annotate(duty_every=rule.number("every_months"), duty_times=rule.number("times"))
    rows = rows.filter(duty_every__isnull=False).annotate(
        least_days=rule.number("least_days"),
        first_day=PeriodStart(Value(month, DateField()), F("duty_every")),
    )
    rows = rows.annotate(
        last_day=DaysLater(MonthsLater(F("first_day"), F("duty_every")), Value(-1)),
        last_begin=DaysLater(MonthsLater(F("first_day"), F("duty_every")), -F("least_days")),
    )
    return _judged(_bearing(rows, until), until, today, bearer)


def _bearing(rows: QuerySet[Pairing], until: date) -> QuerySet[Pairing]:
    """Of several helpers of a period the last one who had the days that the duty leaves him."""
    long_enough = Q(valid_to__isnull=True) | Q(
        valid_to__gte=DaysLater(F("valid_from"), OuterRef("least_days"))
    )
    later = Pairing.objects.filter(
        long_enough,
        household=OuterRef("household"),
        order=OuterRef("order"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=Least(OuterRef("last_begin"), Value(until, DateField())),
    )
    begun = Greatest(F("first_day"), F("valid_from"))
    had = Q(valid_to__isnull=True) | Q(valid_to__gte=DaysLater(begun, F("least_days")))
    return rows.filter(had, ~Exists(later), valid_from__lte=F("last_begin"))


def _judged(rows: QuerySet[Pairing], until: date, today: date, bearer: str) -> QuerySet[Pairing]:
    visits = visits_of_helper(ORDERS[bearer]).filter(
        household=OuterRef("household"),
        happened_on__gte=OuterRef("first_day"),
        happened_on__lte=Least(OuterRef("last_day"), Value(until, DateField())),
    )
    grouped = visits.order_by().values("household")
    made = Coalesce(
        Subquery(grouped.annotate(n=Count("happened_on", distinct=True)).values("n"), IntegerField()),
        Value(0),
    )
    done_on = Subquery(grouped.annotate(day=Min("happened_on")).values("day"))
    if bearer == SECOND_HELPER:
        calls = _calls(until)
        # A day counts once, though the household was visited and called on it.
        further = calls.exclude(Exists(_visited_then(bearer)))
        made += Coalesce(
            Subquery(further.annotate(n=Count("happened_on", distinct=True)).values("n")), Value(0)
        )
        done_on = Least(done_on, Subquery(calls.annotate(day=Min("happened_on")).values("day")))
    rows = rows.annotate(made=made, done_on=done_on)
    # As it stood at `until`: of a month gone by, what its period still left time for was not late in it, and who served
    # it afterwards was never late.
    over = Q(last_day__lt=today, last_day__lte=until)
    return rows.annotate(
        duty_state=Case(
            When(made__gte=F("duty_times"), then=Value(DONE)),
            When(over, then=Value(LATE)),
            default=Value(OPEN),
            output_field=CharField(),
        )
    ).annotate(
        days_late=Case(
            When(duty_state=LATE, then=DaysBetween(Value(today, DateField()), F("last_day"))),
            default=None,
            output_field=IntegerField(),
        )
    )


def _visited_then(bearer: str) -> QuerySet:
    return visits_of_helper(ORDERS[bearer]).filter(
        household=OuterRef("household"), happened_on=OuterRef("happened_on")
    )


def _calls(until: date) -> QuerySet:
    # By whoever was the second helper on the day, as a visit is: a hand-over loses no call.
    rows = DutyRecord.objects.standing().filter(
        act=CALL,
        bearer=SECOND_HELPER,
        household=OuterRef("household"),
        happened_on__gte=OuterRef("first_day"),
        happened_on__lte=Least(OuterRef("last_day"), Value(until, DateField())),
    )
    return rows.order_by().values("household")


@dataclass(frozen=True)
class Figures:
    """Households owed a visit in a month by one helper, unit or place: `owed` = `done` + `late` + `open`."""

    key: object
    label: str
    owed: int
    done: int
    late: int
    open: int

    @property
    def share(self) -> int | None:
        """Percent done of what has come due, rounded down: 100 only when nothing is missing. NULL: nothing due."""
        due = self.done + self.late
        return self.done * 100 // due if due else None


BY = {
    "township": (Left("household__area", 9), None),
    "village": (F("household__area"), None),
    "unit": (F("helper__unit"), "helper__unit__name"),
    "person": (F("helper"), "helper__name"),
}


def figures(rows: QuerySet[Pairing], by: str) -> list[Figures]:
    """Obligations counted by a key of BY, in the order of the keys; labels of places are left empty."""
    key, label = BY[by]
    # Grouped by the state too, so that each row is judged once.
    names = ["counted_by", "duty_state", *([label] if label else [])]
    counted = rows.order_by().annotate(counted_by=key).values(*names).annotate(households=Count("pk"))
    found: dict[object, dict] = {}
    for one in counted:
        row = found.setdefault(
            one["counted_by"], {"label": (one[label] or "") if label else "", **dict.fromkeys(STATES, 0)}
        )
        row[one["duty_state"]] += one["households"]
    return [
        Figures(key, row["label"], row[DONE] + row[LATE] + row[OPEN], row[DONE], row[LATE], row[OPEN])
        for key, row in sorted(found.items(), key=lambda item: (item[0] is None, item[0]))
    ]


def months_of(year: int, today: date) -> list[date]:
    """The months of a year that have begun, the newest first."""
    months = [add_months(date(year, 1, 1), number) for number in range(12)]
    return [month for month in reversed(months) if month <= today]
