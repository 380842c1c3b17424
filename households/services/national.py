"""待录国网清单: what was changed here is compared with what the national system last showed, at every save.

Imports bring the list up to date set-based (households.incoming.gaps); this is the same for households that were saved.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from households.incoming import households, persons
from households.incoming.fields import (
    HOUSEHOLD,
    MEMBER,
    MEMBERSHIP,
    OF_A_YEAR,
    SURVEY,
    TargetField,
    target_fields,
)
from households.models import Household, Membership, MemberSurvey, NationalGap, NationalRecord, Survey
from households.options.sources import BUREAU, ENTERED, VISIT
from poverty.audit.services import record_rows

RIGHTS = ("register.import", "survey.edit")  # who types into the national system
OURS_HIDDEN, THEIRS_HIDDEN = "（登记的号码）", "（表中的号码）"
AT_ONCE = 1_000  # households
_LOCAL = (VISIT, ENTERED, BUREAU)
_LISTS = (("persons", persons.COLUMNS), ("households", households.COLUMNS))
_STATED = ("state", "typed_by", "typed_at", "kind", "ours", "theirs", "since", "source", "imported")
_Place = tuple[int, int | None, str, int]  # household, member, field, year
# Key of a column -> (kind of import, field). What both lists have is of the first.
FIELDS: dict[str, tuple[str, TargetField]] = {}
for _kind, _columns in _LISTS:
    for _one in target_fields(_columns):
        FIELDS.setdefault(_one.key, (_kind, _one))


@dataclass(frozen=True)
class _Ours:
    """Our value of a field as the record keeps it ("" for nothing), for show, and where it comes from."""

    text: str
    shown: str
    source: str = ""
    since: str = ""


def compare_household(household_id: int) -> None:
    """Bring the list of one household up to what stands here now. Stands in the transaction of the change.

    A household that no import has shown costs one question.
    """
    compare_households([household_id])


def compare_households(household_ids: Iterable[int]) -> None:
    """The same of many households at once, in as many statements as for one."""
    ids = sorted(set(household_ids))
    for start in range(0, len(ids), AT_ONCE):
        _compare(ids[start : start + AT_ONCE])


def _compare(ids: list[int]) -> None:
    # Two questions put as one: with OR over the join neither finds its rows by an index.
    own = NationalRecord.objects.filter(household__in=ids).values_list("pk")
    of_members = NationalRecord.objects.filter(member__household__in=ids).values_list("pk")
    found = [pk for (pk,) in own.union(of_members, all=True)]
    if not found:
        return
    records = list(NationalRecord.objects.filter(pk__in=found).select_related("member"))
    wanted: dict[_Place, dict[str, Any]] = {}
    homes = {one.household_id or one.member.household_id for one in records}
    known = _Known(homes)
    for record in records:
        home = record.household_id or record.member.household_id
        for key, theirs in record.values.items():
            year, _, name = key.rpartition(".")
            kind, one = FIELDS.get(name, ("", None))
            if one is None:
                continue
            ours = known.value(one, home, record.member_id, int(year or 0))
            if ours is not None and _differs(one, ours, theirs):
                wanted[(home, record.member_id, name, int(year or 0))] = {
                    "kind": kind,
                    "ours": ours.shown[:200],
                    "theirs": _shown_theirs(one, theirs)[:200],
                    "since": ours.since or timezone.localdate().isoformat(),
                    "source": ours.source,
                    "imported_id": max(record.origins.values()),
                }
    _write(homes, wanted)


def _differs(one: TargetField, ours: _Ours, theirs: str) -> bool:
    """Nothing here is nothing to type; empty there counts where ours was found out here."""
    if not ours.text or ours.text == theirs:
        return False
    return bool(theirs) or one.table not in OF_A_YEAR or ours.source in _LOCAL


def _shown_theirs(one: TargetField, theirs: str) -> str:
    return THEIRS_HIDDEN if one.sensitive and theirs else theirs


def _write(homes: Collection[int], wanted: dict[_Place, dict[str, Any]]) -> None:
    listed = {
        (gap.household_id, gap.member_id, gap.field, gap.year): gap
        for gap in NationalGap.objects.open().filter(household__in=homes)
    }
    over = [gap.pk for place, gap in listed.items() if place not in wanted]
    if over:
        gone = NationalGap.objects.filter(pk__in=over)
        gone.update(state=NationalGap.State.CLOSED, closed_at=timezone.now())
    new, other = [], []
    for place, values in wanted.items():
        gap = listed.get(place)
        if gap is None:
            household, member, field, year = place
            new.append(
                NationalGap(household_id=household, member_id=member, field=field, year=year, **values)
            )
        elif gap.ours != values["ours"]:
            # Typed or not: what is here now is another value.
            gap.state, gap.typed_by, gap.typed_at = NationalGap.State.PENDING, None, None
            for name, value in values.items():
                setattr(gap, name, value)
            other.append(gap)
    NationalGap.objects.bulk_create(new)
    if other:
        NationalGap.objects.bulk_update(other, _STATED, batch_size=AT_ONCE)


class _Known:
    """What stands here of households and their members, read once."""

    def __init__(self, homes: Collection[int]):
        self.households = Household.objects.in_bulk(homes)
        belongs = Membership.objects.filter(household__in=homes, valid_to=None).select_related("member")
        self.memberships = {(row.household_id, row.member_id): row for row in belongs}
        surveys = Survey.objects.filter(household__in=homes)
        self.surveys = {(row.household_id, row.year): row for row in surveys}
        facts = MemberSurvey.objects.filter(member__in={member for _, member in self.memberships})
        self.facts = {(row.member_id, row.year): row for row in facts}

    def value(self, one: TargetField, home: int, member_id: int | None, year: int) -> _Ours | None:
        row = self._row(one, home, member_id, year)
        if row is None:
            return None
        found = getattr(row, one.name)
        if one.sensitive:
            hashed = getattr(row, one.path.rpartition("__")[2])
            text = bytes(hashed).hex() if hashed is not None else ""
            return _Ours(text, OURS_HIDDEN if text else "")
        text = _text(found)
        if one.table not in OF_A_YEAR:
            return _Ours(text, text)
        own = row.sources.get(one.name)
        if own:
            return _Ours(text, text, own["source"], own.get("on", ""))
        return _Ours(text, text, row.source, row.happened_on.isoformat() if row.happened_on else "")

    def _row(self, one: TargetField, home: int, member_id: int | None, year: int):
        if one.table == HOUSEHOLD:
            return self.households[home]
        if one.table == SURVEY:
            return self.surveys.get((home, year))
        membership = self.memberships.get((home, member_id))
        if membership is None:
            return None
        if one.table == MEMBERSHIP:
            return membership
        return membership.member if one.table == MEMBER else self.facts.get((member_id, year))


def _text(value: Any) -> str:
    """A value as PostgreSQL writes it as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def visible_gaps(user) -> QuerySet[NationalGap]:
    """Lines of the list that a user may see and answer: of households where he imports or enters facts."""
    rows = NationalGap.objects.none()
    for right in RIGHTS:
        rows |= NationalGap.objects.visible_to(user, right)
    return rows


