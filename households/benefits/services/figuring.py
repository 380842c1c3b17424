"""政策覆盖, 就业 and students without a teacher of a county and year, worked out in the background and kept: at night, and
when something was recorded since.

What was recorded is told by the log: every change of the register, of payments, policies and lines has its entry there.
A run sees what is committed: of an import that was still being written its entries come to light later, at moments before
the run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from households.benefits.coverage import Coverage, coverage_everywhere, terms_everywhere
from households.benefits.employment import Work, figures_everywhere, trained_everywhere
from households.benefits.in_force import policies_in_force
from households.benefits.models.figures import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    CoverageFigure,
    CoverageRun,
    PeopleFigure,
)
from households.gaps import labour
from households.models import CountyYear
from households.students.rows import without_everywhere
from poverty.areas.querysets import codes_above
from poverty.audit.models import Entry
from poverty.jobs.models import LIVE, Job, State
from poverty.jobs.services.queue import enqueue
from poverty.sql.locks import hold
from poverty.sql.prefix import within
from poverty.sql.snapshot import snapshot

KIND = "households.coverage"
RIGHT = "assess.run"
_AT_ONCE = 2_000
# After a run the next one waits at least so long, and so many times as long as the last one took.
_PAUSE, _TIMES = timedelta(minutes=10), 30
# Entries of the log that may change a figure; of those, what somebody only took along.
_CHANGES = ("households.", "parameter.", "area.", "settlement.", "ledgers.import.apply")
_LOOKS = ("households.visit.pack", "households.visit.unsent", "households.archive.")


def figure_out(county: str, year: int, *, check: Callable[[], None] = lambda: None) -> CoverageRun:
    """Work out the figures of a county and year, of one moment, and keep them; done twice it says the same.

    `check` is called between the parts and may raise, which leaves the figures of before. Of two that run beside each
    other the one of the later moment stands.
    """
    began = monotonic()
    unseen_from = _unseen_from()
    with snapshot() as moment:
        policies = policies_in_force(county, year)
        found = coverage_everywhere(policies, county, year, length=VILLAGE)
        check()
        terms = terms_everywhere(policies, county, year, length=VILLAGE)
        check()
        people = _people(county, year)
    check()
    with transaction.atomic():
        hold(f"{KIND}:{county}:{year}")
        run = CoverageRun.objects.filter(area_code=county, year=year).first()
        if run is not None and run.as_of > moment:
            return run
        run, _ = CoverageRun.objects.update_or_create(
            area_code=county,
            year=year,
            defaults={
                "as_of": moment,
                "unseen_from": unseen_from,
                "policies": [one.pk for one in policies],
                "with_people": True,
                "seconds": Decimal(str(round(monotonic() - began, 2))),
            },
        )
        CoverageFigure.objects.filter(run=run).delete()
        CoverageFigure.objects.bulk_create(_rows(run, found, terms), batch_size=_AT_ONCE)
        PeopleFigure.objects.filter(run=run).delete()
        PeopleFigure.objects.bulk_create(_people_rows(run, people), batch_size=_AT_ONCE)
    return run


def _unseen_from() -> datetime:
    """The beginning of the oldest transaction that is under way, or now: asked before the snapshot is taken. An entry of
    the log is dated when it is made, so none that the snapshot does not see is older.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _rows(run: CoverageRun, found: Coverage, terms: dict[str, dict[tuple[int, str], int]]):
    """The figures of villages, and their sums for townships and the county."""
    for length in (VILLAGE, TOWNSHIP, COUNTY):
        rows: dict[tuple[str, int], CoverageFigure] = {}
        for place, by_policy in found.places.items():
            for policy, one in by_policy.items():
                row = rows.setdefault((place[:length], policy), _empty(run, place[:length], policy))
                for name in ("entitled", "unknown", "received", "others", "amount"):
                    setattr(row, name, getattr(row, name) + getattr(one, name))
                for (of, period), number in terms.get(place, {}).items():
                    if of == policy and number:
                        row.terms[period] = row.terms.get(period, 0) + number
        yield from rows.values()


def _empty(run: CoverageRun, place: str, policy: int) -> CoverageFigure:
    return CoverageFigure(
        run=run,
        area_code=place,
        policy_id=policy,
        entitled=0,
        unknown=0,
        received=0,
        others=0,
        amount=Decimal(0),
        terms={},
    )


_WORK = ("employed", "none", "unknown", "labour_unknown", "persons", "trained")
_PROVIDED = {labour.WITH: "has", labour.WITHOUT: "without", labour.UNKNOWN: "unsure"}


