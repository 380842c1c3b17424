"""Facts of many households or persons saved together: the set-based twin of save_survey and save_member_survey.

The same locks, checks, sources, log, list of what is to be typed into the national system and judging; what is written
once per row there is written once for all of them here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.income_sheet import GROUP_FIELDS
from households.models import (
    CountyYear,
    Household,
    IncomeItem,
    Member,
    MemberSurvey,
    Survey,
)
from households.options.sources import ENTERED
from households.services.fact_rows import (
    ABOUT_THE_SAVE,
    apply,
    checked_day,
    is_known,
    late_words,
    normal,
    not_editable,
    note_sources,
    written,
)
from households.services.facts import facts_changed, note_facts, open_year_of
from households.services.income_jumps import LastYear, ask_about_jumps
from households.services.locking import lock_for_members, lock_households
from households.services.member_surveys import (
    households_of,
    in_words,
    member_surveys_of,
    summary_of,
    year_of,
)
from households.services.national import compare_households
from households.services.starting_many import start_surveys_of
from households.services.surveys import refuse_totals_of_items
from poverty.audit.services import record_rows
from poverty.web.merge import equal

WRITTEN, SAME, CONFLICT, REFUSED = "written", "same", "conflict", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one fact: its state, what stands in the register now, and why it was refused."""

    state: str
    now: Any = None
    said: str = ""


@dataclass
class Stated:
    """What somebody stated of a household (or person): fact -> value, beside what he saw there.

    `outcomes` says by fact what became of it. A fact that says something else by now than he saw and than he states
    is a conflict, and is left alone. `confirmed`: facts looked at and found as they stand, which take the source and
    day of this save. `late_reason`: why it is entered late, None: as the whole save says.
    """

    owner_id: int
    values: Mapping[str, Any]
    seen: Mapping[str, Any]
    day: date
    by: Any
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    confirmed: Collection[str] = ()
    late_reason: str | None = None

    def found_again(self, row: Survey | MemberSurvey) -> list[str]:
        """Known facts that were confirmed as they stand."""
        return [
            name
            for name in self.confirmed
            if self.outcomes[name].state == SAME and is_known(getattr(row, name))
        ]

    def refuse(self, error: ValidationError, names: Iterable[str] | None = None, now=None) -> None:
        """Note why facts (None: all that have no outcome yet) are not written."""
        by_field = getattr(error, "message_dict", {})
        for name in names if names is not None else set(self.values) - self.outcomes.keys():
            said = " ".join(by_field.get(name) or error.messages)
            self.outcomes[name] = Outcome(REFUSED, (now or {}).get(name), said)


@transaction.atomic
def save_facts_of_households(
    stated: list[Stated],
    year: int,
    *,
    decided_by_name: str,
    late_reason: str,
    source: str = ENTERED,
    judge: bool = True,
) -> set[int]:
    """Save what was stated of households for a year; each `outcomes` is filled in. Judges at once.

    Returns the households whose judging it changes: with `judge` False the caller judges them (judge_stated).
    """
    homes = lock_households(one.owner_id for one in stated)
    locked = Survey.objects.select_for_update(no_key=True, of=("self",))
    rows = {row.household_id: row for row in locked.filter(household__in=homes, year=year)}
    dates = _Dates(year, late_reason)
    done = _Done(Survey, ABOUT_THE_SAVE)
    fresh = _started(stated, homes, rows, dates)
    done.judge(fresh)
    rows |= fresh
    income = _Income(rows.values(), year) if _asks_income(stated) else None
    unseen = set(fresh)
    for one in stated:
        home = homes[one.owner_id]
        try:
            if problem := not_editable(home):
                raise ValidationError(problem)
            # No row: the county's year is not open, which is said first.
            place = rows[home.pk].area_id if home.pk in rows else home.area_id
            county, (day, late) = dates.open_year(place), dates.day(home.area_id, one.day, one.late_reason)
        except ValidationError as error:
            one.refuse(error)
            continue
        row = rows[home.pk]
        changed = _settle(one, row, county, unseen=home.pk in unseen, income=income)
        unseen.discard(home.pk)
        if changed or one.found_again(row):
            note_sources(row, [*changed, *one.found_again(row)], source, day)
            row.late_reason, row.recorded_by, row.decided_by_name = late, one.by, decided_by_name
            done.add(row, home, changed, one.by, f"{year}年度信息，{_words(one, row, day, late)}")
    return done.write("households.survey.save", year, judge=judge)


