"""One cell of a workbook becomes a value or a fault: what was written, and what was expected.

A fault never repeats a personal number: texts that hold a longer row of digits are not quoted at all.
An empty cell is "not answered" (None), never zero and never "no".
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from poverty.fields.bank import parse_bank
from poverty.fields.identity import normalise_identity, parse_identity
from poverty.fields.normalise import compact
from poverty.fields.options import Options
from poverty.fields.phone import parse_phone
from poverty.fields.states import LABELS
from poverty.ledgers.columns import TEXT_ONLY, Column, Kind

FIRST_YEAR, LAST_YEAR = 2013, 2100
LONGEST_TEXT = 2_000  # longer than any field of a form; a pasted letter is a mistake
LARGEST_INTEGER = 10**9
LARGEST_AMOUNT = Decimal(10) ** 10
CACHED_WORDINGS = 5_000

# What people write where there is nothing to write. In a text nothing is lost by reading them as empty; in a
# number or a 是/否 they may mean zero, no or unknown, and only the writer knows which.
DASHES = frozenset({"-", "--", "/", "\\", "—", "——", "–", "―", "−", "一一"})
NOTHING = DASHES | {"无"}

_EDGES = re.compile(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS = re.compile(r"[^\S\n]+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]+")
_NUMBER = re.compile(r"[+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")
_NEGATIVE = re.compile(r"-[0-9.,]+|\([0-9.,]+\)")
_WITH_UNIT = re.compile(r"[¥￥]?[0-9][0-9,.]*[^0-9,.\s]{1,4}|[¥￥][0-9][0-9,.]*")
_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})[日号]?(?:T?[0-9:.]+)?"
)
_EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PART_OF_DAY = re.compile(r"[0-9]{4}(?:[-/.年][0-9]{1,2}月?)?年?|[0-9]{6}")
_MANY_DIGITS = re.compile(r"[0-9]{5}")
_SEVERAL = re.compile(r"[、,，;；\n]+")
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")

_EXCEL_ZERO = date(1899, 12, 30)
# Smaller serial numbers are years (2018) or months written as a decimal (2018.1), not days of 1905.
_SERIALS = range(7_000, 73_416)
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑"})
_NO = frozenset({"否", "无", "×", "✗", "✘"})
_STATES = {label: number for number, label in LABELS.items()}

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


def parse(column: Column, raw: Any, *, today: date) -> Parsed:
    """(value, None), (None, None) for an empty cell, or (None, fault).

    `raw` is what a workbook holds: str, float, int, bool, datetime, date, time, timedelta or None. Values: str for texts and
    numbers of persons (normalised), the key for OPTION, a list of keys for OPTIONS, bool for YES_NO, int for
    INTEGER, YEAR and STATE, Decimal with two places for NUMBER and MONEY, date for DATE.
    """
    return _READERS[column.kind](column, raw, today)


def reader(column: Column, *, today: date) -> Callable[[Any], Parsed]:
    """`parse` for one column, for many rows: kinds with few wordings remember what they have read."""
    read = partial(_READERS[column.kind], column)
    if column.kind not in _FEW_WORDINGS:
        return lambda raw: (None, None) if raw is None else read(raw, today)
    known: dict[tuple[type, Any], Parsed] = {}

    def remembering(raw: Any) -> Parsed:
        key = (raw.__class__, raw)
        found = known.get(key)
        if found is None:
            found = read(raw, today)
            if len(known) < CACHED_WORDINGS:
                known[key] = found
        return found

    return remembering


def expected_of(column: Column) -> str:
    """What a column takes, in words; for faults, empty forms and help."""
    return _EXPECTED[column.kind](column)


def plain_text(raw: str) -> str:
    """Without invisible characters and outer blanks, inner runs of blanks as one; line breaks stay."""
    if raw.isalnum():
        return raw
    return _BLANKS.sub(" ", _EDGES.sub("", raw)).strip()


def _fault(column: Column, code: str, message: str, expected: str = "") -> Parsed:
    return None, Fault(code, message, expected or expected_of(column))


def quoted(text: str) -> str:
    """“text” for a message, shortened; a text with a longer row of digits is only described."""
    flat = unicodedata.normalize("NFKC", text)
    if _MANY_DIGITS.search(re.sub(r"[\s.,\-]", "", flat)):
        return "一串数字"
    flat = " ".join(flat.split())
    return f"“{flat[:20]}…”" if len(flat) > 20 else f"“{flat}”"


def _not_text(column: Column, raw: Any) -> Parsed | None:
    """Faults that any kind may have, or None: what Excel made of it, and what no cell should hold."""
    if isinstance(raw, str):
        return (
            _fault(column, "error_value", "这里是公式出错的结果（如 #N/A）。")
            if _ERRORS.fullmatch(raw.strip())
            else None
        )
    if isinstance(raw, (time, timedelta)):
        return _fault(column, "time", "这里是钟点，不是要填的内容。")
    return None


def _empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not plain_text(raw))


# --- texts and numbers that are texts -------------------------------------------------------------------------


def _text(column, raw, today) -> Parsed:
    if raw is None:
        return None, None
    if not isinstance(raw, str):
        if isinstance(raw, bool):
            return _fault(column, "wrong_kind", "这里是逻辑值（TRUE/FALSE），不是文字。")
        if isinstance(raw, (date, datetime)):
            return _fault(
                column,
                "date_for_text",
                "Excel 把这里的文字改成了日期。",
                "文字（先把单元格设为“文本”格式再填）",
            )
        if isinstance(raw, (int, float)):
            return _digits(raw), None
        return _not_text(column, raw)
    text = plain_text(raw)
    if not text or text in NOTHING:
        return None, None
    if len(text) > LONGEST_TEXT:
        return _fault(column, "too_long", f"文字太长（{len(text)}个字）。", f"不超过{LONGEST_TEXT}个字")
    return _not_text(column, text) or (text, None)


def _digits(number: float) -> str:
    """A number as people read it: 12 and not 12.0."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.15g}"


