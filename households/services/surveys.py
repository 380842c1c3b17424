"""Saving the facts of a year: of the household, of a member, and its income sheet. Each save judges at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, IncomeItem, Member, MemberSurvey, Survey
from households.options.income_items import (
    BESIDE,
    EXPENSE,
    INCOME_ITEMS,
    PRODUCTION,
    PROPERTY,
    TRANSFER,
    WAGE,
)
from households.options.sources import CARRIED, ENTERED
from households.services.facts import check_day, facts_changed, facts_entered, open_year_of
from poverty.audit.services import differences, record

# What a new year takes over from the last one, marked 沿用上年 (architecture 6). Everything else starts unknown.
CARRIED_FIELDS = (
    "house_area",
    "is_dangerous_house",
    "dangerous_grade",
    "housing_safety",
    "housing_guarantee",
    "housing_document",
    "housing_document_date",
    "rebuilt_year",
    "house_structure",
    "built_year",
    "has_sanitary_toilet",
    "fuel_type",
    "water_difficult",
    "water_safe",
    "water_solved",
    "water_source",
    "has_power",
    "has_production_power",
    "has_broadcasting",
    "road_reached",
    "road_type",
    "road_distance_km",
    "cultivated_land",
    "irrigated_land",
    "forest_land",
    "returned_forest_land",
    "orchard_land",
    "pasture_land",
    "water_surface",
    "is_relocated",
    "relocation_method",
    "resettlement_method",
    "resettlement_place",
)
CARRIED_MEMBER_FIELDS = (
    "education_level",
    "disability_kind",
    "disability_card_year",
    "health_states",
    "disease_name",
    "labour_skill",
    "political_status",
    "speaks_mandarin",
)

GROUP_FIELDS = {
    WAGE: "wage_income",
    PRODUCTION: "production_income",
    PROPERTY: "property_income",
    TRANSFER: "transfer_income",
    EXPENSE: "production_expense",
}

_FACTS = {
    field.name
    for field in Survey._meta.concrete_fields
    if field.name
    not in {
        "id",
        "household",
        "year",
        "area",
        "source",
        "happened_on",
        "decided_by_name",
        "recorded_by",
        "recorded_at",
        "late_reason",
        "sources",
        "version",
    }
}
_MEMBER_FACTS = {
    field.name
    for field in MemberSurvey._meta.concrete_fields
    if field.name not in {"id", "member", "year", "area", "source", "happened_on", "sources", "version"}
}


def survey_for(household: Household, year: int) -> Survey | None:
    """The survey of a household for a year, or None when the year has not been started for it."""
    return Survey.objects.filter(household=household, year=year).first()


def _locked(household: Household) -> Household:
    """The household, locked: saves of one household follow one another."""
    row = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
    if row.state in {Household.State.CLOSED, Household.State.MERGED}:
        raise ValidationError(f"该户{row.get_state_display()}，信息不能再改。")
    return row


def _carried(before: Any, names: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    if before is None:
        return {}, {}
    values = {name: getattr(before, name) for name in names if getattr(before, name) not in (None, "")}
    day = f"{before.year}-12-31"
    return values, {name: {"source": CARRIED, "on": day} for name in values}


@transaction.atomic
def start_survey(household: Household, year: int, *, actor) -> Survey:
    """Open a household's year: carry over housing, water, power, road and land, marked 沿用上年; the rest is unknown.

    Returns the survey that is already there when the year was started before. Raises ValidationError at
    "year" when the county's year is not open.
    """
    household = _locked(household)
    known = survey_for(household, year)
    if known is not None:
        return known
    open_year_of(household.area_id, year)
    before = Survey.objects.filter(household=household, year__lt=year).order_by("-year").first()
    values, sources = _carried(before, CARRIED_FIELDS)
    survey = Survey.objects.create(
        household=household,
        year=year,
        area_id=household.area_id,
        settlement=household.settlement,
        source=CARRIED if before else ENTERED,
        recorded_by=actor,
        sources=sources,
        **values,
    )
    record(
        "households.survey.start",
        household,
        actor=actor,
        summary=f"开始{year}年度信息" + (f"，沿用{before.year}年度 {len(values)} 项" if before else ""),
    )
    facts_changed([household.pk], [year])
    return survey


def _apply(row: Survey | MemberSurvey, changes: Mapping[str, Any], allowed: set[str]) -> dict[str, list]:
    """Set what differs, check the row, and return {field: [old, new]}; ValidationError by field."""
    if unknown := set(changes) - allowed:
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(
        exclude=["household", "area", "settlement", "recorded_by", "member"], validate_unique=False
    )
    return differences(before, {name: getattr(row, name) for name in changes})


def _check_dates(survey: Survey) -> None:
    today = timezone.localdate()
    errors = {
        name: "日期不能晚于今天。"
        for name in ("visited_on", "housing_document_date")
        if (day := getattr(survey, name)) and day > today
    }
    for name in ("rebuilt_year", "built_year"):
        if (year := getattr(survey, name)) is not None and not 1900 <= year <= today.year:
            errors[name] = f"年份须在1900至{today.year}之间。"
    if errors:
        raise ValidationError(errors)


def _note_sources(row: Survey | MemberSurvey, changed: Mapping[str, Any], source: str, day: date) -> None:
    row.sources = {**row.sources, **{name: {"source": source, "on": day.isoformat()} for name in changed}}
    row.source, row.happened_on = source, day


@transaction.atomic
def save_survey(
    survey: Survey,
    changes: Mapping[str, Any],
    *,
    actor,
    happened_on: date | None = None,
    source: str = ENTERED,
    decided_by_name: str = "",
    late_reason: str = "",
) -> Survey:
    """Change facts of a household for a year and judge it at once.

    `changes` are model fields of Survey (not income groups with items: save_income does those). `happened_on`
    is the day on the paper (None: today). What differs takes this source and day; nothing differs: nothing is
    written. Raises ValidationError by field (values, dates, late entry, "year" when not open).
    """
    household = _locked(survey.household)
    row = Survey.objects.select_for_update(no_key=True, of=("self",)).get(pk=survey.pk)
    open_year_of(row.area_id, row.year)
    day, late_reason = check_day(household.area_id, happened_on, late_reason)
    changed = _apply(row, changes, _FACTS)
    _check_dates(row)
    if changed:
        _note_sources(row, changed, source, day)
        row.late_reason, row.recorded_by = late_reason, actor
        row.decided_by_name = decided_by_name or actor.name
        row.version += 1
        row.save()
        facts_entered(household.pk, actor)
        record(
            "households.survey.save",
            household,
            actor=actor,
            changes=changed,
            summary=f"{row.year}年度信息，采集日期 {day}" + ("（补录）" if late_reason else ""),
        )
        facts_changed([household.pk], [row.year])
    return row


@transaction.atomic
def save_member_survey(
    member: Member,
    year: int,
    changes: Mapping[str, Any],
    *,
    actor,
    happened_on: date | None = None,
    source: str = ENTERED,
    late_reason: str = "",
) -> MemberSurvey:
    """Change facts of a member for a year and judge his household at once; the row is made when there is none.

    Raises ValidationError by field; without a field when the person is in no household.
    """
    if member.household_id is None:
        raise ValidationError("此人目前不在任何户，不能填写年度信息。")
    household = _locked(member.household)
    open_year_of(household.area_id, year)
    day, late_reason = check_day(household.area_id, happened_on, late_reason)
    row = (
        MemberSurvey.objects.select_for_update(no_key=True, of=("self",))
        .filter(member=member, year=year)
        .first()
    )
    is_new = row is None
    if is_new:
        before = MemberSurvey.objects.filter(member=member, year__lt=year).order_by("-year").first()
        values, sources = _carried(before, CARRIED_MEMBER_FIELDS)
        row = MemberSurvey(member=member, year=year, area_id=household.area_id, sources=sources, **values)
    changed = _apply(row, changes, _MEMBER_FACTS)
    if changed or is_new:
        _note_sources(row, changed, source, day)
        row.version += 0 if is_new else 1
        row.save()
        facts_entered(household.pk, actor)
        record(
            "households.member_survey.save",
            household,
            actor=actor,
            changes=changed,
            summary=f"{member.name} {year}年度信息，采集日期 {day}"
            + (f"（补录：{late_reason}）" if late_reason else ""),
        )
        facts_changed([household.pk], [year])
    return row


def group_totals(items: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Sum items into the survey's group fields, yuan: only groups that have an item, each with the item's sign.

    What does not count (beside) goes into no group. (standards.md 5.1-5.3)
    """
    totals: dict[str, Decimal] = {}
    for key, amount in items.items():
        item = INCOME_ITEMS[key]
        if item.group != BESIDE:
            field = GROUP_FIELDS[item.group]
            totals[field] = totals.get(field, Decimal(0)) + item.sign * amount
    return totals


