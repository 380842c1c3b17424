"""Saving the income sheet of a household for a year. A save judges at once."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from households.benefits.typed import check_again
from households.income_sheet import GROUP_FIELDS, group_totals
from households.models import IncomeItem, Survey
from households.options.income_items import BESIDE, INCOME_ITEMS, items_for
from households.options.sources import BENEFIT, ENTERED
from households.services.fact_rows import (
    apply,
    checked_day,
    late_words,
    locked,
    note_sources,
    write_survey,
)
from households.services.facts import facts_entered, open_year_of, survey_changed
from households.services.income_jumps import ask_about_jumps
from poverty.audit.services import record

# What NUMERIC(12, 2) holds.
LIMIT = Decimal("10000000000")
_TOO_LARGE = "金额太大，请核对。"
_CENT = Decimal("0.01")
_SUBSIDY = "expense_subsidy"


@transaction.atomic
def save_income(
    survey: Survey,
    items: Mapping[str, tuple[Decimal | None, str]],
    *,
    none_groups: Collection[str] | None = None,
    actor,
    happened_on: date | None = None,
    source: str = ENTERED,
    decided_by_name: str = "",
    late_reason: str = "",
    confirmed_jumps: Collection[str] | None = None,
    judge: bool = True,
) -> Survey:
    """Save the income sheet of a survey: item -> (amount in yuan, remark); amount None takes the item away.

    Items not named stay. A group with items is their sum. A group without items is what `none_groups` (keys of
    INCOME_GROUPS) says: named there it was answered "none" and is 0; not named, a 0 becomes unknown (NULL) again;
    `none_groups` None leaves it as it is. Payments under policies alone do not answer a group of which nothing is named.
    A total that was imported without items stays until an item of its group is entered. Nothing differs: nothing is
    written. Judges at once, unless the caller does (`judge` False).
    Raises ValidationError by item key or group field, or at "year", "happened_on", "late_reason"; Questioned
    about a jump against last year that `confirmed_jumps` does not name (None: the caller has asked).
    """
    household = locked(survey.household_id)
    row = Survey.objects.select_for_update(no_key=True, of=("self",)).get(pk=survey.pk)
    year = open_year_of(row.area_id, row.year)
    day, late_reason = checked_day(household.area_id, row.year, happened_on, late_reason)
    stored = {one.item: one for one in row.income_items.all()}
    _check_items(items, stored, row.year)
    changed = _changed_items(items, stored)
    kept = {key: one.amount for key, one in stored.items()}
    kept.update({key: amount for key, (amount, _) in items.items()})
    kept = {key: amount for key, amount in kept.items() if amount is not None}
    groups = _groups(row, kept, stored, none_groups, items)
    changed_groups = apply(row, groups)
    if not changed and not changed_groups:
        return row
    if confirmed_jumps is not None:
        ask_about_jumps(row, changed_groups, confirmed_jumps, year)
    row.income_items.filter(item__in=[key for key in changed if key not in kept]).delete()
    IncomeItem.objects.bulk_create(
        [
            IncomeItem(
                survey=row,
                item=key,
                amount=kept[key],
                note=items[key][1],
                source=_source_of(stored.get(key), kept[key], source),
            )
            for key in changed
            if key in kept
        ],
        update_conflicts=True,
        unique_fields=["survey", "item"],
        update_fields=["amount", "note", "source"],
    )
    note_sources(row, changed_groups, source, day)
    write_survey(row, changed_groups, actor=actor, late_reason=late_reason, decided_by_name=decided_by_name)
    facts_entered(household.pk, actor)
    record(
        "households.income.save",
        household,
        actor=actor,
        changes={**{INCOME_ITEMS.label(key): values for key, values in changed.items()}, **changed_groups},
        summary=f"{row.year}年度收入，采集日期 {day}{late_words(late_reason)}",
    )
    check_again([household.pk], row.year)
    if judge:
        survey_changed(row, year)
    return row


def _source_of(old: IncomeItem | None, amount: Decimal, source: str) -> str:
    """Whose the amount is: a remark alone makes nobody else's of it."""
    return old.source if old is not None and old.amount == amount else source