def _text_only(column, raw, today) -> Parsed:
    """Numbers that must be text. What Excel has made a number of is refused even if it looks right."""
    if raw is None:
        return None, None
    if not isinstance(raw, str):
        return _excel_number(column, raw)
    text = compact(raw)
    if not text or text in NOTHING:
        return None, None
    if _SCIENTIFIC.fullmatch(text) and ("." in text or "+" in text):
        return _fault(
            column,
            "number_for_text",
            "Excel 把号码变成了科学计数（如 5.1E+17），后面几位已经丢失。",
            "先把整列设为“文本”格式，再照证件重新填写号码",
        )
    return _not_text(column, text) or _NUMBERS[column.kind](column, text, today)


def _excel_number(column, raw) -> Parsed:
    if isinstance(raw, bool):
        return _fault(column, "wrong_kind", "这里是逻辑值（TRUE/FALSE），不是号码。")
    if isinstance(raw, (date, datetime)):
        return _fault(
            column,
            "date_for_text",
            "Excel 把这里的号码改成了日期。",
            "先把整列设为“文本”格式，再重新填写号码",
        )
    if isinstance(raw, (int, float)):
        lost = "15位以后的数字已经变成0" if abs(raw) >= 1e15 else "开头的0会丢失"
        return _fault(
            column,
            "number_for_text",
            f"这里存成了数字，不是文本（Excel 中{lost}）。",
            "先把整列设为“文本”格式，再重新填写号码",
        )
    return _not_text(column, raw)


def _code(column, text, today) -> Parsed:
    if not text.isascii() or not text.replace("-", "").isalnum():
        return _fault(column, "characters", "编号里有不该有的字符。")
    if len(text) > 40:
        return _fault(column, "too_long", f"编号太长（{len(text)}位）。", "不超过40位的编号")
    return text.upper(), None


def _identity(column, text, today) -> Parsed:
    """The normalised number. What its kind of document asks for is judged where the kind is known."""
    number = normalise_identity(text)
    if (
        len(number) == 18
        and number.endswith("000")
        and "checksum" in parse_identity(number, today=today).faults
    ):
        return _fault(
            column,
            "digits_lost",
            "证件号码末三位是000且校验不对，多半是 Excel 当数字存过，末几位已经丢失。",
            "先把整列设为“文本”格式，再照证件重新填写号码",
        )
    if not 4 <= len(number) <= 30:
        return _fault(
            column,
            "length",
            f"证件号码只有{len(number)}位。" if len(number) < 4 else f"证件号码有{len(number)}位，太长。",
        )
    return number, None


