"""Applications: taken in from the household, and corrected while they lie with the village."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.disclosure import whole_to
from households.models import Household, Membership, RelocationApplication, RelocationMover
from households.options.kinds import GENERAL_RURAL
from households.relocation.applications.conditions import CASE, NOT_POOR
from households.services.decision import Decision
from households.services.locking import lock_for_members, people_of, require_registered
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.review.errors import ChangedMeanwhile, constraint_of
from poverty.review.services import note_fact_entry

TWICE = "该户已有一件搬迁申请在办理，或已经搬迁入住。"
_ENTERED_NOW = "所选的人里有人刚刚登记为别的户的搬迁人口，请刷新后重新选择。"


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
    promise, an application that stands, somebody who moves with another household.
    """
    household = _held(household.pk)
    require_registered(household)
    if household.kind == GENERAL_RURAL:
        raise ValidationError(NOT_POOR)
    ids = _movers(household, movers, actor)
    _check(asked, applied_on)
    case = RelocationApplication(
        household=household, applied_on=applied_on, created_by=actor, **asked.values()
    )
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    with told_in_words(RelocationApplication):
        case.save()
    _add_movers(case, ids)
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
    household = _held(case.household_id)
    if not actor.has_right_at("register.propose", household.area_id):
        raise PermissionDenied("由村里更正搬迁申请。")
    require_registered(household)
    rows = RelocationApplication.objects.select_for_update(of=("self",))
    case = rows.select_related("household").get(pk=case.pk)
    if case.state != RelocationApplication.State.APPLIED:
        raise ChangedMeanwhile(case.get_state_display())
    ids = _movers(household, movers, actor)
    _check(asked, case.applied_on)
    values = asked.values()
    changes = {name: [getattr(case, name), new] for name, new in values.items() if getattr(case, name) != new}
    for name, value in values.items():
        setattr(case, name, value)
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    with told_in_words(RelocationApplication):
        case.save(update_fields=list(values))
    before = set(case.movers.values_list("member_id", flat=True))
    if before != set(ids):
        named = case.movers.order_by("pk").values_list("member__name", flat=True)
        were = "、".join(named)
        case.movers.exclude(member__in=ids).delete()
        _add_movers(case, [pk for pk in ids if pk not in before])
        changes["movers"] = [were, "、".join(named.all())]
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


def _held(household_id: int) -> Household:
    """The household as it stands now, locked together with every other one that its people belong or belonged to: two
    households do not apply for one person at once.
    """
    return lock_for_members(people_of(household_id), beside=[household_id])[household_id]


def _movers(household: Household, movers: Iterable[int], actor) -> list[int]:
    """The keys of who moves, in the order of the register; all of them members now, none of whom moves with another
    household.
    """
    asked = set(movers)
    if not asked:
        raise ValidationError({"movers": "请选择搬迁的人。"})
    rows = Membership.objects.filter(household=household, valid_to=None, member__in=asked).order_by("pk")
    found = list(rows.values_list("member_id", flat=True))
    if len(found) != len(asked):
        raise ValidationError({"movers": "所选的人里有人已不在该户，请重新选择。"})
    if texts := _moving_elsewhere(household, found, actor):
        raise ValidationError({"movers": texts})
    return found


def _moving_elsewhere(household: Household, members: list[int], actor) -> list[str]:
    """Who of these members is 搬迁人口 of a standing application of another household, which is named to who may see it."""
    standing = RelocationApplication.objects.standing().exclude(household=household)
    rows = RelocationMover.objects.filter(application__in=standing, member__in=members).order_by("pk")
    seen = set(
        Household.objects.visible_to(actor)
        .filter(whole_to(actor), pk__in=rows.values("application__household"))
        .values_list("pk", flat=True)
    )
    return [
        f"{row.member.name}已是{_whose(row.application, seen)}搬迁申请的搬迁人口（{row.application.get_state_display()}），"
        "不能重复申请；没有入住的，先在那一件里更正或撤回。"
        for row in rows.select_related("member", "application__household__area")
    ]


def _whose(case: RelocationApplication, seen: set[int]) -> str:
    household = case.household
    return f"{household.area.name}{household.head_name}户" if household.pk in seen else "另一户"


def _add_movers(case: RelocationApplication, members: list[int]) -> None:
    rows = [RelocationMover(application=case, member_id=pk) for pk in members]
    try:
        with transaction.atomic():
            RelocationMover.objects.bulk_create(rows)
    except IntegrityError as error:
        if constraint_of(error) != "households_relocation_mover_moves_once":
            raise
        raise ValidationError({"movers": _ENTERED_NOW}) from error


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
