"""When the next visit to a household is due, and how late it is: annotations over any number of households.

Who is visited how often is decided by the household's state on the first day of the month (the list of the month); who
took over a household with fewer days of the period left than the duty asks owes nothing in it. A visit counts that was
made by whoever was then the household's helper, at home, or by telephone or video where the whole household is away; a
withdrawn one does not, nor one that waits for a decision because the household was no longer the sender's.
"""

from datetime import date, timedelta

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, NullIf

from households.duties.in_force import Rules, rules_on
from households.duties.models import Duty
from households.duties.periods import DaysBetween, DaysLater, MonthsLater, PeriodStart, month_of, period_of
from households.models import Household, HouseholdStatus, Monitoring, Pairing, Visit
from households.options.duty_bearers import HELPER, ORDERS
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


def with_visit_due(rows: QuerySet[Household], on: date) -> QuerySet[Household]:
    """Annotate `last_visit_on` (the last visit of anybody, NULL none), `due_by` (the last day of the earliest period
    in which the first helper still owes a visit; NULL: nothing is owed) and `late_days` (days since then; NULL: not
    late).

    Lateness counts from when the helper took over, from when the household came under the duty, and from the first day
    of the rule in force, whichever is latest.
    """
    month = month_of(on)
    bearing = FilteredRelation(
        "pairings", condition=valid_at(on, "pairings__") & Q(pairings__order=ORDERS[HELPER])
    )
    rows = in_state(rows, month).annotate(duty_pairing=bearing)
    owed = Q(duty_pairing__isnull=False) & Q(state="registered")
    due_by = Rule(rules_on(month), HELPER).choose(lambda duty: _due_by(duty, month, on), DateField())
    return rows.annotate(
        last_visit_on=_last_visit(on),
        due_by=Case(When(owed, then=due_by), default=None, output_field=DateField()),
    ).annotate(late_days=_late("due_by", on))


def _late(column: str, on: date) -> NullIf:
    days = Greatest(DaysBetween(Value(on, DateField()), F(column)), Value(0))
    # GREATEST passes over a NULL: nothing owed would be 0 days late, and NULLIF makes both NULL.
    return NullIf(days, Value(0))


def in_state(rows: QuerySet, day: date, household: str = "") -> QuerySet:
    """Join the state of a household on a day: `duty_status` its status, `duty_watch` its monitoring with risk not removed.

    `household` leads from the row to the household ("household__").
    """
    statuses, watches = f"{household}statuses", f"{household}monitorings"
    removed = f"{watches}__removed_on"
    return rows.annotate(
        duty_status=FilteredRelation(statuses, condition=valid_at(day, f"{statuses}__")),
        duty_watch=FilteredRelation(
            watches,
            condition=Q(**{f"{watches}__identified_on__lte": day})
            & (Q(**{f"{removed}__isnull": True}) | Q(**{f"{removed}__gt": day})),
        ),
    )


class Rule:
    """The duty of a bearer that holds for a household, chosen by rows that `in_state` has joined."""

    def __init__(self, rules: list[Rules], bearer: str, area: str = "area_id"):
        # Every place closes with "none": where a county asks for nothing, the country's rule does not come back.
        self.branches: list[tuple[Q, Duty | None]] = []
        for one in rules:
            there = within(area, [one.prefix])
            self.branches += [(there & concerns(duty), duty) for duty in one.of(bearer)]
            self.branches.append((there, None))

    def number(self, field: str) -> Case:
        """A number of the duty that holds ("every_months"); NULL where none does."""
        return self.choose(lambda duty: Value(getattr(duty, field)), IntegerField())

    def choose(self, value, output_field) -> Case:
        """What `value(duty)`, an expression, gives for the duty that holds; NULL where none does."""
        empty = Value(None, output_field)
        return Case(
            *(When(wanted, then=empty if duty is None else value(duty)) for wanted, duty in self.branches),
            default=empty,
            output_field=output_field,
        )


def concerns(duty: Duty) -> Q:
    """Which households, in the state joined by `in_state`, a duty is about."""
    condition = ~Q(pk__in=[])
    if duty.statuses:
        condition &= Q(duty_status__status__in=duty.statuses)
    if duty.regime:
        condition &= Q(duty_status__regime=duty.regime)
    if duty.watched:
        condition &= Q(duty_watch__isnull=duty.watched == Duty.Watched.NO)
    return condition


def visits_of_helper(order: int) -> QuerySet[Visit]:
    """Visits that count for the duty of the first or second helper: by whoever was it on the day."""
    paired = Pairing.objects.filter(
        valid_at(OuterRef("happened_on")),
        household=OuterRef("household"),
        helper=OuterRef("visitor"),
        order=order,
    )
    return Visit.objects.counted().filter(Exists(paired))


def _last_visit(on: date) -> Subquery:
    made = Visit.objects.counted().filter(household=OuterRef("pk"), happened_on__lte=on)
    return Subquery(made.order_by("-happened_on").values("happened_on")[:1])


def _due_by(duty: Duty, month: date, on: date):
    """The last day of the first period not served: after the last one served, and not before the duty began."""
    every = Value(duty.every_months)
    began = [
        # The period that still leaves the helper his days: the one in which the last of them lies.
        PeriodStart(DaysLater(F("duty_pairing__valid_from"), Value(duty.least_days - 1)), every),
        Value(period_of(_first_list(duty.valid_from), duty.every_months)[0], DateField()),
        *(PeriodStart(_first_list_after(since), every) for since in _under_duty_since(duty, month)),
    ]
    first = Greatest(*began, MonthsLater(_last_served(duty, on), every))
    return DaysLater(MonthsLater(first, every), Value(-1))


def _first_list(day: date) -> date:
    """The first list of a month that knows what is so since a day."""
    return day if day.day == 1 else month_of(month_of(day) + timedelta(days=31))


def _first_list_after(day) -> MonthsLater:
    return MonthsLater(PeriodStart(DaysLater(day, Value(-1)), Value(1)), Value(1))


def _under_duty_since(duty: Duty, month: date) -> list:
    """Since when the household has been what the duty asks for, without a break."""
    found = []
    if duty.statuses or duty.regime:
        fits = Q(status__in=duty.statuses) if duty.statuses else ~Q(pk__in=[])
        fits &= Q(regime=duty.regime) if duty.regime else ~Q(pk__in=[])
        rows = HouseholdStatus.objects.filter(household=OuterRef("pk"), valid_from__lte=month).order_by()
        since = Coalesce(Max("valid_to", filter=~fits), Min("valid_from"))
        found.append(Subquery(rows.values("household").annotate(since=since).values("since")))
    if duty.watched == Duty.Watched.YES:
        found.append(F("duty_watch__identified_on"))
    if duty.watched == Duty.Watched.NO:
        rows = Monitoring.objects.filter(household=OuterRef("pk"), removed_on__lte=month).order_by()
        found.append(Subquery(rows.values("household").annotate(since=Max("removed_on")).values("since")))
    return found


def _last_served(duty: Duty, on: date) -> Subquery:
    """The first day of the last period with as many visits as asked for; NULL: none."""
    made = visits_of_helper(ORDERS[HELPER]).filter(household=OuterRef("pk"), happened_on__lte=on)
    start = PeriodStart(F("happened_on"), Value(duty.every_months))
    if duty.times == 1:
        return Subquery(made.order_by("-happened_on").annotate(served=start).values("served")[:1])
    served = made.order_by().annotate(served=start).values("served")
    enough = served.annotate(days=Count("happened_on", distinct=True)).filter(days__gte=duty.times)
    return Subquery(enough.order_by("-served").values("served")[:1])
