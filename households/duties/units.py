"""What units owe: study, meetings, their head and their leading group in each village that they help; done and missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from households.duties import forces
from households.duties.in_force import rules_on
from households.duties.models import Duty, DutyRecord
from households.duties.months import DONE, LATE, OPEN
from households.duties.periods import last_of, period_of
from households.options.duty_bearers import UNIT, UNIT_HEAD, UNIT_TEAM

BEARERS = (UNIT, UNIT_HEAD, UNIT_TEAM)


@dataclass(frozen=True)
class Owed:
    """One duty of a unit in the period that contains a month; `village` "": at home. `made` times out of `times`."""

    unit: int
    village: str
    duty: Duty
    first: date
    last: date
    made: int
    state: str

    @property
    def times(self) -> int:
        return self.duty.times


def owed_by_units(month: date, today: date, areas: Iterable[str], *, unit: int | None = None) -> list[Owed]:
    """What each unit that helps a village in these places owed in a month, as it stood on its last day or stands today.

    A unit's duties are those of the county of its village. `unit`: only of this one.
    """
    until = min(last_of(month), today)
    if month > today:
        return []
    rows = forces.units_of_villages(until)
    codes = list(areas)
    pairs = sorted(
        (one, village)
        for one, village in rows
        if (unit is None or one == unit) and any(village.startswith(code) for code in codes)
    )
    rules = rules_on(month)
    wanted: dict[tuple, Duty] = {}
    for one, village in pairs:
        duties = next(rule for rule in rules if village.startswith(rule.prefix)).by_key.values()
        for duty in duties:
            if duty.bearer in BEARERS and duty.times:
                wanted[one, village if duty.per == Duty.Per.VILLAGE else "", duty.key] = duty
    made = _made(wanted, month, until)
    return [
        _owed(one, village, duty, month, until, today, made)
        for (one, village, _), duty in sorted(wanted.items(), key=lambda item: item[0])
    ]


def _owed(unit: int, village: str, duty: Duty, month: date, until: date, today: date, made: Counter) -> Owed:
    first, last = period_of(month, duty.every_months)
    number = made[unit, village, duty.bearer, duty.act, duty.every_months]
    # Late only where the period ended by then: what was made after `until` is not counted here.
    over = last <= until and last < today
    state = DONE if number >= duty.times else LATE if over else OPEN
    return Owed(unit, village, duty, first, last, number, state)


def _made(wanted: dict[tuple, Duty], month: date, until: date) -> Counter:
    """Days on which a unit did what a duty asks in its period, by unit, village, bearer, act and length of the period."""
    units = {unit for unit, _, _ in wanted}
    found: Counter = Counter()
    for every in {duty.every_months for duty in wanted.values()}:
        first, last = period_of(month, every)
        rows = DutyRecord.objects.standing().filter(
            unit__in=units,
            happened_on__range=(first, min(last, until)),
            act__in=("study", "meeting", "village"),
        )
        seen = set(rows.values_list("unit", "area", "bearer", "act", "happened_on"))
        for unit, area, bearer, act, _ in seen:
            found[unit, area if act == "village" else "", bearer, act, every] += 1
    return found
