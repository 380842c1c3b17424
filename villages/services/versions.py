"""Correcting by a further version and withdrawing: the same for everything that is never overwritten."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from villages.models.versions import Versioned

WITHDRAWN = ("is_current", "withdrawn_on", "withdrawn_by", "withdrawn_reason")


def require_current(row: Versioned, what: str) -> None:
    """ValidationError unless this is the version that counts."""
    if not row.is_current:
        raise ValidationError(f"这一版{what}{row.standing}，请看现在有效的一版。")


def require_difference(row: models.Model, said: Mapping[str, Any]) -> None:
    """ValidationError where a correction changes nothing."""
    if all(getattr(row, name) == value for name, value in said.items()):
        raise ValidationError("没有改动任何内容。")


def replacing(row: Versioned, reason: str, actor) -> dict[str, Any]:
    """The columns of the version that replaces a row; the row itself counts no more from here on.

    Raises ValidationError at "reason".
    """
    if not reason.strip():
        raise ValidationError({"reason": "请写明更正原因。"})
    row.is_current = False
    row.save(update_fields=["is_current"])
    return {
        "version": row.version + 1,
        "replaces": row,
        "correction": reason.strip(),
        "recorded_by": actor,
    }


def withdraw_version(row: Versioned, reason: str, actor) -> None:
    """Say that a version does not count, from today on. Raises ValidationError at "reason"."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废原因。"})
    row.is_current, row.withdrawn_on = False, timezone.localdate()
    row.withdrawn_by, row.withdrawn_reason = actor, reason.strip()
    row.save(update_fields=list(WITHDRAWN))
