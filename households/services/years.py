"""The years of a county: opened with an accounting period, closed for good, opened again only by a
document.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from households.models import Assessment, AssessmentRun, CountyYear, Household, RegisterChange, Survey
from households.services.assess import assess, hold_runs, is_settled
from households.services.running import judge_after_change
from poverty.areas.models import Area, Level
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.parameters.services import value_for
from poverty.review.services import fire
from poverty.sql.locks import hold
from poverty.sql.prefix import within

FIRST_YEAR = 2013
_TRIES = 3


def default_period(county: str, year: int) -> tuple[date, date]:
    """The accounting period (核算期) of a year, both days inclusive, by accounting.start_month of the county.

    10: from 1 October of the year before to 30 September (practice.md); 1: the calendar year.
    """
    month = value_for("accounting.start_month", county, date(year, 1, 1))
    first = date(year, 1, 1) if month == 1 else date(year - 1, month, 1)
    return first, date(first.year + 1, first.month, 1) - timedelta(days=1)


@transaction.atomic
def open_year(
    county: Area | str,
    year: int,
    *,
    actor,
    period_from: date | None = None,
    period_to: date | None = None,
    document_name: str,
) -> CountyYear:
    """Open a year of a county; without a period the default one. From now on its facts can be entered.

    Raises PermissionDenied (year.manage), ValidationError by field: area, year (open already, too far away),
    period_from and period_to (backwards, over another year's), document_name.
    """
    code = getattr(county, "pk", county)
    area = Area.objects.filter(pk=code, level=Level.COUNTY, valid_to=None).first()
    if area is None:
        raise ValidationError({"area": "请选现行的县（6位区划代码）。"})
    last = timezone.localdate().year + 1
    if not FIRST_YEAR <= year <= last:
        raise ValidationError({"year": f"年度须在 {FIRST_YEAR} 至 {last} 之间。"})
    hold(f"households.years.{code}")
    if known := CountyYear.objects.filter(area=area, year=year).first():
        raise ValidationError({"year": f"{year}年度{known.get_state_display()}，不能再开启。"})
    first, end = default_period(code, year)
    row = CountyYear(
        area=area,
        year=year,
        period_from=period_from or first,
        period_to=period_to or end,
        document=document_name.strip(),
    )
    if row.period_to <= row.period_from:
        raise ValidationError({"period_to": "核算期止须晚于核算期起。"})
    other = CountyYear.objects.filter(
        area=area, period_from__lte=row.period_to, period_to__gte=row.period_from
    ).first()
    if other is not None:
        raise ValidationError(
            {
                "period_from": f"核算期与{other.year}年度（{other.period_from} 至 {other.period_to}）重叠，"
                "请改核算期起止。"
            }
        )
    row.save()
    fire("open_year", row, actor=actor, document_name=document_name)
    return row


@transaction.atomic
def close_year(
    year: CountyYear,
    *,
    actor,
    document_name: str,
    happened_on: date | None = None,
    comment: str = "",
    late_reason: str = "",
) -> CountyYear:
    """Close a year: its facts and results never change again (a trigger sees to it), nor who counted in it.

    Everybody is judged once more before, so that what is frozen rests on the standards and parameters of this
    moment, also where a run that was to bring them still waits in line. The accounting period must be over.
    Raises PermissionDenied (year.manage), ValidationError by field.

    Who saves holds a household and then asks for the year. So does the judging; only then the year is taken for
    good, which waits for every save and publication under way, and is given back when one of these has changed
    what the judging had found.
    """
    # Before the row: a run takes them in this order, and two who close follow one another.
    hold_runs([year.area_id], year.year)
    step = {
        "actor": actor,
        "document_name": document_name,
        "happened_on": happened_on,
        "comment": comment,
        "late_reason": late_reason,
    }
    for _ in range(_TRIES):
        year.refresh_from_db()
        if year.period_to >= timezone.localdate():
            raise ValidationError(f"核算期到 {year.period_to} 才结束，结束以后才能关闭。")
        if year.state == CountyYear.State.OPEN:
            assess(year.area_id, year.year, trigger=AssessmentRun.Trigger.YEAR, actor=actor)
        with suppress(_NotSettled):
            return _close(year, step)
    raise ValidationError("关闭时有人在保存信息或发布标准，请稍后再试。")


class _NotSettled(Exception):
    """What was judged does not hold any more; undoing the savepoint lets the year go."""


@transaction.atomic
def _close(year: CountyYear, step: dict) -> CountyYear:
    year = CountyYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    if year.state == CountyYear.State.OPEN and not is_settled(year):
        raise _NotSettled
    fire("close_year", year, **step)
    return year


@transaction.atomic
def reopen_year(year: CountyYear, *, actor, comment: str, document_name: str) -> CountyYear:
    """Open a closed year again, with reason and document; what is corrected is logged like everything.

    Standards, parameters and persons may have been corrected since it was closed: judging is put in line.
    """
    year = CountyYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    fire("reopen_year", year, actor=actor, comment=comment, document_name=document_name)
    judge_after_change(year.area_id, year.year, actor=actor, trigger=AssessmentRun.Trigger.YEAR)
    return year


@dataclass(frozen=True)
class YearCounts:
    """How far a county's year is: households with facts of it, by verdict, and what is still on its way."""

    surveys: int = 0
    met: int = 0
    unmet: int = 0
    unknown: int = 0
    without_survey: int = 0
    open_changes: int = 0  # whose day lies in the year or before: after closing they could not take effect

    @property
    def judged(self) -> int:
        """Households with a verdict."""
        return self.met + self.unmet + self.unknown

    @property
    def not_judged(self) -> int:
        """Households with facts of the year and without a verdict."""
        return self.surveys - self.judged


def counts_of(years: Iterable[CountyYear]) -> dict[int, YearCounts]:
    """Counts by key of CountyYear; five queries per year, for a page of one county's years."""
    return {one.pk: _counts(one) for one in years}


def _counts(one: CountyYear) -> YearCounts:
    here = within("area_id", [one.area_id])
    surveys = Survey.objects.filter(here, year=one.year)
    verdicts = Assessment.objects.filter(here, year=one.year).aggregate(
        met=Count("pk", filter=Q(verdict=MET)),
        unmet=Count("pk", filter=Q(verdict=UNMET)),
        unknown=Count("pk", filter=Q(verdict=UNKNOWN)),
    )
    registered = Household.objects.judged_in(one.period_to).registered_poor().filter(here)
    return YearCounts(
        surveys=surveys.count(),
        without_survey=registered.exclude(surveys__year=one.year).count(),
        open_changes=RegisterChange.objects.open().filter(here, happened_on__lte=one.period_to).count(),
        **verdicts,
    )
