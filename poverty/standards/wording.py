"""How a requirement reads, the same in tables, differences and messages."""

from decimal import Decimal

from poverty.standards.comparisons import Comparison


def figure(value: Decimal | None) -> str:
    """Write a threshold with thousands separators and only the decimals it has; NULL is 待填."""
    if value is None:
        return "待填"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def phrase(comparison: str, threshold: Decimal | None, unit: str) -> str:
    """Write what is asked for: 大于 3,747 元/人·年; 达到 for a yes/no indicator."""
    label = Comparison(comparison).label
    if comparison == Comparison.IS_TRUE:
        return label
    return f"{label} {figure(threshold)} {unit}".rstrip()
