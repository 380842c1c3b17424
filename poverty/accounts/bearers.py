"""Units and postings go along when the place whose code they bear is merged or moved."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from poverty.accounts.models import Posting, Unit
from poverty.areas.models import Area
from poverty.audit.services import record_rows


class PostingBearer:
    """A posting is dated: at the old code it ends on the day of the change, at the new one it begins there.

    What was over by then keeps the code of its day. Two postings of one person that become the same are one:
    only the days that the other one does not cover are added.
    """

    label = "任职"
    fields = ("accounts.posting.area",)

    def count(self, codes: Sequence[str]) -> int:
        """Postings that last beyond today: without the place they would hold nowhere."""
        return Posting.objects.filter(_lasting(timezone.localdate()), area__in=codes).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Carry every posting that lasts beyond `on` to the new code; return how many."""
        lasting = Posting.objects.filter(_lasting(on), area__in=list(pairs))
        moved = list(lasting.select_for_update().order_by("id"))
        ends = {posting.pk: posting.valid_to for posting in moved}
        for posting in moved:
            begin, end = max(on, posting.valid_from), posting.valid_to
            posting.valid_to = begin
            posting.save(update_fields=["valid_to"])
            for start, stop in _gaps(begin, end, _same(posting, pairs[posting.area_id])):
                Posting.objects.create(
                    user_id=posting.user_id,
                    role=posting.role,
                    area_id=pairs[posting.area_id],
                    unit_id=posting.unit_id,
                    sector=posting.sector,
                    title=posting.title,
                    valid_from=start,
                    valid_to=stop,
                    document=document[:200],
                )
        record_rows(
            "accounts.posting.move",
            (
                {
                    "obj": posting,
                    "summary": document,
                    "changes": {
                        "area": [posting.area_id, pairs[posting.area_id]],
                        "valid_to": [ends[posting.pk], posting.valid_to],
                    },
                }
                for posting in moved
            ),
            actor=actor,
        )
        return len(moved)


class UnitBearer:
    """Units move to the new code; a name that is taken there gets the old place's name in front."""

    label = "单位"
    fields = ("accounts.unit.area",)

    def count(self, codes: Sequence[str]) -> int:
        """Units of these places."""
        return Unit.objects.filter(area__in=codes).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give every unit the new code, one after the other because of the names; return how many."""
        units = list(Unit.objects.select_for_update().filter(area__in=list(pairs)).order_by("id"))
        names = dict(Area.objects.filter(pk__in=list(pairs)).values_list("code", "name"))
        rows = []
        for unit in units:
            old_code, old_name = unit.area_id, unit.name
            unit.area_id = pairs[old_code]
            if Unit.objects.filter(area=unit.area_id, name=unit.name).exists():
                unit.name = f"{names[old_code]}{old_name}"[:100]
            unit.save(update_fields=["area", "name"])
            changes = {"area": [old_code, unit.area_id]}
            if unit.name != old_name:
                changes["name"] = [old_name, unit.name]
            rows.append({"obj": unit, "summary": document, "changes": changes})
        record_rows("accounts.unit.update", rows, actor=actor)
        return len(units)


def _lasting(on) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=on)


def _same(posting, code) -> list[tuple[date, date | None]]:
    """Periods of the same person's same role at the new code, in order."""
    there = Posting.objects.filter(
        user=posting.user_id, role=posting.role, sector=posting.sector, area=code
    ).order_by("valid_from")
    return [(p.valid_from, p.valid_to) for p in there if p.valid_to is None or p.valid_to > p.valid_from]


def _gaps(begin: date, end: date | None, taken: list) -> Iterator[tuple[date, date | None]]:
    """What of [begin, end) the periods `taken` (ordered, without overlap) leave free."""
    for start, stop in taken:
        if end is not None and start >= end:
            break
        if start > begin:
            yield begin, start
        if stop is None:
            return
        begin = max(begin, stop)
    if end is None or begin < end:
        yield begin, end
