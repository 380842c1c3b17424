"""Judging everyone of an area for a year: runs, their counts, and what they changed."""

import time
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from households.agreement import differs
from households.gaps.keeping import keep_gaps
from households.models import Assessment, AssessmentRun, CountyYear, Gap, Household, LeftOut, Survey
from households.monitoring.watching import followed, raise_clues
from households.rules import rules_for
from households.services.batches import Batch, batches, digest
from households.storing import Counts, store, withdraw
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.sql.insert import insert_select
from poverty.sql.locks import hold, share
from poverty.sql.memory import use_memory
from poverty.sql.prefix import within
from poverty.sql.staging import analyze_if_grown
from poverty.standards.models import Standard
from poverty.standards.subjects import Subject

MEMORY = 256  # MB for each sort and hash of a run: a county of a million persons fits


def assess(
    area_code: str,
    year: int,
    *,
    trigger: str,
    actor=None,
    job=None,
    progress: Callable[[int, int], None] | None = None,
) -> AssessmentRun:
    """Judge every household of an area ("" = everywhere) for a year and store what differs.

    Returns the run with its counts. All or nothing. Closed years are left as they are; where no year is
    open at all a ValidationError says so. Households without a standard in force get no row and are counted
    (no_standard); those that cannot be judged are listed with the reason (left_out). `actor` None: the system.
    `progress` is told (statements done, statements in all); what it raises undoes the run.
    """
    started = time.monotonic()
    if area_code and not Area.objects.filter(code=area_code).exists():
        raise ValidationError({"area": f"没有区划代码 {area_code}，请核对。"})
    with transaction.atomic():
        use_memory(MEMORY)
        open_years = _open_years(area_code, year)
        work = batches(area_code, year, open_years)
        basis = digest(work)
        run = AssessmentRun.objects.create(
            area_code=area_code,
            year=year,
            trigger=trigger,
            job=job,
            started_by=actor,
            started_at=timezone.now(),
            basis=basis,
            basis_is_new=_differs_from_last(area_code, year, basis),
        )
        total = Counts()
        open_codes = [one.area_id for one in open_years]
        for number, batch in enumerate(work):
            if progress:
                progress(number, len(work) + 1)
            total += store(
                batch.rules, batch.coverage.standard, batch.condition & within("area_id", open_codes), run=run
            )
        if progress:
            progress(len(work), len(work) + 1)
        for field in fields(Counts):
            setattr(run, field.name, getattr(total, field.name))
        run.left_out += _list_without_survey(run, open_years)
        for one in open_years:
            if _is_covered(run.area_code, one, work):
                continue
            uncovered = _uncovered(run.area_code, one, work)
            run.no_standard += uncovered.filter(
                household__in=Household.objects.judged_in(one.period_to)
            ).count()
            withdrawn = withdraw(uncovered, year, run=run)
            run.written, run.changed = run.written + withdrawn, run.changed + withdrawn
        # What follows, and the next run, read these rows: taken for empty tables they would be compared each with each.
        analyze_if_grown(Assessment, total.written)
        raise_clues(open_years, area_code=area_code)
        analyze_if_grown(Gap, keep_gaps(open_years, area_code=area_code))
        run.seconds = round(time.monotonic() - started, 2)
        run.finished_at = timezone.now()
        run.save()
        record("households.assess", run, actor=actor, area_code=area_code, summary=_summary(run))
    if progress:
        progress(len(work) + 1, len(work) + 1)
    return run


def hold_runs(counties: Iterable[str], year: int) -> None:
    """Wait until nobody judges these counties (in the order of their codes) as a whole for the year, then hold
    them against it.
    """
    for county in counties:
        hold(f"households.assess:{county}:{year}")


def _open_years(area_code: str, year: int) -> list[CountyYear]:
    """The open county years of an area, held against closing; runs of the same county take turns.

    Saves go on beside a run: a result from newer facts wins. Raises ValidationError at "year" when none is open.
    """
    counties = within("area_id", [area_code if len(area_code) <= 6 else area_code[:6]])
    rows = CountyYear.objects.filter(counties, year=year).order_by("area_id")
    hold_runs(rows.values_list("area_id", flat=True), year)
    years = share(rows)
    open_years = [one for one in years if one.state == CountyYear.State.OPEN]
    if not open_years:
        raise ValidationError(
            {
                "year": f"{year}年度已关闭，结果不再改变。"
                if years
                else f"{year}年度尚未开启，请先由县扶贫办开启年度。"
            }
        )
    return open_years


def _differs_from_last(area_code: str, year: int, basis: str) -> bool:
    rows = AssessmentRun.objects.filter(area_code=area_code, year=year).order_by("-id")
    last = rows.values_list("basis", flat=True).first()
    return bool(last) and last != basis


