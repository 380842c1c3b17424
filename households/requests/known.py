"""What the register knows of a row's household or person: the columns of its ledgers, found by heading."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django.db.models import FilteredRelation, Q

from households.incoming.fields import OF_A_YEAR, TargetField, target_fields
from households.incoming.households import COLUMNS as HOUSEHOLD_FORM
from households.incoming.persons import COLUMNS as PERSON_FORM
from households.ledgers.households import HOUSEHOLDS
from households.ledgers.persons import PERSONS
from households.models.household import Household
from households.models.member import Membership
from poverty.ledgers.columns import SENSITIVE, Column, Kind, plain_heading
from poverty.ledgers.outgoing.values import Reading, plain
from poverty.sql.periods import valid_at

_FIGURES = frozenset({Kind.MONEY, Kind.NUMBER, Kind.INTEGER, Kind.YEAR, Kind.DATE})

AT_ONCE = 2_000
_PLACES = {
    "province": "area__parent__parent__parent__parent__name",
    "city": "area__parent__parent__parent__name",
    "county": "area__parent__parent__name",
    "township": "area__parent__name",
    "village": "area__name",
}
_HOUSEHOLD_PREFIX, _SURVEY_PREFIX = "household.", "survey."
# In a sheet with a row per household these words mean its head.
_OF_THE_HEAD = {"name": "head_name", "identity": "head_identity"}
# What a ledger says as of the end of a closed year is filled in as it is now, for work that is to be done now.
_AS_OF_NOW = {"head_name": "head_name", "head_identity": "head__identity", "size": "size"}
_AS_READ = {"birth_date": Kind.DATE}
_NOT_FOR_PREFILLING = frozenset({"year", "net_income_per_head"})


@cache
def household_columns() -> dict[str, Column]:
    """By key: what can be known of a household, as lookups from Household (with `survey` of the year beside it)."""
    found: dict[str, Column] = {}
    for column in HOUSEHOLDS.columns:
        found.setdefault(column.key, replace(column, source=_AS_OF_NOW.get(column.key, column.source)))
    for column in HOUSEHOLD_FORM:
        if column.key in _PLACES:
            known = found.get(column.key)
            aliases = (*column.aliases, *((known.heading,) if known else ()))
            found[column.key] = replace(column, source=_PLACES[column.key], aliases=aliases)
        elif column.target.startswith(_SURVEY_PREFIX):
            found.setdefault(column.key, replace(column, source=column.target.replace(".", "__")))
        elif column.target.startswith(_HOUSEHOLD_PREFIX):
            own = replace(column, source=column.target.removeprefix(_HOUSEHOLD_PREFIX))
            known = found.get(column.key)
            found[column.key] = replace(own, aliases=(*own.aliases, *((known.heading,) if known else ())))
    for column in HOUSEHOLD_FORM:
        known = found.get(column.key)
        if known:
            found[column.key] = replace(
                known, aliases=tuple({*known.aliases, *column.aliases, column.heading} - {known.heading})
            )
    return {key: one for key, one in found.items() if key not in _NOT_FOR_PREFILLING}


@cache
def person_columns() -> dict[str, Column]:
    """By key: what can be known of a person, as lookups from Membership (with `facts` and `survey` beside it)."""
    aliases = {one.key: (one.heading, *one.aliases) for one in PERSON_FORM}
    found = {
        column.key: replace(
            column,
            aliases=tuple({*column.aliases, *aliases.get(column.key, ())} - {column.heading}),
            kind=_AS_READ.get(column.key, column.kind),
        )
        for column in PERSONS.columns
        if column.key not in _AS_OF_NOW
    }
    for key, column in household_columns().items():
        if key not in found:
            lookup = column.lookup
            own = lookup if lookup.startswith("survey__") else f"household__{lookup}"
            found[key] = replace(column, source=own)
    return {key: one for key, one in found.items() if key not in _NOT_FOR_PREFILLING}


@cache
def _by_heading() -> dict[str, str]:
    found: dict[str, str] = {}
    for columns in (person_columns(), household_columns()):
        for column in columns.values():
            for wording in (column.heading, *column.aliases):
                found.setdefault(plain_heading(wording), column.key)
    return found


def find_source(heading: str) -> str:
    """Key of the register's column that a heading means; "" for none."""
    return _by_heading().get(plain_heading(heading), "")


def source_choices() -> list[tuple[str, str]]:
    """(key, heading) of everything that can be prefilled, for a list to choose from."""
    found = {key: column.heading for key, column in household_columns().items()}
    found |= {key: column.heading for key, column in person_columns().items()}
    return list(found.items())


def column_of(source: str) -> Column | None:
    """The register's column of this key; None for no such."""
    return person_columns().get(source) or household_columns().get(source)


@cache
def yearly_facts() -> dict[str, TargetField]:
    """By key: the facts of a year that answers may go into."""
    return {
        one.key: one
        for one in target_fields((*PERSON_FORM, *HOUSEHOLD_FORM))
        if one.table in OF_A_YEAR and not one.sensitive
    }


def fact_choices() -> list[tuple[str, str]]:
    """(key, heading) of the facts that answers may go into."""
    return [(key, one.column.heading) for key, one in yearly_facts().items()]


def is_sensitive(source: str) -> bool:
    """Whether a column of the register holds numbers of persons."""
    column = column_of(source)
    return column is not None and column.kind in SENSITIVE


def is_figure(source: str) -> bool:
    """Whether a column of the register holds amounts, counts or days: long as they may be, they name nobody."""
    column = column_of(source)
    return column is not None and column.kind in _FIGURES


def of_households(keys: Iterable[int], sources: list[str], year: int) -> dict[int, dict[str, str]]:
    """{household: {source: text}} of households, numbers in clear; sources that only persons have are missing."""
    own = {one: _OF_THE_HEAD.get(one, one) for one in sources}
    columns = [household_columns()[key] for key in dict.fromkeys(own.values()) if key in household_columns()]
    rows = Household.objects.annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year))
    ).filter(pk__in=list(keys))
    found = _read(rows, columns, "pk")
    return {
        pk: {source: values[key] for source, key in own.items() if key in values}
        for pk, values in found.items()
    }


def of_persons(keys: Iterable[int], sources: list[str], year: int, *, day) -> dict[int, dict[str, str]]:
    """{member: {source: text}} of persons in the household where they are on a day, numbers in clear."""
    columns = [person_columns()[one] for one in sources if one in person_columns()]
    rows = Membership.objects.annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
        survey=FilteredRelation("household__surveys", condition=Q(household__surveys__year=year)),
    ).filter(valid_at(day), member__in=list(keys))
    return _read(rows, columns, "member_id")


def _read(rows, columns: list[Column], key: str) -> dict[int, dict[str, str]]:
    if not columns:
        return {}
    reading = Reading(columns, full=True)
    found = {}
    for row in rows.order_by().values_list(*reading.lookups[:-1], key):
        cells = reading.cells(row)
        found[row[-1]] = {
            column.key: text for column, cell in zip(columns, cells, strict=True) if (text := plain(cell))
        }
    return found
