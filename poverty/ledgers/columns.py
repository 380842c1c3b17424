"""What a table has for columns: one list draws the page, writes Excel and CSV, and names what an import accepts.

Headings are the official words of the form (domain/forms.md 7). Imports go by heading or alias, never by position
or code.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from poverty.fields.options import Options

_BLANKS = re.compile(r"\s+")


class Kind(Enum):
    """What stands in a column: how it is read, shown, aligned and written."""

    TEXT = "文字"
    CODE = "编号"  # text that looks like a number: 户编号, 区划代码; always written as text
    IDENTITY = "证件号码"
    PHONE = "电话"
    BANK = "银行账号"
    OPTION = "选项"  # shown by label, stored by key
    OPTIONS = "多选"  # labels joined by "、" or ","
    YES_NO = "是/否"  # None: not answered
    STATE = "达标情况"
    INTEGER = "整数"
    YEAR = "年度"
    NUMBER = "数量"  # two decimals
    MONEY = "金额"  # yuan, two decimals
    DATE = "日期"
    BIRTH_DATE = "出生日期"  # masked, or with the mask of the number beside it the number could be worked out
    MOMENT = "时间"  # day and time of the place, to the second


SENSITIVE = frozenset({Kind.IDENTITY, Kind.PHONE, Kind.BANK})
# What goes out masked without the right to full numbers.
MASKED = SENSITIVE | {Kind.BIRTH_DATE}
# Never a number in a workbook: leading zeros and the last digits of 18 would be lost.
TEXT_ONLY = SENSITIVE | {Kind.CODE, Kind.TEXT}


@dataclass(frozen=True)
class Column:
    """One column. `key` is its name in code, stable and short.

    `source`: the lookup or annotation of a ledger's queryset that it shows (default: the key), for exports.
    `target`: where an import puts it ("survey.wage_income"); "" for columns that only help to match or to check.
    `group`: the merged heading above it, where the form has one. `width` in characters. `total`: summed by formula
    at the foot. `needed`: an import refuses a file without this column.
    `signed`: a negative number is a value (纯收入 after a bad year), not a fault.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    source: Any = ""
    target: str = ""
    aliases: tuple[str, ...] = ()
    options: Options | None = None
    group: str = ""
    width: int = 12
    total: bool = False
    needed: bool = False
    signed: bool = False

    def __post_init__(self):
        if self.kind in (Kind.OPTION, Kind.OPTIONS) and self.options is None:
            raise ValueError(f"{self.key}: a column of options names its list.")

    @property
    def sensitive(self) -> bool:
        """A personal number: masked without the right to full numbers, and encrypted wherever it is kept."""
        return self.kind in SENSITIVE

    @property
    def masked(self) -> bool:
        """Whether it goes out masked without the right to full numbers."""
        return self.kind in MASKED

    @property
    def lookup(self) -> Any:
        return self.source or self.key


def plain_heading(text: Any) -> str:
    """A heading without what differs between copies of a form: blanks, width of letters and brackets, case, stars."""
    flat = unicodedata.normalize("NFKC", "" if text is None else str(text))
    return _BLANKS.sub("", flat).replace("*", "").casefold()


@dataclass(frozen=True)
class Headings:
    """How a row of headings fits a list of columns.

    `places` maps column keys to positions (from 0). `missing` are needed columns that are not there, `unknown`
    headings nobody knows, `doubled` headings that mean a column already found.
    """

    places: dict[str, int]
    missing: tuple[Column, ...]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...]


def match_headings(cells: Sequence[Any], columns: Sequence[Column]) -> Headings:
    """Find the columns in a row of headings, in any order, by heading or alias. Empty cells do not count."""
    known = {}
    for column in columns:
        for wording in (column.heading, *column.aliases):
            known.setdefault(plain_heading(wording), column)
    places: dict[str, int] = {}
    unknown, doubled = [], []
    for position, cell in enumerate(cells):
        heading = plain_heading(cell)
        if not heading:
            continue
        column = known.get(heading)
        if column is None:
            unknown.append(str(cell).strip())
        elif column.key in places:
            doubled.append(str(cell).strip())
        else:
            places[column.key] = position
    missing = tuple(one for one in columns if one.needed and one.key not in places)
    return Headings(places, missing, tuple(unknown), tuple(doubled))
