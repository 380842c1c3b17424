"""How far the exits of a year are: cases per place and step, and what is to be done next by whoever looks."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from households.exits.steps import STEPS, Step
from households.models import ExitCase
from households.options import exit_options as state
from poverty.areas.names import short_names

# Columns of the board: heading, states that are counted in it.
COLUMNS = (
    ("预退出", (state.PLANNED,)),
    ("已测算", (state.PREPARED,)),
    ("已评议", (state.APPRAISED,)),
    ("已核实", (state.VERIFIED, state.REFUSED, state.JOINT_CHECKED)),
    ("已认可", (state.AGREED,)),
    ("乡镇已核查", (state.CHECKED,)),
    ("县已审核", (state.REVIEWED,)),
    ("已审定", (state.APPROVED,)),
    ("已公告备案", (state.ANNOUNCED, state.FILED)),
    ("已标注", (state.MARKED,)),
)


@dataclass
class Place:
    """One line of the board: a township or a village with its numbers."""

    code: str
    name: str
    counts: list[tuple[str, int]]
    total: int
    persons: int
    held: int
    ended: int
    todo: list[tuple[Step, int]] = field(default_factory=list)

    @property
    def is_village(self) -> bool:
        """Whether its page is the one where the work is done."""
        return len(self.code) == 12


def board(cases: QuerySet[ExitCase], area_code: str, user) -> list[Place]:
    """Townships of a county, villages of a township, or the one village; two queries."""
    length = 9 if len(area_code) < 9 else 12
    every = {
        f"is_{number}": Count("pk", filter=Q(state__in=states)) for number, (_, states) in enumerate(COLUMNS)
    }
    waiting = {f"at_{one.state}": Count("pk", filter=Q(state=one.state)) for one in STEPS}
    rows = list(
        cases.order_by()
        .annotate(place=Left("area_code", length))
        .values("place")
        .annotate(
            total=Count("pk", filter=~Q(state__in=(state.DROPPED, state.NOT_AGREED))),
            held=Count("pk", filter=Q(held_at__isnull=False)),
            ended=Count("pk", filter=Q(state__in=(state.DROPPED, state.NOT_AGREED))),
            **every,
            **waiting,
        )
        .order_by("place")
    )
    names = short_names(row["place"] for row in rows)
    persons = dict(
        cases.exclude(state__in=(state.DROPPED, state.NOT_AGREED))
        .order_by()
        .annotate(place=Left("area_code", length))
        .values("place")
        .annotate(n=Count("household__members"))
        .values_list("place", "n")
    )
    return [_place(row, names, persons, user) for row in rows]


def _place(row: dict, names: dict, persons: dict, user) -> Place:
    code = row["place"]
    todo = [
        (one, row[f"at_{one.state}"])
        for one in STEPS
        if row[f"at_{one.state}"] and user.has_right_at(one.right, code)
    ]
    return Place(
        code=code,
        name=names.get(code, code),
        counts=[(label, row[f"is_{number}"]) for number, (label, _) in enumerate(COLUMNS)],
        total=row["total"],
        persons=persons.get(code, 0),
        held=row["held"],
        ended=row["ended"],
        todo=todo,
    )


def totals(places: list[Place]) -> list[tuple[str, int]]:
    """The columns with their sums."""
    return [
        (label, sum(place.counts[number][1] for place in places)) for number, (label, _) in enumerate(COLUMNS)
    ]
