"""What the bureaus answered about an applicant, booked by the township before the appraisal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.entries import conditions
from households.entries.models import EntryCase, EntryComparison
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.services.decision import Decision
from households.services.locking import lock_households
from poverty.audit.services import record


@dataclass(frozen=True)
class Answer:
    """What a bureau (key of ENTRY_BUREAUS) said: a key of EntryComparison.Result, with words unless it is clear."""

    bureau: str
    result: str
    note: str = ""


@transaction.atomic
def compare(
    case: EntryCase,
    answers: Iterable[Answer],
    *,
    actor,
    compared_on: date,
    document_name: str,
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> bool:
    """Book what the bureaus answered; a later answer of the same bureau in this round takes the place of the first.

    When all have answered the case goes on to the appraisal: returns whether it did. Raises PermissionDenied
    (register.confirm), ValidationError by field ("note_<bureau>", "document_name", "compared_on"): no authorisation, words
    missing, a day to come.
    """
    lock_households([case.household_id])
    case = EntryCase.objects.select_related("household").get(pk=case.pk)
    if not actor.has_right_at("register.confirm", case.area_code):
        raise PermissionDenied("您没有在该区划登记比对结果的权限。")
    if case.state != EntryCase.State.APPLIED:
        raise ValidationError(f"该户{case.get_state_display()}，比对结果不能再改。")
    if case.authorised_on is None and case.kind != EntryCase.Kind.CLEARANCE:
        raise ValidationError("农户还没有签授权书，不能比对信息。")
    if case.authorised_on and compared_on < case.authorised_on:
        raise ValidationError({"compared_on": f"比对日期不能早于授权日期 {case.authorised_on}。"})
    errors = {}
    if compared_on > timezone.localdate():
        errors["compared_on"] = "比对日期不能晚于今天。"
    if not document_name.strip():
        errors["document_name"] = "请注明比对的依据，例如比对结果表。"
    rows = []
    for one in answers:
        if one.bureau not in ENTRY_BUREAUS or one.result not in EntryComparison.Result.values:
            errors[f"result_{one.bureau}"] = "请选择比对结果。"
        elif one.result != EntryComparison.Result.CLEAR and not one.note.strip():
            errors[f"note_{one.bureau}"] = "请写明反馈内容和核实情况。"
        rows.append(
            EntryComparison(
                case=case,
                round=case.round,
                bureau=one.bureau,
                result=one.result,
                note=one.note.strip()[:200],
                compared_on=compared_on,
                document=document_name.strip()[:200],
                recorded_by=actor,
            )
        )
    if errors:
        raise ValidationError(errors)
    EntryComparison.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "round", "bureau"],
        update_fields=["result", "note", "compared_on", "document", "recorded_by"],
    )
    record(
        "households.entry.compare",
        case.household,
        actor=actor,
        summary=f"信息比对 {len(rows)} 项，{compared_on}，{document_name.strip()}",
    )
    if conditions.compared(EntryCase.objects.filter(pk=case.pk)):
        return False
    Decision(actor, document_name, compared_on, "", late_reason, decided_by, decided_by_name).fire(
        "compare", case
    )
    return True
