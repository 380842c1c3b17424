"""Which duties hold where on a day: by key the row of the longest area prefix, else that of the whole country."""

from dataclasses import dataclass
from datetime import date

from households.duties.models import Duty
from households.duties.national import NATIONAL
from poverty.sql.periods import valid_at


@dataclass(frozen=True)
class Rules:
    """The duties of all places below `prefix` ("": everywhere that has no longer one), by key."""

    prefix: str
    by_key: dict[str, Duty]

    def of(self, bearer: str) -> list[Duty]:
        """What a bearer owes there, the most frequent first; what is not asked is left out."""
        found = [one for one in self.by_key.values() if one.bearer == bearer and one.times]
        return sorted(found, key=lambda one: (one.every_months / one.times, one.key))


def rules_on(day: date) -> list[Rules]:
    """The duties in force on a day for each place that has rows of its own, longest prefix first, then the country's."""
    national = {one.key: one for one in NATIONAL if one.valid_from <= day}
    own: dict[str, dict[str, Duty]] = {}
    for row in Duty.objects.filter(valid_at(day)).order_by("area_code", "key"):
        own.setdefault(row.area_code, {})[row.key] = row
    found = [Rules("", national)]
    for prefix in sorted(own):  # a shorter one comes first and is built upon
        above = [one for one in found if prefix.startswith(one.prefix)]
        found.append(Rules(prefix, {**max(above, key=lambda one: len(one.prefix)).by_key, **own[prefix]}))
    return sorted(found, key=lambda one: -len(one.prefix))


def rules_at(area_code: str, day: date) -> Rules:
    """The duties in force at a place on a day."""
    return next(one for one in rules_on(day) if area_code.startswith(one.prefix))
