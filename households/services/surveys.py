"""Saving the facts of a year: of the household here, of a member and of the income sheet in the modules beside.

Each save judges at once, in the same transaction.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.income_sheet import GROUP_FIELDS, group_totals
from households.models import Household, Survey
from households.options.sources import CARRIED, ENTERED, VISIT
from households.services.fact_rows import (
    apply,
    carried_household,
    checked_day,
    is_known,
    late_words,
    locked,
    note_sources,
    visit_faults,
    write_survey,
)
from households.services.facts import facts_changed, facts_entered, open_year_of, survey_changed
from households.services.income import save_income
from households.services.income_jumps import ask_about_jumps
from households.services.member_surveys import save_member_survey, start_member_surveys
from poverty.areas.models import Settlement
from poverty.audit.services import record
from poverty.sql.locks import share

__all__ = [
    "GROUP_FIELDS",
    "group_totals",
    "save_income",
    "save_member_survey",
    "save_survey",
    "start_survey",
    "survey_for",
]


def survey_for(household: Household, year: int) -> Survey | None:
    """The survey of a household for a year, or None when the year has not been started for it."""
    return Survey.objects.filter(household=household, year=year).first()


@transaction.atomic
def start_survey(household: Household, year: int, *, actor) -> Survey:
    """Open a household's year: carry over housing, water, power, road and land, marked 沿用上年; the rest is unknown.

    Members get their row too, with what does not change from year to year. Returns the survey that is already
    there when the year was started before. Raises ValidationError at "year" when the county's year is not open.
    """
    household = locked(household.pk)
    known = survey_for(household, year)
    if known is not None:
        return known
    open_year_of(household.area_id, year)
    # A fact of the natural village that is being stated now either is seen by the judging below, or waits for it.
    share(Settlement.objects.filter(pk=household.settlement_id))
    before = Survey.objects.filter(household=household, year__lt=year).order_by("-year").first()
    taken = carried_household(before)
    survey = Survey.objects.create(
        household=household,
        year=year,
        area_id=household.area_id,
        settlement=household.settlement,
        source=CARRIED if before else ENTERED,
        recorded_by=actor,
        **taken,
    )
    start_member_surveys(household, year)
    record(
        "households.survey.start",
        household,
        actor=actor,
        summary=f"开始{year}年度信息"
        + (f"，沿用{before.year}年度 {len(taken['sources'])} 项" if before else ""),
    )
    facts_changed([household.pk], [year])
    return survey


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
    confirmed: Collection[str] = (),
    confirmed_jumps: Collection[str] | None = None,
) -> Survey:
    """Change facts of a household for a year and judge it at once.

    `changes` are model fields of Survey; a group of income that has items is changed by save_income only.
    `happened_on` is the day on the paper (None: today); a visit moves visited_on there. What differs takes this
    source and day, and so do the known facts named in `confirmed` though they stay as they are. Nothing
    differs: nothing is written. Raises ValidationError by field (values, dates, late entry, "year" not open),
    and Questioned as save_income does.
    """
    household = locked(survey.household_id)
    row = Survey.objects.select_for_update(no_key=True, of=("self",)).get(pk=survey.pk)
    year = open_year_of(row.area_id, row.year)
    day, late_reason = checked_day(household.area_id, row.year, happened_on, late_reason)
    refuse_totals_of_items(row, changes)
    if source == VISIT and "visited_on" not in changes:
        changes = {**changes, "visited_on": max(filter(None, (row.visited_on, day)))}
    changed = apply(row, changes)
    if errors := visit_faults(year, changed, row.visited_on):
        raise ValidationError(errors)
    again = [name for name in confirmed if name not in changed and is_known(getattr(row, name))]
    if not changed and not again:
        return row
    if confirmed_jumps is not None:
        ask_about_jumps(row, changed, confirmed_jumps, year)
    note_sources(row, [*changed, *again], source, day)
    write_survey(row, changed, actor=actor, late_reason=late_reason, decided_by_name=decided_by_name)
    facts_entered(household.pk, actor)
    record(
        "households.survey.save",
        household,
        actor=actor,
        changes=changed,
        summary=f"{row.year}年度信息，采集日期 {day}"
        + (f"，核对无变化 {len(again)} 项" if again else "")
        + late_words(late_reason),
    )
    survey_changed(row, year)
    return row


def refuse_totals_of_items(
    row: Survey, changes: Mapping[str, Any], items: Mapping[str, Any] | None = None
) -> None:
    """A total always is the sum of its items: where there are items it is not typed beside them.

    `items` {item: amount}: those of the survey, where they were read for many.
    """
    named = {field: group for group, field in GROUP_FIELDS.items() if field in changes}
    if not named:
        return
    if items is None:
        items = dict(row.income_items.values_list("item", "amount"))
    if with_items := named.keys() & group_totals(items).keys():
        raise ValidationError(dict.fromkeys(with_items, "这一类已按项目填写，请在收入表里改项目金额。"))
