"""What was paid or taken back while a year was not open, brought into its sheets when it is."""

from collections.abc import Callable, Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.benefits.querysets import BenefitIncomeQuerySet
from households.benefits.services.flowing import flow
from households.models import BenefitIncome, CountyYear
from households.services.locking import lock_households
from poverty.jobs.models import Job
from poverty.jobs.services.queue import enqueue
from poverty.sql.prefix import within

KIND = "households.benefit_flow"
RIGHT = "benefit.record"
_AT_ONCE = 500  # households of one transaction
_COUNTY = 6


def may_flow(actor, area_code: str) -> bool:
    """Whether a person may bring what waits at a place into the sheets: income is nobody's sector, so no bureau."""
    scope = actor.scope(RIGHT)
    return len(area_code) >= _COUNTY and scope.covers(area_code) and scope.sectors_at(area_code) is None


def is_open(area_code: str, year: int) -> bool:
    """Whether the year of a place's county is open: only then its sheets can be written."""
    rows = CountyYear.objects.filter(area_id=area_code[:_COUNTY], year=year, state=CountyYear.State.OPEN)
    return len(area_code) >= _COUNTY and rows.exists()


def waiting(user, area_code: str, year: int, right: str) -> BenefitIncomeQuerySet:
    """What waits at a place for its year to be open, of households whose income the person sees by a right."""
    rows = BenefitIncome.objects.visible_to(user, right).waiting()
    return rows.filter(within("household__area_id", [area_code]), year=year)


def request_flow(area_code: str, year: int, *, actor) -> Job:
    """Put it in line; a place already in line keeps its job. Raises PermissionDenied, ValidationError (year not open)."""
    _check(area_code, year, actor)
    return enqueue(
        KIND,
        area_code=area_code,
        key=f"{KIND}:{area_code}:{year}",
        params={"area_code": area_code, "year": year},
        actor=actor,
    )


def flow_waiting(
    area_code: str, year: int, *, actor, progress: Callable[[int, int], None] | None = None
) -> int:
    """Bring what waits at a place into the sheets of a year; returns of how many households nothing waits any more. Some
    hundred households a transaction; done twice it changes nothing.

    `progress(done, total)` is called after each of them. Raises PermissionDenied, ValidationError (year not open).
    """
    _check(area_code, year, actor)
    rows = waiting(actor, area_code, year, RIGHT)
    ids = sorted(set(rows.values_list("household", flat=True)))
    done = asked = 0
    for own in _parts(ids):
        done, asked = done + _flow_part(own, year, actor), asked + len(own)
        if progress is not None:
            progress(asked, len(ids))
    return done


@transaction.atomic
def _flow_part(ids: list[int], year: int, actor) -> int:
    homes = lock_households(ids)
    flow({(pk, year) for pk in homes}, homes=homes, actor=actor, on=timezone.localdate())
    still = BenefitIncome.objects.filter(household__in=ids, year=year).waiting()
    return len(set(ids) - set(still.values_list("household", flat=True)))


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _check(area_code: str, year: int, actor) -> None:
    if not may_flow(actor, area_code):
        raise PermissionDenied("您没有在该地区把发放计入收入的权限。")
    if not is_open(area_code, year):
        raise ValidationError(f"{year}年度未开启或已关闭，开启后才能计入。")
