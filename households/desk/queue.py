"""What waits at the county, in order: what stands out first, then by place. One statement for all that waits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from households.desk.exceptions import OF_CASES, as_column, with_exceptions, with_result
from households.desk.stages import CASE, RIGHT, Stage, desk_cases
from households.models import ExitCase
from poverty.review.models import Notice, Objection, Roster, RosterEntry
from poverty.sql.prefix import within
from poverty.standards.models import Requirement

# What a queue can be narrowed to, beside the exceptions.
CLEAN, POSTED, OBJECTED = "clean", "posted", "objected"


@dataclass(frozen=True)
class Waiting:
    """A case that waits: `kinds` what stands out, `posted` its notice still hangs or never did, `objected` an
    objection to it is not answered.
    """

    pk: int
    area_code: str
    kinds: tuple[str, ...] = ()
    posted: bool = False
    objected: bool = False

    @property
    def ready(self) -> bool:
        """Whether the county can do something now."""
        return not (self.posted or self.objected)

    @property
    def clean(self) -> bool:
        """Whether it can be decided as one of a list."""
        return self.ready and not self.kinds

    def answers(self, kind: str) -> bool:
        """Whether it belongs to a queue narrowed to `kind`."""
        if kind in (POSTED, OBJECTED):
            return getattr(self, kind)
        return self.ready and (kind == "" or (not self.kinds if kind == CLEAN else kind in self.kinds))


@dataclass(frozen=True)
class Figures:
    """What waits in one place."""

    waiting: int = 0
    standing_out: int = 0
    late: int = 0
    not_ready: int = 0


@dataclass(frozen=True)
class Queue:
    """What waits at one step in the places of a person, in order."""

    rows: Sequence[Waiting] = field(default_factory=tuple)

    def under(self, place: str) -> list[Waiting]:
        """Those of one place; "" all."""
        return [one for one in self.rows if one.area_code.startswith(place)]

    def narrowed(self, place: str = "", kind: str = "") -> list[Waiting]:
        """Those of one place and kind."""
        return [one for one in self.rows if one.area_code.startswith(place) and one.answers(kind)]

    def by_township(self) -> dict[str, Figures]:
        """Figures of every township where something waits, in the order of their codes."""
        counts: dict[str, Counter] = {}
        for one in self.rows:
            here = counts.setdefault(one.area_code[:9], Counter())
            here["waiting"] += one.ready
            here["not_ready"] += not one.ready
            here["standing_out"] += one.ready and bool(one.kinds)
            here["late"] += "late" in one.kinds
        return {code: Figures(**counts[code]) for code in sorted(counts)}

    def by_kind(self, place: str = "") -> Counter:
        """How many there are of each kind in a place; "" counts all that is ready."""
        found: Counter = Counter()
        for one in self.under(place):
            if one.ready:
                found.update(["", *(one.kinds or [CLEAN])])
            found.update(kind for kind in (POSTED, OBJECTED) if getattr(one, kind))
        return found


def queue(user, stage: Stage, *, place: str = "", on: date | None = None) -> Queue:
    """What waits at a step, in the places where the person decides. `place`: only there (less to look at)."""
    return queue_of(desk_cases(user).under(place), stage, _common(user, place), on=on)


def queue_of(cases: QuerySet[ExitCase], stage: Stage, area_code: str, *, on: date | None = None) -> Queue:
    """The same of given cases; `area_code` is where they lie."""
    on = on or timezone.localdate()
    rows = with_exceptions(cases.filter(state=stage.state), on, area_code=area_code).annotate(
        is_posted=as_column(_not_posted(stage, area_code, on)), is_objected=as_column(_objected())
    )
    names = ("pk", "area_code", "is_posted", "is_objected", *OF_CASES.values())
    found = [
        Waiting(
            pk,
            code,
            tuple(kind for kind, is_so in zip(OF_CASES, kinds, strict=True) if is_so),
            posted,
            objected,
        )
        for pk, code, posted, objected, *kinds in rows.order_by().values_list(*names)
    ]
    found.sort(key=lambda one: (not one.ready, not one.kinds, one.area_code, one.pk))
    return Queue(found)


def following(rows: Sequence[Waiting], pk: int) -> int | None:
    """The case after `pk` in a queue, from its top where that one is the last or has gone; None: nothing waits."""
    keys = [one.pk for one in rows]
    others = [key for key in keys if key != pk]
    if not others:
        return None
    place = keys.index(pk) + 1 if pk in keys else 0
    return next((key for key in keys[place:] if key != pk), others[0])


def preceding(rows: Sequence[Waiting], pk: int) -> int | None:
    """The case before `pk`; None at the top."""
    keys = [one.pk for one in rows]
    return keys[keys.index(pk) - 1] if pk in keys[1:] else None


def told(waiting: Iterable[Waiting]) -> list[tuple[Waiting, ExitCase]]:
    """These with what a line of the queue says of each: household, village, net income per head and its line."""
    waiting = list(waiting)
    rows = with_result(ExitCase.objects.filter(pk__in=[one.pk for one in waiting]))
    cases = {
        one.pk: one
        for one in rows.select_related("household__area").annotate(
            net_income=F("result__net_income_per_head"), standard=F("result__standard_id")
        )
    }
    lines = dict(
        Requirement.objects.filter(
            standard__in={one.standard for one in cases.values()}, indicator="income"
        ).values_list("standard_id", "threshold")
    )
    for one in cases.values():
        one.line = lines.get(one.standard)
    return [(one, cases[one.pk]) for one in waiting if one.pk in cases]


def _common(user, place: str) -> str:
    """The place that holds all of them: what parameters are read for."""
    return place or _shared([grant.area for grant in user.scope(RIGHT).grants])


def _shared(codes: Sequence[str]) -> str:
    """The longest code that all of them begin with."""
    first, last = min(codes, default=""), max(codes, default="")
    return next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")


def _not_posted(stage: Stage, area_code: str, on: date) -> Q:
    """On a list whose notice has not ended: few lists at a time, looked up by list."""
    if not stage.notice:
        return Q(pk__in=[])
    ended = Notice.objects.ended_before(on).filter(roster=OuterRef("pk"), kind=stage.notice)
    hanging = Roster.objects.filter(~Exists(ended), within("area_code", [area_code]), case_type=CASE)
    entries = RosterEntry.objects.standing().filter(case_type=CASE, roster__in=hanging)
    return Q(pk__in=entries.values("case_id"))


def _objected() -> Q:
    return Q(pk__in=Objection.objects.open().filter(case_type=CASE, case_id__isnull=False).values("case_id"))
