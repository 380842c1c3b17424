"""What every change of facts has in common: newer than any running judgement, judged again at once."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from households.entries.models import EntryCase
from households.models import CountyYear, ExitCase, Household, RegisterChange, Survey
from households.services.assess import judge_households, judge_survey
from households.services.national import compare_household
from poverty.parameters.services import value_for
from poverty.review.services import note_fact_entries, note_fact_entry
from poverty.sql.locks import share


def open_year_of(area_code: str, year: int) -> CountyYear:
    """The open year of the county of an area; a ValidationError at "year" when it is closed or was never
    opened.

    Held against closing until the end of the transaction; other saves and a running judgement go on beside it.
    """
    rows = share(CountyYear.objects.filter(area_id=area_code[:6], year=year))
    if not rows:
        raise ValidationError({"year": f"{year}年度尚未开启，请先由县扶贫办开启年度。"})
    row = rows[0]
    if row.state != CountyYear.State.OPEN:
        raise ValidationError(
            {"year": f"{year}年度已关闭，信息和结果不再改动。确需更正的，由县扶贫办按文件重新开启。"}
        )
    return row


def check_day(area_code: str, happened_on: date | None, late_reason: str) -> tuple[date, str]:
    """The day on the paper and the reason for late entry, checked: not in the future; late only with a
    reason.

    None is today. How many days are late is a parameter of the area (review.late_entry_days).
    """
    today = timezone.localdate()
    day = happened_on or today
    if day > today:
        raise ValidationError({"happened_on": "采集日期不能晚于今天。"})
    late_after = today - timedelta(days=value_for("review.late_entry_days", area_code, today))
    if day < late_after and not late_reason.strip():
        raise ValidationError({"late_reason": f"{day} 采集的信息今天才录入，属于补录，请填写补录原因。"})
    return day, late_reason.strip() if day < late_after else ""


def touch(household_ids: Iterable[int]) -> None:
    """Mark the facts of households as newer than whatever is being judged at this moment."""
    Household.objects.filter(pk__in=list(household_ids)).update(facts_version=F("facts_version") + 1)


def facts_entered(household_id: int, actor) -> None:
    """Remember who entered facts of a household, so that he checks neither it nor a change of it in this
    round.

    Also for every open register change that concerns the household, its exit and its identification: they are
    decided by these facts. What now differs from the national system goes on its list (待录国网清单).
    """
    note_fact_entry("households.household", household_id, actor)
    _note_cases([household_id], actor)
    compare_household(household_id)


def note_facts(household_ids: Iterable[int], actor) -> None:
    """Remember who entered facts of households, and with them facts of everything decided by these; set-based."""
    ids = list(household_ids)
    if ids:
        note_fact_entries("households.household", Household.objects.filter(pk__in=ids), actor)
        _note_cases(ids, actor)


def _note_cases(ids: list[int], actor) -> None:
    changes = RegisterChange.objects.open().touching(ids)
    if changes.exists():
        note_fact_entries("households.registerchange", changes, actor)
    note_exit_facts(ids, actor)
    note_entry_facts(ids, actor)


def note_exit_facts(household_ids: Iterable[int], actor) -> None:
    """Remember who entered facts of households whose exit is under way: he neither checks nor decides it."""
    exits = ExitCase.objects.open().filter(household__in=list(household_ids))
    if exits.exists():
        note_fact_entries("households.exitcase", exits, actor)


def note_entry_facts(household_ids: Iterable[int], actor) -> None:
    """The same for households whose identification, 返贫 or 户清退 is under way."""
    entries = EntryCase.objects.open().filter(household__in=list(household_ids))
    if entries.exists():
        note_fact_entries("households.entrycase", entries, actor)


def facts_changed(household_ids: Iterable[int], years: Iterable[int] | None = None) -> None:
    """Touch households and judge them again, for the years given or for every open year they have a survey
    of.

    Stands in the transaction of the change, after it.
    """
    ids = list(household_ids)
    touch(ids)
    if years is None:
        surveyed = set(Survey.objects.filter(household__in=ids).values_list("year", flat=True))
        years = sorted(surveyed)
    for year in years:
        judge_households(ids, year)


def survey_changed(survey: Survey, year: CountyYear) -> None:
    """The same for the facts of one survey, whose open year the caller holds (open_year_of): what every save does."""
    touch([survey.household_id])
    judge_survey(survey, year)