@transaction.atomic
def save_income(
    survey: Survey,
    items: Mapping[str, tuple[Decimal | None, str]],
    *,
    none_groups: tuple[str, ...] = (),
    actor,
    happened_on: date | None = None,
    source: str = ENTERED,
    late_reason: str = "",
) -> Survey:
    """Save the income sheet of a survey: item -> (amount in yuan, remark); amount None takes the item away.

    Items not named stay. A group's total is the sum of its items. A group without items is unknown (NULL) unless
    named in `none_groups` (keys of INCOME_GROUPS): then it was answered "none" and is 0. Judges at once.
    Raises ValidationError by item key, or at "year", "happened_on", "late_reason".
    """
    household = _locked(survey.household)
    row = Survey.objects.select_for_update(no_key=True, of=("self",)).get(pk=survey.pk)
    open_year_of(row.area_id, row.year)
    day, late_reason = check_day(household.area_id, happened_on, late_reason)
    stored = {one.item: one for one in row.income_items.all()}
    errors, changed, kept = {}, {}, {key: one.amount for key, one in stored.items()}
    for key, (amount, note) in items.items():
        if key not in INCOME_ITEMS:
            errors[key] = "没有这个收入项目。"
        elif amount is not None and amount < 0:
            errors[key] = "金额不能为负数。"
        elif amount is not None and amount >= Decimal("10000000000"):
            errors[key] = "金额太大，请核对。"
        else:
            old = stored.get(key)
            if (old.amount if old else None, old.note if old else "") != (
                amount,
                note if amount is not None else "",
            ):
                changed[key] = [old.amount if old else None, amount]
            kept[key] = amount
    if errors:
        raise ValidationError(errors)
    kept = {key: amount for key, amount in kept.items() if amount is not None}
    totals = group_totals(kept)
    for group in none_groups:
        field = GROUP_FIELDS[group]
        if totals.get(field):
            raise ValidationError({field: "已填了项目金额，不能同时选“没有”。"})
        totals.setdefault(field, Decimal(0))
    groups = {field: totals.get(field) for field in GROUP_FIELDS.values()}
    if any(total is not None and total < 0 for total in groups.values()):
        raise ValidationError({"production_expense": "补贴大于支出合计，请核对。"})
    changed_groups = _apply(row, groups, _FACTS)
    if not changed and not changed_groups:
        return row
    row.income_items.filter(item__in=[key for key in changed if key not in kept]).delete()
    for key in changed:
        if key in kept:
            IncomeItem.objects.update_or_create(
                survey=row, item=key, defaults={"amount": kept[key], "note": items[key][1], "source": source}
            )
    _note_sources(row, changed_groups, source, day)
    row.late_reason, row.recorded_by = late_reason, actor
    row.version += 1
    row.save()
    facts_entered(household.pk, actor)
    record(
        "households.income.save",
        household,
        actor=actor,
        changes={
            **{INCOME_ITEMS.label(key): [_text(old), _text(new)] for key, (old, new) in changed.items()},
            **changed_groups,
        },
        summary=f"{row.year}年度收入，采集日期 {day}" + ("（补录）" if late_reason else ""),
    )
    facts_changed([household.pk], [row.year])
    return row


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