@dataclass(frozen=True)
class _People:
    """What is counted of who works and learns, by village; `trained` by township."""

    work: dict[str, Work]
    provided: dict[str, dict[str, int]]
    students: dict[str, int]
    trained: dict[str, int]


def _people(county: str, year: int) -> _People:
    return _People(
        {one.place: one for one in figures_everywhere(county, year, length=VILLAGE)},
        labour.figures_everywhere(county, year, length=VILLAGE),
        without_everywhere(county, year, length=VILLAGE),
        trained_everywhere(county, year, length=TOWNSHIP),
    )


def _people_rows(run: CoverageRun, people: _People):
    """The figures of villages, and their sums for townships; but who was trained in two villages was trained once."""
    for length in (VILLAGE, TOWNSHIP):
        rows: dict[str, PeopleFigure] = {}
        for village in {*people.work, *people.students}:
            place = village[:length]
            row = rows.setdefault(place, PeopleFigure(run=run, area_code=place))
            work, provided = people.work.get(village, Work()), people.provided.get(village, {})
            own = {name: getattr(work, name) for name in _WORK}
            own |= {name: provided.get(state, 0) for state, name in _PROVIDED.items()}
            own["students_without"] = people.students.get(village, 0)
            for name, number in own.items():
                setattr(row, name, getattr(row, name) + number)
        if length == TOWNSHIP:
            for place, number in people.trained.items():
                rows[place].trained = number
        yield from rows.values()


def may_refresh(actor, area_code: str) -> bool:
    """Whether a person may have the figures of a place's county worked out anew."""
    return len(area_code) >= COUNTY and actor.has_right_at(RIGHT, area_code[:COUNTY])


@transaction.atomic
def request_figures(area_code: str, year: int, *, actor) -> Job:
    """Put it in line for the county of a place; one that is under way is done once more. Raises PermissionDenied."""
    if not may_refresh(actor, area_code):
        raise PermissionDenied("您没有重算该县政策覆盖的权限。")
    return _enqueue(area_code[:COUNTY], year, actor, again=True)


def live_job(area_code: str, year: int) -> Job | None:
    """The job that works out the figures of a place's county, if one waits or runs."""
    return Job.objects.live().filter(kind=KIND, key=_key(area_code[:COUNTY], year)).first()


def has_failed(area_code: str, year: int) -> bool:
    """Whether the last job for the figures of a place's county failed or was stopped."""
    over = Job.objects.filter(kind=KIND, key=_key(area_code[:COUNTY], year)).exclude(state__in=LIVE)
    last = over.order_by("-pk").values_list("state", flat=True).first()
    return last is not None and last != State.DONE


def enqueue_nightly_figures(due: datetime) -> None:
    """The timetable's entry: every year of every county, open or closed."""
    for one in CountyYear.objects.order_by("area_id", "year"):
        _enqueue(one.area_id, one.year, None)


def enqueue_changed() -> int:
    """Put in line what something was recorded for since it was worked out last; returns how many. What failed or was
    stopped waits for the night, or for somebody who asks for it: it would only fail again.
    """
    now, count = timezone.now(), 0
    open_years = set(CountyYear.objects.filter(state=CountyYear.State.OPEN).values_list("area_id", "year"))
    for run in CoverageRun.objects.all():
        rests = max(_PAUSE, timedelta(seconds=float(run.seconds)) * _TIMES)
        is_due = (run.area_code, run.year) in open_years and run.as_of + rests <= now
        if is_due and not has_failed(run.area_code, run.year) and is_changed(run):
            _enqueue(run.area_code, run.year, None)
            count += 1
    return count


def is_changed(run: CoverageRun) -> bool:
    """Whether the log holds an entry that may change a figure and that the run may not have seen."""
    actions = Q()
    for one in _CHANGES:
        actions |= Q(action__startswith=one)
    for one in _LOOKS:
        actions &= ~Q(action__startswith=one)
    places = within("area_code", [run.area_code]) | Q(area_code__in=["", *codes_above(run.area_code)])
    return Entry.objects.filter(actions, places, at__gte=run.unseen_from).exists()


def _key(county: str, year: int) -> str:
    return f"{KIND}:{county}:{year}"


def _enqueue(county: str, year: int, actor, *, again: bool = False) -> Job:
    return enqueue(
        KIND,
        area_code=county,
        key=_key(county, year),
        params={"area_code": county, "year": year},
        actor=actor,
        again=again,
    )
