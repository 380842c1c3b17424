"""Texts, and the numbers of persons and things that must be text."""

import re
from datetime import date, datetime

from poverty.fields.bank import parse_bank
from poverty.fields.identity import normalise_identity, parse_identity
from poverty.fields.normalise import compact
from poverty.fields.phone import parse_phone
from poverty.ledgers.cell_faults import (
    NOTHING,
    Fault,
    Parsed,
    digits,
    expected_of,
    fault,
    not_text,
    plain_text,
)
from poverty.ledgers.columns import Kind

LONGEST_TEXT = 2_000  # longer than any field of a form; a pasted letter is a mistake
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]+")


def read_text(column, raw, today) -> Parsed:
    """A text as it stands, numbers as people read them; None from an empty cell and from what stands for nothing (无)."""
    if raw is None:
        return None, None
    if not isinstance(raw, str):
        if isinstance(raw, bool):
            return fault(column, "wrong_kind", "这里是逻辑值（TRUE/FALSE），不是文字。")
        if isinstance(raw, (date, datetime)):
            return fault(
                column,
                "date_for_text",
                "Excel 把这里的文字改成了日期。",
                "文字（先把单元格设为“文本”格式再填）",
            )
        if isinstance(raw, (int, float)):
            return digits(raw), None
        return not_text(column, raw)
    text = plain_text(raw)
    if not text or text in NOTHING:
        return None, None
    if len(text) > LONGEST_TEXT:
        return fault(column, "too_long", f"文字太长（{len(text)}个字）。", f"不超过{LONGEST_TEXT}个字")
    return not_text(column, text) or (text, None)


def read_text_only(column, raw, today) -> Parsed:
    """Numbers that must be text. What Excel has made a number of is refused even if it looks right."""
    if raw is None:
        return None, None
    if not isinstance(raw, str):
        return _excel_number(column, raw)
    text = compact(raw)
    if not text or text in NOTHING:
        return None, None
    if ("." in text or "+" in text) and _SCIENTIFIC.fullmatch(text):
        return fault(
            column,
            "number_for_text",
            "Excel 把号码变成了科学计数（如 5.1E+17），后面几位已经丢失。",
            "先把整列设为“文本”格式，再照证件重新填写号码",
        )
    return not_text(column, text) or _NUMBERS[column.kind](column, text, today)


def _excel_number(column, raw) -> Parsed:
    if isinstance(raw, bool):
        return fault(column, "wrong_kind", "这里是逻辑值（TRUE/FALSE），不是号码。")
    if isinstance(raw, (date, datetime)):
        return fault(
            column,
            "date_for_text",
            "Excel 把这里的号码改成了日期。",
            "先把整列设为“文本”格式，再重新填写号码",
        )
    if isinstance(raw, (int, float)):
        lost = "15位以后的数字已经变成0" if abs(raw) >= 1e15 else "开头的0会丢失"
        return fault(
            column,
            "number_for_text",
            f"这里存成了数字，不是文本（Excel 中{lost}）。",
            "先把整列设为“文本”格式，再重新填写号码",
        )
    return not_text(column, raw)


def _code(column, text, today) -> Parsed:
    if not text.isascii() or not text.replace("-", "").isalnum():
        return fault(column, "characters", "编号里有不该有的字符。")
    if len(text) > 40:
        return fault(column, "too_long", f"编号太长（{len(text)}位）。", "不超过40位的编号")
    return text.upper(), None


def _identity(column, text, today) -> Parsed:
    """The normalised number. What its kind of document asks for is judged where the kind is known."""
    number = normalise_identity(text)
    if (
        len(number) == 18
        and number.endswith("000")
        and "checksum" in parse_identity(number, today=today).faults
    ):
        return fault(
            column,
            "digits_lost",
            "证件号码末三位是000且校验不对，多半是 Excel 当数字存过，末几位已经丢失。",
            "先把整列设为“文本”格式，再照证件重新填写号码",
        )
    if not 4 <= len(number) <= 30:
        return fault(
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


_NUMBERS = {Kind.CODE: _code, Kind.IDENTITY: _identity, Kind.PHONE: _phone, Kind.BANK: _bank}
