"""What a policy's rule says of an amount: fixed, per unit, half of what is missing to a line, at most so much."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from households.benefits.models import Policy
from households.options.policy_options import DIFFERENCE, FIXED, PER_UNIT, SERVICE, UP_TO

_CENT = Decimal("0.01")


def difference(
    line: Decimal | None, income: Decimal | None, share: Decimal, limit: Decimal | None = None
) -> Decimal | None:
    """(line - income) x share %, yuan per person, half up to 0.01; 0 from the line on; at most `limit`.

    None when the line or the income is not known. (seed-facts.md A23: 与国定标准差额的 50%)
    """
    if line is None or income is None:
        return None
    missing = max(line - income, Decimal(0)) * share / 100
    found = missing.quantize(_CENT, ROUND_HALF_UP)
    return min(found, limit) if limit is not None else found


@dataclass(frozen=True)
class Found:
    """What an amount is to be, and what is wrong with the one given: `fault` refuses, `ask` wants a word of why."""

    amount: Decimal | None
    fault: str = ""
    ask: str = ""


def expected(policy: Policy, units: Decimal | None, short: Decimal | None = None) -> Decimal | None:
    """What the rule gives; None: it does not say. `short`: of a difference, worked out for the person."""
    if policy.rule == FIXED:
        return policy.amount
    if policy.rule == PER_UNIT and units is not None:
        return (policy.amount * units).quantize(_CENT, ROUND_HALF_UP)
    if policy.rule == DIFFERENCE:
        return short
    return None


def weighed(
    policy: Policy,
    amount: Decimal | None,
    *,
    units: Decimal | None = None,
    short: Decimal | None = None,
    note: str = "",
) -> Found:
    """An amount against the policy's rule. Not given, the rule's own is taken; another one than the rule's needs a word
    of why (`note`); above a limit it is refused.
    """
    if policy.rule == SERVICE:
        return Found(None, "这项政策不发钱，不填金额。" if amount is not None else "")
    rule = expected(policy, units, short)
    if policy.rule == PER_UNIT and units is None:
        return Found(amount, f"请填数量（{policy.unit}）。")
    if amount is None:
        amount = rule
    if amount is None:
        return Found(None, "请填金额。")
    if amount <= 0:
        return Found(amount, "金额须大于 0。")
    if amount >= Decimal("10000000"):
        return Found(amount, "金额太大，请核对。")
    if amount != amount.quantize(_CENT):
        return Found(amount, "最多两位小数。")
    if policy.rule in (UP_TO, DIFFERENCE) and policy.amount is not None and amount > policy.amount:
        return Found(amount, f"超过限额 {policy.amount:,.2f} 元。")
    if rule is not None and amount != rule and not note.strip():
        return Found(amount, ask=f"按政策应为 {rule:,.2f} 元，与填的不同，请在说明里写明原因。")
    return Found(amount)
