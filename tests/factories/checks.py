"""Findings for tests, found by the checks themselves."""

from households.models import Finding
from households.services.checks import check_households


def codes_of(household, year=2018) -> set[str]:
    """Codes of the current findings of a household, after checking it."""
    check_households([household.pk], year)
    rows = Finding.objects.current().filter(household=household, year=year)
    return set(rows.values_list("code", flat=True))


def finding_of(household, code, year=2018) -> Finding:
    """The current finding of a check for a household, after checking it."""
    check_households([household.pk], year)
    return Finding.objects.current().get(household=household, code=code, year=year)
