"""Households come onto the register: opened by the village, confirmed by the township, or taken over by the
county.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, HouseholdPlace, HouseholdStatus
from households.options.join_reasons import FIRST_REGISTRATION
from households.options.kinds import GENERAL_RURAL
from households.options.regimes import REGISTRATION, regime_on
from households.options.relations import HEAD
from households.options.sources import ENTERED, IMPORT
from households.services.closing import end_everything
from households.services.days import check_register_day
from households.services.decision import Decision
from households.services.facts import facts_changed, facts_entered
from households.services.heads import check_relations, open_memberships
from households.services.locking import hold_area, hold_settlement, lock_open
from households.services.members import check_free, join
from households.services.persons import lock_returning, new_person
from households.services.refusals import told_in_words
from households.services.status import adopt_status
from poverty.areas.models import Area, Level, Settlement
from poverty.audit.services import differences, record
from poverty.fields.bank import parse_bank
from poverty.fields.phone import parse_phone

# What may be said of the household itself besides kind, status, place and members, which have services of
# their own.
RECORD_FIELDS = (
    "household_no",
    "poor_attribute",
    "identification_standard",
    "main_cause",
    "other_causes",
    "return_cause",
    "is_military_family",
    "is_family_planning_household",
    "identified_on",
    "planned_exit_year",
    "address",
    "phone",
    "bank_name",
    "bank_account",
)


@transaction.atomic
def register_household(
    area: Area,
    *,
    head: Mapping[str, Any],
    members: Iterable[Mapping[str, Any]] = (),
    settlement: Settlement | None = None,
    kind: str = GENERAL_RURAL,
    actor,
    happened_on: date,
    document_name: str,
    record_data: Mapping[str, Any] | None = None,
    proposed_on: date | None = None,
    late_reason: str = "",
) -> Household:
    """Open the record of a household in a village: state pending until the township confirms a change
    "register".

    `head` and each of `members` are data of new_person; a member also has "relation". They belong to the
    household from `happened_on` (the day on the paper) on. `record_data`: keys of RECORD_FIELDS. Raises
    PermissionDenied (register.propose at the village), ValidationError by field; of the second member's
    number the field is "member_2.identity".
    """
    members = list(members)
    lock_returning([head, *members])
    household = _opened(area, settlement, kind, happened_on, document_name, actor, ENTERED)
    decision = Decision(actor, document_name=document_name, happened_on=proposed_on, late_reason=late_reason)
    decision.fire("open_record", household)
    _settle_in(household, head, members, happened_on, document_name, actor)
    if record_data:
        update_record(household, record_data, actor=actor)
    facts_entered(household.pk, actor)
    return household


@transaction.atomic
def take_over_household(
    area: Area,
    *,
    head: Mapping[str, Any],
    members: Iterable[Mapping[str, Any]] = (),
    settlement: Settlement | None = None,
    kind: str,
    status: str = "",
    actor,
    happened_on: date,
    document_name: str,
    record_data: Mapping[str, Any] | None = None,
) -> Household:
    """Take over a household that the national register already has, from `happened_on` on, with its status.

    The county does so by the export's name; nothing is decided here. Otherwise as register_household.
    """
    members = list(members)
    lock_returning([head, *members])
    household = _opened(
        area, settlement, kind, happened_on, document_name, actor, IMPORT, state=Household.State.REGISTERED
    )
    Decision(actor, document_name=document_name).fire("take_over", household)
    _settle_in(household, head, members, happened_on, document_name, actor)
    if record_data:
        update_record(household, record_data, actor=actor)
    if status:
        adopt_status(
            household, status, kind, on=happened_on, source=IMPORT, document_name=document_name, actor=actor
        )
    return household


def _opened(area, settlement, kind, on, document, actor, source, state=Household.State.PENDING) -> Household:
    area = hold_area(area.pk)
    if area.level != Level.VILLAGE:
        raise ValidationError({"area": "请选行政村：户登记在村（12位区划代码）。"})
    if area.valid_to is not None:
        raise ValidationError({"area": f"{area.name}已撤销，请选现行的行政村。"})
    check_register_day(area.pk, on)
    if settlement is not None:
        settlement = hold_settlement(settlement, area)
    household = Household(
        area=area,
        settlement=settlement,
        state=state,
        kind=kind,
        regime=regime_on(on) or REGISTRATION,
        created_by=actor,
    )
    household.full_clean(exclude=["created_by", "head", "photo"], validate_constraints=False)
    household.save()
    HouseholdPlace.objects.create(
        household=household, area=area, settlement=settlement, valid_from=on, reason="登记", document=document
    )
    HouseholdStatus.objects.create(
        household=household,
        kind=kind,
        status="",
        regime=household.regime,
        valid_from=on,
        source=source,
        reason="登记",
        document=document,
    )
    return household


def _settle_in(household, head, members, on, document, actor) -> None:
    person = new_person(head, actor=actor, area_code=household.area_id)
    _check_born(person, on, "happened_on")
    check_free(household, person, on)
    join(household, person, HEAD, on=on, reason=FIRST_REGISTRATION, document=document)
    for number, data in enumerate(members, start=1):
        data = dict(data)
        relation = data.pop("relation", "")
        try:
            person = new_person(data, actor=actor, area_code=household.area_id)
            check_relations([person], {person.pk: relation})
            _check_born(person, on, "birth_date")
            check_free(household, person, on)
            join(household, person, relation, on=on, reason=FIRST_REGISTRATION, document=document)
        except ValidationError as error:
            raise _of_member(error, number) from error
    record(
        "households.household.open",
        household,
        actor=actor,
        changes={"head": [None, household.head_name], "size": [0, household.size]},
        summary=f"登记{household.head_name}户 {household.size} 人，{on}起，依据：{document}",
    )


def _check_born(person, on: date, field: str) -> None:
    if person.birth_date and on < person.birth_date:
        raise ValidationError({field: f"{person.name}的出生日期晚于登记日期 {on}，请核对。"})


def _of_member(error: ValidationError, number: int) -> ValidationError:
    """The same messages at member_<number>.<field>."""
    if not hasattr(error, "error_dict"):
        return ValidationError({f"member_{number}.name": error.messages})
    return ValidationError(
        {
            f"member_{number}.{'relation' if name.startswith('relation_') else name}": errors
            for name, errors in error.error_dict.items()
        }
    )


@transaction.atomic
def discard_household(
    household: Household, *, actor, comment: str, happened_on: date | None = None
) -> Household:
    """Refuse to register a household that the village opened (不予登记): its people are free again; nothing
    is deleted.
    """
    household = lock_open(household)
    Decision(actor, happened_on=happened_on, comment=comment).fire("discard", household)
    # It never was: every row ends on the day it began, so that the days stay free for its people.
    begun = household.places.order_by("valid_from").values_list("valid_from", flat=True).first()
    end_everything(
        household,
        on=begun or timezone.localdate(),
        reason="不予登记",
        document=comment,
        leave_reasons={},
        actor=actor,
    )
    record(
        "households.household.discard",
        household,
        actor=actor,
        summary=f"不予登记{household.head_name}户：{comment}",
    )
    return household


@transaction.atomic
def update_record(household: Household, data: Mapping[str, Any], *, actor) -> Household:
    """Correct what is on record about a household itself (keys of RECORD_FIELDS); numbers are logged masked.

    `phone` and `bank_account` are typed numbers, "" for none. Raises PermissionDenied (member.edit, or
    register.propose while it is pending), ValidationError by field.
    """
    household = lock_open(household)
    rights = ("member.edit", "register.propose", "status.adopt")
    if not any(actor.has_right_at(right, household.area_id) for right in rights):
        raise PermissionDenied("您没有在该区划维护户信息的权限。")
    if unknown := set(data) - set(RECORD_FIELDS):
        raise TypeError(f"Unknown fields of a household: {', '.join(sorted(unknown))}.")
    plain = [name for name in data if name not in {"phone", "bank_account"}]
    before = {name: getattr(household, name) for name in plain}
    errors: dict[str, Any] = {}
    for name in plain:
        setattr(household, name, data[name])
    household.household_no = household.household_no or None
    changed = _put_number(household, data, "phone", parse_phone, errors)
    changed |= _put_number(household, data, "bank_account", parse_bank, errors)
    today = timezone.localdate()
    if household.identified_on and household.identified_on > today:
        errors["identified_on"] = "日期在今天之后，请核对。"
    year = household.planned_exit_year
    if year is not None and not 2013 <= year <= today.year + 10:
        errors["planned_exit_year"] = "请填四位年份，例如 2018。"
    if errors:
        raise ValidationError(errors)
    household.full_clean(
        exclude=["created_by", "head", "photo", "phone", "bank_account"], validate_unique=False
    )
    changed = differences(before, {name: getattr(household, name) for name in plain}) | changed
    if not changed:
        return household
    household.version += 1
    with told_in_words():
        household.save()
    facts_entered(household.pk, actor)
    record("households.household.update", household, actor=actor, changes=changed, summary="修改户信息")
    return household


def _put_number(household: Household, data, name: str, parse, errors: dict) -> dict[str, list]:
    if name not in data:
        return {}
    before = getattr(household, name)
    shown = before.masked if before is not None else None
    if not data[name]:
        setattr(household, name, None)
        setattr(household, f"{name}_hash", None)
        return {name: [shown, None]} if before is not None else {}
    parsed = parse(data[name])
    if parsed.refused:
        errors[name] = parsed.refused
        return {}
    if before is not None and before.same_as(parsed.number):
        return {}
    setattr(household, name, parsed.number)
    setattr(household, f"{name}_hash", parsed.hash)
    return {name: [shown, getattr(household, name).masked]}


def check_register(household: Household) -> None:
    """Refuse the registration of a household that is not pending, or has nobody or no head."""
    if household.state != Household.State.PENDING:
        raise ValidationError(f"{household.head_name}户{household.get_state_display()}，不需再登记。")
    rows = open_memberships(household)
    if not rows:
        raise ValidationError("该户没有在册成员，不能登记空户。")
    if rows[0].relation != HEAD:
        raise ValidationError("该户没有户主，请先确定户主。")


def confirm_registration(household: Household, decision: Decision) -> Household:
    """Put a pending household on the register (登记): the effect of a confirmed change "register".

    Facts that were entered while it was pending are judged now.
    """
    household = lock_open(household)
    check_register(household)
    decision.fire("register", household)
    facts_changed([household.pk])
    return household
