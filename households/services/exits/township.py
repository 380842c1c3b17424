"""What the township does: the joint check of a household that refuses, the check of every household, sending back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from households.models import ExitCase
from households.options.exit_options import AGREED, REFUSED
from households.services.exits.locking import hold_households
from households.services.exits.papers import Paper, Visit, record_checks
from households.services.exits.village import visited
from poverty.review.batch import fire_many
from poverty.review.models import Roster
from poverty.review.services import fire


@transaction.atomic
def joint_check(case: ExitCase, team: Iterable[str], finding: str, paper: Paper, *, actor) -> None:
    """Township, village and team have been together in a household that does not agree; it is asked again after.

    Raises ValidationError by field: too few people, no finding.
    """
    if case.state != REFUSED:
        raise ValidationError("只有农户不认可的户需要联合核查。")
    if not finding.strip():
        raise ValidationError({"finding": "请写明联合核查的情况。"})
    rows = ExitCase.objects.filter(pk=case.pk)
    hold_households(rows)
    record_checks(rows, "joint", Visit(tuple(team), note=finding), paper, actor=actor)
    fire("joint_check", case, actor=actor, **paper.entry(comment=finding.strip()[:500]))


@transaction.atomic
def check_list(
    roster: Roster, visit: Visit, paper: Paper, *, actor, case_ids: Iterable[int] | None = None
) -> tuple[int, int]:
    """The township's team has been in every household of a list, or in those chosen; after the first notice.

    Who did not pass leaves the list and goes back to the plan, the others go on. Returns (passed, not passed).
    """
    return visited(
        roster, "township", AGREED, ("check", "send_back"), visit, paper, actor=actor, case_ids=case_ids
    )


@transaction.atomic
def send_back(cases: QuerySet[ExitCase], *, actor, comment: str, **entry) -> int:
    """The township sends cases back to the plan with its reason; they leave their list."""
    return _off(cases, "send_back", comment, actor, entry)


@transaction.atomic
def drop(cases: QuerySet[ExitCase], *, actor, comment: str, **entry) -> int:
    """The township takes cases off the plan of the year."""
    return _off(cases, "drop", comment, actor, entry)


def _off(cases: QuerySet[ExitCase], name: str, comment: str, actor, entry: dict) -> int:
    keys = hold_households(cases)
    return fire_many(name, ExitCase.objects.filter(pk__in=keys), actor=actor, comment=comment, **entry)
