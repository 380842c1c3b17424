"""One case decided at the desk: only by who has opened it, and once."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from households.desk.stages import CASE
from households.models import Assessment, ExitCase
from households.services.exits.locking import hold_households
from poverty.review.models import Look, Step
from poverty.review.services import fire

UNOPENED = "unopened"


def with_changed_at(cases: QuerySet[ExitCase]) -> QuerySet[ExitCase]:
    """Cases with `changed_at`: when they last became something else to look at (arrived, held, judged anew)."""
    judged = Assessment.objects.filter(household=OuterRef("household"), year=OuterRef("year"))
    judged_at = Subquery(judged.values("judged_at")[:1], output_field=DateTimeField())
    since = F("state_since")
    return cases.annotate(
        changed_at=Greatest(since, Coalesce(F("held_at"), since), Coalesce(judged_at, since))
    )


def opened(cases: QuerySet[ExitCase], user) -> dict[int, tuple[int, int]]:
    """The cases that a person has opened as they stand now: how often, and for how many seconds together."""
    changed_at = dict(with_changed_at(cases).order_by().values_list("pk", "changed_at"))
    looks = Look.objects.filter(case_type=CASE, case_id__in=changed_at, user=user)
    found: dict[int, tuple[int, int]] = {}
    for pk, at, seconds in looks.values_list("case_id", "opened_at", "seconds"):
        if at >= changed_at[pk]:
            times, total = found.get(pk, (0, 0))
            found[pk] = (times + 1, total + seconds)
    return found


def approve_case(case: ExitCase, *, actor, **entry) -> Step:
    """县级审核 of one case. `entry` as for `fire`: happened_on, comment, late_reason.

    Raises ValidationError (code "unopened") for who has not opened the case as it stands now, and all that `fire`
    raises: ChangedMeanwhile when another was quicker, PermissionDenied, ValidationError.
    """
    return _decide("review", case, actor, entry)


def return_case(case: ExitCase, *, actor, comment: str, **entry) -> Step:
    """Send one case back to the plan, with the reason: it leaves its list, the others go on."""
    return _decide("return", case, actor, entry | {"comment": comment})


@transaction.atomic
def _decide(name: str, case: ExitCase, actor, entry: dict) -> Step:
    rows = ExitCase.objects.filter(pk=case.pk)
    hold_households(rows)
    # Who was quicker is told first: fire compares with the state that the person saw.
    same_state = rows.filter(state=case.state).exists()
    if same_state and case.pk not in opened(rows, actor):
        raise ValidationError("请先打开该户的资料查看，再办理。", code=UNOPENED)
    return fire(name, case, actor=actor, **entry)
