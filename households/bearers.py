"""Households go along when the place whose code they bear is merged or moved, and are judged anew at once."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Case, F, Value, When

from households.models import (
    CountyYear,
    Finding,
    Household,
    HouseholdPlace,
    MemberSurvey,
    RegisterChange,
    Survey,
)
from households.services.assess import judge_households
from households.services.locking import lock_keys
from poverty.audit.services import record_select
from poverty.sql.insert import insert_select
from poverty.sql.locks import share


class HouseholdBearer:
    """The code of now changes; the dated place ends on the day of the change and a new one begins there.

    A household that left the register goes along with the code it is found by: what of its dated places lies
    beyond that day bears the new code too, and none begins anew. Year rows (surveys, verdicts) keep the code of
    their year: a year belongs to the county that opened it. Only within a county those of open years that end on
    that day or later follow, as when a household moves.
    """

    label = "户"
    fields = ("households.household.area", "households.householdplace.area")

    def count(self, codes: Sequence[str]) -> int:
        """Households that are not closed at these codes."""
        return Household.objects.filter(area__in=list(codes), closed_on__isnull=True).count()

    def lock(self, code: str) -> None:
        """Hold the households at a place and below it, in the order of their keys."""
        lock_keys(Household.objects.under(code))

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give every household of the old codes the new one, set-based; return how many."""
        new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in pairs.items()))
        moved = Household.objects.filter(area__in=list(pairs))
        ids = lock_keys(moved)
        record_select(
            "households.household.area_change",
            moved,
            actor=actor,
            case_type="households.household",
            area_code=F("area_id"),
            summary=document[:200],
        )
        _move_places(pairs, on, document[:200])
        number = moved.update(area=new_code, facts_version=F("facts_version") + 1)
        _move_open_years(pairs, on)
        _move_findings(pairs, ids)
        # What counts may have changed with the place: its standard, and values that went along to the new code.
        for year in sorted(set(Survey.objects.filter(household__in=ids).values_list("year", flat=True))):
            judge_households(ids, year)
        return number


def _move_places(pairs: Mapping[str, str], on: date, document: str) -> None:
    """What of the dated places lies beyond the day bears the new code from that day on.

    Also of households that moved away or left the register later than that day: late entry finds them gone.
    """
    new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in pairs.items()))
    here = HouseholdPlace.objects.filter(area__in=list(pairs))
    # A place that begins on or after the day never was: it simply bears the new code.
    here.filter(valid_from__gte=on).update(area=new_code, document=document)
    over = list(here.filter(valid_from__lt=on, valid_to__gt=on))
    going_on = here.filter(valid_from__lt=on, valid_to__isnull=True)
    still = list(going_on.values_list("pk", flat=True))
    here.filter(pk__in=[*still, *(row.pk for row in over)]).update(valid_to=on)
    told = {"valid_from": on, "reason": "区划变更", "document": document}
    insert_select(
        HouseholdPlace,
        here.filter(pk__in=still),
        {"household": F("household_id"), "area": new_code, "settlement": F("settlement_id"), **told},
    )
    HouseholdPlace.objects.bulk_create(
        HouseholdPlace(
            household_id=row.household_id,
            area_id=pairs[row.area_id],
            settlement_id=row.settlement_id,
            valid_to=row.valid_to,
            **told,
        )
        for row in over
    )


def _move_open_years(pairs: Mapping[str, str], on: date) -> None:
    inside = {old: new for old, new in pairs.items() if old[:6] == new[:6]}
    counties = {old[:6] for old in inside}
    years = share(CountyYear.objects.filter(area__in=counties, period_to__gte=on).order_by("area", "year"))
    for one in years:
        if one.state != CountyYear.State.OPEN:
            continue
        here = {old: new for old, new in inside.items() if old.startswith(one.area_id)}
        new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in here.items()))
        for model in (Survey, MemberSurvey):
            rows = model.objects.filter(area__in=list(here), year=one.year)
            rows.update(area=new_code, version=F("version") + 1)


def _move_findings(pairs: Mapping[str, str], household_ids: Sequence[int]) -> None:
    """What stands against a household is listed where the household is, with what was answered."""
    new_code = Case(*(When(area_code=old, then=Value(new)) for old, new in pairs.items()))
    here = Finding.objects.current().filter(household__in=household_ids, area_code__in=list(pairs))
    here.update(area_code=new_code)


class ChangeBearer:
    """Register changes that are still open move with their household; decided ones keep the code of their day."""

    label = "在办变动"
    fields = ("households.registerchange.area",)
    _OPEN = ("proposed", "confirmed")

    def count(self, codes: Sequence[str]) -> int:
        """Open changes at these codes."""
        return RegisterChange.objects.filter(area__in=list(codes), state__in=self._OPEN).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give open changes the new code; return how many."""
        new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in pairs.items()))
        return RegisterChange.objects.filter(area__in=list(pairs), state__in=self._OPEN).update(area=new_code)
