"""Where a column of an import goes: the table and field of the register, from the column's `target`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import DateField, DecimalField, F, Field, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf

from households.models import Household, Member, Membership, MemberSurvey, Survey
from poverty.ledgers.columns import Column

HOUSEHOLD, MEMBER, MEMBERSHIP, SURVEY, MEMBER_SURVEY = (
    "household",
    "member",
    "membership",
    "survey",
    "member_survey",
)
TABLES = {
    HOUSEHOLD: Household,
    MEMBER: Member,
    MEMBERSHIP: Membership,
    SURVEY: Survey,
    MEMBER_SURVEY: MemberSurvey,
}
# How a staged row leads to each table; the facts of the year are FilteredRelations (households.models.staged).
PATHS = {
    HOUSEHOLD: "household",
    MEMBER: "member",
    MEMBERSHIP: "belongs",
    SURVEY: "facts",
    MEMBER_SURVEY: "own_facts",
}
# Facts of a year, each with its source and day.
OF_A_YEAR = (SURVEY, MEMBER_SURVEY)
# Numbers are compared by the hash that stands beside them, under the name of the staged hash.
_HASHES = {"identity": "identity_hash", "phone": "phone_hash", "bank_account": "bank_account_hash"}
_OWN_COLUMNS = ("household_no", "member_no")


def cell(key: str) -> KeyTextTransform:
    """The staged text of a column, NULL where the cell is empty."""
    return KeyTextTransform(key, "cells__values")


@dataclass(frozen=True)
class TargetField:
    """One column with a place in the register."""

    column: Column
    table: str
    name: str

    @property
    def key(self) -> str:
        """The column's name in staged rows."""
        return self.column.key

    @cached_property
    def field(self) -> Field:
        """Where the value stands in the register."""
        return TABLES[self.table]._meta.get_field(self.name)

    @property
    def sensitive(self) -> bool:
        """Whether it is somebody's number: compared by hash, kept sealed."""
        return self.column.sensitive

    @property
    def path(self) -> str:
        """The lookup of the present value from a staged row; for a number, of its hash."""
        name = _HASHES[self.name] if self.sensitive else self.name
        return f"{PATHS[self.table]}__{name}"

    @property
    def staged_hash(self) -> str:
        """The staged row's hash of a number."""
        return f"{self.key}_hash"

    @property
    def is_text(self) -> bool:
        """Whether the register says "" where nothing is known."""
        return not self.field.null and self.field.get_internal_type() == "CharField"

    def incoming(self):
        """The staged value as an expression of the field's own type, of a number its hash; NULL: an empty cell."""
        if self.sensitive:
            return F(self.staged_hash)
        if self.key in _OWN_COLUMNS:
            return NullIf(Cast(F(self.key), TextField()), Value("", TextField()))
        return Cast(cell(self.key), self.plain_field)

    @property
    def plain_field(self) -> Field:
        """A field of the same type that says nothing of choices."""
        if isinstance(self.field, DecimalField | DateField) or self.field.get_internal_type() in (
            "BooleanField",
            "SmallIntegerField",
        ):
            return self.field.__class__(**_digits(self.field))
        return TextField()

    def present(self):
        """The present value; NULL where nothing is known."""
        return (
            NullIf(Cast(F(self.path), TextField()), Value("", TextField())) if self.is_text else F(self.path)
        )

    def record_key(self, year: int | None) -> str:
        """Its name among the last national values."""
        return f"{year}.{self.key}" if self.table in OF_A_YEAR else self.key


def _digits(field: Field) -> dict:
    if isinstance(field, DecimalField):
        return {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    return {}


def target_fields(columns: Iterable[Column]) -> tuple[TargetField, ...]:
    """The columns that have a place in the register."""
    found = []
    for column in columns:
        if column.target:
            table, _, name = column.target.partition(".")
            found.append(TargetField(column, table, name))
    return tuple(found)
