"""Where a household stands, dated: its village and its natural village or group, whose supplies it
inherits.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import CountyYear, Household, HouseholdPlace
from households.services.days import check_not_before, check_register_day
from households.services.facts import facts_changed, facts_entered
from households.services.locking import hold_area, hold_settlement, lock_open
from poverty.areas.models import Area, Level, Settlement
from poverty.audit.services import record
from poverty.sql.prefix import within


@transaction.atomic
def move_household(
    household: Household,
    area: Area,
    settlement: Settlement | None,
    *,
    on: date,
    reason: str,
    document: str,
    actor,
) -> Household:
    """Move a household to another village of the county, or to another group of its village, from a day on.

    The surveys of open years follow (they decide which standard and supplies count); closed years keep
    theirs. Judges the household. Raises ValidationError by field (area, settlement, happened_on).
    """
    household = lock_open(household)
    area = hold_area(area.pk)
    if area.level != Level.VILLAGE or area.valid_to is not None:
        raise ValidationError({"area": "请选现行的行政村。"})
    if area.pk[:6] != household.area_id[:6]:
        raise ValidationError({"area": "不在本县：跨县迁移请由两县分别办理迁出、迁入。"})
    if (area.pk, settlement) == (household.area_id, household.settlement):
        raise ValidationError({"settlement": "与现在的所在地相同，没有变动。"})
    check_register_day(household.area_id, on, household=household)
    present = household.places.filter(valid_to=None).first()
    check_not_before(on, present.valid_from if present else None, "现所在地")
    if settlement is not None:
        settlement = hold_settlement(settlement, area)
    before = _named(household)
    household.places.filter(valid_to=None).update(valid_to=on)
    HouseholdPlace.objects.create(
        household=household, area=area, settlement=settlement, valid_from=on, reason=reason, document=document
    )
    household.area, household.settlement = area, settlement
    household.version += 1
    household.save(update_fields=["area", "settlement", "version"])
    # Facts of a year that another county opened stay with it.
    own = household.surveys.filter(within("area_id", [area.pk[:6]]))
    for survey in own.filter(year__in=_open_years(area.pk[:6], on)):
        survey.area, survey.settlement = area, settlement
        survey.version += 1
        survey.save(update_fields=["area", "settlement", "version"])
    # What is still on its way is decided where the household stands now.
    household.changes.open().update(area=area)
    # A run over the old village alone would take them for gone, and what was answered with them.
    household.findings.current().update(area_code=area.pk)
    household.clues.update(area_code=area.pk)
    record(
        "households.household.move",
        household,
        actor=actor,
        changes={"place": [before, _named(household)]},
        summary=f"所在地由{before}变为{_named(household)}，{on}起，{reason}，依据：{document}",
    )
    facts_entered(household.pk, actor)
    facts_changed([household.pk])
    return household


def _named(household: Household) -> str:
    return household.area.name + (f" {household.settlement.name}" if household.settlement else "")


def _open_years(county: str, on: date):
    """Years that are still open and end on that day or later: their facts go with the household."""
    years = CountyYear.objects.filter(area_id=county, state=CountyYear.State.OPEN, period_to__gte=on)
    return years.values("year")
