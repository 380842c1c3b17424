"""Which indicators exist, by subject. What they measure is said in the subject's app, which registers them
here.

Standards stand below the apps whose facts they judge, so they cannot look the indicators up: `households`
(later `villages`) hands its list over when it is loaded. A standard can name registered indicators only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from poverty.standards.comparisons import Comparison
from poverty.standards.subjects import Subject


@dataclass(frozen=True)
class IndicatorSpec:
    """What a standard must know of an indicator.

    `sector` is the bureau (or "" for whoever visits) that can fill it. `minimum` and `maximum` bound the
    threshold, both inclusive; left out they follow from the unit: % from 0 to 100, 元 from 1 to 100,000,
    else 0 and no upper bound. A boolean indicator is compared with is_true only and has no threshold.
    """

    code: str
    label: str
    unit: str = ""
    kind: Literal["number", "boolean"] = "boolean"
    comparisons: tuple[str, ...] = ()
    default_comparison: str = ""
    sector: str = ""
    help: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def __post_init__(self):
        numeric = self.kind == "number"
        allowed = tuple(str(one) for one in self.comparisons) or (
            tuple(one for one in Comparison.values if one != Comparison.IS_TRUE)
            if numeric
            else (Comparison.IS_TRUE.value,)
        )
        if (Comparison.IS_TRUE in allowed) is numeric or set(allowed) - set(Comparison.values):
            raise ValueError(f"Indicator {self.code}: comparisons {allowed} do not suit kind {self.kind}.")
        object.__setattr__(self, "comparisons", allowed)
        object.__setattr__(self, "default_comparison", str(self.default_comparison or allowed[0]))
        if self.default_comparison not in allowed:
            raise ValueError(
                f"Indicator {self.code}: default comparison {self.default_comparison} is not allowed."
            )
        low, high = _bounds(self.unit) if numeric else (None, None)
        object.__setattr__(self, "minimum", low if self.minimum is None else self.minimum)
        object.__setattr__(self, "maximum", high if self.maximum is None else self.maximum)

    @property
    def is_boolean(self) -> bool:
        return self.kind == "boolean"


def _bounds(unit: str) -> tuple[Decimal, Decimal | None]:
    if unit.startswith("%"):
        return Decimal(0), Decimal(100)
    if unit.startswith("元"):
        return Decimal(1), Decimal(100_000)
    return Decimal(0), None


_specs: dict[str, dict[str, IndicatorSpec]] = {subject.value: {} for subject in Subject}


def register(subject: str, specs: Iterable[IndicatorSpec]) -> None:
    """Make the indicators of a subject known, in the order in which pages show them.

    Registering an equal spec twice does nothing; another spec under a known code raises ValueError, since a
    stored standard would silently change its meaning.
    """
    known = _specs[Subject(subject).value]
    for one in specs:
        if known.setdefault(one.code, one) != one:
            raise ValueError(f"Indicator {one.code} of {subject} is already registered with another meaning.")


def specs(subject: str) -> list[IndicatorSpec]:
    """Return the indicators of a subject in their order; empty when no app has registered any."""
    return list(_specs[Subject(subject).value].values())


def spec(subject: str, code: str) -> IndicatorSpec | None:
    """Return one indicator, or None when nobody defines it."""
    return _specs[Subject(subject).value].get(code)
