"""The facts of a village's year as words, block by block, with where each comes from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from households.options.sources import SOURCES
from poverty.standards.wording import figure
from villages.facts import BLOCKS, NATIONAL_CODES, label_of
from villages.models import VillageYear

_YES_NO = {True: "是", False: "否"}
UNITS = {"户", "人", "个", "人次", "亩", "公里", "米", "平方米", "元"}


@dataclass(frozen=True)
class FactWords:
    """One fact: label, value in words ("" not answered), source, national code."""

    name: str
    label: str
    text: str
    source: str = ""
    code: str = ""


def split_label(name: str) -> tuple[str, str]:
    """ "总户数（户）" -> ("总户数", "户"); what stands in brackets and is no unit stays in the label."""
    label, bracket, unit = label_of(name).rpartition("（")
    unit = unit.rstrip("）")
    return (label, unit) if bracket and unit in UNITS else (label_of(name), "")


def words_of(value: Any, unit: str) -> str:
    """A fact's value with its unit; "" when nobody answered."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, Decimal):
        return f"{figure(value)} {unit}".strip()
    return f"{value:,} {unit}".strip() if isinstance(value, int) else str(value)


def blocks_of(row: VillageYear) -> list[tuple[str, list[FactWords]]]:
    """(title, facts) of every block."""
    return [(block.title, [_fact(row, name) for name in block.names]) for block in BLOCKS]


def _fact(row: VillageYear, name: str) -> FactWords:
    label, unit = split_label(name)
    text = words_of(getattr(row, name), unit)
    source, on = row.source_of(name) if text else ("", "")
    told = f"{SOURCES.label(source)} {on}".strip() if text else ""
    return FactWords(name, label, text, told, NATIONAL_CODES.get(name, ""))
