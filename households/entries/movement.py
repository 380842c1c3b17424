"""动态增减: who came onto the poverty register and who left it, by reason, in places and a period; each number has its
list (seed A13: 3 in, 5 out; procedures.md 5).

Counted are persons. Somebody is on the register on a day when a membership of his and a status of his household with a
kind of the register (建档立卡) both cover that day. Where both begin, he came; where either ends, he left. Going from
one such household into another, or from head to member, is neither. Exits (脱贫) and 返贫 stay on the register: they are
counted beside, by household.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest, Least, Substr

from households.models import HouseholdStatus, Membership
from households.options.join_reasons import JOIN_REASONS
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.leave_reasons import LEAVE_REASONS
from households.options.poverty_status import POVERTY_STATUSES
from households.options.sources import IMPORT
from poverty.areas.models import Area
from poverty.areas.querysets import length_below
from poverty.sql.prefix import within

ON_REGISTER = HOUSEHOLD_KINDS.keys_where(lambda one: one.is_registered)
_EXITED = POVERTY_STATUSES.keys_where(lambda one: one.is_exited)
# What the household's own way says, beside the reasons of a single person.
IDENTIFIED, TAKEN_OVER, OFF = "identified", "taken_over", "off_register"
_HOUSEHOLD_WORDS = {IDENTIFIED: "新识别", TAKEN_OVER: "国网带入", OFF: "转为一般农户"}
# Somebody changes the household or his place in it, and stays on the register.
INSIDE = ("household_split", "household_merge", "head_changed")


def word(way: str, reason: str) -> str:
    """The field's word for why somebody came ("in") or left ("out")."""
    if reason in _HOUSEHOLD_WORDS:
        return _HOUSEHOLD_WORDS[reason]
    return (JOIN_REASONS if way == "in" else LEAVE_REASONS).label(reason)


def is_reason(way: str, reason: str) -> bool:
    """Whether somebody can come or leave for it."""
    return reason in _HOUSEHOLD_WORDS or reason in (JOIN_REASONS if way == "in" else LEAVE_REASONS)


@dataclass
class Movement:
    """What moved in a place. `came` and `left`: persons by reason; `code` "" is the sum of all."""

    code: str
    name: str
    before: int = 0
    came: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    returned: int = 0
    exited: int = 0
    cleared: int = 0
    dissolved: int = 0

    @property
    def joined(self) -> int:
        """Persons who came."""
        return sum(self.came.values())

    @property
    def gone(self) -> int:
        """Persons who left."""
        return sum(self.left.values())

    @property
    def after(self) -> int:
        """Persons on the register at the end."""
        return self.before + self.joined - self.gone


def arrivals(rows: QuerySet[Membership], since: date, until: date) -> QuerySet[Membership]:
    """Those of `rows` that brought somebody onto the register in the period (both days in it), with `reason` and `day`.

    A membership that began with the status of the household, or before it, came with the household; one that began
    later came alone.
    """
    earlier = HouseholdStatus.objects.filter(
        household=OuterRef("household"), kind__in=ON_REGISTER, valid_to=OuterRef("status_from")
    )
    found = _on_register(rows).annotate(day=Greatest("valid_from", "status_from"), stood=Exists(earlier))
    found = found.filter(day__range=(since, until))
    alone = Q(valid_from__gt=F("status_from")) | Q(stood=True, valid_from=F("status_from"))
    with_household = Q(stood=False, valid_from__lte=F("status_from"))
    found = found.filter(
        (alone & ~Q(join_reason__in=INSIDE))
        | (with_household & (~Q(join_reason__in=INSIDE) | Q(valid_from__lt=F("status_from"))))
    )
    by_household = Case(When(status_source=IMPORT, then=Value(TAKEN_OVER)), default=Value(IDENTIFIED))
    return found.annotate(
        reason=Case(When(alone, then=F("join_reason")), default=by_household, output_field=CharField())
    )


def departures(rows: QuerySet[Membership], since: date, until: date) -> QuerySet[Membership]:
    """Those of `rows` that took somebody off the register in the period (both days in it), with `reason` and `day`."""
    later = HouseholdStatus.objects.filter(
        household=OuterRef("household"), kind__in=ON_REGISTER, valid_from=OuterRef("status_to")
    )
    # LEAST of PostgreSQL passes over NULL: whichever ends first.
    found = _on_register(rows).annotate(day=Least("valid_to", "status_to"), stays=Exists(later))
    found = found.filter(day__range=(since, until))
    ended = Q(valid_to__isnull=False)
    alone = (ended & Q(status_to__isnull=True)) | (ended & Q(valid_to__lt=F("status_to")))
    together = ended & Q(valid_to=F("status_to"))
    with_household = Q(status_to__isnull=False, stays=False) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("status_to"))
    )
    found = found.filter(((alone | together) & ~Q(leave_reason__in=INSIDE)) | with_household)
    return found.annotate(
        reason=Case(
            When(with_household, then=Value(OFF)), default=F("leave_reason"), output_field=CharField()
        )
    )


