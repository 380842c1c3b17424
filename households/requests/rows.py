"""Cells of a row as they are kept: texts, with the numbers of persons set apart; and how they are shown."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from households.search import holds_number
from poverty.fields.masks import mask_identity
from poverty.ledgers.columns import plain_heading

# Columns whose long digits name no person.
_HARMLESS = re.compile(r"(户编号|户号|家庭编号|人口编号|人编号|成员编号|人员编号|区划代码|日期|时间)")
_NUMBERS = re.compile(r"(证件号|身份证|身份号码|电话|手机|[账帐]户?号|卡号|残疾证)")
# 是否办理残疾证, 残疾证办证年度: about a number, not the number. The cells say which it is.
_ABOUT = re.compile(r"(是否|有无|能否|年度|年份|日期|时间)")
LONGEST = 500
T = TypeVar("T")


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`."""
    rows = iter(rows)
    while taken := list(islice(rows, size)):
        yield taken


def cell_text(raw) -> str:
    """A cell as the sender sees it: 12.5, 2018-05-01, 是."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else f"{raw:.10g}"
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat(" ", "minutes")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw).strip()[:LONGEST]


def names_numbers(heading: str) -> bool | None:
    """Whether a column holds numbers of persons by its heading; None: its cells must be looked at."""
    plain = plain_heading(heading)
    if _NUMBERS.search(plain):
        return None if _ABOUT.search(plain) else True
    return False if _HARMLESS.search(plain) else None


def parted(
    values: Mapping[str, str],
    headings: Mapping[str, str],
    sure: Collection[str] = (),
    figures: Collection[str] = (),
) -> tuple[dict, dict]:
    """(what may stand open, numbers of persons) of values by name.

    `sure`: names known to hold numbers of persons; `figures`: names known to hold amounts or days, and none.
    """
    plain, numbers = {}, {}
    for name, text in values.items():
        if not text:
            continue
        personal = name in sure or names_numbers(headings.get(name, ""))
        if personal is None:
            personal = name not in figures and holds_number(text)
        (numbers if personal else plain)[name] = text
    return plain, numbers


def masked(numbers: Mapping[str, str]) -> dict[str, str]:
    """Numbers of persons as they are shown."""
    return {name: mask_identity(text) for name, text in numbers.items()}


def same_text(left: str, right: str) -> bool:
    """Whether two cells say the same: 12.50 and 12.5, 2018-05-01 and 2018/5/1 written by Excel as a date."""
    if plain_heading(left) == plain_heading(right):
        return True
    try:
        return float(left) == float(right) and max(len(left), len(right)) < 16
    except ValueError:
        return False
