"""The sheets of a bundle as they go to the printer: read for many households at once, numbers masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from households.models import Visit
from households.sheets.models import SheetBundle, VisitSheet
from households.sheets.parts import Part, parts_of
from households.sheets.people import helpers_of, people_of
from poverty.web.qr_codes import drawing_of


@dataclass(frozen=True)
class Paper:
    """One sheet. `phone` is masked; `last_visit` None: no visit yet."""

    number: int
    code: str
    drawing: str
    head_name: str
    household_no: str
    group: str
    size: int
    status: str
    phone: str
    helpers: str
    last_visit: date | None
    parts: list[Part]

    @property
    def asks_income(self) -> bool:
        """Whether income is to be written though it is as it was."""
        return any(one.ask for one in self.parts)


def papers_of(bundle: SheetBundle, sheets: Iterable[VisitSheet], base: str) -> list[Paper]:
    """Sheets of a bundle in their order. Four queries, however many. `base`: scheme and host, as phones reach us."""
    rows = list(sheets)
    ids = [one.household_id for one in rows]
    people, helpers = people_of(ids), helpers_of(ids, timezone.localdate())
    visited = dict(
        Visit.objects.counted()
        .filter(household__in=ids)
        .order_by()
        .values_list("household")
        .annotate(last=Max("happened_on"))
    )
    found = []
    for one in rows:
        home = one.household
        found.append(
            Paper(
                number=one.number,
                code=written(one.code),
                drawing=drawing_of(address_of(one.code, base)),
                head_name=home.head_name,
                household_no=home.household_no or home.own_no,
                group=home.settlement.name if home.settlement else "",
                size=home.size,
                status=home.get_status_display() or home.get_kind_display(),
                phone=home.phone.masked if home.phone else "",
                helpers="、".join(helper.name for helper in helpers[home.pk]),
                last_visit=visited.get(home.pk),
                parts=parts_of(
                    bundle.template.blocks,
                    one.shown,
                    people[home.pk],
                    year=bundle.year,
                    month=bundle.month,
                ),
            )
        )
    return found


def written(code: str) -> str:
    """A code as it is printed and read out: abcd-efgh."""
    return f"{code[:4]}-{code[4:]}"


def address_of(code: str, base: str) -> str:
    """The address that a sheet's QR code leads to: its typing page."""
    return base.rstrip("/") + reverse("households:sheet", args=[code])
