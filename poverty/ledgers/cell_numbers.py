"""Numbers, years and days, as people write them."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from poverty.fields.normalise import compact
from poverty.ledgers.cell_faults import (
    DASHES,
    FIRST_YEAR,
    LAST_YEAR,
    NOTHING,
    Parsed,
    digits,
    empty,
    fault,
    not_text,
    plain_text,
    quoted,
)

LARGEST_INTEGER = 10**9
LARGEST_AMOUNT = Decimal(10) ** 10

_NUMBER = re.compile(r"[+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")
_NEGATIVE = re.compile(r"-[0-9.,]+|\([0-9.,]+\)")
_WITH_UNIT = re.compile(r"[¥￥]?[0-9][0-9,.]*[^0-9,.\s]{1,4}|[¥￥][0-9][0-9,.]*")
_CLOCK = re.compile(r"(?:T|\s+)[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9.]+)?$")
_CLOCK_PARTS = re.compile(r"(?<!\.)[0-9]+")
_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})[日号]?"
)
_EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PART_OF_DAY = re.compile(r"[0-9]{4}(?:[-/.年][0-9]{1,2}月?)?年?|[0-9]{6}")

_EXCEL_ZERO = date(1899, 12, 30)
# Smaller serial numbers are years (2018) or months written as a decimal (2018.1), not days of 1905.
_SERIALS = range(7_000, 73_416)


def _amount(column, raw) -> Parsed:
    """(Decimal, None) or a fault, for anything that is a number."""
    if isinstance(raw, (bool, date, datetime)):
        what = "日期（多半是单元格格式不对）" if not isinstance(raw, bool) else "逻辑值（TRUE/FALSE）"
        return fault(column, "not_a_number", f"这里是{what}，不是数字。")
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw):
            return fault(column, "not_a_number", "这里不是数字。")
        # Excel computes with 15 digits; what stands beyond them is noise of the binary form.
        number = Decimal(f"{raw:.15g}")
        return (number, None) if number >= 0 or column.signed else fault(column, "negative", "这里是负数。")
    if not isinstance(raw, str):
        return not_text(column, raw)
    text = compact(raw)
    if text in NOTHING:
        return fault(column, "dash", f"只写了“{text}”，分不清是0还是不知道。", "没有的填0，不知道的留空")
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "")), None
    if _NEGATIVE.fullmatch(text):
        if column.signed:
            return -Decimal(text.strip("-()").replace(",", "")), None
        return fault(column, "negative", "这里是负数。")
    if _WITH_UNIT.fullmatch(text):
        return fault(column, "unit", "数字后面带了单位或其他字。")
    return not_text(column, text) or fault(column, "not_a_number", f"{quoted(text)}不是数字。")


def read_integer(column, raw, today) -> Parsed:
    """A whole number up to LARGEST_INTEGER; None from an empty cell."""
    if empty(raw):
        return None, None
    number, wrong = _amount(column, raw)
    if wrong:
        return None, wrong
    if number != int(number):
        return fault(column, "not_whole", "这里有小数。")
    if number > LARGEST_INTEGER:
        return fault(column, "too_large", "数字太大，像是号码填错了列。")
    return int(number), None


def read_amount(column, raw, today) -> Parsed:
    """A Decimal with two places, below LARGEST_AMOUNT; None from an empty cell, which is not 0."""
    if empty(raw):
        return None, None
    number, wrong = _amount(column, raw)
    if wrong:
        return None, wrong
    if number >= LARGEST_AMOUNT:
        return fault(column, "too_large", "数字太大，像是号码填错了列。")
    rounded = number.quantize(Decimal("0.01"))
    if rounded != number:
        return fault(column, "too_precise", "小数超过两位。")
    return rounded, None


def read_year(column, raw, today) -> Parsed:
    """A year from FIRST_YEAR to LAST_YEAR, with or without 年; None from an empty cell or a dash."""
    if empty(raw):
        return None, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in DASHES:
            return None, None
        found = _YEAR.fullmatch(text)
        year = int(found[1]) if found else None
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
        year = int(raw) if math.isfinite(raw) and raw == int(raw) else None
    elif isinstance(raw, (date, datetime)):
        return fault(column, "not_a_year", "这里是日期，不是年度。")
    else:
        year = None
    if year is None:
        return not_text(column, raw) or fault(column, "not_a_year", "这里不是年度。")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return fault(
            column, "year_out_of_range", f"年度{year}不在范围内。" if year < 10_000 else "年度不在范围内。"
        )
    return year, None


def read_date(column, raw, today) -> Parsed:
    """A day, real or written in one of the usual ways, also as the number Excel keeps; None from an empty cell or a dash."""
    if empty(raw):
        return None, None
    if isinstance(raw, datetime):
        return _within(column, raw.date())
    if isinstance(raw, date):
        return _within(column, raw)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return not_text(column, raw) or fault(column, "not_a_date", "这里不是日期。")
    text = compact(_CLOCK.sub("", plain_text(raw))) if isinstance(raw, str) else digits(raw)
    if text in DASHES:
        return None, None
    if found := _DAY.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text):
        year, month, day = (int(part) for part in found.groups() if part is not None)
        try:
            return _within(column, date(year, month, day))
        except ValueError:
            return fault(column, "no_such_day", "没有这一天。")
    if text.replace(".", "", 1).isdigit() and len(text.split(".")[0]) == 5 and int(float(text)) in _SERIALS:
        return _within(column, _EXCEL_ZERO + timedelta(days=int(float(text))))
    if _PART_OF_DAY.fullmatch(text):
        return fault(column, "part_of_date", "日期不全，缺月或日。")
    return not_text(column, text) or fault(column, "not_a_date", f"{quoted(text)}不是日期。")


def read_moment(column, raw, today) -> Parsed:
    """A day with its time; a day alone is its beginning. Local time, without a zone."""
    if isinstance(raw, str) and (clock := _CLOCK.search(text := plain_text(raw))):
        day, wrong = read_date(column, text[: clock.start()], today)
        try:
            return (
                (None, wrong)
                if wrong
                else (datetime.combine(day, time(*map(int, _CLOCK_PARTS.findall(clock[0])))), None)
            )
        except ValueError:
            return fault(column, "no_such_time", "没有这个钟点。")
    day, wrong = read_date(column, raw, today)
    if day is None:
        return None, wrong
    return (raw if isinstance(raw, datetime) else datetime.combine(day, time())), None


def _within(column, day: date) -> Parsed:
    if 1900 <= day.year <= LAST_YEAR:
        return day, None
    return fault(column, "date_out_of_range", f"年份{day.year}不在范围内。")
