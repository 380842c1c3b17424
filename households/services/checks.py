"""Running the checks over an area or some households, and answering what they found."""

import time
from collections.abc import Callable, Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from households.check_sight import seen_by
from households.checks.counting import count
from households.checks.registry import CHECKS, PARAMETERS
from households.checks.running import Moves, collect, learn, write
from households.checks.terms import Terms, terms_for
from households.models import CheckRun, CountyYear, Finding, FindingAnswer, Household
from households.search import holds_number
from households.services.running import open_years
from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.sql.locks import hold, hold_beside, share
from poverty.sql.memory import use_memory

MEMORY = 256  # MB for each sort and hash, as for judging a county
MANY = 50_000  # new findings after which the table's statistics are of the past

# Whoever may propose changes or enter facts of a household may answer for it.
ANSWERING = ("register.propose", "survey.edit")

# Read by the rows themselves, whatever the checks.
_OF_ROWS = (
    "check.destitute_worker_age",
    "check.pension_age",
    "check.monitoring_helped_months",
    "check.monitoring_observed_months",
)


def terms_of(county_year: CountyYear) -> Terms:
    """What the checks of a county's year are worked out with today."""
    return terms_for(county_year, {*PARAMETERS, *_OF_ROWS}, today=timezone.localdate())


def run_checks(
    area_code: str,
    year: int,
    *,
    trigger: str,
    actor=None,
    job=None,
    progress: Callable[[int, int], None] | None = None,
) -> CheckRun:
    """Run all checks over an area ("" = everywhere) for a year and store what differs from the last time.

    Returns the run with its counts; by check they stand in CheckCount. All or nothing. Closed years keep their
    findings; where no year is open at all a ValidationError at "year" says so. `actor` None: the system.
    `progress` is told (counties done, counties in all); what it raises undoes the run.
    """
    began = time.monotonic()
    if area_code and not Area.objects.filter(code=area_code).exists():
        raise ValidationError({"area": f"没有区划代码 {area_code}，请核对。"})
    with transaction.atomic():
        counties = _held_years(area_code, year)
        use_memory(MEMORY)
        run = CheckRun.objects.create(
            area_code=area_code,
            year=year,
            trigger=trigger,
            job=job,
            started_by=actor,
            started_at=timezone.now(),
        )
        moves: dict[str, Moves] = {}
        done = 0
        for terms, places in _alike(counties, area_code):
            if progress:
                progress(done, len(counties))
            _add(moves, _run(terms, area_codes=places, alone_in=counties))
            done += len(places)
        if sum(one.new for one in moves.values()) >= MANY:
            learn()
        run.counted_at = _now()
        count(run, [max(area_code, one.area_id, key=len) for one in counties])
        run.seconds = round(time.monotonic() - began, 2)
        run.finished_at = timezone.now()
        run.save()
        record("households.check", run, actor=actor, area_code=area_code, summary=_summary(run))
    if progress:
        progress(len(counties), len(counties))
    return run


def check_households(household_ids: Iterable[int], year: int) -> dict[str, Moves]:
    """Run all checks for some households alone, and return what changed by check; a year not open: nothing.

    The same rules as for a county. Used after something was corrected, and for the households of an import.
    """
    ids = sorted(set(household_ids))
    moves: dict[str, Moves] = {}
    if not ids:
        return moves
    with transaction.atomic():
        places = Household.objects.filter(pk__in=ids).values_list("area_id", flat=True)
        counties = sorted({place[:6] for place in places})
        rows = share(CountyYear.objects.filter(area_id__in=counties, year=year).order_by("area_id"))
        still = [one for one in rows if one.state == CountyYear.State.OPEN]
        for county in still:
            hold_beside(_writing(county))
        for county in still:
            own = ids
            if len(counties) > 1:
                rows = Household.objects.filter(pk__in=ids).under(county.area_id)
                own = list(rows.values_list("pk", flat=True))
            _add(moves, _run(terms_of(county), household_ids=own))
    return moves


def _alike(counties: Iterable[CountyYear], area_code: str) -> list[tuple[Terms, list[str]]]:
    """The places of the counties with equal terms together, as they are judged: their rows are read once for all.

    Villages of a county lie scattered over the tables; twenty counties one by one would read everything twenty times.
    """
    found: list[tuple[Terms, list[str]]] = []
    for county in counties:
        terms, place = terms_of(county), max(area_code, county.area_id, key=len)
        for known, places in found:
            if known == terms:
                places.append(place)
                break
        else:
            found.append((terms, [place]))
    return found


def _run(
    terms: Terms,
    *,
    area_codes: Sequence[str] = (),
    household_ids: Sequence[int] | None = None,
    alone_in: Sequence[CountyYear] = (),
) -> dict[str, Moves]:
    """Collect and write. From the writing on nobody else writes findings of the counties `alone_in`."""
    started = _now()
    collect(terms, area_codes=area_codes, household_ids=household_ids)
    # Before the first row is touched: who holds his share may be waiting for that row.
    for county in sorted(alone_in, key=_writing):
        hold(_writing(county))
    return write(terms.year, started=started, now=_now(), area_codes=area_codes, household_ids=household_ids)


