"""The rows that checks of persons read, and what the households' checks need to know of their members.

Who counts is who counts for the year's result: members on the last day of the accounting period, of households
that are registered and not closed by then. Paths start at Membership; `facts` is the person's survey of the
year, NULL where there is none.
"""

from collections.abc import Sequence

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    Expression,
    FilteredRelation,
    Q,
    QuerySet,
)
from django_cte import CTE, with_cte
from django_cte.raw import raw_cte_sql

from households.checks.terms import Terms
from households.indicators import schooling_state
from households.models import Household, Membership
from households.options.health_states import HEALTH_STATES, HEALTHY
from households.options.labour_skills import LABOUR_SKILLS
from households.options.relations import HEAD, SPOUSE
from households.options.school_status import SCHOOL_STATUSES
from households.options.sexes import FEMALE, MALE
from poverty.fields.states import UNMET
from poverty.sql.prefix import within

LEFT = "LEFT OUTER JOIN"

AT_SCHOOL = SCHOOL_STATUSES.keys_where(lambda status: status.is_enrolled)
SENIOR_OR_ABOVE = SCHOOL_STATUSES.keys_where(lambda status: status.is_above_compulsory)
CAN_WORK = LABOUR_SKILLS.keys_where(lambda skill: skill.can_work)
HEALTHY_NOW = Q(facts__health_states=HEALTHY)
DISABLED_NOW = Q(facts__health_states__contains="disabled") | Q(facts__disability_kind__gt="")
SICK_NOW = Q(pk__in=[])
for _key in HEALTH_STATES.keys_where(lambda state: state.is_sick):
    SICK_NOW |= Q(facts__health_states__contains=_key)
WORKS = Q(facts__labour_skill__in=CAN_WORK)


_WORDS = ("health_states", "school_status", "labour_skill")


def unknown(field: str) -> Q:
    """That a fact of a person was not answered: NULL, or "" where it is a word."""
    condition = Q(**{f"facts__{field}__isnull": True})
    return condition | Q(**{f"facts__{field}": ""}) if field in _WORDS else condition


def _members(
    terms: Terms, area_codes: Sequence[str], household_ids: Sequence[int] | None
) -> QuerySet[Membership]:
    rows = Membership.objects.counted_on(terms.period_to).filter(
        # Household.judged_in, said of the household that is joined anyway.
        Q(household__closed_on__isnull=True) | Q(household__closed_on__gt=terms.period_to),
        ~Q(household__state=Household.State.PENDING),
    )
    if household_ids is not None:
        return rows.filter(household__in=household_ids)
    return rows.filter(within("household__area_id", area_codes))


def _with_facts(rows: QuerySet[Membership], year: int) -> QuerySet[Membership]:
    return rows.annotate(facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)))


def persons(
    terms: Terms, *, area_codes: Sequence[str] = ("",), household_ids: Sequence[int] | None = None
) -> QuerySet[Membership]:
    """Persons of some places, or of some households, with `doubles_in_village`: how many persons
    of the same village share name, sex and birth date (NULL: nobody else).
    """
    rows = _with_facts(_members(terms, area_codes, household_ids), terms.year)
    return _with_doubles(rows, terms, area_codes, household_ids)


def _with_doubles(rows, terms: Terms, area_codes: Sequence[str], household_ids) -> QuerySet[Membership]:
    everyone = _members(terms, area_codes, None).filter(member__birth_date__isnull=False)
    if household_ids is not None:
        own = Membership.objects.filter(household__in=household_ids)
        everyone = _members(terms, [""], None).filter(
            member__birth_date__isnull=False,
            member__name__in=own.values("member__name"),
            household__area__in=Household.objects.filter(pk__in=household_ids).values("area"),
        )
    groups = (
        everyone.order_by()
        .values_list("household__area_id", "member__name", "member__sex", "member__birth_date")
        .annotate(number=Count("pk"))  # nobody is in two households at once
        .filter(number__gt=1)
    )
    # Asked beforehand: they are few, and each process that reads the rows would group everybody for itself.
    doubles = _listed(list(groups))
    rows = doubles.join(
        rows,
        household__area_id=doubles.col.area_code,
        member__name=doubles.col.name,
        member__sex=doubles.col.sex,
        member__birth_date=doubles.col.birth_date,
        _join_type=LEFT,
    )
    return with_cte(doubles, select=rows).annotate(doubles_in_village=doubles.col.number)


