"""Natural villages and groups, and what reaches them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.areas.models import Area, Level, Settlement, SettlementFact
from poverty.audit.services import differences, record
from poverty.sql.periods import valid_at

EDIT = "settlement.edit"
SECTOR_EDIT = "sector.edit"
# Whose business each fact is: a bureau officer of that sector states it too (practice.md: with bureau document).
FACT_SECTORS = {
    SettlementFact.Fact.WATER: "water",
    SettlementFact.Fact.POWER: "power",
    SettlementFact.Fact.BROADCASTING: "broadcasting",
    SettlementFact.Fact.ROAD: "transport",
}
# What a row of a fact says, apart from its dates.
_CONTENT = ("reached", "scheme", "document_name", "document_date", "note")

# (label, function from settlement ids to the number of rows that need it): set by apps above when they are
# ready.
_USES: dict[str, Callable[[Sequence[int]], int]] = {}


# (what rests on a settlement's facts, function from its id to the last day on which it does or None): likewise.
_RESTS: dict[str, Callable[[int], date | None]] = {}


def register_rest(label: str, last_day: Callable[[int], date | None]) -> None:
    """Say until which day something rests on what reaches a settlement: ("年度核算", last day by settlement id)."""
    _RESTS[label] = last_day


def register_use(label: str, count: Callable[[Sequence[int]], int]) -> None:
    """Say what must leave a settlement before it can be closed: ("户", open households by settlement ids)."""
    _USES[label] = count


@transaction.atomic
def add_settlement(
    village: Area, *, actor, name: str, kind: str, valid_from: date | None = None
) -> Settlement:
    """Add a natural village or group to a village in force; `valid_from` NULL means since always.

    Raises PermissionDenied without the right at the village, ValidationError for a place that is no
    village, for an empty or used name and for a day in the future.
    """
    _check_right(actor, village.code)
    if village.level != Level.VILLAGE or village.valid_to:
        raise ValidationError({"village": f"{village.name} 不是在用的行政村，不能登记自然村或村民小组。"})
    _check_not_future("valid_from", valid_from)
    settlement = Settlement(village=village, name=name.strip(), kind=kind, valid_from=valid_from)
    settlement.full_clean()
    settlement.save()
    record("settlement.add", settlement, actor=actor, changes=differences({}, {"name": name, "kind": kind}))
    return settlement


@transaction.atomic
def change_settlement(settlement: Settlement, *, actor, name: str, kind: str) -> Settlement:
    """Correct name or kind; return the settlement as it stands. Writes nothing when nothing differs."""
    _check_right(actor, settlement.village_id)
    settlement = _locked(settlement)
    before = {"name": settlement.name, "kind": settlement.kind}
    settlement.name, settlement.kind = name.strip(), kind
    changes = differences(before, {"name": settlement.name, "kind": settlement.kind})
    if changes:
        settlement.full_clean()
        settlement.save()
        record("settlement.change", settlement, actor=actor, changes=changes)
    return settlement


@transaction.atomic
def close_settlement(settlement: Settlement, *, actor, on: date, reason: str) -> Settlement:
    """End a settlement and the facts that hold there on the day `on`; return it.

    Raises ValidationError when it is closed already, when households still live there, when something rests on
    its facts on that day or later, when a fact begins later, or without a reason.
    """
    _check_right(actor, settlement.village_id)
    settlement = _locked(settlement)
    _check_not_future("on", on)
    if settlement.valid_to:
        raise ValidationError({"on": f"{settlement.name} 已于 {settlement.valid_to} 撤销。"})
    if settlement.valid_from and on <= settlement.valid_from:
        raise ValidationError(
            {"on": f"{settlement.name} 自 {settlement.valid_from} 设立，撤销日期须晚于该日。"}
        )
    if not reason.strip():
        raise ValidationError({"reason": "请填写撤销原因。"})
    for label, count in _USES.items():
        if left := count([settlement.pk]):
            raise ValidationError(
                {"on": f"{settlement.name} 还有 {left} 个{label}，请先转到其他自然村或小组。"}
            )
    for label, last_day in _RESTS.items():
        if (last := last_day(settlement.pk)) and on <= last:
            raise ValidationError(
                {"on": f"有户的{label}以 {last} 在{settlement.name}的情况为准，撤销日期须晚于该日。"}
            )
    if settlement.facts.filter(valid_from__gte=on).exists():
        raise ValidationError({"on": "有事项的生效日期在撤销日期当天或之后，请核对日期。"})
    settlement.facts.filter(valid_at(on)).update(valid_to=on)
    settlement.valid_to = on
    settlement.save(update_fields=["valid_to"])
    record("settlement.close", settlement, actor=actor, changes={"valid_to": [None, on]}, summary=reason)
    return settlement


def may_set_fact(user, fact: str, code: str) -> bool:
    """Whether a user may state a fact in the settlements of a village: by settlement.edit, or for his sector."""
    if user.has_right_at(EDIT, code):
        return True
    return fact in FACT_SECTORS and user.scope(SECTOR_EDIT).covers(code, FACT_SECTORS[fact])


@transaction.atomic
def set_fact(
    settlement: Settlement,
    fact: str,
    *,
    actor,
    reached: bool | None,
    on: date,
    scheme: str = "",
    document_name: str = "",
    document_date: date | None = None,
    note: str = "",
) -> SettlementFact:
    """State from which day on a supply reaches the settlement (True), does not (False) or is unknown (None).

    The row that held on that day ends there and the new one holds until the next dated row, so that a late
    entry keeps what came after it. A second statement for the same day corrects the first. Saying what
    holds already writes nothing. Returns the row that holds on `on`. Households are judged again by the
    caller (households.services), which knows them.

    Needs settlement.edit, or sector.edit for the sector of the fact. Raises PermissionDenied, and
    ValidationError: a day in the future or outside the settlement's life; `reached` known without the name and
    date of the document; a document dated after today.
    """
    if actor is not None and not may_set_fact(actor, fact, settlement.village_id):
        raise PermissionDenied("没有登记这一共用设施的权限。")
    settlement = _locked(settlement)
    _check_fact(settlement, fact, reached, on, document_name, document_date)
    content = {
        "reached": reached,
        "scheme": scheme.strip(),
        "document_name": document_name.strip(),
        "document_date": document_date,
        "note": note.strip(),
    }
    rows = settlement.facts.filter(fact=fact)
    current = rows.filter(valid_at(on)).first()
    before = {field: getattr(current, field) for field in _CONTENT} if current else {}
    if current and before == content:
        return current
    if current and current.valid_from == on:
        row = current
        for field, value in content.items():
            setattr(row, field, value)
        row.full_clean()
        row.save()
    else:
        row = SettlementFact(settlement=settlement, fact=fact, valid_from=on, **content)
        if current:
            row.valid_to = current.valid_to
            current.valid_to = on
            current.save(update_fields=["valid_to"])
        else:
            later = rows.filter(valid_from__gt=on).order_by("valid_from")
            row.valid_to = later.values_list("valid_from", flat=True).first()
        row.full_clean()
        row.save()
    record(
        "settlement.fact",
        settlement,
        actor=actor,
        changes=differences(before, content),
        summary=f"{row.get_fact_display()}，{on} 起",
    )
    return row


def _locked(settlement: Settlement) -> Settlement:
    return Settlement.objects.select_for_update(of=("self",)).select_related("village").get(pk=settlement.pk)


def _check_right(actor, code: str) -> None:
    """`actor` None is the system itself: commands and data loading."""
    if actor is not None and not actor.has_right_at(EDIT, code):
        raise PermissionDenied("没有登记自然村/村民小组及共用设施的权限。")


def _check_not_future(field: str, day: date | None) -> None:
    if day and day > timezone.localdate():
        raise ValidationError({field: "日期不能晚于今天。"})


def _check_fact(settlement, fact, reached, on, document_name, document_date) -> None:
    faults: dict[str, str] = {}
    if fact not in SettlementFact.Fact.values:
        faults["fact"] = "请选择事项。"
    if on > timezone.localdate():
        faults["valid_from"] = "生效日期不能晚于今天。"
    elif (settlement.valid_from and on < settlement.valid_from) or (
        settlement.valid_to and on >= settlement.valid_to
    ):
        faults["valid_from"] = f"{settlement.name} 在 {on} 尚未设立或已撤销。"
    if reached is not None:
        if not document_name.strip():
            faults["document_name"] = "已知是否达到时，请填写依据文件。"
        if document_date is None:
            faults["document_date"] = "已知是否达到时，请填写文件日期。"
    if document_date and document_date > timezone.localdate():
        faults["document_date"] = "文件日期不能晚于今天。"
    if faults:
        raise ValidationError(faults)


class SettlementBearer:
    """Takes settlements along when their village is merged or moved (see poverty.areas.bearers)."""

    label = "自然村/村民小组"
    fields = ("areas.settlement.village",)

    def count(self, codes: Sequence[str]) -> int:
        """How many would move with these villages."""
        return Settlement.objects.filter(village__in=codes, valid_to__isnull=True).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Move pair by pair; a name that the new village has already gets the old village's name in front."""
        moved = 0
        for old, new in pairs.items():
            taken = set(
                Settlement.objects.filter(village=new, valid_to__isnull=True).values_list("kind", "name")
            )
            old_name = Area.objects.values_list("name", flat=True).get(code=old)
            open_here = Settlement.objects.filter(village=old, valid_to__isnull=True)
            for settlement in open_here.filter(name__in=[name for _, name in taken]):
                if (settlement.kind, settlement.name) in taken:
                    name = f"{old_name}{settlement.name}"[:60]
                    record(
                        "settlement.change",
                        settlement,
                        actor=actor,
                        area_code=new,
                        changes={"name": [settlement.name, name]},
                        summary=document,
                    )
                    open_here.filter(pk=settlement.pk).update(name=name)
            moved += Settlement.objects.filter(village=old).update(village=new)
        return moved