def _writing(county: CountyYear) -> str:
    """The lock of who writes findings of a county's year beside a run: many at a time, and none while a run counts."""
    return f"households.findings:{county.area_id}:{county.year}"


def _now():
    """The time of the database at this moment: transactions that run side by side agree on what came first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _add(moves: dict[str, Moves], more: dict[str, Moves]) -> None:
    for code, one in more.items():
        known = moves.get(code, Moves())
        moves[code] = Moves(known.new + one.new, known.closed + one.closed, known.reopened + one.reopened)


def _held_years(area_code: str, year: int) -> list[CountyYear]:
    """The open county years of an area, held against closing; runs over the same county take turns."""
    rows = open_years(area_code, year)
    for code in rows.values_list("area_id", flat=True):
        hold(f"households.checks:{code}:{year}")
    counties = [one for one in share(rows) if one.state == CountyYear.State.OPEN]
    if not counties:
        raise ValidationError({"year": f"{year}年度没有开启，或已经关闭，不再检查。"})
    return counties


def _summary(run: CheckRun) -> str:
    return (
        f"{run.year}年度数据检查：待处理{run.open}，已答复{run.answered}；"
        f"新发现{run.new}，已消除{run.closed}，答复后有变化{run.reopened}"
    )


@transaction.atomic
def answer(finding: Finding, kind: str, *, note: str = "", actor) -> FindingAnswer | None:
    """Answer a finding: 属实已改, or 不属实 with why. It counts until the facts that the finding rests on change.

    The household is checked once more first: what was corrected closes by itself and needs no answer, then None
    is returned. 属实已改 is refused while the check still holds, and in a closed year, whose facts cannot change;
    不属实 may be said of both. An earlier answer gives way. Raises PermissionDenied without a right of ANSWERING
    over the household, ValidationError by field.
    """
    check_right(finding, actor)
    note = note.strip()
    if kind not in FindingAnswer.Kind.values:
        raise ValidationError({"kind": "请选择“属实已改”或“不属实”。"})
    if kind == FindingAnswer.Kind.NOT_TRUE and not note:
        raise ValidationError({"note": "答复“不属实”须写明原因。"})
    if len(note) > 200:
        raise ValidationError({"note": "说明最多200个字。"})
    if holds_number(note):
        raise ValidationError({"note": "说明里不要写证件号码、电话或账号。"})
    check_households([finding.household_id], finding.year)
    finding = Finding.objects.select_for_update(of=("self",)).select_related("household").get(pk=finding.pk)
    if finding.closed_at is not None:
        return None
    if kind == FindingAnswer.Kind.CORRECTED:
        raise ValidationError({"kind": _still_there(finding)})
    now = timezone.now()
    FindingAnswer.objects.filter(pk=finding.answer_id).update(ended_at=now)
    given = FindingAnswer.objects.create(
        finding=finding,
        kind=kind,
        note=note,
        fingerprint=finding.fingerprint,
        answered_by=actor,
        answered_at=now,
    )
    Finding.objects.filter(pk=finding.pk).update(answer=given)
    check = CHECKS.get(finding.code)
    record(
        "households.finding.answer",
        finding.household,
        actor=actor,
        area_code=finding.area_code,
        summary=f"{check.message if check else finding.code}{given.get_kind_display()}",
        changes={"answer": ["", given.get_kind_display()], "check": ["", finding.code]},
    )
    return given


def _still_there(finding: Finding) -> str:
    """Why 属实已改 is no answer to a finding that was checked this moment and stands."""
    if not year_is_open(finding.household.area_id, finding.year):
        return (
            f"{finding.year}年度已关闭，信息不能再改，不能答“属实已改”。情况本来如此的，请选“不属实”并写明原因；"
            "确实有错的，由县扶贫办按文件重新开启年度后更正。"
        )
    check = CHECKS.get(finding.code)
    return (
        f"刚才重新检查，问题还在：{check.message if check else finding.code}"
        "请先到户页改正，再答“属实已改”；只在国办系统改了的，本系统也要改，或等下次导入。"
        "情况本来如此的，请选“不属实”并写明原因。"
    )


def year_is_open(area_code: str, year: int) -> bool:
    """Whether the facts of a place's county may still be corrected: it has opened the year and not closed it."""
    county = area_code[: Level.COUNTY]
    return CountyYear.objects.filter(area=county, year=year, state=CountyYear.State.OPEN).exists()


def check_right(finding: Finding, actor) -> None:
    """PermissionDenied unless the person may answer for the finding's household, and sees the finding."""
    if not may_answer(finding, actor):
        raise PermissionDenied("您没有答复该户数据检查的权限。")


def may_answer(finding: Finding, actor) -> bool:
    """Whether a person may answer a finding: he sees it, and holds a right of ANSWERING over the household."""
    rows = Finding.objects.filter(pk=finding.pk)
    return any((rows & seen_by(actor, right)).exists() for right in ANSWERING if actor.has_right(right))
