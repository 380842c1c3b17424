"""The arithmetic of the income sheet: groups from items, net income, per head, and jumps against last year."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from households.options.income_items import (
    BESIDE,
    EXPENSE,
    INCOME_GROUPS,
    INCOME_ITEMS,
    PRODUCTION,
    PROPERTY,
    TRANSFER,
    WAGE,
)

# Key of INCOME_GROUPS -> the field of Survey that holds its total.
GROUP_FIELDS = {
    WAGE: "wage_income",
    PRODUCTION: "production_income",
    PROPERTY: "property_income",
    TRANSFER: "transfer_income",
    EXPENSE: "production_expense",
}
_CENT = Decimal("0.01")


def group_totals(items: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Sum items into the survey's group fields, yuan: only groups that have an item, each with the item's sign.

    What does not count (beside) goes into no group. (standards.md 5.1-5.3)
    """
    totals: dict[str, Decimal] = {}
    for key, amount in items.items():
        item = INCOME_ITEMS[key]
        if item.group != BESIDE:
            field = GROUP_FIELDS[item.group]
            totals[field] = totals.get(field, Decimal(0)) + item.sign * amount
    return totals


def net_of(totals: Mapping[str, Decimal | None]) -> Decimal | None:
    """纯收入, yuan, from totals by group field; None unless all five are answered: blank is not zero."""
    values = {group: totals.get(field) for group, field in GROUP_FIELDS.items()}
    if None in values.values():
        return None
    return sum((INCOME_GROUPS[group].sign * value for group, value in values.items()), Decimal(0))


def per_head(net: Decimal | None, members: int) -> Decimal | None:
    """人均纯收入, yuan to 0.01, half away from zero as the database rounds; None when either is not known."""
    if net is None or not members:
        return None
    return (net / members).quantize(_CENT, ROUND_HALF_UP)


def jump(now: Decimal | None, before: Decimal | None, ratio: Decimal) -> Decimal | None:
    """How far `now` is from `before` as a share of it, signed, when that is more than `ratio`; else None.

    Without a figure on either side, or from nothing, there is no share and so no question.
    """
    if now is None or not before or before < 0:
        return None
    share = (now - before) / before
    return share if abs(share) > ratio else None


def jump_words(share: Decimal, now: Decimal, before: Decimal) -> str:
    """The question that a jump asks."""
    percent = abs(share * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return f"比上年{'增加' if share > 0 else '减少'} {percent}%（上年 {before:,.2f} 元，现填 {now:,.2f} 元），请核对。"
