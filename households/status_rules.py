"""What a change of 脱贫属性 asks for: the last step of an own case, or that no case is under way."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet

from households.entries.models import EntryCase
from households.models import ExitCase
from households.options.exit_options import EXIT_STATES
from households.options.poverty_status import POVERTY_STATUSES
from poverty.review.models import Step, TransactionId

Many = Callable[[QuerySet], dict[int, str]]


def entered(kind: str) -> dict:
    """A household comes onto the register by the last step of its own case, taken in this very transaction: that step
    has asked for the announcement, the objections and the decision (the trigger
    households_identified_by_its_case asks again).
    """

    def many(households: QuerySet) -> dict[int, str]:
        now = Step.objects.filter(
            case_type="households.entrycase",
            case_id=OuterRef("pk"),
            transition="enter",
            txid=TransactionId(),
        )
        cases = EntryCase.objects.filter(household=OuterRef("pk"), kind=kind, state=EntryCase.State.DONE)
        wanting = households.filter(~Exists(cases.filter(Exists(now)))).values_list("pk", flat=True)
        return dict.fromkeys(wanting, "该户没有经过申请、评议、公示和审定，不能登记入册。")

    return {"precondition": _one_of(many), "precondition_many": many}


def _without_own_decision(households: QuerySet) -> dict[int, str]:
    """Who has no exit that was marked just now, in this transaction: one of an earlier year decides nothing."""
    just_now = Step.objects.filter(
        case_type="households.exitcase", case_id=OuterRef("pk"), transition="mark", txid=TransactionId()
    )
    marked = ExitCase.objects.filter(Exists(just_now), household=OuterRef("pk"), state="marked")
    undecided = households.filter(~Exists(marked)).values_list("pk", flat=True)
    return dict.fromkeys(undecided, "该户没有走完退出程序，不能标注为已脱贫。")


def exited_by_its_case() -> dict:
    """A household leaves poverty by the mark of its own exit, taken in this very transaction (the trigger
    households_exit_decided asks again).
    """
    return {"precondition": _one_of(_without_own_decision), "precondition_many": _without_own_decision}


def _one_of(many: Many):
    """The rule for one household of a rule for many."""

    def one(household) -> str | None:
        return many(type(household).objects.filter(pk=household.pk)).get(household.pk)

    return one


def _exit_under_way(households: QuerySet) -> dict[int, str]:
    """Households whose exit is being worked on here: the way out is that exit's mark, not a 带入 beside it."""
    rows = ExitCase.objects.open().filter(household__in=households.order_by().values("pk"))
    return {
        household: f"该户{year}年度退出正在办理（{EXIT_STATES.label(state)}），"
        "请先在“退出”中办完标注或移出计划，再带入脱贫属性。"
        for household, year, state in rows.values_list("household", "year", "state")
    }


def adoption_rules(target: str) -> dict:
    """带入 of an exited status waits for an exit that is under way; any other only asks for its source."""
    if not POVERTY_STATUSES[target].is_exited:
        return {}
    return {"precondition": _one_of(_exit_under_way), "precondition_many": _exit_under_way}
