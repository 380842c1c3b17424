"""What of the notices stands on the open web, and who may read names there (practice.md, Privacy)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from poverty.areas.models import Area, Level
from poverty.notices.sheets import sheet_of, types_on_web
from poverty.parameters.services import value_for
from poverty.review.models import Notice
from poverty.review.services.notices import hash_of

HOTLINE = (
    "12317"  # the national line for complaints about poverty relief, printed on notices (procedures.md 8)
)
# A land line or a mobile number inside a sentence: what a phone can dial.
_DIALLED = re.compile(r"(?<!\d)(?:0\d{2,3}[-－ ]?\d{7,8}|1[3-9]\d{9})(?!\d)")
_BELOW = {
    0: Level.COUNTY,
    Level.PROVINCE: Level.COUNTY,
    Level.CITY: Level.COUNTY,
    Level.COUNTY: Level.TOWNSHIP,
}


@dataclass(frozen=True)
class PlaceBelow:
    """A place with the number of notices that run in it and below it."""

    code: str
    name: str
    notices: int


def announced(today: date) -> QuerySet[Notice]:
    """Notices that everybody may know of: they hang today, were not withdrawn, and are of a kind that is told outside."""
    return Notice.objects.running_on(today).filter(roster__case_type__in=types_on_web())


def once_announced() -> QuerySet[Notice]:
    """Notices that are, or were, told outside; withdrawn ones are none."""
    return Notice.objects.standing().filter(roster__case_type__in=types_on_web())


def places_below(notices: QuerySet[Notice], code: str) -> list[PlaceBelow]:
    """The places of the next level under `code` ("" is the nation, whose counties are meant) that have notices."""
    level = _BELOW.get(len(code), Level.VILLAGE)
    if len(code) >= level:
        return []
    prefix = Left("area_code", Value(int(level)), output_field=CharField())
    counted = dict(
        notices.annotate(below=prefix)
        .order_by()
        .values_list("below")
        .annotate(n=Count("pk"))
        .order_by("below")
    )
    names = dict(Area.objects.filter(code__in=counted).values_list("code", "name"))
    return [
        PlaceBelow(below, names.get(below, below), n) for below, n in counted.items() if len(below) == level
    ]


def names_may_be_read(notice: Notice, today: date) -> bool:
    """Whether the place lets the names be read on the web by the code of the sheet (notice.names_on_web)."""
    on_web = sheet_of(notice.roster.case_type).on_web
    return on_web and bool(value_for("notice.names_on_web", notice.area_code, today))


def opens(notice: Notice, code: str) -> bool:
    """Whether a code is that of the sheet of this notice; takes as long for a wrong one as for the right one."""
    return constant_time_compare(hash_of(code), notice.token_hash)


def address_of(notice: Notice, code: str, base: str) -> str:
    """The address that the sheet's QR code leads to. `base`: scheme and host, unless PUBLIC_ADDRESS says another."""
    return (settings.PUBLIC_ADDRESS or base.rstrip("/")) + reverse("notices:names", args=[notice.pk, code])


def numbers_in(text: str) -> Iterable[tuple[str, str]]:
    """(as written, as a phone dials it) of the telephone numbers in a sentence."""
    for found in _DIALLED.findall(text):
        yield found, quote(re.sub(r"\D", "", found))
