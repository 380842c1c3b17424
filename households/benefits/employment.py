"""Who has labour, and who of it works: the one answer for 每个贫困家庭至少 1 人就业 (seed-facts.md A33-A35) and for
1 个产业或 1 个就业岗位 (A7, households/gaps/labour.py). From the facts of the year where they stand, and from jobs beside.

Labour is who has 普通, 技能 or 弱（半）劳动力 (forms.md 2.5) and is not at school; employed who worked a month or more,
holds a public post, or has a recorded job on some day of the year. A household of which that is known of nobody, but
not of everybody who has labour or may have it, is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr

from households.benefits.entitlement import day_of, households_in_question
from households.benefits.models import Job, Trainee
from households.benefits.querysets import JobQuerySet, areas_of, seen_of
from households.benefits.stored import people_of, people_run
from households.models import Household, Membership
from households.options.labour_skills import LABOUR_SKILLS
from households.options.school_status import SCHOOL_STATUSES
from poverty.sql.periods import valid_at

LISTS = {
    "none": "有劳动力、无人就业",
    "unknown": "有劳动力、就业情况待核实",
    "employed": "有劳动力、至少1人就业",
    "labour": "有劳动力的户",
    "labour_unknown": "劳动力情况待核实",
}
PERSONS = {"employed": "就业的人", "trained": "参加培训的人", "times": "参加培训（人次）"}
NO, UNKNOWN, YES = 0, 1, 2
_ABLE = LABOUR_SKILLS.keys_where(lambda one: one.can_work)
_AT_SCHOOL = SCHOOL_STATUSES.keys_where(lambda one: one.is_enrolled)


def codes(labour: Iterable[int], worker: Iterable[int] = (NO, UNKNOWN, YES)) -> tuple[int, ...]:
    """The values of `work` (`with_work`) of households with labour, and with somebody at work, so far as known."""
    return tuple(able * 3 + at_work for able in labour for at_work in worker)


_CODES = {
    "none": codes([YES], [NO]),
    "unknown": codes([YES], [UNKNOWN]),
    "employed": codes([YES], [YES]),
    "labour": codes([YES]),
    "labour_unknown": codes([UNKNOWN]),
}


def members_at_work(year: int) -> QuerySet[Membership]:
    """Memberships on the day that counts with `able` (has labour) and `at_work`: each NO, UNKNOWN or YES."""
    first, last = day_of(year).replace(month=1, day=1), day_of(year)
    # Not correlated: the jobs of the year are read once for however many members.
    has_job = Q(member__in=Job.objects.in_period(first, last).values("member"))
    works = (
        Q(facts__work_months__gte=1)
        | Q(facts__public_post_type__gt="")
        | Q(facts__public_post_months__gte=1)
        | has_job
    )
    skill = "facts__labour_skill"
    return (
        Membership.objects.filter(valid_at(day_of(year)))
        .annotate(facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)))
        .annotate(
            able=Case(
                When(facts__school_status__in=_AT_SCHOOL, then=Value(NO)),
                When(**{f"{skill}__in": _ABLE}, then=Value(YES)),
                When(**{f"{skill}__gt": ""}, then=Value(NO)),
                default=Value(UNKNOWN),
                output_field=IntegerField(),
            )
        )
        .annotate(
            at_work=Case(
                When(works, then=Value(YES)),
                When(Q(facts__work_months__isnull=True) & ~Q(able=NO), then=Value(UNKNOWN)),
                default=Value(NO),
                output_field=IntegerField(),
            ),
        )
    )


def with_work(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households in question of a year with `work`, one number for labour and employment (`codes`), and `survey`."""
    own = members_at_work(year).filter(household=OuterRef("pk")).order_by().values("household")
    found = own.annotate(code=Max("able") * 3 + Max("at_work")).values("code")
    return households_in_question(rows, year).annotate(work=Coalesce(Subquery(found), 0))


def _asked(user, area_code: str) -> QuerySet[Household]:
    """Households of a place of which the person sees who works: a bureau where that is its sector's business."""
    return Household.objects.filter(seen_of(user, JobQuerySet.sectors)).under(area_code)


