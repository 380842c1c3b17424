"""When the open round of a case began: what was said or posted before that belongs to an earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from poverty.review.models import Step


@dataclass(frozen=True)
class Beginning:
    """The step that closed the round before: its day on paper, and when it was recorded."""

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
