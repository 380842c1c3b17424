"""What is wrong with one cell, in words: what was found, and what was expected.

Nothing here repeats a personal number: texts that hold a longer row of digits are not quoted at all.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from poverty.fields.options import Options
from poverty.fields.states import LABELS
from poverty.ledgers.columns import Column, Kind

FIRST_YEAR, LAST_YEAR = 2013, 2100
STATES = {label: number for number, label in LABELS.items()}


# What people write where there is nothing to write. In a text nothing is lost by reading them as empty; in a
# number or a 是/否 they may mean zero, no or unknown, and only the writer knows which.
DASHES = frozenset({"-", "--", "/", "\\", "—", "——", "–", "―", "−", "一一"})
NOTHING = DASHES | {"无"}

_EDGES = re.compile(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS = re.compile(r"[^\S\n]+")
_MANY_DIGITS = re.compile(r"[0-9]{5}")
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")

Parsed = tuple[Any, "Fault | None"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell. `code` is stored and counted, `message` says what was found, `expected` what
    should stand there; both Chinese, neither with a personal number.
    """

    code: str
    message: str
    expected: str

    def __str__(self) -> str:
        return f"{self.message}应填：{self.expected}。"


def located(sheet: str, row: int, heading: str, fault: Fault) -> str:
    """The fault with its place, as a list of errors says it."""
    return f"工作表“{sheet}”第{row}行“{heading}”：{fault}"


def expected_of(column: Column) -> str:
    """What a column takes, in words; for faults, empty forms and help."""
    return _EXPECTED[column.kind](column)


def plain_text(raw: str) -> str:
    """Without invisible characters and outer blanks, inner runs of blanks as one; line breaks stay."""
    if raw.isalnum():
        return raw
    return _BLANKS.sub(" ", _EDGES.sub("", raw)).strip()


def fault(column: Column, code: str, message: str, expected: str = "") -> Parsed:
    """No value, and the fault: what is wrong (`message`) and what was expected, by default what the column takes."""
    return None, Fault(code, message, expected or expected_of(column))


def quoted(text: str) -> str:
    """“text” for a message, shortened; a text with a longer row of digits is only described."""
    flat = unicodedata.normalize("NFKC", text)
    if _MANY_DIGITS.search(re.sub(r"[\s.,\-]", "", flat)):
        return "“（含号码，不显示）”"
    flat = " ".join(flat.split())
    return f"“{flat[:20]}…”" if len(flat) > 20 else f"“{flat}”"


def not_text(column: Column, raw: Any) -> Parsed | None:
    """Faults that any kind may have, or None: what Excel made of it, and what no cell should hold."""
    if isinstance(raw, str):
        if "#" in raw and _ERRORS.fullmatch(raw.strip()):
            return fault(column, "error_value", "这里是公式出错的结果（如 #N/A）。")
        return None
    if isinstance(raw, (time, timedelta)):
        return fault(column, "time", "这里是钟点，不是要填的内容。")
    return None


def empty(raw: Any) -> bool:
    """Whether nothing that can be seen stands in the cell."""
    return raw is None or (isinstance(raw, str) and not plain_text(raw))


def digits(number: float) -> str:
    """A number as people read it: 12 and not 12.0."""
    whole = abs(number) < 1e15 and number == int(number)
    return str(int(number)) if whole else f"{number:.15g}"


def _labels(options: Options) -> str:
    labels = [option.label for option in options]
    return "、".join(labels[:8]) + (f"等{len(labels)}种" if len(labels) > 8 else "")


_EXPECTED: dict[Kind, Callable[[Column], str]] = {
    Kind.TEXT: lambda column: "文字",
    Kind.CODE: lambda column: "由数字、字母组成的编号，存为文本",
    Kind.IDENTITY: lambda column: "证件上的完整号码，存为文本",
    Kind.PHONE: lambda column: "一个电话号码：手机11位，座机写“区号-号码”，存为文本",
    Kind.BANK: lambda column: "12至19位账号，存为文本",
    Kind.OPTION: lambda column: f"{_labels(column.options)}（填文字）",
    Kind.OPTIONS: lambda column: f"{_labels(column.options)}（填文字，几项之间用“、”隔开）",
    Kind.YES_NO: lambda column: "“是”或“否”",
    Kind.STATE: lambda column: "、".join(STATES),
    Kind.INTEGER: lambda column: "不小于0的整数，不带单位",
    Kind.YEAR: lambda column: f"四位年度，{FIRST_YEAR}至{LAST_YEAR}",
    Kind.NUMBER: lambda column: "不小于0的数字，最多两位小数，不带单位",
    Kind.MONEY: lambda column: "以元为单位的数字，不小于0，最多两位小数",
    Kind.DATE: lambda column: "完整的日期，如2018-01-05、2018/1/5、2018年1月5日",
    Kind.BIRTH_DATE: lambda column: "完整的日期，如2018-01-05、2018/1/5、2018年1月5日",
    Kind.MOMENT: lambda column: "日期和时间，如2018-01-05 08:30",
}
