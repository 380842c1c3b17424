"""每个贫困家庭至少 1 人就业 (seed-facts.md A33-A35): from the facts of the year where they stand, and from jobs beside.

Employed is who worked a month or more, holds a public post, or has a recorded job on some day of the year. A household
of which that is known of nobody, but not of everybody, is not known.
"""

from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Substr

from households.benefits.entitlement import day_of, households_in_question
from households.benefits.models import Job, Trainee
from households.benefits.querysets import JobQuerySet, seen_of
from households.models import Household, Membership
from households.options.labour_skills import LABOUR_SKILLS
from poverty.sql.periods import valid_at

LISTS = {
    "none": "有劳动力、无人就业",
    "unknown": "有劳动力、就业情况待核实",
    "employed": "有劳动力、至少1人就业",
    "labour": "有劳动力的户",
    "labour_unknown": "劳动力情况待核实",
}
_ABLE = LABOUR_SKILLS.keys_where(lambda one: one.can_work)


def _job_of(year: int, member: str) -> Exists:
    days = day_of(year).replace(month=1, day=1), day_of(year)
    return Exists(Job.objects.in_period(*days).filter(member=OuterRef(member)))


def members_at_work(year: int, household: str = "household") -> QuerySet[Membership]:
    """Memberships on the day that counts with `at_work` (NULL: not known) and `able` (has labour; NULL: not known)."""
    works = Q(facts__work_months__gte=1) | Q(facts__public_post_type__gt="") | Q(_job_of(year, "member"))
    unknown = Q(facts__work_months__isnull=True)
    skill = "facts__labour_skill"
    return (
        Membership.objects.filter(valid_at(day_of(year)))
        .annotate(facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)))
        .annotate(
            at_work=Case(
                When(works, then=Value(True)),
                When(unknown, then=Value(None)),
                default=Value(False),
                output_field=BooleanField(null=True),
            ),
            able=Case(
                When(**{f"{skill}__in": _ABLE}, then=Value(True)),
                When(Q(**{skill: ""}) | Q(**{f"{skill}__isnull": True}), then=Value(None)),
                default=Value(False),
                output_field=BooleanField(null=True),
            ),
        )
    )


def _asked(user, area_code: str, year: int) -> QuerySet[Household]:
    """Households in question of which the person sees who works: a bureau where that is its sector's business."""
    seen = Household.objects.filter(seen_of(user, JobQuerySet.sectors)).under(area_code)
    return households_in_question(seen, year)


def households_by_work(user, area_code: str, year: int) -> QuerySet[Household]:
    """Households in question with `has_labour` and `has_worker`, NULL where it is not known."""
    rows = _asked(user, area_code, year)
    own = members_at_work(year).filter(household=OuterRef("pk"))

    def some(column: str) -> Case:
        return Case(
            When(Exists(own.filter(**{column: True})), then=Value(True)),
            When(Exists(own.filter(**{f"{column}__isnull": True})), then=Value(None)),
            default=Value(False),
            output_field=BooleanField(null=True),
        )

    return rows.annotate(has_labour=some("able"), has_worker=some("at_work"))


def rows_of(user, area_code: str, year: int, what: str) -> QuerySet[Household]:
    """The households behind a number. Raises KeyError for a list that does not exist."""
    LISTS[what]
    rows = households_by_work(user, area_code, year)
    if what == "labour_unknown":
        return rows.filter(has_labour__isnull=True)
    rows = rows.filter(has_labour=True)
    if what == "labour":
        return rows
    if what == "unknown":
        return rows.filter(has_worker__isnull=True)
    return rows.filter(has_worker=what == "employed")


@dataclass
class Work:
    """Of one place: households with labour = employed + none + unknown; persons at work, trained, places in courses."""

    place: str = ""
    labour: int = 0
    employed: int = 0
    none: int = 0
    unknown: int = 0
    labour_unknown: int = 0
    persons: int = 0
    trained: int = 0

    def add(self, other: "Work") -> None:
        """Sum."""
        for name in ("labour", "employed", "none", "unknown", "labour_unknown", "persons", "trained"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def figures(user, area_code: str, year: int, *, length: int) -> list[Work]:
    """By the places of a code length below a place, in the order of their codes. Three statements."""
    found: dict[str, Work] = {}
    able = Q(has_labour=True)
    counted = (
        households_by_work(user, area_code, year)
        .order_by()
        .values(place=Substr("area_id", 1, length))
        .annotate(
            labour=Count("pk", filter=able),
            employed=Count("pk", filter=able & Q(has_worker=True)),
            none=Count("pk", filter=able & Q(has_worker=False)),
            unknown=Count("pk", filter=able & Q(has_worker__isnull=True)),
            labour_unknown=Count("pk", filter=Q(has_labour__isnull=True)),
        )
    )
    for row in counted:
        found[row["place"]] = Work(**row)
    asked = _asked(user, area_code, year)
    members = members_at_work(year).filter(household__in=asked.values("pk"), at_work=True).order_by()
    for row in members.values(place=Substr("household__area_id", 1, length)).annotate(n=Count("pk")):
        found.setdefault(row["place"], Work(row["place"])).persons = row["n"]
    trained = Trainee.objects.visible_to(user).filter(
        household__in=Household.objects.under(area_code).values("pk"), training__held_from__year=year
    )
    places = trained.order_by().values(place=Substr("household__area_id", 1, length))
    for row in places.annotate(n=Count("member", distinct=True)):
        found.setdefault(row["place"], Work(row["place"])).trained = row["n"]
    return [found[code] for code in sorted(found)]