def _check_items(items: Mapping, stored: Mapping, year: int) -> None:
    form = {item.key for item in items_for(year)}
    errors = {}
    for key, (amount, note) in items.items():
        if key not in INCOME_ITEMS:
            errors[key] = "没有这个收入项目。"
        elif amount is None:
            if note:
                errors[key] = "填了备注，请把金额也填上（没有的填 0）。"
        elif key not in form and key not in stored:
            errors[key] = f"{year}年度的表没有这个项目。"
        elif fault := amount_fault(amount):
            errors[key] = fault
        elif len(note) > 200:
            errors[key] = "备注最多200字。"
    if errors:
        raise ValidationError(errors)


def amount_fault(amount: Decimal) -> str:
    """What is wrong with an amount in yuan; "" when nothing is."""
    if not amount.is_finite():
        return "请填金额，例如 12340.50。"
    if amount < 0:
        return "金额不能为负数。"
    if amount >= LIMIT:
        return _TOO_LARGE
    return "最多两位小数。" if amount != amount.quantize(_CENT) else ""


def _changed_items(items: Mapping, stored: Mapping) -> dict[str, list]:
    """{item: [old amount, new amount]} of what differs, with the remark where that differs."""
    changed = {}
    for key, (amount, note) in items.items():
        old = stored.get(key)
        before = (old.amount, old.note) if old else (None, "")
        after = (amount, note if amount is not None else "")
        if before != after:
            changed[key] = [_told(*before, before[1] != after[1]), _told(*after, before[1] != after[1])]
    return changed


def _told(amount: Decimal | None, note: str, with_note: bool) -> str | None:
    if amount is None:
        return None
    return f"{amount:.2f}" + (f"（{note}）" if with_note and note else "")


def _groups(
    row: Survey, kept, stored, none_groups: Collection[str] | None, items
) -> dict[str, Decimal | None]:
    """The five totals as they are to be; ValidationError by group field."""
    totals = group_totals(kept)
    said_none = {field for group, field in GROUP_FIELDS.items() if group in (none_groups or ())}
    for field in _only_paid(row, stored, items) - said_none:
        totals.pop(field, None)
    had = {GROUP_FIELDS[INCOME_ITEMS[key].group] for key in stored if INCOME_ITEMS[key].group != BESIDE}
    groups, errors = {}, {}
    for group, field in GROUP_FIELDS.items():
        is_none = none_groups is not None and group in none_groups
        now = getattr(row, field)
        if field in totals:
            groups[field] = totals[field].quantize(_CENT)
            if is_none and totals[field]:
                errors[field] = "已填了项目金额，不能同时选“没有”。"
        elif is_none:
            groups[field] = Decimal("0.00")
        elif field in had or (none_groups is not None and now == 0):
            groups[field] = None  # nothing is left of it, or payments alone, which do not answer a group
        else:
            groups[field] = now
        if groups[field] is not None and groups[field] >= LIMIT:
            errors[field] = _TOO_LARGE
    if (groups["production_expense"] or 0) < 0:
        errors[_SUBSIDY] = "补贴不能大于支出合计，请核对。"
    if errors:
        raise ValidationError(errors)
    return groups


def _only_paid(row: Survey, stored, items) -> set[str]:
    """Totals that were not answered, of groups in which nothing stands but what was paid under policies."""
    named = {GROUP_FIELDS.get(INCOME_ITEMS[key].group) for key in items}
    of_others = {
        GROUP_FIELDS.get(INCOME_ITEMS[key].group) for key, one in stored.items() if one.source != BENEFIT
    }
    return {field for field in GROUP_FIELDS.values() if getattr(row, field) is None} - named - of_others
