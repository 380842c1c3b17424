"""How amounts, counts, dates and states are written on pages: pure text, no HTML."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

CENT = Decimal("0.01")
WAN = Decimal(10000)


def money_text(value) -> str:
    """12340.5 -> "12,340.50" (yuan, two decimals, half up). None -> ""; the caller says who can fill it."""
    if value is None or value == "":
        return ""
    return f"{Decimal(str(value)).quantize(CENT, ROUND_HALF_UP):,.2f}"


def wan_text(value, decimals: int = 2) -> str:
    """Yuan as 万元: 6000000 -> "600.00". None -> ""."""
    if value is None or value == "":
        return ""
    step = Decimal(1).scaleb(-decimals)
    return f"{(Decimal(str(value)) / WAN).quantize(step, ROUND_HALF_UP):,.{decimals}f}"


def number_text(value, decimals: int | None = None) -> str:
    """Thousands separated; `decimals` None keeps what the value has without trailing zeros. None -> ""."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    if decimals is not None:
        return f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,.{decimals}f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(part, whole, decimals: int = 1) -> str:
    """part/whole as "33.3%"; "" when either is None or whole is 0 (a share of nothing is not 0%)."""
    if part is None or not whole:
        return ""
    return number_text(Decimal(str(part)) * 100 / Decimal(str(whole)), decimals) + "%"


def day_text(value) -> str:
    """2018-11-03; a moment is shown as its day in Asia/Shanghai. None -> ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def moment_text(value) -> str:
    """2018-11-03 14:02 in Asia/Shanghai. None -> ""."""
    if value is None or value == "":
        return ""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d %H:%M")


def late_days(due: date | None, today: date | None = None) -> int:
    """Days past `due`, 0 when not late or without a due day."""
    if due is None:
        return 0
    return max(0, ((today or timezone.localdate()) - due).days)


# The three values and 不考核, as stored (poverty.fields.states): word, colour, icon.
STATES = {
    0: ("未达标", "red", "cross"),
    1: ("待核实", "amber", "question"),
    2: ("达标", "green", "check"),
    3: ("不考核", "grey", "dash"),
}
NO_STATE = ("无此项", "grey", "dash")  # NULL: the standard in force does not have this indicator


def state_parts(value) -> tuple[str, str, str]:
    """Word, colour and icon of a stored state code; None is 无此项, an unknown code is an error of ours."""
    return NO_STATE if value is None else STATES[int(value)]
