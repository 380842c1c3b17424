"""Who may take a file that was made for somebody, as long as it stands: one rule for ledgers and archives."""

from django.core.exceptions import PermissionDenied, ValidationError

from poverty.ledgers.asking import FULL_NUMBERS
from poverty.ledgers.outgoing import vault


def require_takeable(made, right: str | None, *, actor, called: str) -> None:
    """Raise unless `actor` may take the file of `made`, a row with area_code, full_numbers, sha256 and its dates.

    PermissionDenied without `right` there (None: nobody has it any more) or, for full numbers, personal.reveal;
    ValidationError when the file has expired or is not there. `called`: what the file is, in words.
    """
    if right is None or not actor.has_right_at(right, made.area_code):
        raise PermissionDenied(f"没有下载此{called}的权限。")
    if made.full_numbers and not actor.has_right_at(FULL_NUMBERS, made.area_code):
        raise PermissionDenied("没有下载含完整号码的文件的权限。")
    if made.is_expired:
        raise ValidationError("文件已过有效期，请重新导出。")
    if not made.is_ready or not vault.exists(made.sha256):
        raise ValidationError("没有可以下载的文件，请重新导出。")
