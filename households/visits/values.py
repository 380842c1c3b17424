"""Facts of the year as visits send and keep them: JSON that a phone can hold, and the values of the columns.

true/false/null, "" and null for "not answered", decimals as texts, days as 2018-11-03, 健康状况 as a list of keys.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date

from households.options.health_states import HEALTH_STATES
from households.visits.blocks import FACTS_TO_ASK, HOUSEHOLD, MEMBER, MODELS, options_of
from poverty.fields.option_field import OptionField

_LONGEST_WHOLE = 6  # digits of a year, of months: what a phone sends beyond is no answer
_WRONG = "填写的内容不对，请核对。"


def of_whom(member: int | None) -> str:
    """Whether a fact is of the household or of a person."""
    return HOUSEHOLD if member is None else MEMBER


def read(of: str, name: str, told: Any, *, seen: bool = False) -> Any:
    """The column's value of what was sent; ValidationError for what is no answer to this question.

    `seen`: what somebody saw there: also keys that no list has any more.
    """
    if name not in FACTS_TO_ASK[of]:
        raise ValidationError("没有这一项。")
    column = MODELS[of]._meta.get_field(name)
    if name == "health_states":
        return _health(told, seen)
    if told is None or told == "":
        return "" if isinstance(column, models.CharField) else None
    if isinstance(column, models.BooleanField):
        return _of(told, bool)
    if isinstance(column, models.DateField):
        return _day(told)
    if isinstance(column, models.DecimalField):
        return _number(told)
    if isinstance(column, models.IntegerField):
        return _whole(told)
    text = _of(told, str).strip()
    if isinstance(column, OptionField) and not seen:
        options = options_of(of, name)
        if options is not None and text not in options:
            raise ValidationError("请从列表中选择。")
    if column.max_length and len(text) > column.max_length:
        raise ValidationError(f"最多{column.max_length}字。")
    return text


def tell(value: Any) -> Any:
    """A column's value as it is sent and kept."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def tell_fact(name: str, value: Any) -> Any:
    """A fact as it is sent and kept; 健康状况 as a list."""
    if name == "health_states":
        return [key for key in (value or "").split(",") if key]
    return tell(value)


def in_words(of: str, name: str, told: Any) -> str:
    """A fact that was sent or kept, as people read it; "（未填）" where nothing was answered."""
    if told is None or told == "" or told == []:
        return "（未填）"
    if isinstance(told, bool):
        return "是" if told else "否"
    if name == "health_states" and isinstance(told, list):
        return HEALTH_STATES.labels(told) or "（未填）"
    if isinstance(told, list):
        return "、".join(map(str, told))  # what was refused is shown as it was sent
    options = options_of(of, name) if name in FACTS_TO_ASK[of] else None
    return options.label(told) or str(told) if options is not None else str(told)


def _of(told: Any, kind: type) -> Any:
    if not isinstance(told, kind):
        raise ValidationError(_WRONG)
    return told


def _whole(told: Any) -> int:
    text = str(told).strip() if not isinstance(told, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_WHOLE):
        raise ValidationError("请填整数。")
    return int(text)


def _number(told: Any) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        raise ValidationError("请填数字。")
    try:
        number = Decimal(str(told).strip())
    except InvalidOperation as error:
        raise ValidationError("请填数字。") from error
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise ValidationError("请填数字。")
    return number


def _day(told: Any) -> date:
    try:
        day = parse_date(told) if isinstance(told, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValidationError("日期写成 2018-11-03 的样子。")
    return day


def _health(told: Any, seen: bool) -> str:
    keys = [] if told in (None, "") else told
    if not isinstance(keys, list) or not all(isinstance(one, str) for one in keys):
        raise ValidationError("请从列表中选择。")
    gone = [one for one in keys if one not in HEALTH_STATES]
    if gone and not seen:
        raise ValidationError("请从列表中选择。")
    return ",".join([*(one for one in HEALTH_STATES.keys if one in keys), *gone])
