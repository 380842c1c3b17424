"""Who carries the leading group's decision in: nobody who reviewed the households for the county, by account or name."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from households.models import ExitCase
from households.services.exits.locking import CASE, named
from poverty.review.models import Step


def check_decider(case_ids: Iterable[int], *, actor, decided_by_name: str = "") -> None:
    """Raise PermissionDenied where who enters or gives the decision reviewed a case of it in this round.

    The table asks this of accounts (`different_person_from`); here the names typed for signers count as well.
    """
    names = {"".join(name.split()) for name in (actor.name, decided_by_name)} - {""}
    rows = ExitCase.objects.filter(pk__in=list(case_ids))
    rounds = dict(rows.values_list("pk", "round"))
    reviews = Step.objects.filter(
        Q(decided_by_name__in=names) | Q(recorded_by=actor) | Q(decided_by=actor),
        case_type=CASE,
        case_id__in=rounds,
        transition="review",
    ).values_list("case_id", "round")
    if own := {pk for pk, number in reviews if rounds[pk] == number}:
        raise PermissionDenied(f"审核过的人不能录入或作出审定：{named(own, actor)}，请由他人办理。")
