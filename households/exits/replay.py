"""Judging a frozen copy of an exit again: each frozen value with its frozen requirement, through the same lookups.

The line that counts is the one that stood in the copy: a decision of 2016 is judged by the line of 2016.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, DecimalField, IntegerField, Value

from households.exits.freezing import TOTALS
from households.indicators import INDICATORS
from households.judging import state_of
from households.models import INDICATOR_COLUMNS
from poverty.fields.states import LABELS
from poverty.review.models import FrozenCopy
from poverty.review.workflows import Replayed
from poverty.standards.models import Requirement
from poverty.standards.wording import phrase

_MONEY = DecimalField(max_digits=14, decimal_places=2)
_YES_NO = BooleanField(null=True)


def replayed(content: Mapping[str, Any]) -> list[Replayed]:
    """One line per requirement of a copy: value, frozen result, and the result the lookups give for it now."""
    asked = content["standard"].get("requirements", [])
    requirements = [_requirement(one) for one in asked]
    now = _states(content["measured"], requirements)
    stored = content["result"].get("states", {})
    return [
        Replayed(
            label=told["label"],
            required=_required(one),
            value=_value(content["measured"], one.indicator),
            stored=_label(stored.get(one.indicator)),
            now=_label(now[one.indicator]),
        )
        for told, one in zip(asked, requirements, strict=True)
    ]


def _requirement(told: Mapping[str, Any]) -> Requirement:
    threshold = told["threshold"]
    return Requirement(
        indicator=told["indicator"],
        comparison=told["comparison"],
        threshold=None if threshold is None else Decimal(threshold),
    )


def _states(measured: Mapping[str, Any], requirements: list[Requirement]) -> dict[str, int]:
    """The frozen values put where judging has its measures, and compared by the expressions of judging."""
    values = {name: Value(int(measured.get(name) or 0), IntegerField()) for name in TOTALS}
    for code in INDICATOR_COLUMNS:
        values[f"measured_{code}"] = _constant(code, measured.get(f"measured_{code}"))
    # A SELECT needs a table; of the copies there is at least the one that is being judged.
    rows = FrozenCopy.objects.order_by().annotate(**values)
    rows = rows.annotate(**{f"state_{one.indicator}": state_of(one) for one in requirements})
    found = rows.values(*(f"state_{one.indicator}" for one in requirements)).first() or {}
    return {name.removeprefix("state_"): state for name, state in found.items()}


def _constant(code: str, value: Any) -> Value:
    if INDICATORS[code].spec.kind == "number":
        return Value(None if value is None else Decimal(value), _MONEY)
    return Value(value, _YES_NO)


def _required(one: Requirement) -> str:
    return phrase(one.comparison, one.threshold, INDICATORS[one.indicator].spec.unit)


def _value(measured: Mapping[str, Any], code: str) -> str:
    value = measured.get(f"measured_{code}")
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _label(state: int | None) -> str:
    return "" if state is None else LABELS[state]
