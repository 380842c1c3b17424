"""Bank accounts and cards: 12 to 19 digits; the Luhn digit of cards is asked about, never required.

一折通 and passbook accounts do not follow Luhn, and some rural banks' cards neither.
"""

from dataclasses import dataclass

from poverty.fields.crypto import keyed_hash
from poverty.fields.faults import Fault, catalogue, messages
from poverty.fields.masks import mask_bank
from poverty.fields.normalise import bare_number

HASH_PURPOSE = "bank"
SHORTEST = 12
LONGEST = 19
# Shorter numbers are passbook accounts, which have no check digit.
SHORTEST_CARD = 16

FAULTS = catalogue(
    Fault("blank", "没有填银行账号。"),
    Fault("characters", "银行账号只能是数字。"),
    Fault("length", f"银行账号应为{SHORTEST}至{LONGEST}位数字，请对照银行卡或存折核对。"),
    Fault("check_digit", "银行卡号末位校验不符，请对照银行卡核对；存折账号可以不管。", blocking=False),
)


@dataclass(frozen=True, slots=True, repr=False)
class BankAccount:
    """`number` is without blanks and separators. `hash` is None for a blank."""

    number: str
    faults: tuple[str, ...] = ()
    hash: bytes | None = None

    @property
    def refused(self) -> list[str]:
        """Sentences for the field; empty when the number may be stored."""
        return messages(FAULTS, self.faults, blocking=True)

    @property
    def questioned(self) -> list[str]:
        """Sentences for faults that are asked about but not refused."""
        return messages(FAULTS, self.faults, blocking=False)

    def __repr__(self) -> str:
        return f"<BankAccount {mask_bank(self.number)} {','.join(self.faults)}>"


def parse_bank(text: str | None) -> BankAccount:
    """Read a typed account number. Never raises on any text."""
    number = bare_number(text or "")
    if not number:
        return BankAccount("", ("blank",))
    fault = _fault(number)
    return BankAccount(number, (fault,) if fault else (), keyed_hash(HASH_PURPOSE, number))


def _fault(number: str) -> str:
    if not (number.isascii() and number.isdigit()):
        return "characters"
    if not SHORTEST <= len(number) <= LONGEST:
        return "length"
    if len(number) >= SHORTEST_CARD and not passes_luhn(number):
        return "check_digit"
    return ""


def passes_luhn(number: str) -> bool:
    """Whether the last digit fits the others (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
