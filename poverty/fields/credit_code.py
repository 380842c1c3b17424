"""统一社会信用代码: 18 characters with a check character (GB 32100-2015). Of businesses, so neither sealed nor masked."""

from dataclasses import dataclass

from poverty.fields.faults import Fault, catalogue, messages
from poverty.fields.normalise import bare_number

LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, Z, S, V
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))

FAULTS = catalogue(
    Fault("blank", "没有填统一社会信用代码。"),
    Fault("length", "统一社会信用代码应为18位，请对照营业执照核对。"),
    Fault("characters", "统一社会信用代码只有数字和大写字母，没有 I、O、Z、S、V，请对照营业执照核对。"),
    Fault("check_digit", "统一社会信用代码末位校验不符，请对照营业执照核对。"),
)


@dataclass(frozen=True, slots=True)
class CreditCode:
    """`number` is upper case without blanks and separators."""

    number: str
    faults: tuple[str, ...] = ()

    @property
    def refused(self) -> list[str]:
        """Sentences for the field; empty when the code may be stored."""
        return messages(FAULTS, self.faults, blocking=True)


def parse_credit_code(text: str | None) -> CreditCode:
    """Read a typed code. Never raises on any text."""
    number = bare_number(text or "").upper()
    if not number:
        return CreditCode("", ("blank",))
    fault = _fault(number)
    return CreditCode(number, (fault,) if fault else ())


def check_character(first: str) -> str:
    """The last character that goes with the first 17, all of the alphabet."""
    total = sum(_ALPHABET.index(one) * weight for one, weight in zip(first, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def _fault(number: str) -> str:
    if len(number) != LENGTH:
        return "length"
    if set(number) - set(_ALPHABET):
        return "characters"
    return "" if check_character(number[:-1]) == number[-1] else "check_digit"
