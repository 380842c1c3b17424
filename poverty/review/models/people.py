"""The two people of everything that happened outside the system: who did it, and who typed it."""

from django.conf import settings
from django.db import models


def person(verbose_name: str, **options) -> models.ForeignKey:
    """A foreign key to a user who stays named for ever; looked up from the row, never the other way round."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        **options,
    )
