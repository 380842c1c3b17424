"""What of monitoring waits for a person: clues to answer, cases at a step that is his."""

from dataclasses import dataclass

from django.utils import timezone

from households.models import Clue, MonitoringCase
from poverty.web.paging import count_up_to

# In which states a case waits for whom, by right.
STATES_OF = {
    "monitoring.propose": ("opened", "compared", "appraised"),
    "monitoring.check": ("appraised",),
    "monitoring.decide": ("checked", "approved", "announced"),
    "monitoring.compare": ("visited",),
}
MOST = 1_000


@dataclass(frozen=True)
class Waiting:
    """Numbers for the landing page; counted to MOST at the most."""

    clues: int
    late_clues: int
    cases: int
    comparisons: int


def states_for(user) -> list[str]:
    """States in which a case waits for this person."""
    return [state for right, states in STATES_OF.items() if user.has_right(right) for state in states]


def waiting_for_person(user) -> Waiting:
    """What waits for a person now; nothing where he lacks the right."""
    clues = late = cases = comparisons = 0
    if user.has_right("clue.view"):
        rows = Clue.objects.visible_to(user)
        clues = count_up_to(rows.open(), MOST)[0]
        late = count_up_to(rows.late_on(timezone.localdate()), MOST)[0]
    if user.has_right("monitoring.view"):
        rows = MonitoringCase.objects.visible_to(user).filter(state__in=states_for(user))
        cases = count_up_to(rows, MOST)[0]
    if user.has_right("monitoring.compare"):
        rows = MonitoringCase.objects.visible_to(user, "monitoring.compare").filter(state="visited")
        comparisons = count_up_to(rows, MOST)[0]
    return Waiting(clues, late, cases, comparisons)
