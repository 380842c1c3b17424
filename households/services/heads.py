"""Who is head (户主) of a household, dated; and everybody's relation to the head, which begins anew with a
new one.
"""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import Headship, Household, Member, Membership
from households.options.join_reasons import HEAD_CHANGED as JOINED_ANEW
from households.options.leave_reasons import HEAD_CHANGED as LEFT_ANEW
from households.options.relations import HEAD, RELATIONS
from households.options.sexes import FEMALE, MALE
from households.services.days import check_not_before, check_register_day
from households.services.facts import facts_changed
from households.services.locking import lock_open, require_open
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.fields.pinyin import initials, sort_key


def relation_fault(relation: str, member: Member) -> str:
    """Why a relation to the head cannot be this person's, or ""."""
    option = RELATIONS.get(relation)
    if option is None:
        return "请选择与户主关系。"
    if option.sex and member.sex in {MALE, FEMALE} and option.sex != member.sex:
        return f"{member.name}的性别是{member.get_sex_display()}，不能是“{option.label}”。"
    return ""


def check_relations(members: list[Member], relations: Mapping[int, str]) -> None:
    """Refuse, at relation_<member id>, a missing or impossible relation and a second head."""
    errors = {}
    for member in members:
        relation = relations.get(member.pk, "")
        if relation == HEAD:
            errors[f"relation_{member.pk}"] = "一户只能有一个户主，请另选与户主关系。"
        elif fault := relation_fault(relation, member):
            errors[f"relation_{member.pk}"] = fault
    if errors:
        raise ValidationError(errors)


def open_memberships(household: Household) -> list[Membership]:
    """The members of a household now, head first."""
    rows = list(household.memberships.filter(valid_to=None).select_related("member").order_by("pk"))
    return sorted(rows, key=lambda row: row.relation != HEAD)


def name_head(household: Household, member: Member | None) -> None:
    """Write the head's columns of a household; without a head the last one's name stays, so that it can be
    read.
    """
    values = {"head": member}
    if member is not None:
        values |= {
            "head_name": member.name,
            "head_pinyin": sort_key(member.name),
            "head_initials": initials(member.name)[:20],
        }
    for name, value in values.items():
        setattr(household, name, value)
    household.save(update_fields=list(values))


def begin_headship(
    household: Household, member: Member, *, on: date, reason: str = "", document: str = ""
) -> Headship:
    """Write that a member is head from a day on, in the dated row and in the household's columns."""
    row = Headship.objects.create(
        household=household, member=member, valid_from=on, reason=reason, document=document
    )
    name_head(household, member)
    return row


def end_headship(household: Household, on: date) -> None:
    """Write that the present head is head no longer."""
    household.headships.filter(valid_to=None).update(valid_to=on)


def check_head(household: Household, member: Member, relations: Mapping[int, str], *, on: date) -> None:
    """Refuse a new head who is not a member or is head already, relations that do not fit, and impossible
    days.
    """
    require_open(household)
    check_register_day(household.area_id, on, household=household)
    rows = open_memberships(household)
    own = next((row for row in rows if row.member_id == member.pk), None)
    if own is None:
        raise ValidationError({"member": f"{member.name}不是该户在册成员，不能当户主。"})
    if own.relation == HEAD:
        raise ValidationError({"member": f"{member.name}已是户主。"})
    check_not_before(on, own.valid_from, f"{member.name}在户期间")
    headship = household.headships.filter(valid_to=None).first()
    check_not_before(on, headship.valid_from if headship else None, "现户主任期")
    check_relations([row.member for row in rows if row.member_id != member.pk], relations)


@transaction.atomic
def change_head(
    household: Household,
    member: Member,
    *,
    on: date,
    relations: Mapping[int, str],
    reason: str = "",
    document: str = "",
    actor,
) -> Household:
    """Make a member head from a day on; `relations`: every other member's relation to him, by member id.

    Memberships that began before that day end on it and begin anew with the new relation, so that each day
    has one head. Judges the household. Raises ValidationError by field (member, relation_<id>, happened_on).
    """
    household = lock_open(household)
    check_head(household, member, relations, on=on)
    before = household.head_name
    rows = open_memberships(household)
    changed = {}
    with told_in_words():
        end_headship(household, on)
        # The old head first: PostgreSQL allows one head at any moment.
        for row in rows:
            relation = HEAD if row.member_id == member.pk else relations[row.member_id]
            changed[row.member.name] = [row.get_relation_display(), RELATIONS.label(relation)]
            _relate_anew(row, relation, on, document)
        begin_headship(household, member, on=on, reason=reason, document=document)
    record(
        "households.head.change",
        household,
        actor=actor,
        changes={"head": [before, member.name], "relation": changed},
        summary=f"户主由{before}变更为{member.name}，{on}起，依据：{document}",
    )
    facts_changed([household.pk])
    return household


def _relate_anew(row: Membership, relation: str, on: date, document: str) -> None:
    if row.relation == relation:
        return
    if row.valid_from >= on:
        row.relation = relation
        row.save(update_fields=["relation"])
        return
    row.valid_to, row.leave_reason, row.leave_document = on, LEFT_ANEW, document
    row.save(update_fields=["valid_to", "leave_reason", "leave_document"])
    Membership.objects.create(
        household_id=row.household_id,
        member_id=row.member_id,
        relation=relation,
        valid_from=on,
        join_reason=JOINED_ANEW,
        join_document=document,
    )
