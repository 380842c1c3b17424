"""Households leave the register: nobody is left, or it was wrongly registered. Readable for ever, changed
no more.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from households.gaps.keeping import keep_gaps_of_gone
from households.models import CountyYear, Household, Membership
from households.options.change_kinds import COUNTY
from households.options.leave_reasons import CLEARED_OUT, LEAVE_REASONS
from households.services.days import check_not_before, check_register_day, counties_of, years_from
from households.services.decision import Decision
from households.services.facts import touch
from households.services.heads import end_headship, name_head, open_memberships
from households.services.left_behind import end_application_of, end_charges_of, end_sales_of, end_teachers_of
from households.services.locking import lock_open, require_registered
from households.storing import withdraw
from poverty.audit.services import record
from poverty.sql.prefix import within

CLOSED_WITH = "household_closed"
# By these the last members of a household that died out have left (整户消亡).
GONE_REASONS = LEAVE_REASONS.keys_where(
    lambda reason: reason.decided_at != COUNTY and reason.key != "head_changed"
)


def check_close(household: Household, leave_reasons: Mapping[int, str], *, on: date) -> None:
    """Refuse to close a household in which somebody still lives: each remaining member needs a reason to be
    gone.
    """
    require_registered(household)
    check_register_day(household.area_id, on, household=household)
    rows = open_memberships(household)
    check_days(household, rows, on)
    errors = {
        f"leave_reason_{row.member_id}": f"请选择{row.member.name}离户的原因；仍在户的，不能销户。"
        for row in rows
        if leave_reasons.get(row.member_id) not in GONE_REASONS
    }
    if errors:
        raise ValidationError(errors)


def check_days(household: Household, rows: list[Membership], on: date) -> None:
    """Refuse a day before anything that would end on it began."""
    for row in rows:
        check_not_before(on, row.valid_from, f"{row.member.name}在户期间")
    for name, what in (("headships", "户主任期"), ("statuses", "现脱贫属性"), ("places", "该户登记")):
        begun = getattr(household, name).filter(valid_to=None).values_list("valid_from", flat=True).first()
        check_not_before(on, begun, what)


@transaction.atomic
def close_household(
    household: Household,
    *,
    on: date,
    leave_reasons: Mapping[int, str] | None = None,
    document: str,
    actor,
    reason: str = "整户消亡",
    decision: Decision | None = None,
) -> Household:
    """Close a household in which nobody is left (整户消亡, 销户), by the county's decision.

    `leave_reasons`: why each member who is still on the register is gone, by member id (keys of
    GONE_REASONS). Results of open years that it would still have counted in are withdrawn. Raises
    ValidationError by field.
    """
    household = lock_open(household)
    leave_reasons = leave_reasons or {}
    check_close(household, leave_reasons, on=on)
    return _close(household, on, leave_reasons, document, actor, reason, decision)


def check_clear(household: Household, *, on: date) -> None:
    """Refuse to clear a household that is not on the register, or on a day that cannot be."""
    require_registered(household)
    check_register_day(household.area_id, on, household=household)
    check_days(household, open_memberships(household), on)


@transaction.atomic
def clear_household(
    household: Household, *, on: date, document: str, actor, reason: str, decision: Decision | None = None
) -> Household:
    """Take a wrongly registered household off the register with all its members (户清退), by the county's
    document.
    """
    household = lock_open(household)
    check_clear(household, on=on)
    cleared = {row.member_id: CLEARED_OUT for row in open_memberships(household)}
    return _close(household, on, cleared, document, actor, f"户清退：{reason}", decision)


def _close(household, on, leave_reasons, document, actor, reason, decision) -> Household:
    decision = decision or Decision(actor, document_name=document)
    decision.fire("close", household, comment=reason)
    end_everything(
        household, on=on, reason=reason, document=document, leave_reasons=leave_reasons, actor=actor
    )
    record(
        "households.household.close",
        household,
        actor=actor,
        summary=f"{reason}，{on}起，依据：{document}",
    )
    return household


def end_everything(
    household: Household,
    *,
    on: date,
    reason: str,
    document: str,
    leave_reasons: Mapping[int, str],
    actor,
) -> None:
    """End every dated row of a household on a day and write the day; who has no reason of his own leaves
    with it.

    Stands after the transition that closes it. Pairings that began on that day or later end the day after
    they began; so do the teachers of its students and who answers for its move. Its open application to
    move ends. Results of open years are withdrawn. For services of this package.
    """
    for row in household.memberships.filter(valid_to=None):
        row.valid_to = max(on, row.valid_from)
        row.leave_reason = leave_reasons.get(row.member_id, CLOSED_WITH)
        row.leave_document = document[:200]
        row.save(update_fields=["valid_to", "leave_reason", "leave_document"])
    gone = list(household.members.values_list("pk", flat=True))
    household.members.update(household=None)
    end_teachers_of(gone, household, on=on, reason=reason, actor=actor)
    end_charges_of(household, on=on, reason=reason, actor=actor)
    end_application_of(household, reason=reason, document=document, actor=actor)
    end_sales_of(household, on=on, reason=reason, actor=actor)
    end_headship(household, on)
    name_head(household, None)
    household.statuses.filter(valid_to=None).update(valid_to=on)
    household.places.filter(valid_to=None).update(valid_to=on)
    for pairing in household.pairings.filter(valid_to=None):
        pairing.valid_to, pairing.reason = max(on, pairing.valid_from + timedelta(days=1)), reason[:200]
        pairing.save(update_fields=["valid_to", "reason"])
    household.closed_on, household.size = on, 0
    household.version += 1
    household.save(update_fields=["closed_on", "size", "version"])
    touch([household.pk])
    withdraw_results(household, on)
    keep_gaps_of_gone(household)


def withdraw_results(household: Household, on: date) -> int:
    """Withdraw a closed household's results of open years whose accounting period ends on that day or later, in
    whichever county.

    Judging leaves such a household out; so that its old result does not stay, it goes here, with its change.
    Returns how many.
    """
    return sum(
        withdraw(household.surveys.filter(within("area_id", [one.area_id]), year=one.year), one.year)
        for one in years_from(counties_of([household.pk]), on)
        if one.state == CountyYear.State.OPEN
    )
