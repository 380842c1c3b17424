"""One household becomes two (分户), two become one (并户). Both are decided by the county."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import Household, HouseholdPlace, HouseholdStatus, Member
from households.options.join_reasons import MERGED_IN, SPLIT_IN
from households.options.leave_reasons import MERGED_OUT, SPLIT_OUT
from households.options.relations import HEAD
from households.options.sources import ENTERED
from households.services.closing import check_days, end_everything
from households.services.days import check_not_before, check_register_day
from households.services.decision import Decision
from households.services.facts import facts_changed
from households.services.heads import check_relations, open_memberships
from households.services.locking import lock_households, lock_open, require_registered
from households.services.members import join, leave
from households.services.status import adopt_status
from poverty.areas.models import Settlement
from poverty.audit.services import record

# What a household that splits off takes over from the old one.
_INHERITED = (
    "kind",
    "regime",
    "poor_attribute",
    "identification_standard",
    "main_cause",
    "other_causes",
    "identified_on",
    "address",
)


def check_split(household: Household, head: Member, relations: Mapping[int, str], *, on: date) -> None:
    """Refuse a split that takes the old head along, takes strangers, or comes before somebody came."""
    require_registered(household)
    check_register_day(household.area_id, on, household=household)
    rows = {row.member_id: row for row in open_memberships(household)}
    leaving = {head.pk, *relations}
    if strangers := leaving - set(rows):
        raise ValidationError({"members": f"有 {len(strangers)} 人不是该户在册成员，请重新选择。"})
    if any(rows[pk].relation == HEAD for pk in leaving):
        raise ValidationError({"members": "原户主不能分出去：请先办理“变更户主”，或让其他人留在原户。"})
    for pk in leaving:
        check_not_before(on, rows[pk].valid_from, f"{rows[pk].member.name}在户期间")
    present = household.statuses.filter(valid_to=None).first()
    check_not_before(on, present.valid_from if present else None, "现脱贫属性")
    check_relations([rows[pk].member for pk in leaving if pk != head.pk], relations)


@transaction.atomic
def split_household(
    household: Household,
    *,
    head: Member,
    relations: Mapping[int, str],
    on: date,
    reason: str = "",
    document: str,
    actor,
    settlement: Settlement | None = None,
    decision: Decision | None = None,
) -> Household:
    """Let members leave into a household of their own and return it, registered by the county's decision.

    `head` heads the new one, `relations`: the relation of each other person who goes, by member id. Kind,
    cause and identification go with them; the status is carried over by a step of its own. The new
    household has no helper and no yearly facts yet. Judges the old one. Raises ValidationError by field.
    """
    household = lock_open(household)
    check_split(household, head, relations, on=on)
    decision = decision or Decision(actor, document_name=document)
    new = Household.objects.create(
        area_id=household.area_id,
        settlement=settlement or household.settlement,
        state=Household.State.REGISTERED,
        created_by=actor,
        **{name: getattr(household, name) for name in _INHERITED},
    )
    decision.fire("register_split", new)
    HouseholdPlace.objects.create(
        household=new,
        area=new.area,
        settlement=new.settlement,
        valid_from=on,
        reason="分户",
        document=document,
    )
    HouseholdStatus.objects.create(
        household=new,
        kind=new.kind,
        status="",
        regime=new.regime,
        valid_from=on,
        source=ENTERED,
        reason="分户",
        document=document,
    )
    names = []
    rows = {row.member_id: row for row in open_memberships(household)}
    for pk in [head.pk, *relations]:
        row = rows[pk]
        leave(row, on=on, reason=SPLIT_OUT, document=document)
        join(
            new,
            row.member,
            HEAD if pk == head.pk else relations[pk],
            on=on,
            reason=SPLIT_IN,
            document=document,
        )
        names.append(row.member.name)
    if household.status:
        adopt_status(
            new,
            household.status,
            household.kind,
            on=on,
            source=ENTERED,
            document_name=document,
            actor=actor,
            reason="分户，沿用原户脱贫属性",
        )
    paper = f"{on}起，依据：{document}"
    together = "、".join(names)
    record(
        "households.household.split",
        household,
        actor=actor,
        changes={"members": [together, None]},
        summary=f"分户：{together}分出，新户主{new.head_name}，{paper}" + (f"（{reason}）" if reason else ""),
    )
    record(
        "households.household.split_off",
        new,
        actor=actor,
        changes={"members": [None, together]},
        summary=f"从{household.head_name}户分出 {new.size} 人，{paper}",
    )
    facts_changed([household.pk, new.pk])
    return new


def check_merge(source: Household, target: Household, relations: Mapping[int, str], *, on: date) -> None:
    """Refuse to merge a household with itself, over the county's border, or into one without a head."""
    if source.pk == target.pk:
        raise ValidationError({"target": "不能并入自己，请选择另一户。"})
    require_registered(source)
    require_registered(target)
    if source.area_id[:6] != target.area_id[:6]:
        raise ValidationError({"target": "并入的户不在本县，不能并户。"})
    check_register_day(source.area_id, on, household=source)
    check_register_day(target.area_id, on, household=target)
    rows = open_memberships(source)
    if not rows:
        raise ValidationError("该户没有在册成员，请办理“销户”。")
    check_days(source, rows, on)
    heads = target.headships.filter(valid_to=None).values_list("valid_from", flat=True)
    if not heads:
        raise ValidationError({"target": "并入的户没有户主，请先确定其户主。"})
    check_not_before(
        on, target.places.order_by("valid_from").values_list("valid_from", flat=True).first(), "并入户登记"
    )
    check_relations([row.member for row in rows], relations)


@transaction.atomic
def merge_households(
    source: Household,
    target: Household,
    *,
    relations: Mapping[int, str],
    on: date,
    reason: str = "",
    document: str,
    actor,
    decision: Decision | None = None,
) -> Household:
    """Let all members of `source` join `target`, which stays; `source` is merged and changes no more.

    `relations`: the relation of each to the head of `target`, by member id. Judges `target`; results of
    `source` in open years are withdrawn. Raises ValidationError by field. Returns `target`.
    """
    locked = lock_households([source.pk, target.pk])
    source, target = locked[source.pk], locked[target.pk]
    check_merge(source, target, relations, on=on)
    decision = decision or Decision(actor, document_name=document)
    rows = open_memberships(source)
    names = "、".join(row.member.name for row in rows)
    for row in rows:
        leave(row, on=on, reason=MERGED_OUT, document=document)
        join(target, row.member, relations[row.member_id], on=on, reason=MERGED_IN, document=document)
    source.refresh_from_db()
    decision.fire("merge", source)
    end_everything(
        source, on=on, reason=f"并入{target.head_name}户", document=document, leave_reasons={}, actor=actor
    )
    paper = f"{on}起，依据：{document}" + (f"（{reason}）" if reason else "")
    record(
        "households.household.merge",
        source,
        actor=actor,
        changes={"members": [names, None]},
        summary=f"并入{target.head_name}户，{paper}",
    )
    record(
        "households.household.merge_in",
        target,
        actor=actor,
        changes={"members": [None, names]},
        summary=f"{source.head_name}户并入：{names}，{paper}",
    )
    facts_changed([target.pk])
    return target
