"""The steps that wait at the county: the office's review, and the leading group's decision by list."""

from dataclasses import dataclass

from households.models import ExitCase
from households.options.exit_options import CHECKED, REVIEWED
from poverty.review.models import Notice

RIGHT = "register.decide"
CASE = "households.exitcase"


@dataclass(frozen=True)
class Stage:
    """One of them. `notice`: the kind of notice that must have ended before; "" none. `by_meeting`: decided by the
    leading group's meeting for whole lists, never case by case.
    """

    key: str
    label: str
    state: str
    transition: str
    notice: str = ""
    by_meeting: bool = False


REVIEW = Stage("review", "待县审核", CHECKED, "review", Notice.Kind.SECOND)
DECIDE = Stage("decide", "待领导小组审定", REVIEWED, "approve", by_meeting=True)
STAGES = {one.key: one for one in (REVIEW, DECIDE)}


def desk_cases(user):
    """The exits that a person reviews: of places where he decides, and sees them whole."""
    return ExitCase.objects.visible_to(user, RIGHT) & ExitCase.objects.visible_to(user)


def stage_of(case: ExitCase) -> Stage | None:
    """The step at which a case waits for the county; None: it waits for somebody else, or is over."""
    return next((one for one in STAGES.values() if one.state == case.state), None)