def _summary(run: AssessmentRun) -> str:
    text = (
        f"{run.year}年度判定{run.assessed}户：达标{run.met}、未达标{run.unmet}、待核实{run.unknown}，"
        f"变化{run.changed}户，未判定{run.left_out}户"
    )
    if run.no_standard:
        text += f"，未发布标准{run.no_standard}户"
    return f"{text}。{run.alarm}" if run.alarm else text


def _list_without_survey(run: AssessmentRun, open_years: list[CountyYear]) -> int:
    """List registered poor households without a survey of the year; they have no result to withdraw.

    One statement for all counties whose accounting periods end on the same day, as nearly all do.
    """
    counties: dict[date, list[str]] = {}
    for one in open_years:
        counties.setdefault(one.period_to, []).append(max(run.area_code, one.area_id, key=len))
    return sum(_list_in(run, codes, period_to) for period_to, codes in counties.items())


def _list_in(run: AssessmentRun, codes: list[str], period_to: date) -> int:
    rows = (
        Household.objects.judged_in(period_to)
        .registered_poor()
        .filter(within("area_id", codes))
        .filter(~Exists(Survey.objects.filter(household=OuterRef("pk"), year=run.year)))
    )
    registered = Household.objects.registered_by(period_to).filter(pk=OuterRef("pk"))
    reason = Case(
        When(Exists(registered), then=Value(LeftOut.Reason.NO_SURVEY)),
        default=Value(LeftOut.Reason.REGISTERED_LATER),
    )
    columns = {"run": run, "household": F("pk"), "area": F("area_id"), "reason": reason}
    return insert_select(LeftOut, rows, columns)


def is_settled(one: CountyYear) -> bool:
    """Whether judging a county's year would write nothing, by the standards and rules of this moment.

    Meant for who holds the year against everybody: it waits for no household, as a run might.
    """
    work = batches(one.area_id, one.year, [one])
    here = within("area_id", [one.area_id])
    if any(differs(batch.rules, batch.coverage.standard, batch.condition & here) for batch in work):
        return False
    uncovered = _uncovered(one.area_id, one, work)
    return not Assessment.objects.filter(year=one.year, household__in=uncovered.values("household")).exists()


def _is_covered(area_code: str, one: CountyYear, work: list[Batch]) -> bool:
    """Whether one standard reaches all of a county (what it leaves out has a standard of its own)."""
    place = max(area_code, one.area_id, key=len)
    return place.startswith(tuple(batch.coverage.area_code for batch in work))


def _uncovered(area_code: str, one: CountyYear, work: list[Batch]) -> QuerySet[Survey]:
    """Surveys of a county's year that no standard in force covers."""
    place = max(area_code, one.area_id, key=len)
    surveys = Survey.objects.filter(within("area_id", [place]), year=one.year)
    for batch in work:
        surveys = surveys.filter(~batch.condition)
    return surveys


def judge_survey(survey: Survey, county_year: CountyYear) -> Counts:
    """Judge the household of one survey, whose open county year the caller holds: judge_households for a save.

    Nothing is looked up that the caller knows; the standard's rows are asked for only where its statement is not
    compiled yet.
    """
    standard = Standard.objects.applying_to(survey.area_id, survey.year, Subject.HOUSEHOLD).first()
    if standard is None:
        withdraw(Survey.objects.filter(pk=survey.pk), survey.year)
        keep_gaps([county_year], household_ids=[survey.household_id])
        return Counts()
    counts = store(rules_for(county_year), standard, Q(), household_ids=[survey.household_id])
    if followed(county_year):
        raise_clues([county_year], household_ids=[survey.household_id])
    keep_gaps([county_year], household_ids=[survey.household_id])
    return counts


def judge_households(household_ids: list[int], year: int) -> Counts:
    """Judge some households at once, inside the transaction that changed their facts.

    Used by every service that saves a fact. A household without a survey, a year or a standard in force
    simply gets no result, and loses the one it had. One statement per standard and set of rules (nearly always
    one).
    """
    surveys = Survey.objects.filter(household__in=household_ids, year=year)
    places = set(surveys.values_list("area_id", flat=True))
    total = Counts()
    for county in sorted({place[:6] for place in places}):
        # Held against closing: a year that is closed keeps its results, and nothing is written into it.
        years = share(CountyYear.objects.filter(area_id=county, year=year))
        years = [one for one in years if one.state == CountyYear.State.OPEN]
        if not years:
            continue
        work = batches(county, year, years)
        for batch in work:
            total += store(batch.rules, batch.coverage.standard, batch.condition, household_ids=household_ids)
        raise_clues(years, household_ids=household_ids)
        uncovered = [
            place
            for place in places
            if place.startswith(county) and not any(batch.covers(place) for batch in work)
        ]
        if uncovered:
            withdraw(surveys.filter(area__in=uncovered), year)
        keep_gaps(years, household_ids=household_ids)
    return total
