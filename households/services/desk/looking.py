"""Who looked at what, and for how long: kept with the list that is decided afterwards."""

from django.db import transaction
from django.utils import timezone

from households.desk.stages import CASE
from households.models import ExitCase
from poverty.review.models import Look
from poverty.review.services.looks import add_to_look, open_look

_SLACK = 2  # seconds that clocks may be apart


def open_case(case: ExitCase, *, actor) -> Look:
    """Note that a person has a case open on the desk."""
    return open_look(CASE, case.pk, user=actor)


@transaction.atomic
def stay(look: Look, seconds: int, *, actor) -> bool:
    """Note how long it has been open by now, never more than has passed since; whether it grew."""
    passed = (timezone.now() - look.opened_at).total_seconds() + _SLACK
    return add_to_look(look.pk, min(seconds, int(passed)), user=actor)
