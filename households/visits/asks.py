"""What a county asks of a visit beside the form: a photo, a position. Dated, by place, not asked unless it says so."""

from collections.abc import Iterable
from datetime import date

from poverty.parameters.services import values_for

PHOTO, POSITION = "photo", "position"
_ASKED_BY = {PHOTO: "visit.photo_required", POSITION: "visit.position_required"}


def asks_of(areas: Iterable[str], today: date) -> dict[str, bool]:
    """{"photo", "position"} -> whether it is asked; of places in several counties, what any of these asks."""
    found = dict.fromkeys(_ASKED_BY, False)
    for county in {one[:6] for one in areas}:
        values = values_for(_ASKED_BY.values(), county, today)
        found = {name: found[name] or bool(values[code]) for name, code in _ASKED_BY.items()}
    return found
