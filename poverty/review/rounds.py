"""When the open round of a case began: what was said or posted before that belongs to an earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from poverty.review.models import Step


@dataclass(frozen=True)
class Beginning:
    """The step that closed the round before, or led into a state: its day on paper, and when it was recorded."""

    happened_on: date
    recorded_at: datetime

    def precedes(self, day: date, recorded_at: datetime) -> bool:
        """Whether something that happened on a day belongs to the open round; on the same day the record decides."""
        return day > self.happened_on or (day == self.happened_on and recorded_at >= self.recorded_at)


def beginnings(case_type: str, case_ids: Iterable[int]) -> dict[int, Beginning]:
    """Where the open round of these cases began, by case; a case in its first round is missing. One query."""
    closing = Step.objects.filter(case_type=case_type, case_id__in=list(case_ids), closes_round=True)
    rows = closing.order_by("id").values_list("case_id", "happened_on", "recorded_at")
    return {case_id: Beginning(day, recorded) for case_id, day, recorded in rows}


def arrivals(case_type: str, case_ids: Iterable[int], state: str) -> dict[int, Beginning]:
    """How these cases came into a state in their open round, by case; who has not been in it is missing. One query."""
    steps = Step.objects.filter(
        Q(target=state) | Q(closes_round=True), case_type=case_type, case_id__in=list(case_ids)
    )
    found: dict[int, Beginning] = {}
    rows = steps.order_by("id").values_list("case_id", "target", "closes_round", "happened_on", "recorded_at")
    for case_id, target, closes_round, day, recorded in rows:
        if closes_round:
            found.pop(case_id, None)
        elif target == state:
            found[case_id] = Beginning(day, recorded)
    return found
