"""Holding what an exit rests on: households before cases, as everybody who changes facts does (services/locking)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.models import ExitCase, Household
from households.services.locking import lock_keys
from poverty.review.models import Roster, RosterEntry

CASE = "households.exitcase"
_NAMED = 20  # households named in one refusal; more are counted


def hold_households(cases: QuerySet[ExitCase]) -> list[int]:
    """Lock the households of cases until the transaction ends, so that no fact changes between question and step;
    returns the keys of the cases.
    """
    lock_keys(Household.objects.filter(pk__in=cases.order_by().values("household")))
    return list(cases.order_by("pk").values_list("pk", flat=True))


def cases_on(roster: Roster, actor) -> QuerySet[ExitCase]:
    """The cases that stand on a list, as far as the actor may see them."""
    return cases_on_list(roster).visible_to(actor)


def cases_on_list(roster: Roster) -> QuerySet[ExitCase]:
    """All cases that stand on a list."""
    standing = RosterEntry.objects.standing().filter(roster=roster, case_type=CASE)
    return ExitCase.objects.filter(pk__in=standing.values("case_id"))


def chosen_of(
    roster: Roster, actor, state: str | Iterable[str], case_ids: Iterable[int] | None = None
) -> QuerySet[ExitCase]:
    """The cases of a list that wait in a state (or one of several), or those chosen of them.

    Raises ValidationError when there is none; when a chosen one is not among them it is named, as far as the actor
    sees it.
    """
    states = [state] if isinstance(state, str) else list(state)
    cases = cases_on(roster, actor).filter(state__in=states)
    if case_ids is None:
        if not cases.exists():
            raise ValidationError("名单上没有等待办理这一步的户，请刷新后查看。")
        return cases
    wanted = set(case_ids)
    if not wanted:
        raise ValidationError("请先选择要办理的户。")
    chosen = cases.filter(pk__in=wanted)
    if missing := wanted - set(chosen.values_list("pk", flat=True)):
        raise ValidationError(
            f"名单已变，请刷新后再选：{named(missing, actor)}已不在名单上，或已被他人办理。"
        )
    return chosen


def named(case_ids: Iterable[int], actor) -> str:
    """Heads of the households of cases, as far as the actor sees them; the others are counted."""
    keys = set(case_ids)
    rows = ExitCase.objects.visible_to(actor).filter(pk__in=keys).order_by("pk")
    names = [f"{name}户" for name in rows.values_list("household__head_name", flat=True)]
    if not names:
        return f"{len(keys)} 户"
    text = "、".join(names[:_NAMED])
    return text if len(keys) <= min(len(names), _NAMED) else f"{text}等 {len(keys)} 户"
