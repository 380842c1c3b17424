"""Members join, leave, return and move. Rights are the caller's business: changes.py fires, these take
effect.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import Household, Member, Membership
from households.options.change_kinds import COUNTY
from households.options.join_reasons import JOIN_REASONS
from households.options.leave_reasons import CLEARED_OUT, LEAVE_REASONS
from households.options.relations import HEAD, RELATIONS
from households.services.days import check_not_before, check_register_day
from households.services.facts import facts_changed
from households.services.heads import begin_headship, end_headship, name_head, relation_fault
from households.services.left_behind import end_teachers_of
from households.services.locking import lock_households, lock_open, require_open
from households.services.refusals import told_in_words
from poverty.audit.services import record

MOVED_OUT, MOVED_IN = "moved_out", "moved_back"


def check_join(household: Household, member: Member, relation: str, reason: str, *, on: date) -> None:
    """Refuse who cannot join a household on a day: a member elsewhere, a second head, a day before his
    birth.
    """
    require_open(household)
    check_register_day(household.area_id, on, household=household)
    if reason not in JOIN_REASONS:
        raise ValidationError({"join_reason": "请选择增加原因。"})
    if relation == HEAD and household.memberships.filter(valid_to=None, relation=HEAD).exists():
        raise ValidationError({"relation": "该户已有户主，不能有两个户主；要换户主请办理“变更户主”。"})
    if fault := relation_fault(relation, member):
        raise ValidationError({"relation": fault})
    if member.birth_date and on < member.birth_date:
        raise ValidationError({"happened_on": f"增加日期不能早于出生日期 {member.birth_date}。"})
    check_not_before(
        on,
        household.places.order_by("valid_from").values_list("valid_from", flat=True).first(),
        "该户登记",
    )
    check_free(household, member, on)


def check_free(household: Household, member: Member, on: date) -> None:
    """Refuse who is a member somewhere on that day, or who seems to be in the household already under
    another row.
    """
    last = member.memberships.order_by("-valid_from", "-pk").first()
    if last is not None and last.valid_to is None:
        here = last.household_id == household.pk
        raise ValidationError("此人已是该户在册成员。" if here else "此人已在册于另一户，一人只能在一户。")
    if last is not None and last.valid_to > on:
        raise ValidationError(
            {"happened_on": f"此人以前的在户记录到 {last.valid_to} 为止，日期不能早于该日。"}
        )
    twins = household.memberships.filter(
        valid_to=None, member__name=member.name, member__birth_date=member.birth_date
    )
    if member.birth_date and twins.exclude(member=member).exists():
        raise ValidationError("该户已有同名、同出生日期的成员，请核对是否重复。")


def check_leave(membership: Membership, reason: str, *, on: date) -> None:
    """Refuse who cannot leave on a day: the head while others stay, a day before he came."""
    require_open(membership.household)
    check_register_day(membership.household.area_id, on, household=membership.household)
    if membership.valid_to is not None:
        raise ValidationError({"member": "此人已不是该户成员。"})
    if reason not in LEAVE_REASONS:
        raise ValidationError({"leave_reason": "请选择减少原因。"})
    check_not_before(on, membership.valid_from, f"{membership.member.name}在户期间")
    others = membership.household.memberships.filter(valid_to=None).exclude(pk=membership.pk)
    if membership.relation == HEAD and others.exists():
        raise ValidationError(
            {"member": f"{membership.member.name}是户主，户内还有其他成员：请先办理“变更户主”，再减少。"}
        )


def check_return(household: Household, member: Member, relation: str, reason: str, *, on: date) -> None:
    """Refuse the return of who never was a member, or left for good."""
    last = household.memberships.filter(member=member).order_by("-valid_from", "-pk").first()
    if last is None:
        raise ValidationError({"member": "此人不曾是该户成员，请办理“增加成员”。"})
    if last.leave_reason and not LEAVE_REASONS[last.leave_reason].can_return:
        raise ValidationError(
            {"member": f"此人因“{last.get_leave_reason_display()}”离户，不能回户；登记有误的请联系县扶贫办。"}
        )
    check_join(household, member, relation, reason, on=on)


def check_move(membership: Membership, target: Household, relation: str, *, on: date) -> None:
    """Refuse a move into the same household, another county, or one that cannot take him."""
    check_leave(membership, MOVED_OUT, on=on)
    if target.pk == membership.household_id:
        raise ValidationError({"target": "转入户就是原来的户。"})
    if target.area_id[:6] != membership.household.area_id[:6]:
        raise ValidationError({"target": "转入户不在本县，请按迁出、迁入分别办理。"})
    require_open(target)
    if relation == HEAD:
        raise ValidationError({"relation": "转入的人不能直接当户主，请转入后办理“变更户主”。"})
    if fault := relation_fault(relation, membership.member):
        raise ValidationError({"relation": fault})
    check_not_before(
        on, target.places.order_by("valid_from").values_list("valid_from", flat=True).first(), "转入户登记"
    )


def join(
    household: Household, member: Member, relation: str, *, on: date, reason: str, document: str
) -> Membership:
    """Write a membership with the columns of the present; no checks, no log. For services of this package."""
    with told_in_words():
        row = Membership.objects.create(
            household=household,
            member=member,
            relation=relation,
            valid_from=on,
            join_reason=reason,
            join_document=document,
        )
        Member.objects.filter(pk=member.pk).update(household=household)
        member.household = household
        if relation == HEAD:
            begin_headship(household, member, on=on, reason=row.get_join_reason_display(), document=document)
    _count(household)
    return row


def leave(membership: Membership, *, on: date, reason: str, document: str) -> None:
    """End a membership with the columns of the present; no checks, no log. For services of this package."""
    membership.valid_to, membership.leave_reason, membership.leave_document = on, reason, document
    with told_in_words():
        membership.save(update_fields=["valid_to", "leave_reason", "leave_document"])
    Member.objects.filter(pk=membership.member_id, household=membership.household_id).update(household=None)
    if membership.relation == HEAD:
        end_headship(membership.household, on)
        name_head(membership.household, None)
    _count(membership.household)


def _count(household: Household) -> None:
    household.size = household.memberships.filter(valid_to=None).count()
    household.save(update_fields=["size"])


@transaction.atomic
def add_member(
    household: Household, member: Member, relation: str, *, on: date, reason: str, document: str = "", actor
) -> Membership:
    """Let a person join a household from a day on (自然增加); `reason` is a key of JOIN_REASONS. Judges it.

    Raises ValidationError by field: member elsewhere, two heads, a day that cannot be.
    """
    household = lock_open(household)
    check_join(household, member, relation, reason, on=on)
    row = join(household, member, relation, on=on, reason=reason, document=document)
    _record_join("households.member.add", row, actor, "加入")
    facts_changed([household.pk])
    return row


@transaction.atomic
def return_member(
    household: Household, member: Member, relation: str, *, on: date, reason: str, document: str = "", actor
) -> Membership:
    """Let a former member come back (退伍, 刑满释放, 返回); otherwise as add_member."""
    household = lock_open(household)
    check_return(household, member, relation, reason, on=on)
    row = join(household, member, relation, on=on, reason=reason, document=document)
    _record_join("households.member.return", row, actor, "回户")
    facts_changed([household.pk])
    return row


@transaction.atomic
def remove_member(membership: Membership, *, on: date, reason: str, document: str = "", actor) -> Membership:
    """Let a member leave from a day on (自然减少); `reason` is a key of LEAVE_REASONS that a township may
    confirm.

    On the day `on` he is a member no longer. Judges the household. Raises ValidationError by field.
    """
    if reason in LEAVE_REASONS and LEAVE_REASONS[reason].decided_at == COUNTY:
        raise ValidationError(
            {"leave_reason": f"“{LEAVE_REASONS.label(reason)}”须由县审定，请办理相应的变动。"}
        )
    return _leave(
        membership, "households.member.remove", on=on, reason=reason, document=document, actor=actor
    )


@transaction.atomic
def clear_member(
    membership: Membership, *, on: date, document: str, actor, reason: str = CLEARED_OUT
) -> Membership:
    """Take out who was wrongly registered (人员清退) or entered twice, by the county's document."""
    return _leave(membership, "households.member.clear", on=on, reason=reason, document=document, actor=actor)