def judge_stated(household_ids: Collection[int], year: int) -> None:
    """What a save with `judge` False leaves to its caller: once for all that was saved of these households."""
    if household_ids:
        compare_households(household_ids)
        facts_changed(household_ids, [year])


def _words(one: Stated, row: Survey | MemberSurvey, day: date, late: str) -> str:
    again = len(one.found_again(row))
    return f"采集日期 {day}" + (f"，核对无变化 {again} 项" if again else "") + late_words(late)


def _started(stated: list[Stated], homes, rows, dates: "_Dates") -> dict[int, Survey]:
    """The years opened for those that have none: of households that may be edited, in counties whose year is open."""
    by = {}
    for one in stated:
        home = homes[one.owner_id]
        if home.pk not in rows and not not_editable(home) and dates.is_open(home.area_id):
            by.setdefault(home.pk, one.by)
    return start_surveys_of((homes[pk] for pk in by), dates.year, by=by)


def _asks_income(stated: list[Stated]) -> bool:
    totals = set(GROUP_FIELDS.values())
    return any(not totals.isdisjoint(one.values) for one in stated)


@transaction.atomic
def save_facts_of_members(
    stated: list[Stated], year: int, *, late_reason: str, source: str = ENTERED, judge: bool = True
) -> set[int]:
    """The same of persons, each judged in every household in which he counts."""
    ids = sorted({one.owner_id for one in stated})
    lock_for_members(ids)
    members = Member.objects.in_bulk(ids)
    homes = households_of(ids, year)
    known = member_surveys_of(ids, year)
    rows: dict[int, MemberSurvey] = {}
    dates = _Dates(year, late_reason)
    done = _Done(MemberSurvey)
    for one in stated:
        member = members[one.owner_id]
        try:
            counted = homes[member.pk]
            if not counted:
                raise ValidationError("此人目前不在任何户，不能填写年度信息。")
            if problem := not_editable(counted[0]):
                raise ValidationError(problem)
            if member.pk not in rows:
                rows[member.pk] = year_of(member, known.get(member.pk), year, counted[0].area_id)
            row = rows[member.pk]
            county, (day, late) = (
                dates.open_year(row.area_id),
                dates.day(counted[0].area_id, one.day, one.late_reason),
            )
        except ValidationError as error:
            one.refuse(error)
            continue
        changed = _settle(one, row, county, unseen=row.pk is None)
        if changed or one.found_again(row):
            note_sources(row, [*changed, *one.found_again(row)], source, day)
            summary = f"{summary_of(member, year)}，{_words(one, row, day, late)}"
            done.add(row, counted[0], in_words(changed), one.by, summary, beside=counted[1:], columns=changed)
    return done.write("households.member_survey.save", year, judge=judge)


class _Dates:
    """What is looked up once per county or place and day, not once per row."""

    def __init__(self, year: int, late_reason: str):
        self.year, self.late_reason = year, late_reason
        self._years: dict[str, CountyYear | ValidationError] = {}
        self._days: dict[tuple[str, date, str], tuple[date, str]] = {}

    def open_year(self, area_code: str) -> CountyYear:
        """The open year of a county, held against closing; ValidationError when it is not open."""
        county = area_code[:6]
        if county not in self._years:
            try:
                self._years[county] = open_year_of(area_code, self.year)
            except ValidationError as error:
                self._years[county] = error
        found = self._years[county]
        if isinstance(found, ValidationError):
            raise found
        return found

    def is_open(self, area_code: str) -> bool:
        """Whether facts of a place may be written."""
        try:
            self.open_year(area_code)
        except ValidationError:
            return False
        return True

    def day(self, area_code: str, day: date, late_reason: str | None = None) -> tuple[date, str]:
        """The day on the paper with the reason for late entry, "" where it is not late."""
        reason = self.late_reason if late_reason is None else late_reason
        key = (area_code, day, reason)
        if key not in self._days:
            self._days[key] = checked_day(area_code, self.year, day, reason)
        return self._days[key]


