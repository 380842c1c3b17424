"""What of a household's income sheet the payments under policies stand in, after somebody else wrote the sheet.

Reads and writes models only: the income service and the imports call it after their own writing.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Q

from households.income_sheet import GROUP_FIELDS
from households.models import BenefitIncome, IncomeItem, Survey
from households.options.income_items import INCOME_ITEMS

State, Answer = BenefitIncome.State, BenefitIncome.Answer


def check_again(household_ids: Iterable[int], year: int) -> int:
    """Compare what was typed or imported with what was paid; where they do not agree a person is asked. How many are.

    An amount equal to what was paid is that money. Of what was taken back, somebody was asked whether a typed amount holds
    it still: typing another one answers that. A few statements, whatever the number of households.
    """
    ids = list(household_ids)
    flows = list(
        BenefitIncome.objects.filter(
            Q(paid__gt=0) | Q(state=State.ASKED), household__in=ids, year=year
        ).exclude(state=State.CLOSED)
    )
    if not flows:
        return 0
    surveys = {one.household_id: one for one in Survey.objects.filter(household__in=ids, year=year)}
    amounts = amounts_of(surveys.values())
    changed = []
    for one in flows:
        now = amounts.get((one.household_id, one.item))
        state, settled = agreed(one, now, total_of(surveys.get(one.household_id), one.item))
        if (state, settled) != (one.state, one.settled):
            one.state, one.settled = state, settled
            if state == State.ASKED:
                one.answer, one.answered_by, one.answered_at, one.answer_note = "", None, None, ""
                one.other = Decimal(0)
            changed.append(one)
    BenefitIncome.objects.bulk_update(
        changed,
        ["state", "settled", "other", "answer", "answered_by", "answered_at", "answer_note"],
        batch_size=1_000,
    )
    return sum(one.state == State.ASKED for one in changed)


def agreed(flow: BenefitIncome, now: Decimal | None, total: Decimal | None) -> tuple[str, Decimal | None]:
    """(state, settled) of a flow with the amount that the sheet holds now; `total`: of the group where it has no item."""
    if not flow.paid:
        told = now != flow.settled or (now is None and not total)
        return (State.COUNTED, None) if told else (State.ASKED, flow.settled)
    if now is not None and now == flow.paid + flow.other:
        return State.COUNTED, now
    if flow.answer == Answer.INCLUDED:
        held = now if now is not None else total
        if held is not None and held >= flow.paid:
            return State.COUNTED, now
    return State.ASKED, flow.settled


def amounts_of(surveys: Iterable[Survey]) -> Mapping[tuple[int, str], Decimal]:
    """(household, item) -> yuan of these surveys. One query."""
    homes = {one.pk: one.household_id for one in surveys}
    rows = IncomeItem.objects.filter(survey__in=list(homes)).values_list("survey", "item", "amount")
    return {(homes[survey], item): amount for survey, item, amount in rows}


def total_of(survey: Survey | None, item: str) -> Decimal | None:
    """The total of an item's group as it was answered; NULL: not answered, or nothing of the household is known."""
    field = GROUP_FIELDS.get(INCOME_ITEMS[item].group)
    return getattr(survey, field) if survey is not None and field else None
