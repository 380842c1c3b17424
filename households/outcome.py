"""What a save came to, in a sentence: the verdict now, and which indicators changed."""

from collections.abc import Collection, Sequence

from households.explain import explain
from households.indicators import INDICATORS
from households.models import Assessment, Household
from poverty.fields.states import LABELS, UNKNOWN, UNMET

_NONE = "无此项"


def result_of(household: Household, year: int) -> Assessment | None:
    """The stored result of a household for a year; None when it was never judged."""
    return Assessment.objects.filter(household=household, year=year).first()


def words(
    household: Household, year: int, before: Assessment | None, *, only: Collection[str] | None = None
) -> str:
    """The verdict after a save against the result before it, by indicator; why there is none, when there is none.

    `only`: codes of the indicators that the reader may see (None: all, and the verdict).
    """
    after = result_of(household, year)
    if only is not None:
        return _of_own_indicators(before, after, only)
    if after is None:
        return explain(household, year).problem or "尚未判定。"
    parts = [_verdict(before, after)]
    if changed := _states(before, after, INDICATORS):
        parts.append("；".join(changed) + "。")
    elif after.verdict in (UNMET, UNKNOWN):
        parts.append(_lacking(after))
    return "".join(parts)


def _of_own_indicators(before: Assessment | None, after: Assessment | None, only: Collection[str]) -> str:
    if after is None:
        return ""
    changed = _states(before, after, only)
    now = [f"{INDICATORS[code].label}：{LABELS.get(getattr(after, code), _NONE)}" for code in sorted(only)]
    return "；".join(changed or now) + "。"


def _verdict(before: Assessment | None, after: Assessment) -> str:
    now = LABELS[after.verdict]
    if before is None or before.verdict is None:
        return f"现在判定：{now}。"
    if before.verdict == after.verdict:
        return f"判定仍为{now}。"
    return f"判定 {LABELS[before.verdict]} → {now}。"


def _states(before: Assessment | None, after: Assessment, codes: Collection[str]) -> list[str]:
    if before is None:
        return []
    found = []
    for code in codes:
        was, now = _told(before, code), _told(after, code)
        if was != now:
            found.append(f"{INDICATORS[code].label} {was} → {now}")
    return found


def _told(result: Assessment, code: str) -> str:
    """A state in words; the income with its figure."""
    word = LABELS.get(getattr(result, code), _NONE)
    per_head = result.net_income_per_head
    return f"{word}（{per_head:,.2f} 元）" if code == "income" and per_head is not None else word


def _lacking(after: Assessment) -> str:
    unmet, unknown = _named(after, UNMET), _named(after, UNKNOWN)
    parts = []
    if unmet:
        parts.append(f"未达标：{'、'.join(unmet)}。")
    if unknown:
        parts.append(f"待核实：{'、'.join(unknown)}。")
    return "".join(parts)


def _named(after: Assessment, state: int) -> Sequence[str]:
    return [one.label for code, one in INDICATORS.items() if getattr(after, code) == state]
