"""A page that is sent twice (pressed twice, two tabs, an answer that was lost) writes once, by the identity it bears."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from poverty.sql.locks import hold

SENT_BEFORE = "这张表已经登记过，内容与现在填的不同。要再登记一条，请重新打开页面再填。"
_BY_DATABASE = ("id", "recorded_at", "withdrawn_at", "withdrawn_by", "withdrawn_reason")


def sent_before(row: models.Model, *, later: Iterable[str] = ()) -> Any:
    """The record that the page of this unsaved one has already sent; None: it is the first, or comes from no page.

    `later`: fields that the page does not say and that may have changed since. Raises ValidationError where the page was
    sent before with something else, or what it sent was taken back.
    """
    if row.identity is None:
        return None
    hold(f"sent once {row.identity}")
    stands = type(row)._default_manager.filter(identity=row.identity).first()
    if stands is None:
        return None
    skipped = {*_BY_DATABASE, *later}
    told = [one.attname for one in row._meta.concrete_fields if one.name not in skipped and not one.generated]
    if getattr(stands, "withdrawn_at", None) or any(getattr(stands, at) != getattr(row, at) for at in told):
        raise ValidationError(SENT_BEFORE)
    return stands
