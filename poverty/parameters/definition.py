"""What a dated parameter is: its code, words, unit, kind, default, and where the default comes from.

A default marked FROM_MEMORY is common practice that no document at hand confirms.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from poverty.parameters.kinds import KINDS, Kind

FROM_MEMORY = "(from memory)"


@dataclass(frozen=True)
class Definition:
    """What a parameter code means. `default` has the Python type of the kind, or is None (nothing known)."""

    code: str
    label: str
    group: str
    kind_key: str
    unit: str
    default: Any
    source: str  # document of the default, or FROM_MEMORY; "" where there is no default
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # for texts with a fixed set: (stored, label)
    minimum: int | None = None
    maximum: int | None = None
    by_year: bool = False  # a line that is set for one calendar year

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_key]

    @property
    def is_flag(self) -> bool:
        return self.kind_key == "boolean"

    @property
    def is_number(self) -> bool:
        return self.kind_key in {"integer", "decimal", "money", "percent"}

    @property
    def confirmed(self) -> bool:
        """Whether a document at hand carries the default."""
        return bool(self.source) and self.source != FROM_MEMORY

    def parse(self, text: str) -> Any:
        """Read a typed or stored text; raises ValidationError with a Chinese message."""
        value = self.kind.parse(text)
        if self.choices and value not in dict(self.choices):
            raise ValidationError("请在“" + "”“".join(label for _, label in self.choices) + "”中选择。")
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(f"不能小于 {self.minimum}。")
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(f"不能大于 {self.maximum}。")
        return value

    def store(self, value: Any) -> str:
        """Return the canonical text of a typed value."""
        return self.kind.store(value)

    def show(self, value: Any) -> str:
        """Return a typed value as people read it, without unit; "" for None."""
        if value is None:
            return ""
        return dict(self.choices).get(value) or self.kind.show(value)


def count(code, label, group, unit, default, source, help="", **limits) -> Definition:
    """A whole number."""
    return Definition(code, label, group, "integer", unit, default, source, help, **limits)


def money(code, label, group, default, source, help="") -> Definition:
    """Yuan."""
    return Definition(code, label, group, "money", "元", Decimal(default), source, help)


def percent(code, label, group, default, source, help="") -> Definition:
    """A share in percent; default None: nothing known."""
    value = None if default is None else Decimal(default)
    return Definition(code, label, group, "percent", "%", value, source, help)


def flag(code, label, group, default, source, help="") -> Definition:
    """Yes or no."""
    return Definition(code, label, group, "boolean", "", default, source, help)
