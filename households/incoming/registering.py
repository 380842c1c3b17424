"""Persons and households that the register does not have yet: taken over from the file, set-based.

Nothing is decided here: a household is registered by the export's name (take_over), its kind and status are those
of the national system with source and date (带入).
"""

from collections.abc import Callable, Set
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from django.core.exceptions import ValidationError  # isort: skip
from django.db.models import CharField, Func, Q, TextField  # isort: skip
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, Greatest, JSONArray, JSONObject

from households.incoming.fields import cell
from households.models import (
    Headship,
    Household,
    HouseholdPlace,
    HouseholdStatus,
    IncomingRow,
    Member,
    Membership,
)
from households.options.document_types import RESIDENT_ID
from households.options.join_reasons import FIRST_REGISTRATION, JOIN_REASONS
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS, REGISTERED_POOR
from households.options.poverty_status import EXITED as STATUS_EXITED
from households.options.poverty_status import NOT_EXITED, POVERTY_STATUSES
from households.options.regimes import REGISTRATION, regime_on
from households.options.relations import HEAD
from households.options.sources import IMPORT
from households.services.days import check_register_day
from households.services.exits.confirming import confirm_marks
from households.services.status import adopt_status_many
from poverty.audit.services import record_select
from poverty.ledgers.models import Import, Outcome, StagedRow
from poverty.ledgers.querysets_importing import FIT
from poverty.ledgers.services.staging import weigh
from poverty.review.batch import fire_many
from poverty.sql.comparing import Joined
from poverty.sql.insert import insert_select
from poverty.sql.staging import analyze_if_grown

MISSED = "missed_before"
_BATCH = 10_000


def said(key: str, default: str = ""):
    """The staged text of a column, "" where the cell is empty."""
    return Coalesce(cell(key), Value(default, TextField()))


def register(
    imported: Import, rows: Callable[[], QuerySet], *, on: date, document: str, actor
) -> dict[str, int]:
    """Take over new households and persons of the rows to be applied, from the day `on`. Returns the counts.

    `rows` gives a fresh queryset of IncomingRow each time: what is written is found again in the next statement.
    """
    households = _households(imported, rows, on, document, actor)
    members = _members(imported, rows, on, document, actor)
    if households or members:
        _heads(rows, on, document)
        touched = rows().values("household")
        Household.objects.filter(pk__in=touched).update(size=_open_members())
    return {"households": households, "members": members}


def _open_members():
    open_rows = Membership.objects.filter(household=OuterRef("pk"), valid_to=None).order_by()
    counted = open_rows.values("household").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _kind():
    """户类型 of the file; what stands in the export of registered persons is registered."""
    return said("kind", REGISTERED_POOR)


def _households(imported, rows, on: date, document: str, actor) -> int:
    heads = rows().filter(household=None, is_head=True).exclude(household_no="")
    regime = regime_on(on) or REGISTRATION
    name, identified = said("name"), said("identification_standard")
    new = insert_select(
        Household,
        heads,
        {
            "area": F("area_code"),
            "household_no": F("household_no"),
            "state": Household.State.REGISTERED,
            "kind": _kind(),
            "regime": regime,
            "identification_standard": identified,
            "poor_attribute": said("poor_attribute"),
            "main_cause": said("main_cause"),
            "is_military_family": Cast(
                cell("is_military_family"), Household._meta.get_field("is_military_family").__class__()
            ),
            "phone": F("cells__phone"),
            "phone_hash": F("phone_hash"),
            "bank_name": said("bank_name"),
            "bank_account": F("cells__bank_account"),
            "bank_account_hash": F("bank_account_hash"),
            "head_name": name,
            "head_pinyin": said("pinyin"),
            "head_initials": said("initials"),
            "created_by": actor,
        },
        returning=("id",),
    )
    if not new:
        return 0
    analyze_if_grown(Household, len(new))
    ids = [pk for (pk,) in new]
    made = Household.objects.filter(pk__in=ids)
    by_no = Household.objects.filter(household_no=OuterRef("household_no"))
    staged = StagedRow.objects.filter(imported=imported, household_id=None).exclude(household_no="")
    staged.update(household_id=Subquery(by_no.values("pk")[:1]))
    weigh(imported)
    paper = {"valid_from": on, "reason": "带入登记", "document": document}
    insert_select(HouseholdPlace, made, {"household": F("pk"), "area": F("area_id"), **paper})
    insert_select(
        HouseholdStatus,
        made,
        {"household": F("pk"), "kind": F("kind"), "status": "", "regime": regime, "source": IMPORT, **paper},
    )
    fire_many("take_over", made, actor=actor, document_name=document)
    return len(ids)


