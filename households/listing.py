"""What a list shows of households: five queries for a page of them, whatever its length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from households.disclosure import indicators_of
from households.indicators import INDICATORS
from households.lacking import Lacking, lacking
from households.models import Assessment, Household, Pairing, Survey
from poverty.areas.names import full_names, short_names


@dataclass
class Row:
    """One household of a list; what the viewer may not see is empty (`whole` False: own indicators only)."""

    household: Household
    place: str
    whole: bool = True
    assessment: Assessment | None = None
    visited_on: date | None = None
    surveyed_on: date | None = None
    helpers: list[Pairing] = field(default_factory=list)
    lacking: Lacking = field(default_factory=Lacking)
    # (label, state) of the indicators of a bureau officer; state None: not in the standard, or not judged.
    own_states: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.household.pk

    @property
    def days_since_visit(self) -> int | None:
        """Days since the visit of the year; None: not visited."""
        return None if self.visited_on is None else (timezone.localdate() - self.visited_on).days


def rows_of(households: Sequence[Household], *, user, year: int, below: str = "") -> list[Row]:
    """The households of a page as rows, in their order. `below`: the area whose name goes without saying
    ("": only township and village are named).

    Helpers are those of today; result, visit and survey those of `year`.
    """
    scope = user.scope("household.view")
    keys = [one.pk for one in households]
    results = {one.household_id: one for one in Assessment.objects.filter(household__in=keys, year=year)}
    surveys = {
        one.household_id: one
        for one in Survey.objects.filter(household__in=keys, year=year).only(
            "household_id", "visited_on", "happened_on"
        )
    }
    helpers = _helpers(keys)
    codes = {one.area_id for one in households}
    places = full_names(codes, below=below) if below else short_names(codes)
    rows = []
    for household in households:
        row = Row(household, places.get(household.area_id, household.area_id))
        own_pairing = scope.paired and any(p.helper_id == user.pk for p in helpers.get(household.pk, ()))
        sectors = None if own_pairing else scope.sectors_at(household.area_id)
        result, survey = results.get(household.pk), surveys.get(household.pk)
        if sectors:
            row.whole = False
            codes = [code for code in INDICATORS if code in indicators_of(sectors)]
            row.own_states = [(INDICATORS[c].label, getattr(result, c) if result else None) for c in codes]
        else:
            row.assessment, row.helpers = result, helpers.get(household.pk, [])
            row.visited_on = survey.visited_on if survey else None
            row.surveyed_on = survey.happened_on if survey else None
            row.lacking = lacking(result, visited=row.visited_on is not None)
        rows.append(row)
    return rows


def _helpers(keys: Iterable[int]) -> dict[int, list[Pairing]]:
    found: dict[int, list[Pairing]] = {}
    rows = Pairing.objects.open_on(timezone.localdate()).filter(household__in=keys)
    for one in rows.select_related("helper").order_by("order"):
        found.setdefault(one.household_id, []).append(one)
    return found
