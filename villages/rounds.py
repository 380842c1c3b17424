"""Which round of an exit is open: sheets and certificates belong to one, and a return asks for them anew."""

from poverty.review.models import Step

CASE_TYPE = "villages.exitcase"


def open_round_of(case_id: int) -> int:
    """The round in which the next step of an exit will stand; 1 before the first."""
    last = Step.objects.of_case(CASE_TYPE, case_id).values_list("round", "closes_round").last()
    return 1 if last is None else last[0] + int(last[1])
