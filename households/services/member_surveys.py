"""Saving the facts of a person for a year. Each save judges at once wherever he counts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import CountyYear, Household, Member, Membership, MemberSurvey
from households.options.health_states import HEALTH_STATES
from households.options.sources import CARRIED, ENTERED
from households.services.fact_rows import (
    CARRIED_MEMBER_FIELDS,
    apply,
    carried,
    checked_day,
    late_words,
    locked,
    note_sources,
    written,
)
from households.services.facts import facts_changed, facts_entered, open_year_of
from households.services.locking import lock_for_members
from poverty.audit.services import record


def household_in(member: Member, year: int) -> Household | None:
    """The household whose year a person's facts belong to: where he was at the accounting period's end, else
    where he is now. None: neither.
    """
    return next(iter(households_in(member, year)), None)


def households_in(member: Member, year: int) -> list[Household]:
    """Every household in which a person counts in a year, the last first; else where he is now; else none.

    They are several when he moved between the period's ends of two counties.
    """
    return households_of([member.pk], year)[member.pk]


def households_of(member_ids: Iterable[int], year: int) -> dict[int, list[Household]]:
    """The same of many persons, by person."""
    places: dict[int, list[Membership]] = {pk: [] for pk in member_ids}
    rows = Membership.objects.filter(member__in=list(places)).select_related("household")
    for row in rows.order_by("-valid_from"):
        places[row.member_id].append(row)
    counties = {row.household.area_id[:6] for own in places.values() for row in own}
    years = CountyYear.objects.filter(area__in=counties, year=year)
    ends = dict(years.values_list("area_id", "period_to"))
    return {pk: _counting(own, ends) for pk, own in places.items()}


def _counting(rows: list[Membership], ends: Mapping[str, date]) -> list[Household]:
    counted = []
    for row in rows:
        end = ends.get(row.household.area_id[:6])
        if end and row.valid_from <= end and (row.valid_to is None or row.valid_to > end):
            counted.append(row.household)
    return counted or [row.household for row in rows if row.valid_to is None]


def member_survey_for(member: Member, year: int, area_code: str) -> MemberSurvey:
    """The facts of a person for a year; not stored yet: a new row with what the last one passes on (沿用上年)."""
    return year_of(member, member_surveys_of([member.pk], year).get(member.pk), year, area_code)


def member_surveys_of(member_ids: Iterable[int], year: int) -> dict[int, MemberSurvey]:
    """The last facts of many persons up to a year, by person."""
    rows = MemberSurvey.objects.filter(member__in=list(member_ids), year__lte=year)
    return {row.member_id: row for row in rows.order_by("member_id", "-year").distinct("member_id")}


def year_of(member: Member, known: MemberSurvey | None, year: int, area_code: str) -> MemberSurvey:
    """The facts of a person for a year, `known` being his last: these, or a new row with what they pass on."""
    if known is not None and known.year == year:
        return known
    return MemberSurvey(
        member=member,
        year=year,
        area_id=area_code,
        source=CARRIED if known else ENTERED,
        **carried(known, CARRIED_MEMBER_FIELDS),
    )


def start_member_surveys(household: Household, year: int) -> int:
    """Give each present member his row of the year, with what the last one passes on. Part of start_survey."""
    members = list(household.members.all())
    known = {}
    for one in MemberSurvey.objects.filter(member__in=members, year__lte=year).order_by("year"):
        known[one.member_id] = one
    new = [
        MemberSurvey(
            member=one,
            year=year,
            area_id=household.area_id,
            source=CARRIED,
            **carried(known[one.pk], CARRIED_MEMBER_FIELDS),
        )
        for one in members
        if one.pk in known and known[one.pk].year < year
    ]
    return len(MemberSurvey.objects.bulk_create(new, ignore_conflicts=True))


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
    """Change facts of a member for a year and judge at once; the row is made when there is none.

    His household is where he counted at the accounting period's end, else where he is now. Who moved
    between the period's ends of two counties counts in both, and both are judged. Nothing differs: nothing is
    written. Raises ValidationError by field; without a field when the person is in no household or
    the household is closed.
    """
    lock_for_members([member.pk])
    counted = [one.pk for one in households_in(member, year)]
    if not counted:
        raise ValidationError("此人目前不在任何户，不能填写年度信息。")
    household = locked(counted[0])
    row = member_survey_for(member, year, household.area_id)
    open_year_of(row.area_id, year)
    day, late_reason = checked_day(household.area_id, year, happened_on, late_reason)
    changed = apply(row, changes)
    if not changed:
        return row
    is_new = row.pk is None
    note_sources(row, changed, source, day)
    if is_new:
        row.save()
    else:
        row.version += 1
        row.save(update_fields=written(changed))
    facts_entered(household.pk, actor)
    record(
        "households.member_survey.save",
        household,
        actor=actor,
        changes=in_words(changed),
        summary=f"{summary_of(member, year)}，采集日期 {day}{late_words(late_reason)}",
    )
    facts_changed(counted, [year])
    return row


def in_words(changed: Mapping[str, list]) -> dict[str, list]:
    """健康状况 is a text of keys in the row; the log tells it in words."""
    if "health_states" not in changed:
        return dict(changed)
    words = [HEALTH_STATES.labels(value.split(",")) if value else "" for value in changed["health_states"]]
    return {**changed, "health_states": words}


def summary_of(member: Member, year: int) -> str:
    """How the log begins about a person's year; what finds his entries among those of the household."""
    return f"{member.name} {year}年度信息"
