"""How a measured value is compared with the threshold of a requirement."""

from django.db import models


class Comparison(models.TextChoices):
    """The label reads between indicator and threshold: 人均纯收入 大于 3,747.00 元."""

    GT = "gt", "大于"
    GE = "ge", "不低于"
    LT = "lt", "小于"
    LE = "le", "不高于"
    EQ = "eq", "等于"
    IS_TRUE = "is_true", "达到"
