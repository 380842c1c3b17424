"""Who a standard is about."""

from django.db import models


class Subject(models.TextChoices):
    """A household, a village or a county exits, each by its own standard."""

    HOUSEHOLD = "household", "户"
    VILLAGE = "village", "村"
    COUNTY = "county", "县"
