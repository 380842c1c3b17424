"""What the register knows of everybody and everything that a workbook of helpers names, in a handful of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, Min, OuterRef

from households.models import Household, HouseholdPlace, Member, Pairing
from households.options.kinds import GENERAL_RURAL
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.accounts.services.on_record import units_around
from poverty.fields.options import normalise_label
from poverty.ledgers.models import Import
from poverty.parameters.services import value_for
from poverty.sql.prefix import within

_BATCH = 5_000


@dataclass
class Known:
    """By what the rows name: households by number, or by village and head; units and people; pairings by household."""

    by_number: dict[str, Household] = field(default_factory=dict)
    by_head: dict[tuple[str, str], list[Household]] = field(default_factory=dict)
    begun: dict[int, date] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=dict)
    by_hash: dict[bytes, User] = field(default_factory=dict)
    by_name: dict[tuple[str, int], list[User]] = field(default_factory=dict)
    posted: set[int] = field(default_factory=set)
    poor: set[bytes] = field(default_factory=set)
    pairings: dict[int, list[Pairing]] = field(default_factory=dict)
    second_allowed: bool = False


def learn(imported: Import, rows: Iterable, actor, today: date) -> Known:
    """Ask for everything that these staged rows name."""
    rows, found = list(rows), Known()
    _households(found, imported, rows, actor)
    for unit in units_around(imported.area_code).order_by("area_id", "pk"):
        found.units.setdefault(normalise_label(unit.name), []).append(unit)
    _people(found, rows, today)
    found.second_allowed = bool(value_for("pairing.second_allowed", imported.area_code, today))
    return found


def _households(found: Known, imported: Import, rows: list, actor) -> None:
    numbers = {row.household_no for row in rows if row.household_no}
    heads = {(row.area_code, row.cells.values.get("head_name", "")) for row in rows if not row.household_no}
    seen = Household.objects.visible_to(actor, "pairing.edit").select_related("area")
    for batch in _batches(numbers):
        for one in seen.filter(household_no__in=batch):
            found.by_number[one.household_no] = one
    for batch in _batches({name for area, name in heads if area and name}):
        here = seen.filter(within("area_id", [imported.area_code]), head_name__in=batch)
        for one in here.on_register().registered_poor():
            found.by_head.setdefault((one.area_id, one.head_name), []).append(one)
    keys = [one.pk for one in found.by_number.values()]
    keys += [one.pk for same in found.by_head.values() for one in same]
    for batch in _batches(keys):
        places = HouseholdPlace.objects.filter(household__in=batch).values("household")
        found.begun |= dict(places.annotate(day=Min("valid_from")).values_list("household", "day"))
        for row in (
            Pairing.objects.filter(household__in=batch).select_related("helper").order_by("valid_from")
        ):
            found.pairings.setdefault(row.household_id, []).append(row)


def _people(found: Known, rows: list, today: date) -> None:
    hashes = {bytes(row.identity_hash) for row in rows if row.identity_hash is not None}
    names = {row.cells.values.get("name", "") for row in rows} - {""}
    keys: set[int] = set()
    people = User.objects.select_related("unit")
    for batch in _batches(hashes):
        for one in people.filter(identity_hash__in=batch):
            found.by_hash[bytes(one.identity_hash)] = one
            keys.add(one.pk)
    for batch in _batches(names):
        for one in people.filter(name__in=batch, unit__isnull=False):
            found.by_name.setdefault((one.name, one.unit_id), []).append(one)
            keys.add(one.pk)
    helpers = Posting.objects.open_on(today).filter(role=Role.HELPER, user=OuterRef("pk"))
    for batch in _batches(keys):
        found.posted |= set(User.objects.filter(Exists(helpers), pk__in=batch).values_list("pk", flat=True))
    hashes |= {
        bytes(one.identity_hash) for same in found.by_name.values() for one in same if one.identity_hash
    }
    for batch in _batches(hashes):
        poor = Member.objects.filter(identity_hash__in=batch, household__state=Household.State.REGISTERED)
        poor = poor.exclude(household__kind=GENERAL_RURAL)
        found.poor |= {bytes(one) for one in poor.values_list("identity_hash", flat=True)}


def _batches(values: Iterable) -> Iterable[list]:
    values = sorted(values)
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
