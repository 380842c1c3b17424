"""What the page of an area and of a settlement shows, put together from few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from poverty.areas.models import Area, AreaChange, Level, Settlement, SettlementFact
from poverty.areas.querysets import AreaQuerySet, SettlementQuerySet
from poverty.fields.states import UNKNOWN
from poverty.sql.prefix import within

FACTS = tuple(SettlementFact.Fact)


@dataclass(frozen=True)
class FactState:
    """One of the four facts of a settlement on a day; `row` is None when nothing was ever recorded for it."""

    fact: SettlementFact.Fact
    row: SettlementFact | None

    @property
    def state(self) -> int:
        """达标, 未达标 or 待核实; no row and an unknown value are both 待核实."""
        return self.row.state if self.row else UNKNOWN

    @property
    def missing(self) -> str:
        return "" if self.state != UNKNOWN else f"{self.fact.label}情况"


def facts_of(settlements: Iterable[Settlement], on: date) -> list[tuple[Settlement, list[FactState]]]:
    """Return every settlement with its four facts on that day, in the order of the four; one query."""
    settlements = list(settlements)
    rows = SettlementFact.objects.in_force(on).filter(settlement__in=settlements)
    found = {(row.settlement_id, row.fact): row for row in rows}
    return [
        (one, [FactState(fact, found.get((one.pk, fact.value))) for fact in FACTS]) for one in settlements
    ]


def levels_below(visible: AreaQuerySet, area: Area, on: date) -> list[tuple[str, int]]:
    """Return (label of level, number) of the areas in force below, from the widest level down; one query."""
    below = visible.in_force(on).under(area.code).exclude(code=area.code)
    counts = dict(below.order_by().values_list("level").annotate(n=Count("code")))
    return [(Level(level).label, counts[level]) for level in sorted(counts)]


def fact_summary(visible: SettlementQuerySet, area: Area, on: date) -> dict:
    """Count the settlements under an area and, for each fact, how many are reached, not reached and unknown.

    Returns {"total": n, "facts": [{"label", "reached", "not_reached", "unknown"}]}; two queries.
    """
    open_here = visible.in_force(on).filter(within("village", [area.code]))
    total = open_here.count()
    rows = SettlementFact.objects.in_force(on).filter(settlement__in=open_here)
    counts = {
        row["fact"]: row
        for row in rows.order_by()
        .values("fact")
        .annotate(yes=Count("pk", Q(reached=True)), no=Count("pk", Q(reached=False)))
    }
    facts = []
    for fact in FACTS:
        row = counts.get(fact.value, {"yes": 0, "no": 0})
        known = row["yes"] + row["no"]
        facts.append(
            {
                "label": fact.label,
                "reached": row["yes"],
                "not_reached": row["no"],
                "unknown": total - known,
            }
        )
    return {"total": total, "facts": facts}


@dataclass(frozen=True)
class Event:
    """A line of the timeline of an area or a settlement (templates/web/timeline.html)."""

    at: date
    title: str
    text: str = ""
    who: str = ""
    recorded_at: object = None
    late: bool = False
    colour: str = ""


def history(area: Area) -> list[Event]:
    """Names, merges, moves and abolition of a place, latest first; two queries."""
    events = [
        Event(name.valid_to, f"改名，原名 {name.name}", name.document)
        for name in area.names.all()
        if name.valid_to
    ]
    changes = AreaChange.objects.filter(Q(old=area) | Q(new=area)).select_related("old", "new")
    for change in changes:
        other = change.new if change.old_id == area.code else change.old
        if change.new_id is None:
            title = "撤销"
        elif change.old_id == area.code:
            title = f"{change.get_kind_display()}到 {other.name}（{other.code}）"
        else:
            title = f"{other.name}（{other.code}）{change.get_kind_display()}到本区划"
        events.append(Event(change.on, title, change.document, recorded_at=change.recorded_at))
    return sorted(events, key=lambda event: event.at, reverse=True)
