"""Recording what was received, and taking it back: append-only, once per person and term, into the income once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.benefits.amounts import difference, weighed
from households.benefits.in_force import policy_in_force
from households.benefits.models import Benefit, Policy
from households.benefits.services.flowing import flow
from households.models import Assessment, CountyYear, Household, Member, Membership
from households.options.policy_options import (
    DIFFERENCE,
    LINE_PARAMETERS,
    OF_BUREAU,
    ONCE,
    ONE_CARD,
    PERIODS,
    TYPED,
)
from households.services.facts import note_facts
from households.services.locking import lock_households
from poverty.audit.services import record_rows
from poverty.parameters.services import value_for
from poverty.review.errors import ChangedMeanwhile, constraint_of
from poverty.sql.periods import valid_at

RIGHT = "benefit.record"
_TWICE = {
    "one_benefit_of_a_person_and_period": "此人这一期已登记过这项政策；金额有误的，请先冲销再登记。",
    "one_benefit_of_a_household_and_period": "该户这一期已登记过这项政策；金额有误的，请先冲销再登记。",
}


@dataclass(frozen=True)
class Given:
    """What is recorded of one payment or service. `amount` None: as the rule says; `period` "": once a year."""

    policy: Policy
    household: Household
    member: Member | None
    year: int
    period: str
    amount: Decimal | None
    paid_on: date
    units: Decimal | None = None
    batch: str = ""
    document: str = ""
    note: str = ""


def may_record(actor, area_code: str, sector: str) -> bool:
    """Whether a person may record benefits of a sector at a place: a bureau's officer only those of his own."""
    return actor.scope(RIGHT).covers(area_code, sector)


@transaction.atomic
def record_benefit(given: Given, *, actor) -> Benefit:
    """Record one benefit; what counts goes into the household's income of its accounting year, which is judged.

    Raises PermissionDenied, ValidationError by field: policy (not in force there), member, year, period (already
    received), amount (against the rule), paid_on, units, note.
    """
    homes = lock_households([given.household.pk])
    household = homes[given.household.pk]
    if not may_record(actor, household.area_id, given.policy.sector):
        raise PermissionDenied("您没有登记这项政策的权限。")
    row = _checked(given, household, actor)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if text := _TWICE.get(constraint_of(error)):
            raise ValidationError({"period": text}) from error
        raise
    after_recording([row], homes, actor=actor)
    note_facts([household.pk], actor)
    return row


def after_recording(
    rows: list[Benefit], homes: dict[int, Household], *, actor, action="households.benefit.record"
) -> None:
    """The log of new rows, and their way into the income; rows have policy fetched, households are locked."""
    record_rows(
        action,
        ({"obj": homes[one.household_id], "changes": _told(one), "summary": words_of(one)} for one in rows),
        actor=actor,
    )
    keys = {(one.household_id, one.income_year) for one in rows if one.income_year is not None}
    flow(keys, homes=homes, actor=actor, on=timezone.localdate())


def words_of(one: Benefit) -> str:
    """雨露计划 2018年春季学期 1,500.00 元."""
    when = f"{one.year}年{PERIODS.label(one.period)}"
    return f"{one.policy.name} {when}" + (f" {one.amount:,.2f} 元" if one.amount is not None else "")


def _told(one: Benefit) -> dict[str, list]:
    return {"金额": [None, f"{one.amount:.2f}"]} if one.amount is not None else {}


def _checked(given: Given, household: Household, actor) -> Benefit:
    errors: dict[str, str] = {}
    policy, today = given.policy, timezone.localdate()
    now = policy_in_force(policy.code, household.area_id, given.year)
    if now is None or now.pk != policy.pk:
        raise ValidationError({"policy": f"{given.year}年这里执行的不是这一版政策，请重新选择。"})
    if policy.level == "member" and given.member is None:
        errors["member"] = "这项政策按人享受，请选择成员。"
    elif policy.level == "household" and given.member is not None:
        errors["member"] = "这项政策按户享受，不选成员。"
    elif given.member is not None and (fault := _membership_fault(given, household)):
        errors["member"] = fault
    if given.period not in policy.periods():
        errors["period"] = "请选择这项政策的期。" if policy.periods() != ("",) else "这项政策不分期。"
    if given.paid_on > today:
        errors["paid_on"] = "发放日期不能晚于今天。"
    elif abs(given.paid_on.year - given.year) > 1:
        errors["paid_on"] = f"发放日期与{given.year}年度相差一年以上，请核对。"
    if policy.frequency == ONCE and "member" not in errors and _had_before(given, household):
        errors["year"] = "这是一次性政策，以前已登记过。"
    short = _short(policy, household, given.year) if policy.rule == DIFFERENCE else None
    found = weighed(policy, given.amount, units=given.units, short=short, note=given.note)
    if found.fault:
        errors["units" if found.fault.startswith("请填数量") else "amount"] = found.fault
    elif found.ask:
        errors["note"] = found.ask
    if errors:
        raise ValidationError(errors)
    return Benefit(
        household=household,
        member=given.member,
        policy=policy,
        code=policy.code,
        year=given.year,
        period=given.period,
        units=given.units,
        amount=found.amount,
        paid_on=given.paid_on,
        source=source_of(actor, household.area_id, given.batch),
        batch=given.batch.strip(),
        document=given.document.strip(),
        note=given.note.strip(),
        income_year=income_year(household.area_id, given.paid_on) if policy.income_item else None,
        recorded_by=actor,
    )


