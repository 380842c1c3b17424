"""One step of one case, for programs: the same questions as on the pages, facts held still meanwhile."""

from django.db import transaction

from households.models import ExitCase
from households.services.desk.cases import approve_case, return_case
from households.services.exits.deciding import check_decider
from households.services.exits.locking import hold_households
from poverty.review.models import Step
from poverty.review.services import fire

# The county reviews at its desk: a program decides no case that its person has not opened there (desk/cases.py).
_AT_THE_DESK = {"review": approve_case, "return": return_case}


@transaction.atomic
def take_step(name: str, case: ExitCase, *, actor, **entry) -> Step:
    """Fire a transition of a case that somebody may see (`entry` as for `fire`). Raises what `fire` raises, and
    ValidationError (code "unopened") where the county reviews or returns what the actor has not opened at the desk.
    """
    hold_households(ExitCase.objects.filter(pk=case.pk))
    if name in _AT_THE_DESK:
        return _AT_THE_DESK[name](case, actor=actor, **{"comment": ""} | entry)
    if name == "approve":
        check_decider([case.pk], actor=actor, decided_by_name=entry.get("decided_by_name", ""))
    return fire(name, case, actor=actor, **entry)
