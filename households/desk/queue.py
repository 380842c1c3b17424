"""What waits at the county, in order: what stands out first, then by place. One statement for all that waits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from households.desk.exceptions import OF_CASES, as_column, with_exceptions, with_result
from households.desk.stages import CASE, RIGHT, Stage, desk_cases
from households.exits.workflow import EXIT
from households.models import ExitCase
from households.options.desk_options import LATE
from poverty.review.deadlines import with_due_days
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


@dataclass(frozen=True)
class Figures:
    """What waits in one place."""

    waiting: int = 0
    standing_out: int = 0
    late: int = 0
    not_ready: int = 0


@dataclass(frozen=True)
class Group:
    """Cases of one village that stand alike. Ten thousand cases are some hundred groups, which is what is looked at."""

    area_code: str
    keys: tuple[int, ...]
    kinds: tuple[str, ...] = ()
    posted: bool = False
    objected: bool = False

    @property
    def ready(self) -> bool:
        """Whether the county can do something now."""
        return not (self.posted or self.objected)

    def answers(self, place: str, kind: str) -> bool:
        """Whether it belongs to a queue narrowed to a place and a kind."""
        if not self.area_code.startswith(place):
            return False
        if kind in (POSTED, OBJECTED):
            return getattr(self, kind)
        return self.ready and (kind == "" or (not self.kinds if kind == CLEAN else kind in self.kinds))

    def of(self, pk: int) -> Waiting:
        """One of its cases."""
        return Waiting(pk, self.area_code, self.kinds, self.posted, self.objected)


@dataclass(frozen=True)
class Rows(Sequence):
    """Cases in their order, taken out of their groups only where somebody looks at them."""

    groups: tuple[Group, ...]

    @cached_property
    def keys(self) -> list[int]:
        """Primary keys, in order."""
        return [pk for group in self.groups for pk in group.keys]

    def __len__(self):
        return sum(len(group.keys) for group in self.groups)

    def __getitem__(self, wanted):
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0] if wanted >= 0 else self[len(self) + wanted]
        begin, end, _ = wanted.indices(len(self))
        found, passed = [], 0
        for group in self.groups:
            first, last = max(begin - passed, 0), min(end - passed, len(group.keys))
            found += [group.of(pk) for pk in group.keys[first:last]] if first < last else []
            passed += len(group.keys)
        return found


@dataclass(frozen=True)
class Queue:
    """What waits at one step in the places of a person, in order."""

    groups: tuple[Group, ...] = ()

    def narrowed(self, place: str = "", kind: str = "") -> Rows:
        """What the county can do now in a place; or what is of one kind there."""
        return Rows(tuple(group for group in self.groups if group.answers(place, kind)))

    @property
    def all(self) -> Rows:
        """Everything that waits, also what is not ready."""
        return Rows(self.groups)

    def by_township(self) -> dict[str, Figures]:
        """Figures of every township where something waits, in the order of their codes."""
        counts: dict[str, Counter] = {}
        for group in self.groups:
            here, number = counts.setdefault(group.area_code[:9], Counter()), len(group.keys)
            here["waiting" if group.ready else "not_ready"] += number
            here["standing_out"] += number * (group.ready and bool(group.kinds))
            here["late"] += number * (LATE in group.kinds)
        return {code: Figures(**counts[code]) for code in sorted(counts)}

    def by_kind(self, place: str = "") -> Counter:
        """How many there are of each kind in a place; "" counts all that is ready."""
        found: Counter = Counter()
        for kind in ("", CLEAN, POSTED, OBJECTED, *OF_CASES):
            found[kind] = len(self.narrowed(place, kind))
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
    names = ("area_code", "is_posted", "is_objected", *OF_CASES.values())
    alike = rows.order_by().values_list(*names).annotate(keys=ArrayAgg("pk"))
    groups = [
        Group(code, tuple(sorted(keys)), tuple(compress(OF_CASES, kinds)), posted, objected)
        for code, posted, objected, *kinds, keys in alike
    ]
    groups.sort(key=lambda one: (not one.ready, not one.kinds, one.area_code, one.kinds))
    return Queue(tuple(groups))


def waiting_of(user, stage: Stage, keys: Sequence[int]) -> list[Waiting]:
    """These cases as they stand now, in the order of the keys; those that wait no longer are left out."""
    found = queue_of(desk_cases(user).filter(pk__in=keys), stage, _common(user, ""))
    by_key = {pk: group.of(pk) for group in found.groups for pk in group.keys}
    return [by_key[pk] for pk in keys if pk in by_key]


def told(waiting: Iterable[Waiting]) -> list[tuple[Waiting, ExitCase]]:
    """These with what a line of the queue says of each: household, village, last day, net income per head and its line."""
    waiting = list(waiting)
    rows = with_result(ExitCase.objects.filter(pk__in=[one.pk for one in waiting]))
    rows = with_due_days(EXIT, rows, timezone.localdate(), since="last_step_on")
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
    """An objection to the case, or one to its list of which nobody has said yet whom it means: that holds the whole list
    (poverty/review/objection_holds.py).
    """
    waiting = Objection.objects.open().filter(case_type=CASE)
    lists = waiting.filter(case_id__isnull=True).values("notice__roster")
    listed = RosterEntry.objects.standing().filter(case_type=CASE, roster__in=lists)
    named = waiting.filter(case_id__isnull=False)
    return Q(pk__in=named.values("case_id")) | Q(pk__in=listed.values("case_id"))
