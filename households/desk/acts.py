"""What the county may do with one case now, and why not: for pages and programs alike."""

from households.desk.stages import stage_of
from households.models import ExitCase
from poverty.review.services import available

# What is done with one case at the desk, by the name of the transition.
WAYS = {"review": "approve", "return": "return"}


def why_not(case: ExitCase, user) -> dict[str, str]:
    """approve and return: why each would be refused now; "" when it would not. Neither where it is not the county's."""
    stage = stage_of(case)
    if stage is None:
        return {}
    found = {
        WAYS[one.transition.name]: "" if one.allowed else one.why_not
        for one in available(case, user)
        if one.transition.name in WAYS
    }
    if stage.by_meeting:
        found["approve"] = "领导小组会议按名单审定，不逐户办理。"
    return found
