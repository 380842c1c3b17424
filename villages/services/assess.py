"""Judging the villages of an area for a year: at a save, inside a step of an exit, by hand, and every night.

Households stand above villages and know nothing of them. What they change in the incidence is found when somebody
judges again: each save of a village's facts and each step of its exit does, and the night does for all.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from households.models import CountyYear
from poverty.audit.services import record
from poverty.jobs.models import Job
from poverty.jobs.services.queue import enqueue
from poverty.sql.locks import hold, share
from poverty.sql.prefix import within
from poverty.standards.in_force import Coverage, coverage
from poverty.standards.models import Standard
from poverty.standards.subjects import Subject
from villages.models import VillageAssessment, VillageYear
from villages.storing import Counts, store, withdraw

KIND = "villages.assess"


@transaction.atomic
def assess_villages(area_code: str, year: int, *, actor=None) -> Counts:
    """Judge every village of an area ("" = everywhere) that has facts of the year, and store what differs.

    Closed years are left as they are. Raises ValidationError at "year" when none is open. `actor` None: the system.
    """
    years = _open_years(area_code, year)
    if not years:
        raise ValidationError({"year": f"{year}年度没有开启，或已经关闭，不能判定。"})
    total = Counts()
    for one in years:
        place = max(area_code, one.area_id, key=len)
        total += _judge(place, year)
    record(
        "villages.assess",
        years[0],
        actor=actor,
        area_code=area_code,
        summary=(
            f"{year}年度判定{total.assessed}村：达标{total.met}、未达标{total.unmet}、待核实{total.unknown}，"
            f"变化{total.changed}村"
        ),
    )
    return total


def judge_villages(village_ids: Iterable[int], year: int) -> Counts:
    """Judge single villages again, inside the transaction that changed their facts or takes a step of theirs.

    A year that is closed or was never opened keeps its results.
    """
    ids = sorted(set(village_ids))
    places = VillageYear.objects.filter(village__in=ids, year=year).values_list("area_id", flat=True)
    total = Counts()
    for one in _open_years_of(places, year):
        for covered in coverage(Subject.VILLAGE, year, one.area_id):
            total += store(covered.standard, _condition(covered) & Q(village__in=ids), year)
        total += withdraw(_uncovered(one.area_id, year).filter(village__in=ids))
    return total


def request_villages_assessment(area_code: str, year: int, *, actor) -> list[Job]:
    """Put the judging of an area's counties in line; a township or village stands for its county.

    Raises PermissionDenied without assess.run there, ValidationError at "year" when no year is open.
    """
    county = area_code[:6]
    if not actor.has_right_at("assess.run", county):
        raise PermissionDenied("您没有在该地区发起判定的权限。")
    years = open_county_years(county, year)
    if not years:
        raise ValidationError({"year": f"{year}年度没有开启，或已经关闭，不能判定。"})
    return [enqueue_county(one, actor=actor, again=True) for one in years]


def judge_after_publishing(standard: Standard, *, actor) -> None:
    """Put in line what a published standard of villages asks for. No open year: nothing."""
    for one in open_county_years(standard.area_code, standard.year):
        enqueue_county(one, actor=actor, again=True)


def enqueue_county(one: CountyYear, *, actor, again: bool) -> Job:
    """Put the judging of a county's villages for a year in line, once."""
    return enqueue(
        KIND,
        area_code=one.area_id,
        key=f"{KIND}:{one.area_id}:{one.year}",
        params={"area_code": one.area_id, "year": one.year},
        actor=actor,
        again=again,
    )


def open_county_years(area_code: str, year: int | None = None) -> list[CountyYear]:
    """Open county years of an area, of one year or of all; a township or village stands for its county."""
    rows = CountyYear.objects.filter(within("area_id", [area_code[:6]]), state=CountyYear.State.OPEN)
    return list((rows if year is None else rows.filter(year=year)).order_by("area_id", "year"))


def _open_years(area_code: str, year: int) -> list[CountyYear]:
    counties = within("area_id", [area_code[:6]])
    return _held(CountyYear.objects.filter(counties, year=year).order_by("area_id"))


def _open_years_of(codes: Iterable[str], year: int) -> list[CountyYear]:
    counties = sorted({code[:6] for code in codes})
    return _held(CountyYear.objects.filter(area_id__in=counties, year=year).order_by("area_id"))


def _held(rows) -> list[CountyYear]:
    """Open years, held against closing; judgings of one county take turns."""
    years = [one for one in share(rows) if one.state == CountyYear.State.OPEN]
    for one in years:
        hold(f"villages.assess:{one.area_id}:{one.year}")
    return years


def _judge(place: str, year: int) -> Counts:
    total = Counts()
    for covered in coverage(Subject.VILLAGE, year, place):
        total += store(covered.standard, _condition(covered), year)
    return total + withdraw(_uncovered(place, year))


def _condition(covered: Coverage) -> Q:
    condition = within("area_id", [covered.area_code])
    return condition & ~within("area_id", covered.excluded) if covered.excluded else condition


def _uncovered(place: str, year: int):
    rows = VillageAssessment.objects.filter(within("area_id", [place]), year=year)
    for covered in coverage(Subject.VILLAGE, year, place):
        rows = rows.filter(~_condition(covered))
    return rows
