"""Postings: who holds which role, where, from when until when."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.accounts.models import Posting, Role, User
from poverty.accounts.roles import ROLE_LEVELS
from poverty.accounts.services.guards import (
    hold_administrators,
    require_administrator_left,
    require_another,
    require_right_at,
)
from poverty.accounts.services.passwords import end_sessions
from poverty.areas.models import Level
from poverty.audit.services import record


@transaction.atomic
def add_posting(
    user,
    *,
    actor,
    role,
    area,
    valid_from,
    valid_to=None,
    unit=None,
    sector="",
    title="",
    document="",
) -> Posting:
    """Post a person to a role at an area (Area) from a day on, until `valid_to` (exclusive; None: open).

    Raises ValidationError by field: role not held at this level of area, sector missing, overlap with the
    same posting, administrator together with a case role, oneself; PermissionDenied outside the actor's area.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    require_right_at(actor, "posting.edit", area.code)
    _require_visible(actor, user)
    require_another(actor, user, "安排任职")
    _check_place(role, area, valid_from)
    if (role == Role.BUREAU_OFFICER) != bool(sector):
        raise ValidationError({"sector": "行业部门的任职须选行业，其他角色不选。"})
    posting = Posting(
        user=user,
        role=role,
        area=area,
        unit=unit,
        sector=sector,
        title=title.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        document=document.strip(),
    )
    if unit is not None and not unit.is_active:
        raise ValidationError({"unit": "该单位已停用。"})
    posting.full_clean()
    posting.save()
    record(
        "accounts.posting.add",
        posting,
        actor=actor,
        summary=f"{user.name}：{_words(posting)}",
        changes={
            "role": [None, posting.role],
            "area": [None, posting.area_id],
            "sector": [None, posting.sector],
            "valid_from": [None, posting.valid_from],
            "valid_to": [None, posting.valid_to],
            "document": [None, posting.document],
        },
    )
    return posting


@transaction.atomic
def end_posting(posting, *, actor, on, document="", reason="") -> Posting:
    """End a posting: from the day `on` it gives nothing any more. The first day itself withdraws a posting
    that was entered by mistake. A posting that ends by now ends the person's sessions too."""
    if posting.role == Role.ADMINISTRATOR:
        hold_administrators()
    user = User.objects.select_for_update(of=("self",)).get(pk=posting.user_id)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("area").get(pk=posting.pk)
    require_right_at(actor, "posting.edit", posting.area_id)
    require_another(actor, user, "终止任职")
    if posting.valid_to is not None and posting.valid_to <= timezone.localdate():
        raise ValidationError("该任职已终止。")
    if on < posting.valid_from:
        raise ValidationError({"on": f"终止时间不能早于开始时间 {posting.valid_from}。"})
    if posting.valid_to is not None and on > posting.valid_to:
        raise ValidationError({"on": f"该任职到 {posting.valid_to} 为止，不能由此延长，请另行安排任职。"})
    if posting.role == Role.ADMINISTRATOR:
        require_administrator_left(user, max(on, timezone.localdate()))
    before = posting.valid_to
    posting.valid_to = on
    posting.full_clean()
    posting.save(update_fields=["valid_to"])
    if on <= timezone.localdate():
        end_sessions(user)
        user.save(update_fields=["session_epoch"])
    summary = f"{user.name}：{_words(posting)}"
    if reason.strip():
        summary += f"，{reason.strip()}"
    record(
        "accounts.posting.end",
        posting,
        actor=actor,
        summary=summary,
        purpose=document.strip(),
        changes={"valid_to": [before, on]},
    )
    return posting


def _require_visible(actor, user):
    if actor is None:
        return
    codes = actor.scope("posting.edit").areas
    if not User.objects.in_areas(codes).filter(pk=user.pk).exists():
        raise PermissionDenied("该人员不在您管理的区划内。")


def _check_place(role, area, valid_from):
    if role not in ROLE_LEVELS:
        raise ValidationError({"role": "没有这个角色。"})
    if area.level not in ROLE_LEVELS[role]:
        levels = "、".join(Level(level).label for level in ROLE_LEVELS[role])
        raise ValidationError({"area": f"{Role(role).label}须安排在{levels}级区划。"})
    if area.valid_to is not None and area.valid_to <= valid_from:
        raise ValidationError({"area": f"{area.name}已于 {area.valid_to} 撤销。"})


def _words(posting):
    return f"{posting.area.name} {posting.get_role_display()}"
