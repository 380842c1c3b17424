"""1 个产业或 1 个就业岗位 (A7): households with labour that have neither, and those of which nobody knows.

Labour: a member now in the household whose 劳动技能 is 普通, 技能 or 弱（半）劳动力 (forms.md 2.5) and who is not at school.
Industry: 是否有产业. Job: somebody worked at least one month of the year, or holds a 公益性岗位. NULL is not no.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from households.models import Household, MemberSurvey
from households.options.labour_skills import LABOUR_SKILLS
from households.options.school_status import SCHOOL_STATUSES
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

_CAN_WORK = LABOUR_SKILLS.keys_where(lambda skill: skill.can_work)
_AT_SCHOOL = SCHOOL_STATUSES.keys_where(lambda status: status.is_enrolled)
WITHOUT, UNKNOWN, WITH = "without", "unknown", "with"


def with_labour(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households on the poverty register with labour in a year, each with `has_job`, `job_unknown` and `survey`."""
    members = MemberSurvey.objects.filter(member__household=OuterRef("pk"), year=year)
    workers = members.filter(labour_skill__in=_CAN_WORK).exclude(school_status__in=_AT_SCHOOL)
    return (
        rows.on_register()
        .registered_poor()
        .filter(Exists(workers))
        .annotate(
            survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
            has_job=Exists(members.filter(Q(work_months__gt=0) | Q(public_post_months__gt=0))),
            job_unknown=Exists(workers.filter(work_months__isnull=True)),
        )
    )


def in_state(rows: QuerySet[Household], year: int, state: str) -> QuerySet[Household]:
    """Those with labour that have neither industry nor job (WITHOUT), may have (UNKNOWN), or have one (WITH)."""
    return with_labour(rows, year).filter(_CONDITIONS[state])


def without_industry_or_job(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households with labour and known to have neither an industry nor a job."""
    return in_state(rows, year, WITHOUT)


_HAS = Q(has_job=True) | Q(survey__has_industry=True)
_NEITHER = Q(has_job=False, job_unknown=False, survey__has_industry=False)
_CONDITIONS = {
    WITH: _HAS,
    WITHOUT: _NEITHER,
    UNKNOWN: Q(has_job=False)
    & (Q(survey__has_industry__isnull=True) | Q(survey__has_industry=False, job_unknown=True)),
}


@dataclass(frozen=True)
class LabourFigures:
    """Households with labour (户) of a place; `code` "" is the sum."""

    code: str
    name: str
    has: int
    without: int
    unknown: int

    @property
    def total(self) -> int:
        """All with labour."""
        return self.has + self.without + self.unknown


def labour_figures(
    rows: QuerySet[Household], year: int, area_code: str
) -> tuple[list[LabourFigures], LabourFigures]:
    """By the places right below an area, and their sum; one statement."""
    found = (
        with_labour(rows, year)
        .order_by()
        .annotate(place=Substr("area_id", 1, length_below(area_code)))
        .values("place")
        .annotate(**{f"n_{state}": Count("pk", filter=condition) for state, condition in _CONDITIONS.items()})
        .order_by("place")
    )
    found = list(found)
    names = short_names([one["place"] for one in found])
    places = [
        LabourFigures(
            one["place"],
            names.get(one["place"], one["place"]),
            one[f"n_{WITH}"],
            one[f"n_{WITHOUT}"],
            one[f"n_{UNKNOWN}"],
        )
        for one in found
    ]
    total = LabourFigures(
        "", "合计", *(sum(getattr(one, name) for one in places) for name in ("has", "without", "unknown"))
    )
    return places, total
