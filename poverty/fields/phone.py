"""Telephone numbers: mobile numbers of 11 digits, or a landline with its area code (forms.md 8)."""

import re
from dataclasses import dataclass

from poverty.fields.crypto import keyed_hash
from poverty.fields.faults import Fault, catalogue, messages
from poverty.fields.masks import mask_phone
from poverty.fields.normalise import compact

HASH_PURPOSE = "phone"

MOBILE = "mobile"
LANDLINE = "landline"

FAULTS = catalogue(
    Fault("blank", "没有填联系电话。"),
    Fault("characters", "电话号码里有不该有的字符：只填数字，座机写成“区号-号码”。"),
    Fault("several", "这里只填一个电话号码，其余的写在备注里。"),
    Fault("length", "电话号码位数不对：手机号11位，座机为区号加7位或8位号码。"),
    Fault("mobile_prefix", "手机号应以13至19开头，请核对。"),
    Fault("area_code", "座机号码缺少区号，请写成“区号-号码”。"),
)

_BRACKETS_AND_DASHES = re.compile(r"[()\-‐-―−.·+]")
_SEVERAL = re.compile(r"[,，、;；/]|或")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_COUNTRY = re.compile(r"(?:0086|86)(?=1[0-9]{10}$|0[0-9]{9,11}$)")


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """`number` is digits only. `kind` is MOBILE, LANDLINE or "". `hash` is None for a blank."""

    number: str
    kind: str = ""
    faults: tuple[str, ...] = ()
    hash: bytes | None = None

    @property
    def refused(self) -> list[str]:
        """Sentences for the field; empty when the number may be stored."""
        return messages(FAULTS, self.faults, blocking=True)

    def __repr__(self) -> str:
        return f"<Phone {mask_phone(self.number)} {','.join(self.faults)}>"


def parse_phone(text: str | None) -> Phone:
    """Read a typed number; a country code 86 is dropped. Never raises on any text."""
    typed = compact(text or "")
    if not typed:
        return Phone("", faults=("blank",))
    digits = _COUNTRY.sub("", _BRACKETS_AND_DASHES.sub("", typed), count=1)
    kind, fault = _judge(digits)
    return Phone(digits, kind, (fault,) if fault else (), keyed_hash(HASH_PURPOSE, digits))


def _judge(digits: str) -> tuple[str, str]:
    """(kind, fault code or "")."""
    if _MOBILE.fullmatch(digits):
        return MOBILE, ""
    if _LANDLINE.fullmatch(digits):
        return LANDLINE, ""
    if _SEVERAL.search(digits):
        return "", "several"
    if not (digits.isascii() and digits.isdigit()):
        return "", "characters"
    if len(digits) in (7, 8) and digits[0] not in "01":
        return "", "area_code"
    if len(digits) == 11 and digits[0] != "0":
        return "", "mobile_prefix"
    return "", "length"
