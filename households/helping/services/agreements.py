"""结对帮扶协议 of many households at once: prepared for whoever has a helper and no agreement of the year."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from households.helping.services.signing import RIGHT
from households.models import Pairing, Responsibility
from households.options.responsibility_kinds import AGREEMENT
from poverty.audit.services import record_select
from poverty.sql.insert import insert_select
from poverty.sql.locks import hold
from poverty.sql.prefix import within

NAMES = 2000  # characters of the targets


def without_agreement(area_code: str, year: int, on: date | None = None) -> QuerySet[Pairing]:
    """First helpers' pairings of a day (default: today) without a current agreement of the year, in an area."""
    agreed = Responsibility.objects.current().filter(
        kind=AGREEMENT, year=year, household=OuterRef("household"), person=OuterRef("helper")
    )
    rows = Pairing.objects.open_on(on or timezone.localdate()).filter(
        within("household__area_id", [area_code]), household__state="registered", order=1
    )
    return rows.exclude(household__kind="general_rural").filter(~Exists(agreed))


@transaction.atomic
def prepare_agreements(
    area_code: str, year: int, *, targets: str, period_from: date, period_to: date, actor
) -> int:
    """Register an unsigned agreement for every household of an area that has a helper and none of the year; how many.

    Set-based; done again it adds what is new. Raises PermissionDenied, ValidationError by field.
    """
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("您没有在该区划登记责任书的权限。")
    errors = {}
    if not targets.strip():
        errors["targets"] = "请填帮扶目标和内容。"
    if len(targets) > NAMES:
        errors["targets"] = f"最多 {NAMES} 字。"
    if period_to < period_from:
        errors["period_to"] = "责任期止不能早于责任期起。"
    if errors:
        raise ValidationError(errors)
    # Those of a county take turns: prepared twice in the same moment, the second finds nothing left to prepare.
    hold(f"households.agreements:{area_code[:6]}:{year}")
    rows = without_agreement(area_code, year)
    made = insert_select(
        Responsibility,
        rows,
        {
            "kind": AGREEMENT,
            "year": year,
            "area": F("household__area_id"),
            "household": F("household_id"),
            "person": F("helper_id"),
            "unit": F("helper__unit_id"),
            "other_side": Concat(F("household__head_name"), Value("户"), output_field=CharField()),
            "targets": targets.strip(),
            "period_from": period_from,
            "period_to": period_to,
            "recorded_by": actor,
        },
        returning=("id",),
    )
    record_select(
        "households.responsibility.add",
        Responsibility.objects.filter(pk__in=[pk for (pk,) in made]),
        actor=actor,
        case_type="households.responsibility",
        area_code=F("area_id"),
        summary=f"{year}年度结对帮扶协议",
    )
    return len(made)
