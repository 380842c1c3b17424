"""What follows when a household does not sign: somebody goes again, together with others, and writes what they found.

practice.md, Field work: refusal with its reason leads to a joint re-check.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Visit, VisitRecheck
from households.options.visits import RECHECK_RESULTS
from households.visits.services.other_eyes import refuse_own
from poverty.audit.services import record

SETTLE = "visit.settle"
_DONE = "这次走访已经复核过了，请刷新页面。"


@transaction.atomic
def recheck_visit(
    visit: Visit, *, happened_on: date, people: str, result: str, remark: str, actor
) -> VisitRecheck:
    """Note the joint re-check of a visit without a signature, or whose signed paper nobody can show.

    `people`: who went. PermissionDenied without visit.settle over the household, and for who made or recorded the visit;
    ValidationError by field, and for a visit that was signed, withdrawn or re-checked already.
    """
    if not Household.objects.visible_to(actor, SETTLE).filter(pk=visit.household_id).exists():
        raise PermissionDenied("您没有核对该户走访的权限。")
    refuse_own(visit, actor)
    row = Visit.objects.select_for_update(of=("self",)).select_related("household").get(pk=visit.pk)
    if not Visit.objects.unsigned().filter(pk=row.pk).exists():
        raise ValidationError("只有没有签字、没有撤回的走访才要复核。")
    if VisitRecheck.objects.filter(visit=row).exists():
        raise ValidationError(_DONE, code="changed_meanwhile")
    people, remark = people.strip(), remark.strip()
    errors = {}
    if not row.happened_on <= happened_on <= timezone.localdate():
        errors["happened_on"] = f"复核日期须在走访（{row.happened_on}）当天或以后，不晚于今天。"
    if not people:
        errors["people"] = "请写明谁参加了复核。"
    if result not in RECHECK_RESULTS:
        errors["result"] = "请选择复核结果。"
    if not remark:
        errors["remark"] = "请写明复核的情况。"
    if errors:
        raise ValidationError(errors)
    made = VisitRecheck.objects.create(
        visit=row, happened_on=happened_on, people=people, result=result, remark=remark, recorded_by=actor
    )
    record(
        "households.visit.recheck",
        row.household,
        actor=actor,
        summary=f"{row.happened_on} 走访没有签字，{happened_on} 联合复核：{RECHECK_RESULTS.label(result)}"[
            :200
        ],
    )
    return made
