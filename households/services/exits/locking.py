"""Holding what an exit rests on: households before cases, as everybody who changes facts does (services/locking)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.models import ExitCase, Household
from households.services.locking import lock_keys
from poverty.review.models import Roster, RosterEntry

CASE = "households.exitcase"


def hold_households(cases: QuerySet[ExitCase]) -> list[int]:
    """Lock the households of cases until the transaction ends, so that no fact changes between question and step;
    returns the keys of the cases.
    """
    lock_keys(Household.objects.filter(pk__in=cases.order_by().values("household")))
    return list(cases.order_by("pk").values_list("pk", flat=True))


def cases_on(roster: Roster, actor) -> QuerySet[ExitCase]:
    """The cases that stand on a list, as far as the actor may see them."""
    standing = RosterEntry.objects.standing().filter(roster=roster, case_type=CASE)
    return ExitCase.objects.visible_to(actor).filter(pk__in=standing.values("case_id"))


def chosen_of(roster: Roster, actor, state: str, case_ids: Iterable[int] | None = None) -> QuerySet[ExitCase]:
    """The cases of a list that wait in a state, or those chosen of them.

    Raises ValidationError when there is none, or when a chosen one is not among them.
    """
    cases = cases_on(roster, actor).filter(state=state)
    if case_ids is None:
        if not cases.exists():
            raise ValidationError("名单上没有等待办理这一步的户，请刷新后查看。")
        return cases
    wanted = set(case_ids)
    chosen = cases.filter(pk__in=wanted)
    if not wanted:
        raise ValidationError("请先选择要办理的户。")
    if chosen.count() != len(wanted):
        raise ValidationError("所选的户有的已不在名单上，或已被他人办理，请刷新后再选。")
    return chosen
