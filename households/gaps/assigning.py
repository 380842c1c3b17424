"""Who of the responsible closes a gap, and another day for it, by hand with the reason."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from households.models import Gap, Household, Pairing
from households.options.need_parties import NEED_PARTIES
from poverty.accounts.models import Posting, Role, User
from poverty.areas.querysets import codes_above
from poverty.audit.services import record
from poverty.sql.periods import valid_at

_DOING = (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_REVIEWER, Role.BUREAU_OFFICER)


def may_be_assigned(household: Household) -> QuerySet[User]:
    """People to whom a gap of a household can be given: its helpers, and who works for its village, township or county."""
    today = timezone.localdate()
    helpers = Pairing.objects.open_on(today).filter(household=household).values("helper")
    places = [code for code in codes_above(household.area_id) if len(code) >= 6]
    posted = Posting.objects.filter(valid_at(today), role__in=_DOING, area__in=places).values("user")
    return User.objects.filter(Q(pk__in=helpers) | Q(pk__in=posted), is_active=True).order_by("name", "pk")


@transaction.atomic
def assign_gap(
    gap: Gap,
    *,
    actor,
    person: User | None = None,
    party: str = "",
    due_on: date | None = None,
    reason: str = "",
) -> Gap:
    """Give an open gap to `person` (None: to nobody by name), to another party, or another last day; a party or day
    that is not given stays.

    Another day or party needs its reason. Raises PermissionDenied (gap.assign over the household), ValidationError by
    field: closed meanwhile, a day that is past, somebody who does not work there, nothing changed.
    """
    if not Household.objects.visible_to(actor, "gap.assign").filter(pk=gap.household_id).exists():
        raise PermissionDenied("您没有在该区划指派缺项的权限。")
    gap = (
        Gap.objects.select_for_update(of=("self",)).select_related("household", "assigned_to").get(pk=gap.pk)
    )
    if not gap.is_open:
        raise ValidationError(f"这一缺项已于 {gap.closed_on} {gap.get_outcome_display()}，不用再指派。")
    other_day = due_on is not None and due_on != gap.due_on
    other_party = bool(party) and party != gap.party
    other_person = (person.pk if person else None) != gap.assigned_to_id
    errors = {}
    if not (other_day or other_party or other_person):
        raise ValidationError("没有改动：请选择责任人、责任方或另一个期限。")
    if other_day and due_on < timezone.localdate():
        errors["due_on"] = "新的期限不能早于今天。"
    if (other_day or other_party) and not reason.strip():
        errors["reason"] = "调整期限或责任方的，请写明原因。"
    if other_party and party not in NEED_PARTIES:
        errors["party"] = "请选择由谁补。"
    if other_person and person and not may_be_assigned(gap.household).filter(pk=person.pk).exists():
        errors["person"] = "只能指派该户的帮扶责任人，或在该村、乡镇、县任职的人。"
    if errors:
        raise ValidationError(errors)
    changes = _change(gap, person, party, due_on, reason, other_person, other_party, other_day)
    gap.assigned_by = actor
    gap.clean_fields(exclude=["household", "assigned_to", "assigned_by"])
    gap.save()
    record(
        "households.gap.assign",
        gap,
        actor=actor,
        changes=changes,
        summary=f"{gap.year}年度{gap.get_indicator_display()}"
        + (f"，{gap.reason}" if reason.strip() else ""),
    )
    return gap


def _change(gap, person, party, due_on, reason, other_person, other_party, other_day) -> dict:
    changes = {}
    if other_party:
        changes["party"] = [gap.get_party_display(), NEED_PARTIES.label(party)]
        gap.party = party
    if other_person:
        changes["assigned_to"] = [gap.assigned_to and gap.assigned_to.name, person and person.name]
        gap.assigned_to = person
    if other_day:
        changes["due_on"] = [gap.due_on.isoformat(), due_on.isoformat()]
        gap.due_on, gap.due_from = due_on, Gap.Due.HAND
    if reason.strip():
        gap.reason = reason.strip()
    return changes