def rows_of(user, area_code: str, year: int, what: str) -> QuerySet[Household]:
    """The households behind a number. Raises KeyError for a list that does not exist."""
    return with_work(_asked(user, area_code), year).filter(work__in=_CODES[what])


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


def figures_shown(user, area_code: str, year: int, *, length: int) -> tuple[list[Work], datetime | None]:
    """`figures` as they were worked out last with that moment, for whoever sees the place whole; else counted live, None."""
    # Whoever sees all of a place's jobs sees its courses too: their sectors are those of the jobs and more.
    run = people_run(areas_of(user, JobQuerySet.sectors), area_code, year)
    if run is None:
        return figures(user, area_code, year, length=length), None
    found = [_stored(row) for row in people_of(run, area_code, length)]
    # A place may have a figure for its students alone.
    return [one for one in found if one.labour or one.labour_unknown or one.persons or one.trained], run.as_of


def _stored(row) -> Work:
    return Work(
        row.area_code,
        row.employed + row.none + row.unknown,
        row.employed,
        row.none,
        row.unknown,
        row.labour_unknown,
        row.persons,
        row.trained,
    )


def figures(user, area_code: str, year: int, *, length: int) -> list[Work]:
    """By the places of a code length below a place, in the order of their codes. Three statements."""
    return _counted(_asked(user, area_code), trainees_of(user, area_code, year), year, length)


def figures_everywhere(area_code: str, year: int, *, length: int) -> list[Work]:
    """The same of all households of a place: what is stored for the pages."""
    return _counted(Household.objects.under(area_code), _in_courses(area_code, year), year, length)


def trained_everywhere(area_code: str, year: int, *, length: int) -> dict[str, int]:
    """{place: persons trained} of all households of a place, everybody once in each."""
    return _trained(_in_courses(area_code, year), length)


def _counted(asked: QuerySet[Household], trainees: QuerySet[Trainee], year: int, length: int) -> list[Work]:
    found: dict[str, Work] = {}

    def at(place: str) -> Work:
        return found.setdefault(place, Work(place))

    counted = with_work(asked, year).order_by()
    # Grouped by the answer, which is asked once a household; what belongs together is added here.
    for row in counted.values("work", place=Substr("area_id", 1, length)).annotate(n=Count("pk")):
        for name, own in _CODES.items():
            if row["work"] in own:
                setattr(at(row["place"]), name, getattr(at(row["place"]), name) + row["n"])
    members = _workers(asked, year).order_by()
    for row in members.values(place=Substr("household__area_id", 1, length)).annotate(n=Count("pk")):
        at(row["place"]).persons = row["n"]
    for place, number in _trained(trainees, length).items():
        at(place).trained = number
    return [found[code] for code in sorted(found)]


def _trained(trainees: QuerySet[Trainee], length: int) -> dict[str, int]:
    places = trainees.order_by().values(place=Substr("household__area_id", 1, length))
    return {row["place"]: row["n"] for row in places.annotate(n=Count("member", distinct=True))}


def workers_of(user, area_code: str, year: int) -> QuerySet[Membership]:
    """Who is employed in the households in question of a place."""
    return _workers(_asked(user, area_code), year)


def _workers(asked: QuerySet[Household], year: int) -> QuerySet[Membership]:
    in_question = households_in_question(asked, year)
    return members_at_work(year).filter(household__in=in_question.values("pk"), at_work=YES)


def trainees_of(user, area_code: str, year: int) -> QuerySet[Trainee]:
    """Who of a place took part in courses of a year, once for each."""
    return Trainee.objects.visible_to(user) & _in_courses(area_code, year)


def _in_courses(area_code: str, year: int) -> QuerySet[Trainee]:
    return Trainee.objects.standing().filter(
        household__in=Household.objects.under(area_code).values("pk"), training__held_from__year=year
    )


def persons_of(user, area_code: str, year: int, what: str) -> QuerySet:
    """The memberships (employed) or trainees behind a number of persons; "trained" has everybody once, by the first
    course he was put into. Raises KeyError for a list that does not exist.
    """
    PERSONS[what]
    if what == "employed":
        return workers_of(user, area_code, year)
    rows = trainees_of(user, area_code, year)
    if what == "times":
        return rows
    return rows.filter(~Exists(rows.filter(member=OuterRef("member"), pk__lt=OuterRef("pk"))))
