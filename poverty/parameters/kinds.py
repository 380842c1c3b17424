"""The kinds of value a parameter can have: how text is read, stored and shown."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Kind:
    """A kind of value: `parse` reads what a person typed (or the stored text), `store` writes the canonical
    text.
    """

    key: str
    label: str
    parse: Callable[[str], Any]
    store: Callable[[Any], str]
    show: Callable[[Any], str]
    example: str


def _plain(text: str) -> str:
    """Half-width, without blanks, without thousands separators: what people paste from documents."""
    return unicodedata.normalize("NFKC", str(text)).replace(",", "").replace(" ", "").strip()


def _number(text: str) -> Decimal:
    try:
        number = Decimal(_plain(text))
    except InvalidOperation:
        raise ValidationError(f"“{text}”不是数字，请只填数字，不带单位。") from None
    if not number.is_finite() or abs(number) >= Decimal("1e12"):
        raise ValidationError(f"“{text}”不是可用的数字。")
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValidationError(f"“{text}”须为整数。")
    if number < 0:
        raise ValidationError("不能为负数。")
    return int(number)


def _money(text: str) -> Decimal:
    number = _number(text)
    if number < 0:
        raise ValidationError("金额不能为负数。")
    if number != number.quantize(Decimal("0.01")):
        raise ValidationError("金额最多两位小数。")
    return number.quantize(Decimal("0.01"))


def _decimal(text: str) -> Decimal:
    number = _number(text)
    if number < 0:
        raise ValidationError("不能为负数。")
    if number != number.quantize(Decimal("0.0001")):
        raise ValidationError("最多四位小数。")
    return number


def _percent(text: str) -> Decimal:
    number = _number(text.removesuffix("%").removesuffix("％") if isinstance(text, str) else text)
    if not 0 <= number <= 100:
        raise ValidationError("百分比须在 0 到 100 之间。")
    if number != number.quantize(Decimal("0.01")):
        raise ValidationError("百分比最多两位小数。")
    return number


def _month_day(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", _plain(text))
    if (
        not found
        or not 1 <= int(found[1]) <= 12
        or not 1 <= int(found[2]) <= DAYS_IN_MONTH[int(found[1]) - 1]
    ):
        raise ValidationError(f"“{text}”不是月日，请按 09-01 的样子填写。")
    return int(found[1]), int(found[2])


def _text(text: str) -> str:
    cleaned = unicodedata.normalize("NFKC", str(text)).strip()
    if not cleaned:
        raise ValidationError("请填写内容。")
    if len(cleaned) > 200:
        raise ValidationError("最多 200 个字。")
    return cleaned


TRUE, FALSE = {"1", "true", "是", "yes"}, {"0", "false", "否", "no"}


def _boolean(text: str) -> bool:
    word = _plain(text).lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValidationError("请填“是”或“否”。")


def _digits(number: Decimal) -> str:
    return format(number.normalize(), "f")


KINDS = {
    kind.key: kind
    for kind in (
        Kind("integer", "整数", _integer, str, lambda value: f"{value:,}", "6"),
        Kind("decimal", "数", _decimal, _digits, _digits, "0.5"),
        Kind("money", "金额", _money, str, lambda value: f"{value:,.2f}", "4000"),
        Kind("percent", "百分比", _percent, _digits, _digits, "2"),
        Kind(
            "month_day",
            "月日",
            _month_day,
            lambda value: f"{value[0]:02d}-{value[1]:02d}",
            lambda value: f"{value[0]}月{value[1]}日",
            "09-01",
        ),
        Kind("text", "文字", _text, str, str, ""),
        Kind(
            "boolean",
            "是否",
            _boolean,
            lambda value: "1" if value else "0",
            lambda v: "是" if v else "否",
            "是",
        ),
    )
}
