"""Applications: taken in from the household, and corrected while they lie with the village."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Membership, RelocationApplication, RelocationMover
from households.options.kinds import GENERAL_RURAL
from households.relocation.applications.conditions import CASE, NOT_POOR
from households.services.decision import Decision
from households.services.locking import lock_households, require_registered
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.review.errors import ChangedMeanwhile
from poverty.review.services import note_fact_entry

TWICE = "该户已有一件搬迁申请在办理，或已经搬迁入住。"


@dataclass(frozen=True)
class Asked:
    """What the household asks for, as its application says. `promised_on` None and `house_stays_for` where the old house
    is not taken down.
    """

    applicant: str
    reason: str
    situation: str
    method: str
    place: str
    destination: str
    old_house_goes: bool
    promised_on: date | None = None
    house_stays_for: str = ""

    def values(self) -> dict:
        """The columns of the application, with blanks at the ends left out."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}


@transaction.atomic
def apply(
    household: Household,
    asked: Asked,
    movers: Iterable[int],
    *,
    actor,
    applied_on: date,
    document_name: str,
    scans: Mapping[str, StoredFile] | None = None,
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> RelocationApplication:
    """Enter the written application of a household and return it; it waits for the village's appraisal.

    `movers`: members of the household, by key. `scans` by role ("application", "promise"). Raises PermissionDenied
    (register.propose at the village), ValidationError by field: not 建档立卡, nobody moves, who does not live there, no
    promise, an application that stands.
    """
    household = lock_households([household.pk])[household.pk]
    require_registered(household)
    if household.kind == GENERAL_RURAL:
        raise ValidationError(NOT_POOR)
    ids = _movers(household, movers)
    _check(asked, applied_on)
    case = RelocationApplication(
        household=household, applied_on=applied_on, created_by=actor, **asked.values()
    )
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    with told_in_words(RelocationApplication):
        case.save()
    RelocationMover.objects.bulk_create(RelocationMover(application=case, member_id=pk) for pk in ids)
    Decision(actor, document_name, applied_on, "", late_reason, decided_by, decided_by_name).fire(
        "apply", case
    )
    for role, scan in (scans or {}).items():
        link(scan, case, role=role, actor=actor)
    record(
        "households.relocation.apply",
        household,
        actor=actor,
        summary=f"{applied_on} {_words(case, len(ids))}",
    )
    return case


@transaction.atomic
def amend(
    case: RelocationApplication,
    asked: Asked,
    movers: Iterable[int],
    *,
    actor,
    scans: Mapping[str, StoredFile] | None = None,
) -> RelocationApplication:
    """Correct what an application says while it lies with the village, before its appraisal or after a return.

    Raises PermissionDenied (register.propose at the village), ValidationError by field, ChangedMeanwhile when it has gone
    on.
    """
    household = lock_households([case.household_id])[case.household_id]
    if not actor.has_right_at("register.propose", household.area_id):
        raise PermissionDenied("由村里更正搬迁申请。")
    require_registered(household)
    rows = RelocationApplication.objects.select_for_update(of=("self",))
    case = rows.select_related("household").get(pk=case.pk)
    if case.state != RelocationApplication.State.APPLIED:
        raise ChangedMeanwhile(case.get_state_display())
    ids = _movers(household, movers)
    _check(asked, case.applied_on)
    values = asked.values()
    changes = {
        name: [str(getattr(case, name)), str(new)]
        for name, new in values.items()
        if getattr(case, name) != new
    }
    for name, value in values.items():
        setattr(case, name, value)
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    with told_in_words(RelocationApplication):
        case.save(update_fields=list(values))
    before = set(case.movers.values_list("member_id", flat=True))
    if before != set(ids):
        case.movers.exclude(member__in=ids).delete()
        RelocationMover.objects.bulk_create(
            RelocationMover(application=case, member_id=pk) for pk in ids if pk not in before
        )
        changes["movers"] = [str(len(before)), str(len(ids))]
    for role, scan in (scans or {}).items():
        link(scan, case, role=role, actor=actor)
    # Whoever wrote what is decided on neither reports nor approves it.
    note_fact_entry(CASE, case.pk, actor)
    record(
        "households.relocation.amend",
        household,
        actor=actor,
        changes=changes,
        summary=f"更正搬迁申请：{_words(case, len(ids))}",
    )
    return case


def _movers(household: Household, movers: Iterable[int]) -> list[int]:
    """The keys of who moves, in the order of the register; all of them members now."""
    asked = set(movers)
    if not asked:
        raise ValidationError({"movers": "请选择搬迁的人。"})
    rows = Membership.objects.filter(household=household, valid_to=None, member__in=asked).order_by("pk")
    found = list(rows.values_list("member_id", flat=True))
    if len(found) != len(asked):
        raise ValidationError({"movers": "所选的人里有人已不在该户，请重新选择。"})
    return found


def _check(asked: Asked, applied_on: date) -> None:
    errors = {
        name: text
        for name, text in (
            ("applicant", "请填写申请人。"),
            ("reason", "请选择搬迁原因。"),
            ("situation", "请写明为什么要搬。"),
            ("method", "请选择集中安置或分散安置。"),
            ("place", "请选择安置地点。"),
            ("destination", "请填写安置点名称或地址。"),
        )
        if not getattr(asked, name).strip()
    }
    if asked.old_house_goes:
        if asked.promised_on is None:
            errors["promised_on"] = "拆除旧房的，请填写拆旧复垦承诺书的签订日期。"
        elif asked.promised_on > timezone.localdate():
            errors["promised_on"] = "承诺日期不能晚于今天。"
        if asked.house_stays_for.strip():
            errors["house_stays_for"] = "旧房要拆除的，不填这一项。"
    else:
        if asked.promised_on is not None:
            errors["promised_on"] = "旧房不拆除的，不填承诺日期。"
        if not asked.house_stays_for.strip():
            errors["house_stays_for"] = "旧房不拆除的，请写明原因，例如：与他户共墙、有保护价值。"
    if applied_on > timezone.localdate():
        errors["applied_on"] = "申请日期不能晚于今天。"
    elif applied_on < date(2014, 1, 1):
        errors["applied_on"] = "申请日期不能早于 2014 年。"
    if errors:
        raise ValidationError(errors)


def _words(case: RelocationApplication, persons: int) -> str:
    return f"申请搬迁 {persons} 人，{case.get_method_display()}，{case.get_place_display()}（{case.destination}）"