def _phone(column, text, today) -> Parsed:
    phone = parse_phone(text)
    if phone.faults:
        return None, Fault(f"phone_{phone.faults[0]}", phone.refused[0], expected_of(column))
    return phone.number, None


def _bank(column, text, today) -> Parsed:
    account = parse_bank(text)
    if account.refused:
        return None, Fault(f"bank_{account.faults[0]}", account.refused[0], expected_of(column))
    return account.number, None


# --- choices ---------------------------------------------------------------------------------------------------


def _option(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if isinstance(raw, str):
        text = plain_text(raw)
        found = column.options.by_label(text)
        if found is not None:
            return found.key, None
        if text in DASHES:
            return None, None
    return _no_choice(column, raw)


def _options(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if not isinstance(raw, str):
        return _no_choice(column, raw)
    text = plain_text(raw)
    whole = column.options.by_label(text)  # a label may itself hold a comma
    if whole is not None:
        return [whole.key], None
    if text in DASHES:
        return None, None
    keys = []
    for part in filter(None, (piece.strip() for piece in _SEVERAL.split(text))):
        found = column.options.by_label(part)
        if found is None:
            return _no_choice(column, part)
        if found.key not in keys:
            keys.append(found.key)
    return (keys, None) if keys else _no_choice(column, text)


def _no_choice(column, raw) -> Parsed:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return _not_text(column, raw) or _fault(column, "wrong_kind", "这里不是文字。")
    text = plain_text(raw) if isinstance(raw, str) else _digits(raw)
    if unicodedata.normalize("NFKC", text).isdigit():
        return _fault(column, "code_for_label", "这里填的是代码。各系统、各年度的代码不同，只认文字。")
    return _not_text(column, text) or _fault(column, "unknown_option", f"没有{quoted(text)}这个选项。")


def _yes_no(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if isinstance(raw, bool):
        return raw, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in _YES:
            return True, None
        if text in _NO:
            return False, None
        if text in DASHES:
            return _fault(
                column, "dash", "只画了一道线，分不清是“否”还是没有核实。", "“是”或“否”，没有核实的留空"
            )
        if not text.isdigit():
            return _not_text(column, text) or _fault(
                column, "not_yes_no", f"{quoted(text)}既不是“是”也不是“否”。"
            )
    elif not isinstance(raw, (int, float)):
        return _not_text(column, raw) or _fault(column, "not_yes_no", "这里既不是“是”也不是“否”。")
    return _fault(column, "code_for_label", "这里填的是代码，只认文字“是”“否”。")


def _state(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in _STATES:
            return _STATES[text], None
        if not text.isdigit():
            return _not_text(column, text) or _fault(
                column, "unknown_option", f"没有{quoted(text)}这种情况。"
            )
    return _fault(column, "code_for_label", "这里填的不是达标情况的文字。")


# --- numbers and dates -----------------------------------------------------------------------------------------


def _amount(column, raw) -> Parsed:
    """(Decimal, None) or a fault, for anything that is a number."""
    if isinstance(raw, (bool, date, datetime)):
        what = "日期（多半是单元格格式不对）" if not isinstance(raw, bool) else "逻辑值（TRUE/FALSE）"
        return _fault(column, "not_a_number", f"这里是{what}，不是数字。")
    if isinstance(raw, (int, float)):
        # Excel computes with 15 digits; what stands beyond them is noise of the binary form.
        number = Decimal(f"{raw:.15g}") if abs(raw) < 1e300 else Decimal(0)
        return (number, None) if number >= 0 else _fault(column, "negative", "这里是负数。")
    if not isinstance(raw, str):
        return _not_text(column, raw)
    text = compact(raw)
    if text in NOTHING:
        return _fault(column, "dash", f"只写了“{text}”，分不清是0还是不知道。", "没有的填0，不知道的留空")
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "")), None
    if _NEGATIVE.fullmatch(text):
        return _fault(column, "negative", "这里是负数。")
    if _WITH_UNIT.fullmatch(text):
        return _fault(column, "unit", "数字后面带了单位或其他字。")
    return _not_text(column, text) or _fault(column, "not_a_number", f"{quoted(text)}不是数字。")


def _integer(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    number, fault = _amount(column, raw)
    if fault:
        return None, fault
    if number != int(number):
        return _fault(column, "not_whole", "这里有小数。")
    if number > LARGEST_INTEGER:
        return _fault(column, "too_large", "数字太大，像是号码填错了列。")
    return int(number), None


def _two_places(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    number, fault = _amount(column, raw)
    if fault:
        return None, fault
    if number >= LARGEST_AMOUNT:
        return _fault(column, "too_large", "数字太大，像是号码填错了列。")
    rounded = number.quantize(Decimal("0.01"))
    if rounded != number:
        return _fault(column, "too_precise", "小数超过两位。")
    return rounded, None


def _year(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in DASHES:
            return None, None
        found = _YEAR.fullmatch(text)
        year = int(found[1]) if found else None
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
        year = int(raw) if raw == int(raw) else None
    elif isinstance(raw, (date, datetime)):
        return _fault(column, "not_a_year", "这里是日期，不是年度。")
    else:
        year = None
    if year is None:
        return _not_text(column, raw) or _fault(column, "not_a_year", "这里不是年度。")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _fault(
            column, "year_out_of_range", f"年度{year}不在范围内。" if year < 10_000 else "年度不在范围内。"
        )
    return year, None


def _date(column, raw, today) -> Parsed:
    if _empty(raw):
        return None, None
    if isinstance(raw, datetime):
        return _within(column, raw.date())
    if isinstance(raw, date):
        return _within(column, raw)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return _not_text(column, raw) or _fault(column, "not_a_date", "这里不是日期。")
    text = compact(raw) if isinstance(raw, str) else _digits(raw)
    if text in DASHES:
        return None, None
    if found := _DAY.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text):
        year, month, day = (int(part) for part in found.groups() if part is not None)
        try:
            return _within(column, date(year, month, day))
        except ValueError:
            return _fault(column, "no_such_day", "没有这一天。")
    if text.replace(".", "", 1).isdigit() and len(text.split(".")[0]) == 5 and int(float(text)) in _SERIALS:
        return _within(column, _EXCEL_ZERO + timedelta(days=int(float(text))))
    if _PART_OF_DAY.fullmatch(text):
        return _fault(column, "part_of_date", "日期不全，缺月或日。")
    return _not_text(column, text) or _fault(column, "not_a_date", f"{quoted(text)}不是日期。")


def _within(column, day: date) -> Parsed:
    if 1900 <= day.year <= LAST_YEAR:
        return day, None
    return _fault(column, "date_out_of_range", f"年份{day.year}不在范围内。")


_READERS: dict[Kind, Callable[[Column, Any, date], Parsed]] = {
    Kind.TEXT: _text,
    **dict.fromkeys(TEXT_ONLY - {Kind.TEXT}, _text_only),
    Kind.OPTION: _option,
    Kind.OPTIONS: _options,
    Kind.YES_NO: _yes_no,
    Kind.STATE: _state,
    Kind.INTEGER: _integer,
    Kind.YEAR: _year,
    Kind.NUMBER: _two_places,
    Kind.MONEY: _two_places,
    Kind.DATE: _date,
}
_NUMBERS = {Kind.CODE: _code, Kind.IDENTITY: _identity, Kind.PHONE: _phone, Kind.BANK: _bank}
_FEW_WORDINGS = frozenset({Kind.OPTION, Kind.OPTIONS, Kind.YES_NO, Kind.STATE, Kind.YEAR, Kind.INTEGER})


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
    Kind.STATE: lambda column: "、".join(_STATES),
    Kind.INTEGER: lambda column: "不小于0的整数，不带单位",
    Kind.YEAR: lambda column: f"四位年度，{FIRST_YEAR}至{LAST_YEAR}",
    Kind.NUMBER: lambda column: "不小于0的数字，最多两位小数，不带单位",
    Kind.MONEY: lambda column: "以元为单位的数字，不小于0，最多两位小数",
    Kind.DATE: lambda column: "完整的日期，如2018-01-05、2018/1/5、2018年1月5日",
}
