"""Helpers (forms.md 8, Helper), as of today."""

from django.db.models import Q

from households.checks.check import Severity, of_household
from households.checks.figures import ON_REGISTER

CHECKS = (
    of_household(
        "helper.none",
        "没有帮扶责任人。",
        Severity.ERROR,
        ON_REGISTER & Q(state="registered", helpers=0),
        "kind helpers",
    ),
    of_household(
        "helper.is_poor",
        "帮扶责任人本人是建档立卡户成员。",
        Severity.ERROR,
        Q(poor_helper__isnull=False),
        "poor_helper",
    ),
)
