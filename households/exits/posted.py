"""Who stands on a sheet of a list: only who had come to the step that the sheet publishes when it was posted."""

from collections.abc import Iterable

from households.exits.workflow import EXIT
from households.models import ExitCase
from poverty.review.models import Notice, RosterEntry, Step

_CASE = "households.exitcase"
# Kind of notice -> the state whose step it publishes.
PUBLISHES = {kind: post.state for kind, post in EXIT.posts.items()}


def on_sheet(kind: str, entries: Iterable[RosterEntry], notice: Notice | None) -> set[int]:
    """The cases among the entries of a list that stand on its sheet of a kind; two queries.

    Posted (`notice`): who stood on the list that day and had come to the state before, in the round in which he was on
    it. Not posted yet: who is in the state now and on the list.
    """
    wanted = PUBLISHES[kind]
    if notice is None:
        standing = [one.case_id for one in entries if one.left_on is None]
        now = ExitCase.objects.filter(pk__in=standing, state=wanted)
        return set(now.values_list("pk", flat=True))
    hung = [one for one in entries if one.hung_on(notice)]
    steps = Step.objects.filter(
        case_type=_CASE, case_id__in=[one.case_id for one in hung], happened_on__lte=notice.posted_on
    )
    # The last step up to the posting tells the round; a return closes it, and whoever came before counts no more.
    reached: set[int] = set()
    rows = steps.order_by("id").values_list("case_id", "target", "closes_round", "happened_on", "recorded_at")
    for case_id, target, closes_round, on, at in rows:
        if on == notice.posted_on and at > notice.recorded_at:
            continue
        if closes_round:
            reached.discard(case_id)
        elif target == wanted:
            reached.add(case_id)
    return reached
