"""What a condition is made of: the terms it is compiled with, its parameters, and three-valued expressions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, Expression, Q, Value, When
from django.utils import timezone

from households.options.policy_options import HOUSEHOLD
from poverty.fields.options import Options


@dataclass(frozen=True)
class Terms:
    """For which place and year conditions are compiled. `lines`: yuan by parameter code, None where none is known."""

    year: int
    day: date  # who belongs to a household on this day counts
    lines: Mapping[str, Decimal | None]
    of: str  # HOUSEHOLD: rows are households; MEMBER: memberships

    def path(self, column: str) -> str:
        """The lookup of a household's column."""
        return column if self.of == HOUSEHOLD else f"household__{column}"

    def dated(self, column: str) -> str:
        """The lookup of a column that has dated rows (status, kind): as it was on the day, where that is past."""
        return f"of_day__{column}" if self.day < timezone.localdate() else self.path(column)


@dataclass(frozen=True)
class Parameter:
    """What a condition is told: one of a list of keys, or a whole number; with the words of a form."""

    name: str
    label: str
    options: Options | None = None
    minimum: int = 0
    maximum: int = 200

    def read(self, value: Any) -> Any:
        """The value as it is kept; ValidationError when it is none."""
        if self.options is not None:
            keys = [value] if isinstance(value, str) else list(value or ())
            if not keys or any(key not in self.options for key in keys):
                raise ValidationError(f"{self.label}：请从列表中选择。")
            return [key for key in self.options.keys if key in keys]
        try:
            number = int(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(f"{self.label}：请填整数。") from error
        if not self.minimum <= number <= self.maximum:
            raise ValidationError(f"{self.label}：须在 {self.minimum} 至 {self.maximum} 之间。")
        return number

    def words(self, value: Any) -> str:
        """The value in words."""
        return "、".join(self.options.label(key) for key in value) if self.options is not None else str(value)


@dataclass(frozen=True)
class Condition:
    """One kind of condition. `of`: whose rows it asks; a member's may also be asked of a household: 有成员……"""

    key: str
    label: str
    of: str
    compile: Callable[[Mapping[str, Any], Terms], Expression]
    phrase: str  # {name} stands for a parameter's words
    parameters: tuple[Parameter, ...] = ()
    fact: str = ""  # what to ask for when it is not known

    def words(self, given: Mapping[str, Any]) -> str:
        """In the field's words: 在校阶段为中职、高职、技师学院."""
        return self.phrase.format(**{one.name: one.words(given[one.name]) for one in self.parameters})


def states(yes: Q, unknown: Q | None = None) -> Case:
    """True where `yes`, NULL where `unknown`, else false."""
    whens = [When(yes, then=Value(True))]
    if unknown is not None:
        whens.append(When(unknown, then=Value(None)))
    return Case(*whens, default=Value(False), output_field=BooleanField(null=True))


def chosen(path: str, keys) -> Case:
    """A column holds one of these keys; an empty one is not known. No row beside it: NULL falls to unknown."""
    return states(Q(**{f"{path}__in": keys}), Q(**{path: ""}) | Q(**{f"{path}__isnull": True}))


def flag(path: str) -> Case:
    return states(Q(**{path: True}), Q(**{f"{path}__isnull": True}))
