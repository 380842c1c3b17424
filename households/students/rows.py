"""Who is a student of a year, with or without a teacher; counted by school and place so that the figures add up.

A student is a member of a household in question (on the poverty register, exited or not, or under watch) who by the
facts of the year is at school from 小学 up, or should be at compulsory school and is not: whom a teacher brings back
(控辍保学). Who has a teacher is asked on the day that counts for the year, as who is a member.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr

from households.benefits.entitlement import day_of, members_in_question
from households.indicators import schooling_state
from households.models import CountyYear, Household, Membership, MemberSurvey, TeacherAct, TeacherPairing
from households.options.school_status import SCHOOL_STATUSES
from households.rules import rules_for
from households.students.querysets import COUNTY, VIEW, seen_of
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below
from poverty.fields.normalise import compact
from poverty.fields.states import NOT_ASSESSED, UNKNOWN, UNMET
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

AT_SCHOOL = SCHOOL_STATUSES.keys_where(lambda one: one.is_enrolled)
WITHOUT, WITH, UNFILLED, GONE = "without", "with", "unfilled", "gone"


def students(user, area_code: str, year: int, right: str = VIEW) -> QuerySet[Membership]:
    """Students of a place of a county that the person sees, with `facts`, `is_away` (not at school though of age) and
    `has_teacher`.
    """
    return students_in(Household.objects.filter(seen_of(user, right)).under(area_code), area_code, year)


def students_in(homes: QuerySet[Household], area_code: str, year: int) -> QuerySet[Membership]:
    """The same of given households, all of the county of `area_code`."""
    rows = _schooled(members_in_question(homes, year), area_code, year)
    return rows.filter(Q(at_school=1) | Q(schooling=UNMET)).annotate(
        is_away=Case(When(at_school=1, then=Value(0)), default=Value(1), output_field=IntegerField())
    )


def _schooled(rows: QuerySet[Membership], area_code: str, year: int) -> QuerySet[Membership]:
    """Memberships with `facts` get `at_school` (1, 0), `schooling` (state of compulsory school; not assessed where the
    county has not opened the year) and `has_teacher`.
    """
    paired = TeacherPairing.objects.open_on(day_of(year)).filter(member=OuterRef("member"))
    at_school = When(facts__school_status__in=AT_SCHOOL, then=Value(1))
    county_year = CountyYear.objects.filter(area=area_code[:COUNTY], year=year).first()
    return rows.annotate(
        at_school=Case(at_school, default=Value(0), output_field=IntegerField()),
        schooling=(
            schooling_state(rules_for(county_year))
            if county_year
            else Value(NOT_ASSESSED, output_field=SmallIntegerField())
        ),
        has_teacher=Exists(paired),
    )


def unfilled(user, area_code: str, year: int) -> QuerySet[Membership]:
    """Members in question of whom the facts of the year do not say whether they are students: of school age, or with a
    teacher. Not answered is not 'no': they stand neither among the students nor among those who are none any more.
    """
    asked = Household.objects.filter(seen_of(user, VIEW)).under(area_code)
    rows = _schooled(members_in_question(asked, year), area_code, year)
    nothing = Q(facts__isnull=True) | Q(facts__school_status="")
    of_age = Q(schooling=UNKNOWN, member__birth_date__isnull=False)
    return rows.filter(at_school=0).filter(
        of_age | Q(nothing, has_teacher=True) | Q(schooling=UNKNOWN, has_teacher=True)
    )


def in_state(rows: QuerySet[Membership], state: str) -> QuerySet[Membership]:
    """Students with a teacher, or without one."""
    return rows.filter(has_teacher=state == WITH)


def without_everywhere(area_code: str, year: int, *, length: int) -> dict[str, int]:
    """{place: students without a teacher} of all households of a place of a county: what is stored for the reminder."""
    rows = in_state(students_in(Household.objects.under(area_code), area_code, year), WITHOUT)
    counted = rows.order_by().values(place=Substr("household__area_id", 1, length)).annotate(n=Count("pk"))
    return {row["place"]: row["n"] for row in counted}


def with_teacher(rows: QuerySet[Membership], year: int) -> QuerySet[Membership]:
    """Students with what a list says of them: `status`, `school`, of their teacher `pairing_id`, `acts` of the year and
    `last_act` (NULL: none).
    """
    day = day_of(year)
    paired = TeacherPairing.objects.open_on(day).filter(member=OuterRef("member"))
    done = TeacherAct.objects.standing().filter(pairing__member=OuterRef("member"), happened_on__year=year)
    counted = done.order_by().values("pairing__member").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        status=F("facts__school_status"),
        school=F("facts__school_name"),
        pairing_id=Subquery(paired.values("pk")[:1]),
        acts=Coalesce(Subquery(counted), 0),
        last_act=Subquery(done.order_by("-happened_on").values("happened_on")[:1]),
    )


def no_longer(user, area_code: str, year: int) -> QuerySet[TeacherPairing]:
    """Pairings in force without an end of somebody who, as the facts of the year say, is no student any more (毕业, 升学,
    离校): to be ended. Not of whom they say nothing, nor of who should be at school or may have to be.
    """
    rows = TeacherPairing.objects.visible_to(user).open_on(day_of(year)).filter(valid_to=None)
    rows = rows.filter(within("member__household__area_id", [area_code]))
    answered = MemberSurvey.objects.filter(year=year).exclude(school_status="")
    answered = answered.exclude(school_status__in=AT_SCHOOL)
    # Whatever the household is now: a child who should be at school is not gone because the household left the register.
    members = Membership.objects.filter(valid_at(day_of(year))).annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year))
    )
    asked = _schooled(members, area_code, year).filter(schooling__in=[UNMET, UNKNOWN])
    asked = asked.filter(household__in=Household.objects.under(area_code).values("pk"))
    return rows.filter(member__in=answered.values("member")).exclude(member__in=asked.values("member"))


@dataclass(frozen=True)
class StudentFigures:
    """Students of a place or a school: `total` = `with_one` + `without`; `away`: of all, not at school though of age."""

    code: str
    label: str
    with_one: int
    without: int
    away: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.with_one + self.without


def figures(
    rows: QuerySet[Membership], area_code: str
) -> tuple[list[StudentFigures], list[StudentFigures], StudentFigures]:
    """By the places right below an area, by the school of the facts ("" where none is filled in; one normal form), and
    the sum of both; one statement.
    """
    counted = (
        rows.order_by()
        .values(
            "has_teacher",
            "is_away",
            school=Coalesce("facts__school_name", Value("")),
            place=Substr("household__area_id", 1, length_below(area_code)),
        )
        .annotate(n=Count("pk"))
    )
    places: dict[str, list[int]] = {}
    schools: dict[str, list[int]] = {}
    total = [0, 0, 0]
    for row in counted:
        for own in (
            places.setdefault(row["place"], [0, 0, 0]),
            schools.setdefault(compact(row["school"]), [0, 0, 0]),
            total,
        ):
            own[0 if row["has_teacher"] else 1] += row["n"]
            own[2] += row["n"] if row["is_away"] else 0
    names = short_names(places)
    return (
        [StudentFigures(code, names.get(code, code), *places[code]) for code in sorted(places)],
        [
            StudentFigures(name, name or "没有填写学校", *schools[name])
            for name in sorted(schools, key=lambda one: (not one, one))
        ],
        StudentFigures("", "合计", *total),
    )


def attending(rows: QuerySet[Membership], school: str) -> QuerySet[Membership]:
    """Students whose facts name a school in this normal form, however they are written; "": no school filled in."""
    if not school:
        return rows.filter(Q(facts__school_name="") | Q(facts__isnull=True))
    written = rows.order_by().values_list("facts__school_name", flat=True).distinct()
    return rows.filter(facts__school_name__in=[one for one in written if one and compact(one) == school])


def student_of(user, pk: int, right: str = VIEW) -> Membership | None:
    """The present membership of a person on the register whom the user may see; student or not, since a pairing stays
    until it is ended.
    """
    from_here = Household.objects.filter(seen_of(user, right), state=Household.State.REGISTERED)
    rows = Membership.objects.filter(member=pk, valid_to=None, household__in=from_here.values("pk"))
    return rows.select_related("member", "household__area").first()


def opened_on(member_id: int, day: date) -> TeacherPairing | None:
    """The pairing of a student in force on a day, with teacher and school."""
    rows = TeacherPairing.objects.open_on(day).filter(member=member_id)
    return rows.select_related("teacher__school", "member").first()