def _members(imported, rows, on: date, document: str, actor) -> int:
    new = rows().filter(member=None, household__isnull=False)
    made = insert_select(
        Member,
        new,
        {
            "household": F("household"),
            "member_no": F("member_no"),
            "name": said("name"),
            "pinyin": said("pinyin"),
            "sex": said("sex"),
            "birth_date": Cast(cell("birth_date"), DateField()),
            "ethnic_group": said("ethnic_group"),
            "document_type": said("document_type", RESIDENT_ID),
            "identity": F("cells__identity"),
            "identity_hash": F("identity_hash"),
            "identity_last4_hash": F("cells__identity_last4_hash"),
            "identity_faults": identity_faults(),
            "phone": F("cells__member_phone"),
            "phone_hash": F("member_phone_hash"),
            "created_by": actor,
        },
        returning=("id",),
    )
    if not made:
        return 0
    analyze_if_grown(Member, len(made))
    by_no = Member.objects.filter(member_no=OuterRef("member_no"))
    staged = StagedRow.objects.filter(imported=imported, member_id=None).exclude(member_no="")
    staged.update(member_id=Subquery(by_no.values("pk")[:1]))
    weigh(imported)
    fresh = Household.objects.filter(pk=OuterRef("household"), head=None)
    joined = rows().filter(outcome="new", member__isnull=False).filter(~Exists(_open_membership()))
    record_select(
        "households.import.member",
        joined,
        actor=actor,
        case_type="households.household",
        case_id=F("household"),
        area_code=F("household__area_id"),
        changes=JSONObject(member=JSONArray(Value(None, JSONField()), F("member__name"))),
        summary=f"导入登记人员，{on}起，依据：{document}",
    )
    written = insert_select(
        Membership,
        joined,
        {
            "household": F("household"),
            "member": F("member"),
            "relation": said("relation"),
            "valid_from": Greatest(Value(on), F("member__birth_date")),
            "join_reason": Case(When(Exists(fresh), then=Value(FIRST_REGISTRATION)), default=Value(MISSED)),
            "join_document": document,
        },
    )
    analyze_if_grown(Membership, written)
    return len(made)


def _open_membership() -> QuerySet:
    return Membership.objects.filter(member=OuterRef("member"), valid_to=None)


FAULT_CODES = ArrayField(CharField(max_length=30))


class _TextArray(Func):
    """A JSON array of texts as text[]."""

    template = "ARRAY(SELECT jsonb_array_elements_text(%(expressions)s))"
    output_field = FAULT_CODES


def identity_faults() -> Func:
    """The codes of what is questioned about a staged number."""
    return _TextArray(Coalesce(KeyTransform("identity_faults", "cells__values"), Value([], JSONField())))


def _heads(rows, on: date, document: str) -> None:
    """Headship and the head's columns of the households that have none yet."""
    is_head = Membership.objects.filter(
        household=OuterRef("household"), member=OuterRef("member"), valid_to=None, relation=HEAD
    )
    heads = rows().filter(Exists(is_head), household__head=None)
    insert_select(
        Headship,
        heads,
        {
            "household": F("household"),
            "member": F("member"),
            "valid_from": on,
            "reason": JOIN_REASONS.label(FIRST_REGISTRATION),
            "document": document,
        },
    )
    head = Membership.objects.filter(household=OuterRef("pk"), valid_to=None, relation=HEAD)
    Household.objects.filter(pk__in=heads.values("household")).update(
        head=Subquery(head.values("member")[:1])
    )


def status_of(kind: str) -> str:
    """What 户类型 alone says of 脱贫属性; "" where it says nothing."""
    if kind not in HOUSEHOLD_KINDS or kind == GENERAL_RURAL:
        return ""
    return NOT_EXITED if kind == REGISTERED_POOR else STATUS_EXITED