@transaction.atomic
def mark_typed(ids: Iterable[int], *, actor, typed: bool = True) -> int:
    """Say that lines have been typed into the national system (已录), or not after all; returns how many.

    The next import shows whether it is so. Raises ValidationError when none of them is open to the actor.
    """
    before = NationalGap.State.PENDING if typed else NationalGap.State.TYPED
    seen = visible_gaps(actor).filter(pk__in=list(ids), state=before).values("pk")
    # The state stands beside: who waited for another's answer finds it given.
    rows = NationalGap.objects.filter(pk__in=seen, state=before)
    rows = rows.select_for_update(of=("self",)).select_related("household")
    chosen = list(rows)
    if not chosen:
        raise ValidationError("没有选中可以办理的行，请刷新页面后再选。")
    values = (
        {"state": NationalGap.State.TYPED, "typed_by": actor, "typed_at": timezone.now()}
        if typed
        else {"state": NationalGap.State.PENDING, "typed_by": None, "typed_at": None}
    )
    NationalGap.objects.filter(pk__in=[one.pk for one in chosen]).update(**values)
    words = "已录国网" if typed else "撤销已录国网"
    record_rows(
        "households.national.typed",
        ({"obj": one.household, "summary": f"{words}：{label_of(one.field)}"} for one in chosen),
        actor=actor,
    )
    return len(chosen)


def label_of(field: str) -> str:
    """The official heading of a field of the list."""
    known = FIELDS.get(field)
    return known[1].column.heading if known else field