def _leave(membership: Membership, action: str, *, on, reason, document, actor) -> Membership:
    household = lock_open(membership.household)
    membership = household.memberships.select_related("household", "member").get(pk=membership.pk)
    check_leave(membership, reason, on=on)
    leave(membership, on=on, reason=reason, document=document)
    end_teachers_of([membership.member_id], household, on=on, reason=LEAVE_REASONS.label(reason), actor=actor)
    _record_leave(action, membership, actor)
    facts_changed([household.pk])
    return membership


@transaction.atomic
def move_member(
    membership: Membership,
    target: Household,
    relation: str,
    *,
    on: date,
    document: str = "",
    actor,
    leave_reason: str = MOVED_OUT,
    join_reason: str = MOVED_IN,
) -> Membership:
    """Let a member leave one household and join another of the county on the same day; judges both."""
    locked = lock_households([membership.household_id, target.pk])
    household, target = locked[membership.household_id], locked[target.pk]
    membership = household.memberships.select_related("household", "member").get(pk=membership.pk)
    check_move(membership, target, relation, on=on)
    leave(membership, on=on, reason=leave_reason, document=document)
    check_join(target, membership.member, relation, join_reason, on=on)
    row = join(target, membership.member, relation, on=on, reason=join_reason, document=document)
    _record_leave("households.member.move_out", membership, actor)
    _record_join("households.member.move_in", row, actor, "转入")
    facts_changed([household.pk, target.pk])
    return row


def _record_join(action: str, row: Membership, actor, verb: str) -> None:
    record(
        action,
        row.household,
        actor=actor,
        changes={"member": [None, row.member.name], "size": [row.household.size - 1, row.household.size]},
        summary=f"{row.member.name}（{RELATIONS.label(row.relation)}）{verb}，{row.valid_from}起，"
        f"{row.get_join_reason_display()}，依据：{row.join_document or '未注明'}",
    )


def _record_leave(action: str, row: Membership, actor) -> None:
    record(
        action,
        row.household,
        actor=actor,
        changes={"member": [row.member.name, None], "size": [row.household.size + 1, row.household.size]},
        summary=f"{row.member.name}离户，{row.valid_to}起，{row.get_leave_reason_display()}，"
        f"依据：{row.leave_document or '未注明'}",
    )