def adopt(imported: Import, rows: Callable[[], QuerySet], *, document: str, actor) -> int:
    """Take over 户类型 and 脱贫属性 where they differ and nothing later is on record; returns how many households.

    The exit was decided elsewhere: source is the import, the day is the export's. A household that here fell back
    (返贫) stays so while the file only says 建档立卡贫困户. 一般农户 never takes a household off the register.
    """
    if not _may_adopt(imported, actor):
        return 0
    return sum(
        adopt_status_many(
            [household for _, household in found],
            new.status,
            new.kind,
            on=imported.as_of,
            source=IMPORT,
            document_name=document,
            actor=actor,
        )
        for (new, _), found in sorted(_told(imported, rows()).items())
    )


def confirm(rows: Callable[[], QuerySet], *, document: str, actor) -> int:
    """Confirm exits marked here that the file shows: 脱贫属性, or else 户类型, says that the household has left."""
    told = rows().filter(leads=True).annotate(to_kind=cell("kind"), to_status=cell("status"))
    by_kind = Q(to_kind__in=HOUSEHOLD_KINDS.keys_where(lambda kind: status_of(kind.key) == STATUS_EXITED))
    exited_now = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
    without = Q(to_status__isnull=True) | Q(to_status="")
    exited = told.filter(Q(to_status__in=exited_now) | (without & by_kind))
    return confirm_marks(exited.order_by().values("household"), document=document, actor=actor)


def show_adoptions(imported: Import, *, actor, fresh: Set[int]) -> None:
    """Put 户类型 and 脱贫属性 that would be taken over among the differences of their rows, but of the `fresh`
    households, which are being registered with them.
    """
    if imported.found.keys().isdisjoint(Standing._fields) or not _may_adopt(imported, actor):
        return
    for (new, now), found in _told(imported, IncomingRow.objects.of(imported).filter(FIT)).items():
        pairs = {
            name: [getattr(now, name), getattr(new, name)]
            for name in Standing._fields
            if getattr(now, name) != getattr(new, name)
        }
        known = [row for row, household in found if household not in fresh]
        for start in range(0, len(known), _BATCH):
            staged = StagedRow.objects.filter(pk__in=known[start : start + _BATCH])
            staged.filter(outcome=Outcome.UNCHANGED).update(outcome=Outcome.CHANGED)
            staged.update(
                differences=Joined(F("differences"), Value(pairs, JSONField()), output_field=JSONField())
            )


class Standing(NamedTuple):
    """户类型 and 脱贫属性, by the keys of their columns."""

    kind: str
    status: str


def _told(imported: Import, rows: QuerySet) -> dict[tuple[Standing, Standing], list[tuple[int, int]]]:
    """(what the file says, what stands here) where they differ -> (row, household) of each."""
    told = rows.filter(leads=True, household__state=Household.State.REGISTERED).exclude(
        cells__values__kind=None, cells__values__status=None
    )
    told = told.annotate(to_kind=cell("kind"), to_status=cell("status"))
    later = HouseholdStatus.objects.filter(
        household=OuterRef("household"), valid_to=None, valid_from__gt=imported.as_of
    )
    told = told.filter(~Exists(later)).order_by()
    groups: dict[tuple[Standing, Standing], list[tuple[int, int]]] = {}
    seen = told.values_list("pk", "household", "to_kind", "to_status", "household__kind", "household__status")
    for row, household, kind, status, kind_now, status_now in seen.iterator():
        kind = kind or kind_now
        status = status or (
            status_now
            if status_now in POVERTY_STATUSES and status_of(kind) == _plain(status_now)
            else status_of(kind)
        )
        if not status or kind == GENERAL_RURAL or (kind, status) == (kind_now, status_now):
            continue
        groups.setdefault((Standing(kind, status), Standing(kind_now, status_now)), []).append(
            (row, household)
        )
    return groups


def _plain(status: str) -> str:
    """Poor or exited, whatever the status says beyond that."""
    return STATUS_EXITED if POVERTY_STATUSES[status].is_exited else NOT_EXITED


def _may_adopt(imported: Import, actor) -> bool:
    """Whether status and kind can be taken over at all: by right, and without touching a closed year."""
    county = imported.area_code[:6]
    if not actor.has_right_at("status.adopt", county):
        return False
    try:
        check_register_day(county, imported.as_of)
    except ValidationError:
        return False
    return True
