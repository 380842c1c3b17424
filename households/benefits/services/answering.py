"""A person says how a typed amount and the payments of a policy go together."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.benefits.services.flowing import Sheet, save_flows, sheets_of, write_sheets
from households.models import BenefitIncome
from households.options.income_items import INCOME_ITEMS, PRODUCTION, PROPERTY, TRANSFER, WAGE
from households.options.sources import ENTERED
from households.services.facts import note_facts
from households.services.locking import lock_households
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile

State, Answer = BenefitIncome.State, BenefitIncome.Answer
# Where the rest of a total that was never given item by item goes.
_REST = {
    WAGE: "wage_other",
    PRODUCTION: "production_other",
    PROPERTY: "property_other",
    TRANSFER: "transfer_other",
}


@transaction.atomic
def answer_flow(
    one: BenefitIncome, answer: str, *, seen: Decimal | None, actor, note: str = "", may: bool = True
) -> BenefitIncome:
    """Settle an asked flow. `seen`: the amount of the item in the sheet as the person saw it (None: not there).

    included: the typed amount holds the payments and stays; beside: it is other money, both are added; replaced: what
    was paid takes its place. Where everything paid was taken back, what is typed is other money (beside) and stays, or
    goes out (replaced). Raises ValidationError (a typed amount below what was paid cannot hold it, closed year),
    ChangedMeanwhile when the sheet or the payments are others by now.
    """
    if not may:
        raise PermissionDenied("您没有核对该户收入的权限。")
    if answer not in Answer.values:
        raise ValidationError({"answer": "请选择怎样计入。"})
    homes = lock_households([one.household_id])
    row = BenefitIncome.objects.select_for_update().get(pk=one.pk)
    if row.state != State.ASKED or row.paid != one.paid:
        raise ChangedMeanwhile(row.get_state_display())
    sheets = sheets_of(homes.values(), row.year, actor=actor)
    sheet = sheets.get(row.household_id)
    if sheet is None:
        raise ValidationError(f"{row.year}年度未开启或已关闭，收入不能再改。")
    now, total = sheet.amount(row.item), sheet.total(row.item)
    if now != seen:
        raise ChangedMeanwhile("表中金额已改")
    row.other = Decimal(0)
    if not row.paid:
        _taken_back(sheet, row.item, answer)
    elif answer == Answer.INCLUDED:
        held = now if now is not None else total
        if held is None or held < row.paid:
            raise ValidationError(
                {"answer": "表中金额比政策发放的少，不可能已包含；请选另外一项，或先更正发放记录。"}
            )
    elif answer == Answer.BESIDE:
        row.other = now or Decimal(0)
        if now is None and total and not sheet.has_items(row.item):
            # A total without items becomes the rest of its group: beside it the payment stands by itself.
            sheet.write(_REST[INCOME_ITEMS[row.item].group], total, ENTERED)
        sheet.write(row.item, row.paid + row.other)
    else:
        sheet.write(row.item, row.paid)
        if now is None and total and not sheet.has_items(row.item):
            raise ValidationError({"answer": "这一类收入只有合计，没有分项，请选“已包含”或“相加”。"})
    row.answer, row.answered_by, row.answered_at = answer, actor, timezone.now()
    row.answer_note, row.state = note.strip(), State.COUNTED
    row.settled = sheet.amount(row.item) if row.paid else None
    save_flows([row])
    write_sheets(sheets.values(), homes, row.year, actor=actor, on=timezone.localdate())
    note_facts([row.household_id], actor)
    record(
        "households.benefit.answer",
        homes[row.household_id],
        actor=actor,
        changes={INCOME_ITEMS.label(row.item): [None, Answer(answer).label]},
        summary=f"{row.year}年度 {INCOME_ITEMS.label(row.item)}：政策发放 {row.paid:.2f} 元，{Answer(answer).label}",
    )
    return row


def _taken_back(sheet: Sheet, item: str, answer: str) -> None:
    """The amount stays, or goes out; a total without items is nobody's to lower here."""
    if answer == Answer.INCLUDED:
        raise ValidationError({"answer": "发放已全部冲销，表中金额不会还包含它；请选另外一项。"})
    if answer == Answer.REPLACED:
        if sheet.amount(item) is None:
            raise ValidationError(
                {"answer": "这一类收入只有合计，没有分项。请先在收入表里改合计，再选“另外的”。"}
            )
        sheet.write(item, Decimal(0))