_DOUBLES = {
    "area_code": ("text", CharField()),
    "name": ("text", CharField()),
    "sex": ("text", CharField()),
    "birth_date": ("date", DateField()),
    "number": ("bigint", BigIntegerField()),
}


def _listed(groups: Sequence[tuple]) -> CTE:
    """Rows of _DOUBLES as a table in the statement."""
    columns = [list(column) for column in zip(*groups, strict=True)] or [[] for _ in _DOUBLES]
    arrays = ", ".join(f"%s::{kind}[]" for kind, _ in _DOUBLES.values())
    text = f"SELECT * FROM unnest({arrays}) AS d ({', '.join(_DOUBLES)})"  # noqa: S608 (words of this module)
    fields = {name: field for name, (_, field) in _DOUBLES.items()}
    return CTE(raw_cte_sql(text, columns, fields), name="doubles")


def totals(terms: Terms) -> dict[str, Expression]:
    """What is counted of a household's members."""

    def count(condition: Q) -> Count:
        return Count("pk", filter=condition)

    born = Q(member__birth_date__isnull=False)
    worker_age = Q(
        member__birth_date__lte=terms.aged(16),
        member__birth_date__gt=terms.older_than(terms["check.destitute_worker_age"]),
    )
    return {
        "persons": Count("pk"),
        "heads": count(Q(relation=HEAD)),
        "spouses": count(Q(relation=SPOUSE)),
        "head_men": count(Q(relation=HEAD, member__sex=MALE)),
        "head_women": count(Q(relation=HEAD, member__sex=FEMALE)),
        "spouse_men": count(Q(relation=SPOUSE, member__sex=MALE)),
        "spouse_women": count(Q(relation=SPOUSE, member__sex=FEMALE)),
        "sick": count(SICK_NOW),
        "disabled": count(DISABLED_NOW),
        "health_unknown": count(unknown("health_states")),
        "students": count(Q(facts__school_status__in=AT_SCHOOL)),
        "senior_students": count(Q(facts__school_status__in=SENIOR_OR_ABOVE)),
        "school_unknown": count(unknown("school_status")),
        "workers": count(WORKS),
        "workers_of_age": count(WORKS & worker_age),
        "labour_unknown": count(unknown("labour_skill")),
        "on_dibao": count(Q(facts__receives_dibao=True)),
        "on_urban_dibao": count(Q(facts__receives_dibao=True, facts__dibao_kind="urban")),
        "on_tekun": count(Q(facts__receives_tekun=True)),
        "dibao_unknown": count(unknown("receives_dibao")),
        "away": count(Q(facts__work_months__gt=0)),
        "on_posts": count(Q(facts__public_post_months__gt=0) | Q(facts__public_post_type__gt="")),
        "months_unknown": count(unknown("work_months")),
        "seniors": count(Q(member__birth_date__lte=terms.aged(terms["check.pension_age"]))),
        "birth_unknown": count(~born),
        "dropouts": count(Q(schooling=UNMET)),
    }


def member_totals(terms: Terms, area_codes: Sequence[str], household_ids: Sequence[int] | None) -> CTE:
    """The totals by household_id, one row for each household with a member."""
    rows = _with_facts(_members(terms, area_codes, household_ids), terms.year)
    rows = rows.annotate(schooling=schooling_state(terms.rules))
    return CTE(rows.order_by().values("household_id").annotate(**totals(terms)), name="people")
