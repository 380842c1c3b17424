"""Keys for programs (API): their owner makes and revokes them, shown once, they end by date."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.accounts.models import ApiToken, User
from poverty.audit.services import record

MOST = 5
LONGEST_DAYS = 365
_SEEN_EVERY = timedelta(minutes=5)


def digest_of(key: str) -> str:
    """What is stored of a key. The key itself is 256 random bits: a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_token(user, *, actor, name, days=90) -> tuple[ApiToken, str]:
    """Make a key for oneself that ends after `days` (1 to 365); return the row and the key, shown once."""
    if actor.pk != user.pk:
        raise PermissionDenied("只能给自己建立接口密钥。")
    if not name.strip():
        raise ValidationError({"name": "请写明用途，例如“每周导出”。"})
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": f"有效天数为 1 到 {LONGEST_DAYS}。"})
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.must_change_password:
        raise ValidationError("请先修改首次密码。")
    if user.api_tokens.filter(expires_at__gt=timezone.now()).count() >= MOST:
        raise ValidationError(f"最多同时有 {MOST} 个接口密钥，请先停用不再使用的。")
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:60],
        digest=digest_of(key),
        expires_at=timezone.now() + timedelta(days=days),
    )
    record("accounts.token.create", user, actor=actor, summary=token.name)
    return token, key


@transaction.atomic
def revoke_token(token, *, actor) -> None:
    """End one of one's own keys at once."""
    if actor.pk != token.user_id:
        raise PermissionDenied("只能停用自己的接口密钥。")
    record("accounts.token.revoke", token.user, actor=actor, summary=token.name)
    token.delete()


def find_token(key: str) -> ApiToken | None:
    """The valid token of a key, None when there is none or it has expired; notes roughly when it was used."""
    now = timezone.now()
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(key), expires_at__gt=now).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _SEEN_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
