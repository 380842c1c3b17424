"""What was recorded of members of village teams for a period: days in the village, leave, visits. The assessor is shown
it and does not ask what is known. Few queries for many people.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Count, DateField, Value
from django.db.models.functions import TruncMonth
from django.utils import timezone

from households.duties.in_force import Rules, rules_on
from households.duties.leave_days import days_in_year, recall_limits
from households.duties.models import Leave, Presence
from households.duties.months import DONE, LATE, OPEN, obligations
from households.duties.periods import last_of
from households.models import Pairing, Visit
from households.options.duty_bearers import HELPER
from villages.models import VillagePost
from villages.options.evaluations import EVALUATION_PERIODS
from villages.options.posts import LIVING_THERE

Key = tuple[str, int]  # code of the village, key of the person


@dataclass
class Facts:
    """Of one person in one village, or summed over a team.

    `days` in the village in the period; `asked` of the `months` that are over and in which he held his post from the
    first to the last day (None: nothing was asked), `short` how many of these had too few. `leave` days of leave from
    the village in the period; `away` all his leave of the year, `recall` whether that is a condition for recall.
    `owed`, `done`, `late` households to be visited as helper there; `visits` all visits that he made there.
    """

    days: int = 0
    months: int = 0
    asked: int | None = None
    short: int = 0
    leave: int = 0
    away: int = 0
    recall: bool = False
    owed: int = 0
    done: int = 0
    late: int = 0
    visits: int = 0

    def kept(self) -> dict:
        """As it is stored with an evaluation: numbers, no name."""
        return asdict(self)


def facts_of(pairs: Iterable[Key], year: int, period: str) -> dict[Key, Facts]:
    """The facts of these people in these villages for a period that has begun."""
    found = {pair: Facts() for pair in pairs}
    if not found:
        return found
    months = [one for one in EVALUATION_PERIODS[period].months_of(year) if one <= timezone.localdate()]
    if not months:
        return found
    areas, people = sorted({area for area, _ in found}), sorted({person for _, person in found})
    first, last = months[0], min(last_of(months[-1]), timezone.localdate())
    _add_days(found, areas, people, months)
    _add_leave(found, areas, people, first, last, year)
    _add_visits(found, areas, people, months, last)
    return found


def summed(rows: Iterable[Facts]) -> Facts:
    """The facts of a team: its members' together; `recall` where it is so of one."""
    total = Facts()
    for row in rows:
        for name in ("days", "months", "short", "leave", "away", "owed", "done", "late", "visits"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
        if row.asked is not None:
            total.asked = (total.asked or 0) + row.asked
        total.recall = total.recall or row.recall
    return total


def _add_days(found: dict[Key, Facts], areas, people, months: list[date]) -> None:
    """Days in the village by month, against what was asked of the months served whole."""
    last = last_of(months[-1])
    rows = Presence.objects.standing().filter(area__in=areas, person__in=people, day__range=(months[0], last))
    counted = rows.order_by().annotate(month=TruncMonth("day")).values_list("area", "person", "month")
    days = {(area, person, month): n for area, person, month, n in counted.annotate(n=Count("pk"))}
    for (area, person, _), number in days.items():
        if (area, person) in found:
            found[area, person].days += number
    terms = _terms(areas, people, months[0], last)
    today = timezone.localdate()
    for month in months:
        if last_of(month) >= today:
            continue
        rules = rules_on(month)
        for pair in found:
            asked = _asked(rules, pair[0])
            if not asked or not _served(terms.get(pair, ()), month):
                continue
            row = found[pair]
            row.months += 1
            row.asked = (row.asked or 0) + asked
            row.short += days.get((*pair, month), 0) < asked


def _asked(rules: list[Rules], area: str) -> int:
    """Days a month that are asked of a team in a village; 0: none."""
    duty = next(one for one in rules if area.startswith(one.prefix)).by_key.get("presence")
    return duty.times if duty else 0


def _terms(areas, people, first: date, last: date) -> dict[Key, list[tuple[date, date | None]]]:
    rows = VillagePost.objects.filter(
        village__area__in=areas, person__in=people, post__in=LIVING_THERE, valid_from__lte=last
    ).exclude(valid_to__lte=first)
    terms: dict[Key, list[tuple[date, date | None]]] = {}
    for area, person, start, end in rows.values_list("village__area", "person", "valid_from", "valid_to"):
        terms.setdefault((area, person), []).append((start, end))
    return terms


def _served(terms, month: date) -> bool:
    """Whether the terms hold the whole month together, one post after another; the end is exclusive."""
    held = month  # first day not known to be held
    for start, end in sorted(terms, key=lambda term: term[0]):
        if start > held or held > last_of(month):
            break
        held = date.max if end is None else max(held, end)
    return held > last_of(month)


def _add_leave(found: dict[Key, Facts], areas, people, first: date, last: date, year: int) -> None:
    rows = Leave.objects.granted().filter(
        area__in=areas, person__in=people, starts_on__lte=last, ends_on__gte=first
    )
    for row in rows:
        pair = (row.area_id, row.person_id)
        if pair in found:
            days = (min(row.last_day, last) - max(row.starts_on, first)).days + 1
            found[pair].leave += max(0, days)
    away, limits = days_in_year(people, year), recall_limits(areas, last)
    for (area, person), facts in found.items():
        facts.away = away.get(person, 0)
        facts.recall = facts.away > limits[area]


def _add_visits(found: dict[Key, Facts], areas, people, months: list[date], last: date) -> None:
    """What each owed as helper in the village, and every visit he made there. A duty over several months is counted in
    the one in which its period ends, done or not: quarters add up to their year.
    """
    today = timezone.localdate()
    pairings = Pairing.objects.filter(helper__in=people, household__area__in=areas)
    for month in months:
        rows = obligations(pairings, month, today, HELPER)
        rows = rows.filter(last_day=Value(last_of(month), DateField()))
        states = rows.order_by().values_list("household__area", "helper", "duty_state")
        for area, person, state, number in states.annotate(n=Count("pk")):
            if (row := found.get((area, person))) is None:
                continue
            # What its time is left for is not owed yet.
            row.owed += 0 if state == OPEN else number
            row.done += number if state == DONE else 0
            row.late += number if state == LATE else 0
    made = Visit.objects.counted().filter(
        visitor__in=people, area_code__in=areas, happened_on__range=(months[0], last)
    )
    counted = made.order_by().values_list("area_code", "visitor").annotate(n=Count("pk"))
    for area, person, number in counted:
        if (area, person) in found:
            found[area, person].visits = number


def is_thin(facts: Facts) -> str:
    """Why the records do not bear out 优秀; "" where they do (procedures.md 9: presence)."""
    if facts.months and not facts.days:
        return "没有驻村记录"
    if facts.short:
        return f"{facts.months} 个整月中 {facts.short} 个月驻村天数不足"
    if facts.recall:
        return f"本年累计请假 {facts.away} 天，已达召回条件"
    return f"逾期未走访 {facts.late} 户次" if facts.late else ""
