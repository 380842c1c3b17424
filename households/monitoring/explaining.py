"""Why a clue was raised by judging, in a sentence with its figures."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from households.models import Clue
from households.options.clue_kinds import DANGEROUS_HOUSE, DROPOUT, INCOME_FELL, INCOME_LOW, INSURANCE_LOST
from poverty.fields.states import State

_INDICATORS = {INSURANCE_LOST: "基本医疗", DROPOUT: "义务教育", DANGEROUS_HOUSE: "住房安全"}


def why(clue: Clue) -> str:
    """What the judging found; "" for a clue that somebody brought (it has its own words)."""
    return why_of(clue.kind, clue.year, clue.basis)


def why_of(kind: str, year: int | None, basis: Mapping[str, Any]) -> str:
    """The same from the columns of a clue."""
    if not basis:
        return ""
    if kind == INCOME_LOW:
        return f"{year}年度人均纯收入 {_yuan(basis['now'])} 元，不高于监测范围 {_yuan(basis['line'])} 元。"
    if kind == INCOME_FELL:
        now, last = Decimal(basis["now"]), Decimal(basis["last"])
        fall = ((last - now) / last * 100).quantize(Decimal(1), ROUND_HALF_UP)
        return (
            f"{year}年度人均纯收入 {_yuan(now)} 元，上年 {_yuan(last)} 元，"
            f"下降 {fall}%（达到 {Decimal(basis['percent']).normalize():f}% 提示）。"
        )
    label = _INDICATORS[kind]
    before = "没有结果" if basis.get("last") is None else State(int(basis["last"])).label
    return f"{year}年度{label}未达标，上年{before}。"


def _yuan(value) -> str:
    return f"{Decimal(value):,.2f}"
