"""The statuses that a standard, and a policy of the catalogue, passes through. The steps stand in workflow.py."""

from django.db import models


class Status(models.TextChoices):
    """It is drafted, published by another person, and later replaced by a new version or,
    unpublished, withdrawn. Only a draft can be changed.
    """

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "被新版本替代"
    WITHDRAWN = "withdrawn", "已作废"
