"""Identity numbers: normalised, checked, read and hashed (architecture 9, forms.md 2 and 8).

A resident number has 18 characters: 6 digits region, 8 digits birth date, 3 digits sequence (odd
male, even female), a check character (GB 11643). Old numbers of 15 become 18. A disability card
has the holder's 18, then one digit kind and one grade; a reissued card adds B and a digit (22).
The code lists of the card's two digits and the reissue mark are (from memory).

What leaves this module for storage are the hashes, the birth date, the sex and the fault codes;
the number itself only inside a SealedField.
"""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from django.utils import timezone

from poverty.fields.crypto import keyed_hash
from poverty.fields.document_types import (
    DISABILITY_CARD,
    OFFICER_CARD,
    RESIDENT_ID,
    WITH_CITIZEN_NUMBER,
)
from poverty.fields.faults import Fault, catalogue, messages
from poverty.fields.masks import mask_identity
from poverty.fields.normalise import bare_number, compact
from poverty.fields.sexes import FEMALE, MALE, UNKNOWN_SEX

HASH_PURPOSE = "identity"
LAST4_PURPOSE = "identity.last4"

FAULTS = catalogue(
    Fault("blank", "没有填证件号码。请照证件填写；没有证件的新生儿，落户后再补。"),
    Fault(
        "length",
        "证件号码位数不对：居民身份证18位，残疾人证20位或22位，其他证件照原样填。请对照证件逐位核对。",
    ),
    Fault("characters", "证件号码里有不该有的字符：只能是数字，身份证第18位可以是X。"),
    Fault("region", "身份证号前两位不是省份代码，请对照户口本核对。"),
    Fault("birth_date", "身份证号里的出生日期（第7至14位）不存在，请对照户口本核对。"),
    Fault("birth_too_early", "身份证号里的出生年份早于1900年，请对照户口本核对。"),
    Fault("future", "身份证号里的出生日期晚于今天，请对照户口本核对。"),
    Fault("checksum", "身份证号第18位校验不对，请对照户口本逐位核对。"),
    Fault("card_suffix", "残疾人证第19位应为类别1至7，第20位应为等级1至4，补发的再加B和次数。"),
    Fault("nines", "证件号码里有连续五个9，像是临时编的号码，请核对是否真实。", blocking=False),
)

# First two digits of GB/T 2260, and 71, 81, 82, 83 of residents from Taiwan, Hong Kong and Macao.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
EARLIEST_YEAR = 1900
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_SEVENTEEN = re.compile(r"[0-9]{17}")
_CARD_SUFFIX = re.compile(r"[1-7][1-4](B[0-9])?")
_CARD_CHARACTERS = re.compile(r"[0-9]{17}[0-9X][0-9B]*")
_FOREIGN = re.compile(r"[^0-9XB]")
_OTHER_NUMBER = re.compile(r"[0-9A-Z()\u4e00-\u9fff-]+")
_OTHER_LENGTHS = range(4, 31)
_LENGTHS = {DISABILITY_CARD: (20, 22)}  # every other document with a citizen number has 18


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """What a number says. `hash` and `last4_hash` are None when nothing was typed.

    `kind` is a key of DOCUMENT_TYPES; `birth_date` and `sex` are None where the number does not
    say them; `faults` are codes of FAULTS in the order of checking; `was_short`: 15 became 18.
    """

    number: str
    kind: str
    birth_date: date | None = None
    sex: str | None = None
    faults: tuple[str, ...] = ()
    hash: bytes | None = None
    last4_hash: bytes | None = None
    was_short: bool = False

    @property
    def refused(self) -> list[str]:
        """Sentences for the field; empty when the number may be stored."""
        return messages(FAULTS, self.faults, blocking=True)

    @property
    def questioned(self) -> list[str]:
        """Sentences for faults that are asked about but not refused."""
        return messages(FAULTS, self.faults, blocking=False)

    @property
    def disability_codes(self) -> tuple[str, str] | None:
        """(kind, grade) digits of a disability card, codes of system "card"; None elsewhere."""
        if self.kind != DISABILITY_CARD or not _CARD_SUFFIX.fullmatch(self.number[18:]):
            return None
        return self.number[18], self.number[19]

    def __repr__(self) -> str:
        return f"<Identity {self.kind} {mask_identity(self.number)} {','.join(self.faults)}>"


def parse_identity(text: str | None, kind: str | None = None, *, today: date | None = None) -> Identity:
    """Read a typed number. `kind` None guesses from its form. Never raises on any text.

    `today` saves working out the local date for every row of a batch.
    """
    number = normalise_identity(text or "", kind)
    kind = kind or _guess_kind(number)
    if not number:
        return Identity("", kind, faults=("blank",))
    if kind not in WITH_CITIZEN_NUMBER:
        return _other_document(number, kind)
    was_short = len(number) == 15 and number.isdigit() and kind != DISABILITY_CARD
    if was_short:
        number = lengthen(number)
    faults, birth_date, sex = _read(number, kind, today or timezone.localdate())
    return Identity(
        number,
        kind,
        birth_date,
        sex,
        faults,
        identity_hash(number, kind),
        last4_hash(number, kind),
        was_short,
    )