def _settle(
    one: Stated,
    row: Survey | MemberSurvey,
    county: CountyYear,
    *,
    unseen: bool,
    income: "_Income | None" = None,
) -> dict[str, list]:
    """Set on the row what may be written, and note what became of every fact; {fact: [old, new]}.

    `unseen`: the row has just been made, so nobody changed in it what was seen.
    """
    now = {name: getattr(row, name) for name in one.values}
    left = {}
    for name, value in one.values.items():
        value = normal(row, name, value)
        if equal(value, now[name]):
            one.outcomes[name] = Outcome(SAME, now[name])
        elif unseen or equal(now[name], normal(row, name, one.seen.get(name))):
            left[name] = value
        else:
            one.outcomes[name] = Outcome(CONFLICT, now[name])
    while left:
        try:
            changed = apply(row, left)
            if income is not None:
                income.check(row, changed, county)
        except ValidationError as error:
            for name in left:
                setattr(row, name, now[name])
            named = set(left).intersection(getattr(error, "message_dict", {})) or set(left)
            one.refuse(error, named, now)
            left = {name: value for name, value in left.items() if name not in named}
        else:
            one.outcomes |= {name: Outcome(WRITTEN, getattr(row, name)) for name in left}
            return changed
    return {}


class _Income:
    """What totals of income are held against, read once for all surveys."""

    def __init__(self, rows: Iterable[Survey], year: int):
        rows = list(rows)
        self._last = LastYear(rows, year)
        self._items: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
        items = IncomeItem.objects.filter(survey__in=list(self._items))
        for survey, item, amount in items.values_list("survey", "item", "amount"):
            self._items[survey][item] = amount

    def check(self, row: Survey, changed: Mapping[str, Any], county: CountyYear) -> None:
        """A total that has items is not typed beside them; a jump against last year waits for somebody to say so."""
        if not changed.keys().isdisjoint(GROUP_FIELDS.values()):
            refuse_totals_of_items(row, changed, self._items[row.pk])
            ask_about_jumps(row, changed, (), county, self._last)


class _Done:
    """Rows that were changed, and what is written about them once for all."""

    def __init__(self, model, about: tuple[str, ...] = ()):
        self.model, self.about = model, about
        self._rows: dict[int, Any] = {}
        self._columns: set[str] = set()
        self._log: dict[Any, list[dict]] = {}
        self._entered: dict[Any, set[int]] = {}
        self._judged: set[int] = set()

    def add(self, row, home: Household, changed, by, summary: str, *, beside=(), columns=()) -> None:
        """One row, changed; `beside`: further households that it is judged in."""
        if row.pk is not None and id(row) not in self._rows:
            row.version += 1
        self._rows[id(row)] = row
        self._columns.update(columns or changed)
        self._log.setdefault(by, []).append({"obj": home, "changes": changed, "summary": summary})
        self._entered.setdefault(by, set()).add(home.pk)
        self._judged.update((home.pk, *(one.pk for one in beside)))

    def judge(self, household_ids: Iterable[int]) -> None:
        """Judge households, whether or not anything of them is changed."""
        self._judged.update(household_ids)

    def write(self, action: str, year: int, *, judge: bool) -> set[int]:
        """Write the rows, the log, who entered facts and what differs from the national system; judge.

        Returns the households to be judged.
        """
        if not self._judged:
            return set()
        rows = list(self._rows.values())
        self.model.objects.bulk_create([row for row in rows if row.pk is None])
        known = [row for row in rows if row.pk is not None]
        self.model.objects.bulk_create(
            known,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=written(sorted(self._columns), *self.about),
            batch_size=1_000,
        )
        for by, log in self._log.items():
            record_rows(action, log, actor=by)
            note_facts(self._entered[by], by)
        if judge:
            judge_stated(self._judged, year)
        return self._judged
