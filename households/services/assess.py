"""Judging everyone of an area for a year: runs, their counts, and what they changed."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils import timezone

from households.judging import Counts, store
from households.models import AssessmentRun, CountyYear, Household, LeftOut, Survey
from households.rules import Rules, rules_for
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.sql.insert import insert_select
from poverty.sql.prefix import within
from poverty.standards.in_force import Coverage, coverage
from poverty.standards.subjects import Subject


@dataclass(frozen=True)
class Batch:
    """Surveys to judge by one standard under one set of rules, in one statement."""

    coverage: Coverage
    rules: Rules
    counties: tuple[str, ...]
    everywhere: bool  # all counties of the coverage's area share the rules

    @property
    def condition(self) -> Q:
        """Condition on Survey: the places of the batch, less those with a more specific standard."""
        codes = (
            [self.coverage.area_code]
            if self.everywhere
            else [max(county, self.coverage.area_code, key=len) for county in self.counties]
        )
        condition = within("area_id", codes)
        if self.coverage.excluded:
            condition &= ~within("area_id", self.coverage.excluded)
        return condition


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def batches(area_code: str, year: int, county_years: Iterable[CountyYear]) -> list[Batch]:
    """How to judge an area: per standard (and its area less more specific ones) and per set of equal rules."""
    rules = {one.area_id: rules_for(one) for one in county_years}
    result = []
    for entry in coverage(Subject.HOUSEHOLD, year, area_code):
        groups: dict[Rules, list[str]] = {}
        for county, own in rules.items():
            if _touches(county, entry.area_code):
                groups.setdefault(own, []).append(county)
        for own, counties in groups.items():
            result.append(Batch(entry, own, tuple(counties), everywhere=len(groups) == 1))
    return result


def _locked_years(area_code: str, year: int) -> list[CountyYear]:
    # Locked, so that two runs of a county take turns and a year is not closed under a run.
    rows = CountyYear.objects.filter(year=year).order_by("area_id").select_for_update(no_key=True)
    if len(area_code) > 6:
        return list(rows.filter(area_id=area_code[:6]))
    return list(rows.filter(within("area_id", [area_code])))


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
    """
    started = time.monotonic()
    if area_code and not Area.objects.filter(code=area_code).exists():
        raise ValidationError({"area": f"没有区划代码 {area_code}，请核对。"})
    with transaction.atomic():
        years = _locked_years(area_code, year)
        open_years = [one for one in years if one.state == CountyYear.State.OPEN]
        if not open_years:
            closed = (
                f"{year}年度已关闭，结果不再改变。"
                if years
                else f"{year}年度尚未开启，请先由县扶贫办开启年度。"
            )
            raise ValidationError({"year": closed})
        run = AssessmentRun.objects.create(
            area_code=area_code,
            year=year,
            trigger=trigger,
            job=job,
            started_by=actor,
            started_at=timezone.now(),
        )
        total = Counts()
        work = batches(area_code, year, open_years)
        open_codes = [one.area_id for one in open_years]
        for number, batch in enumerate(work):
            if progress:
                progress(number, len(work))
            total += store(
                batch.rules, batch.coverage.standard, batch.condition & within("area_id", open_codes), run=run
            )
        without_survey = _list_without_survey(run, area_code, open_years)
        for field in fields(Counts):
            setattr(run, field.name, getattr(total, field.name))
        run.left_out += without_survey
        run.no_standard = _without_standard(area_code, year, open_codes, work)
        run.seconds = round(time.monotonic() - started, 2)
        run.finished_at = timezone.now()
        run.save()
        record(
            "households.assess",
            run,
            actor=actor,
            area_code=area_code,
            summary=f"{year}年度判定{run.assessed}户：达标{run.met}、未达标{run.unmet}、待核实{run.unknown}，"
            f"变化{run.changed}户，未判定{run.left_out}户",
        )
    if progress:
        progress(len(work), len(work))
    return run


def _list_without_survey(run: AssessmentRun, area_code: str, years: list[CountyYear]) -> int:
    """List registered poor households without a survey of the year; they have no result to withdraw."""
    number = 0
    for one in years:
        rows = (
            Household.objects.judged_in(one.period_to)
            .registered_poor()
            .filter(within("area_id", [max(area_code, one.area_id, key=len)]))
            .filter(~Exists(Survey.objects.filter(household=OuterRef("pk"), year=one.year)))
        )
        number += insert_select(
            LeftOut,
            rows,
            {
                "run": run,
                "household": F("pk"),
                "area": F("area_id"),
                "reason": Value(LeftOut.Reason.NO_SURVEY),
            },
        )
    return number


def _without_standard(area_code: str, year: int, open_codes: list[str], work: list[Batch]) -> int:
    surveys = Survey.objects.filter(within("area_id", [area_code]), within("area_id", open_codes), year=year)
    surveys = surveys.exclude(household__state="pending")
    for batch in work:
        surveys = surveys.filter(~batch.condition)
    return surveys.count()


def judge_households(household_ids: list[int], year: int) -> Counts:
    """Judge some households at once, inside the transaction that changed their facts.

    Used by every service that saves a fact. A household without a survey, a year or a standard in force
    simply gets no result. One statement per standard and set of rules (nearly always one).
    """
    places = set(
        Survey.objects.filter(household__in=household_ids, year=year).values_list("area_id", flat=True)
    )
    total = Counts()
    for county in {place[:6] for place in places}:
        years = CountyYear.objects.filter(area_id=county, year=year, state=CountyYear.State.OPEN)
        for batch in batches(county, year, years):
            total += store(batch.rules, batch.coverage.standard, batch.condition, household_ids=household_ids)
    return total