def normalise_identity(text: str, kind: str | None = None) -> str:
    """Half width and upper case, without blanks; separators go where the number has none."""
    if kind is None or kind in WITH_CITIZEN_NUMBER:
        bare = bare_number(text).upper()
        # An officer card has CJK characters and must keep its own signs when the kind is guessed.
        if kind is not None or bare.isascii():
            return bare
    return compact(text).upper()


def identity_hash(number: str, kind: str) -> bytes:
    """The hash for uniqueness, of a normalised number: its first 18 for a citizen number, so that a
    person's identity card and disability card agree; with the kind before it for anything else.
    """
    if kind in WITH_CITIZEN_NUMBER and len(number) >= 18:
        return keyed_hash(HASH_PURPOSE, number[:18])
    return keyed_hash(HASH_PURPOSE, f"{kind}:{number}")


def last4_hash(number: str, kind: str) -> bytes:
    """The hash for search by the last four, of the 18-character number where there is one."""
    return last4_search_hash(
        number[14:18] if kind in WITH_CITIZEN_NUMBER and len(number) >= 18 else number[-4:]
    )


def last4_search_hash(text: str) -> bytes:
    """The hash of four characters that somebody typed to search by."""
    return keyed_hash(LAST4_PURPOSE, bare_number(text).upper())


def lengthen(number: str) -> str:
    """A 15-digit number as 18: the century is 19, the check character is added."""
    body = number[:6] + "19" + number[6:]
    return body + check_character(body)


def check_character(body: str) -> str:
    """The 18th character for the first 17 digits."""
    total = sum(map(mul, map(int, body), _WEIGHTS))
    return _CHECK_CHARACTERS[total % 11]


def resident_number(region: str, birth_date: date, sequence: int) -> str:
    """An invented number with a right check character, for tests and demo data.

    `region` is 6 digits, `sequence` 0 to 999: odd gives a man, even a woman. ValueError otherwise.
    """
    body = f"{region}{birth_date:%Y%m%d}{sequence:03d}"
    if not _SEVENTEEN.fullmatch(body):
        raise ValueError("region has 6 digits, the year 4, and sequence is 0 to 999")
    return body + check_character(body)


def check_against(
    identity: Identity, birth_date: date | None = None, sex: str | None = None
) -> dict[str, str]:
    """Messages by field ("birth_date", "sex") where other facts contradict the number.

    A fact that is not given, and one that the number does not say, is not compared.
    """
    found = {}
    if birth_date and identity.birth_date and birth_date != identity.birth_date:
        found["birth_date"] = "出生日期与证件号码第7至14位不一致，请对照户口本，改正其中一个。"
    if sex and sex != UNKNOWN_SEX and identity.sex and sex != identity.sex:
        found["sex"] = "性别与证件号码第17位不一致（单数为男，双数为女），请对照户口本，改正其中一个。"
    return found


def _guess_kind(number: str) -> str:
    if len(number) in (20, 22) and _EIGHTEEN.fullmatch(number[:18]):
        return DISABILITY_CARD
    if "字第" in number or number.endswith("号"):
        return OFFICER_CARD
    return RESIDENT_ID


def _other_document(number: str, kind: str) -> Identity:
    faults = [] if len(number) in _OTHER_LENGTHS else ["length"]
    if not _OTHER_NUMBER.fullmatch(number):
        faults.append("characters")
    if "99999" in number:
        faults.append("nines")
    return Identity(
        number,
        kind,
        faults=tuple(faults),
        hash=identity_hash(number, kind),
        last4_hash=last4_hash(number, kind),
    )


def _read(number: str, kind: str, today: date) -> tuple[tuple[str, ...], date | None, str | None]:
    """Faults, birth date and sex of a number that should begin with a citizen number."""
    faults = []
    if len(number) not in _LENGTHS.get(kind, (18,)):
        faults.append("length")
    pattern = _CARD_CHARACTERS if kind == DISABILITY_CARD else _EIGHTEEN
    if not pattern.fullmatch(number):
        if not faults or _FOREIGN.search(number):
            faults.append("characters")
        return tuple(faults), None, None
    citizen = number[:18]
    if not _PROVINCES.match(citizen):
        faults.append("region")
    birth_date, fault = _birth_date(citizen[6:14], today)
    if fault:
        faults.append(fault)
    if check_character(citizen[:17]) != citizen[17]:
        faults.append("checksum")
    if kind == DISABILITY_CARD and "length" not in faults and not _CARD_SUFFIX.fullmatch(number[18:]):
        faults.append("card_suffix")
    if "99999" in citizen:
        faults.append("nines")
    return tuple(faults), birth_date, MALE if int(citizen[16]) % 2 else FEMALE


def _birth_date(digits: str, today: date) -> tuple[date | None, str | None]:
    """(date, fault code). A date before 1900 or after today is a fault and is not given."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None, "birth_date"
    if day.year < EARLIEST_YEAR:
        return None, "birth_too_early"
    if day > today:
        return None, "future"
    return day, None