def source_of(actor, area_code: str, batch: str) -> str:
    """Where a typed row comes from: a batch of the 一卡通, a bureau, or typed."""
    if batch.strip():
        return ONE_CARD
    return OF_BUREAU if actor.scope(RIGHT).sectors_at(area_code) else TYPED


def _membership_fault(given: Given, household: Household) -> str:
    rows = Membership.objects.filter(household=household, member=given.member)
    if rows.filter(valid_at(given.paid_on)).exists():
        return ""
    if not rows.exists():
        return "此人不是该户的成员。"
    if given.note.strip():
        return ""
    return "发放那天此人不在该户（已离户或尚未入户），确实发放了的，请在说明里写明原因。"


def _had_before(given: Given, household: Household) -> bool:
    rows = Benefit.objects.standing().filter(code=given.policy.code).exclude(year=given.year)
    whose = {"member": given.member} if given.member else {"household": household, "member": None}
    return rows.filter(**whose).exists()


def _short(policy: Policy, household: Household, year: int) -> Decimal | None:
    """What a difference comes to for a person of a household, by the verdict of the year."""
    income = (
        Assessment.objects.filter(household=household, year=year)
        .values_list("net_income_per_head", flat=True)
        .first()
    )
    line = value_for(LINE_PARAMETERS[policy.line], household.area_id, date(year, 12, 31))
    return difference(line, income, policy.share, policy.amount)


def income_year(area_code: str, paid_on: date) -> int:
    """The accounting year into which a payment falls: the county's, opened or closed, whose period holds the day; for a
    year that was not opened yet, the one its accounting.start_month makes it.
    """
    return income_years([area_code[:6]], [paid_on])[area_code[:6], paid_on]


def income_years(counties: Iterable[str], days: Iterable[date]) -> dict[tuple[str, date], int]:
    """The same for many counties and days. One query, and one more for each county with days outside its years."""
    counties, days = sorted(set(counties)), sorted(set(days))
    found: dict[tuple[str, date], int] = {}
    rows = list(CountyYear.objects.filter(area_id__in=counties))
    for county in counties:
        own = [one for one in rows if one.area_id == county]
        start = None
        for day in days:
            year = next((one.year for one in own if one.period_from <= day <= one.period_to), None)
            if year is None:
                if start is None:
                    start = value_for("accounting.start_month", county, day)
                year = day.year + 1 if 1 < start <= day.month else day.year
            found[county, day] = year
    return found


@transaction.atomic
def reverse_benefit(benefit: Benefit, *, reason: str, actor, paid_on: date | None = None) -> Benefit:
    """Take a benefit back by a row of its own, with the reason; what it put into the income goes out again.

    An amount that somebody typed, or typed over, is asked about; in a year that is closed by now it stays in the sheet
    until the year is reopened and `waiting.flow_waiting` brings it up to date. `paid_on`: the day it was taken back (None:
    today). Raises PermissionDenied, ValidationError ("reason", "paid_on"), ChangedMeanwhile when it was taken back.
    """
    homes = lock_households([benefit.household_id])
    row = Benefit.objects.select_for_update(of=("self",)).select_related("policy").get(pk=benefit.pk)
    if not may_record(actor, homes[row.household_id].area_id, row.policy.sector):
        raise PermissionDenied("您没有登记这项政策的权限。")
    if not row.standing:
        raise ChangedMeanwhile("已冲销")
    if not reason.strip():
        raise ValidationError({"reason": "请填写冲销原因。"})
    day = paid_on or timezone.localdate()
    if day > timezone.localdate() or day < row.paid_on:
        raise ValidationError({"paid_on": "冲销日期须在发放日期以后，不晚于今天。"})
    Benefit.objects.filter(pk=row.pk).update(standing=False)
    back = Benefit.objects.create(
        household_id=row.household_id,
        member_id=row.member_id,
        policy=row.policy,
        code=row.code,
        year=row.year,
        period=row.period,
        units=row.units,
        amount=None if row.amount is None else -row.amount,
        paid_on=day,
        source=source_of(actor, homes[row.household_id].area_id, ""),
        income_year=row.income_year,
        standing=False,
        reverses=row,
        reason=reason.strip(),
        recorded_by=actor,
    )
    record_rows(
        "households.benefit.reverse",
        [
            {
                "obj": homes[row.household_id],
                "changes": {"金额": [f"{row.amount:.2f}", None]} if row.amount is not None else {},
                "summary": f"冲销：{words_of(row)}，原因：{reason.strip()}",
            }
        ],
        actor=actor,
    )
    if row.income_year is not None:
        flow({(row.household_id, row.income_year)}, homes=homes, actor=actor, on=timezone.localdate())
    note_facts([row.household_id], actor)
    return back
