"""Opening the year of many households together: the set-based twin of start_survey, for households that are locked."""

from collections.abc import Iterable, Mapping
from typing import Any

from households.models import Household, Member, MemberSurvey, Survey
from households.options.sources import CARRIED, ENTERED
from households.services.fact_rows import CARRIED_MEMBER_FIELDS, carried, carried_household
from poverty.areas.models import Settlement
from poverty.audit.services import record_rows
from poverty.sql.locks import share


def start_surveys_of(homes: Iterable[Household], year: int, *, by: Mapping[int, Any]) -> dict[int, Survey]:
    """Open the year of households that have none yet; the new surveys by household. `by` {household: who}.

    The caller holds the households and their open county years, and judges all of them (facts_changed).
    """
    homes = {one.pk: one for one in homes}
    if not homes:
        return {}
    settlements = {one.settlement_id for one in homes.values() if one.settlement_id}
    # As start_survey: a fact of the natural village either is seen by the judging, or waits for it.
    share(Settlement.objects.filter(pk__in=settlements).order_by("pk"))
    before = _last(Survey, "household", homes, year)
    log: dict[Any, list[dict]] = {}
    new = {}
    for home in homes.values():
        last = before.get(home.pk)
        taken = carried_household(last)
        new[home.pk] = Survey(
            household=home,
            year=year,
            area_id=home.area_id,
            settlement_id=home.settlement_id,
            source=CARRIED if last else ENTERED,
            recorded_by=by[home.pk],
            **taken,
        )
        words = f"，沿用{last.year}年度 {len(taken['sources'])} 项" if last else ""
        log.setdefault(by[home.pk], []).append({"obj": home, "summary": f"开始{year}年度信息{words}"})
    Survey.objects.bulk_create(new.values())
    _start_members(homes, year)
    for actor, rows in log.items():
        record_rows("households.survey.start", rows, actor=actor)
    return new


def _start_members(homes: Mapping[int, Household], year: int) -> None:
    """Give present members their row, with what the last one passes on, as start_member_surveys."""
    places = {pk: homes[home].area_id for pk, home in _members(homes).items()}
    known = _last(MemberSurvey, "member", places, year + 1)
    new = [
        MemberSurvey(
            member_id=pk,
            year=year,
            area_id=places[pk],
            source=CARRIED,
            **carried(last, CARRIED_MEMBER_FIELDS),
        )
        for pk, last in known.items()
        if last.year < year
    ]
    MemberSurvey.objects.bulk_create(new, ignore_conflicts=True)


def _members(homes: Mapping[int, Household]) -> dict[int, int]:
    return dict(Member.objects.filter(household__in=list(homes)).values_list("pk", "household_id"))


def _last(model, owner: str, keys: Iterable[int], before: int) -> dict[int, Any]:
    """The last row of each before a year."""
    rows = model.objects.filter(**{f"{owner}__in": list(keys)}, year__lt=before)
    return {
        getattr(row, f"{owner}_id"): row
        for row in rows.order_by(f"{owner}_id", "-year").distinct(f"{owner}_id")
    }
