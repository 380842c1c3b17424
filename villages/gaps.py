"""What villages lack (差什么补什么), read from the stored results: village by village, requirement by requirement."""

from dataclasses import dataclass

from django.db.models import QuerySet

from poverty.fields.states import UNKNOWN, UNMET
from poverty.standards.models import Requirement
from villages.indicators import INDICATORS, label_of
from villages.models import INDICATOR_COLUMNS, Village, VillageAssessment


@dataclass(frozen=True)
class Gap:
    """One requirement that a village does not reach, or of which nobody knows."""

    village: Village
    code: str
    label: str
    required: str
    state: int
    sector: str
    filled_by: str


def gaps_of(results: QuerySet[VillageAssessment]) -> list[Gap]:
    """The gaps of these results in the order of the villages; three queries, however many there are."""
    rows = list(results.select_related("village__area", "standard").order_by("village__area_id"))
    asked: dict[tuple[int, str], Requirement] = {
        (one.standard_id, one.indicator): one
        for one in Requirement.objects.filter(standard__in={row.standard_id for row in rows}).select_related(
            "standard"
        )
    }
    found = []
    for row in rows:
        for code in INDICATOR_COLUMNS:
            state = getattr(row, code)
            if state not in (UNMET, UNKNOWN):
                continue
            indicator = INDICATORS.get(code)
            requirement = asked.get((row.standard_id, code))
            found.append(
                Gap(
                    row.village,
                    code,
                    label_of(code),
                    requirement.asked if requirement else "",
                    state,
                    indicator.spec.sector if indicator else "",
                    indicator.filled_by if indicator else "",
                )
            )
    return found