def _on_register(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Memberships beside every status of the register that overlaps them: `status_from`, `status_to`, `status_source`."""
    return rows.annotate(
        status=FilteredRelation(
            "household__statuses", condition=Q(household__statuses__kind__in=ON_REGISTER)
        ),
        status_from=F("status__valid_from"),
        status_to=F("status__valid_to"),
        status_source=F("status__source"),
    ).filter(
        Q(status_to__isnull=True) | (Q(status_to__gt=F("valid_from")) & Q(status_to__gt=F("status_from"))),
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("status_from")),
        status_from__isnull=False,
    )


def present(rows: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    """Those of `rows` whose person was on the register when a day began: since before it."""
    found = _on_register(rows).annotate(
        begun=Greatest("valid_from", "status_from"), ended=Least("valid_to", "status_to")
    )
    return found.filter(Q(ended__isnull=True) | Q(ended__gte=day), begun__lt=day)


def households_became(households, since: date, until: date, what: str) -> QuerySet[HouseholdStatus]:
    """Status rows with which households returned to poverty ("returned") or exited ("exited") in the period."""
    rows = HouseholdStatus.objects.filter(household__in=households, valid_from__range=(since, until))
    before = HouseholdStatus.objects.filter(household=OuterRef("household"), valid_to=OuterRef("valid_from"))
    if what == "returned":
        return rows.filter(status="returned").exclude(Exists(before.filter(status="returned")))
    return rows.filter(status__in=_EXITED).exclude(Exists(before.filter(status__in=_EXITED)))


def households_closed(households, since: date, until: date, cleared: bool):
    """Households of the register closed in the period: 户清退, or died out (整户消亡)."""
    last = HouseholdStatus.objects.filter(
        household=OuterRef("pk"), kind__in=ON_REGISTER, valid_to=OuterRef("closed_on")
    )
    rows = households.filter(Exists(last), state="closed", closed_on__range=(since, until))
    gone = Membership.objects.filter(
        household=OuterRef("pk"), leave_reason="cleared", valid_to=OuterRef("closed_on")
    )
    return rows.filter(Exists(gone)) if cleared else rows.filter(~Exists(gone))


def movements(households, code: str, since: date, until: date) -> tuple[list[Movement], Movement]:
    """What moved among `households` (those the asker sees, of whatever state) below `code`, by the places right below
    it, and the sum. Seven statements, whatever the number of households.
    """
    households = households.filter(within("area_id", [code]))
    rows = Membership.objects.filter(household__in=households.values("pk"))
    length = length_below(code)
    places: dict[str, Movement] = {}

    def at(place: str) -> Movement:
        return places.setdefault(place, Movement(place, place))

    place = Substr("household__area_id", 1, length)
    for row in _counted(present(rows, since), place):
        at(row["place"]).before = row["n"]
    for row in _counted(arrivals(rows, since, until), place, "reason"):
        at(row["place"]).came[row["reason"]] = row["n"]
    for row in _counted(departures(rows, since, until), place, "reason"):
        at(row["place"]).left[row["reason"]] = row["n"]
    keys = households.values("pk")
    for what in ("returned", "exited"):
        for row in _counted(households_became(keys, since, until, what), place):
            setattr(at(row["place"]), what, row["n"])
    for name, cleared in (("cleared", True), ("dissolved", False)):
        for row in _counted(
            households_closed(households, since, until, cleared), Substr("area_id", 1, length)
        ):
            setattr(at(row["place"]), name, row["n"])
    names = dict(Area.objects.filter(code__in=places).values_list("code", "name"))
    for one in places.values():
        one.name = names.get(one.code, one.code)
    found = [places[key] for key in sorted(places)]
    return found, _sum(found)


def _counted(rows: QuerySet, place, *by: str) -> Iterable[dict]:
    return rows.order_by().annotate(place=place).values("place", *by).annotate(n=Count("pk", distinct=False))


def _sum(found: list[Movement]) -> Movement:
    total = Movement("", "合计")
    for one in found:
        for name in ("before", "returned", "exited", "cleared", "dissolved"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        for name in ("came", "left"):
            for reason, count in getattr(one, name).items():
                getattr(total, name)[reason] = getattr(total, name).get(reason, 0) + count
    return total
