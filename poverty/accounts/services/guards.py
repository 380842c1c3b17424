"""Who may manage whom. The same questions stand before every verb, whoever calls it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone

from poverty.accounts.models import Posting, Role, User
from poverty.accounts.rights import RIGHTS
from poverty.sql.locks import hold
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


def require_right_at(actor, code: str, area_code: str) -> None:
    """Raise PermissionDenied unless `actor` holds the right over the area; the system (None) may."""
    if actor is not None and not actor.has_right_at(code, area_code):
        raise PermissionDenied(f"没有在该区划“{RIGHTS[code]}”的权限。")


def require_may_manage(actor, user: User) -> None:
    """Raise PermissionDenied unless `actor` may change the account of `user`.

    A new password opens everything that the person may see: so every posting that is open or still to come
    must lie where the actor manages accounts, not only the one by which he found the person. Who was posted
    here once and has his unit elsewhere is no longer the actor's: he may be posted again, there.
    """
    if actor is None:
        return
    codes = actor.scope("user.edit").areas
    if not User.objects.in_areas(codes).filter(pk=user.pk).exists():
        raise PermissionDenied("该人员不在您管理的区划内。")
    held = _postings_not_over(user)
    if held.exclude(within("area", codes)).exists():
        raise PermissionDenied("该人员在您管理的区划以外还有任职，请由上级系统管理员办理。")
    own = User.objects.filter(within("unit__area", codes), pk=user.pk)
    if user.unit_id and not own.exists() and not held.exists():
        raise PermissionDenied("该人员的单位不在您管理的区划内，请由其单位所在地的系统管理员办理。")


def require_another(actor, user: User, what: str) -> None:
    """Raise ValidationError when somebody does to himself what takes a second person."""
    if actor is not None and actor.pk == user.pk:
        raise ValidationError(f"不能给自己{what}，请由另一名系统管理员办理。")


def hold_administrators() -> None:
    """Wait until nobody else is removing administrators, until the end of the transaction.

    Taken before any row is locked: two of them who remove each other at the same moment come one after the
    other, and the second is refused by `require_administrator_left`.
    """
    hold("accounts.administrators")


def require_administrator_left(user: User, on) -> None:
    """Raise ValidationError when without `user` nobody could manage accounts on that day."""
    holders = set(
        Posting.objects.filter(valid_at(on), role=Role.ADMINISTRATOR, user__is_active=True).values_list(
            "user", flat=True
        )
    )
    if holders == {user.pk}:
        raise ValidationError("这是最后一名系统管理员，先安排另一名再办理，否则无人能管理账号。")


def _postings_not_over(user):
    return user.postings.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate()))
