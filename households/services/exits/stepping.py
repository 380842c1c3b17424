"""One step of one case, for programs: the same questions as on the pages, facts held still meanwhile."""

from django.db import transaction

from households.models import ExitCase
from households.services.exits.deciding import check_decider
from households.services.exits.locking import hold_households
from poverty.review.models import Step
from poverty.review.services import fire


@transaction.atomic
def take_step(name: str, case: ExitCase, *, actor, **entry) -> Step:
    """Fire a transition of a case that somebody may see (`entry` as for `fire`). Raises what `fire` raises."""
    hold_households(ExitCase.objects.filter(pk=case.pk))
    if name == "approve":
        check_decider([case.pk], actor=actor, decided_by_name=entry.get("decided_by_name", ""))
    return fire(name, case, actor=actor, **entry)
