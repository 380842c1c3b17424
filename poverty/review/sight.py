"""Who may see the cases of a procedure: the app whose cases they are has said so (poverty.files.cases)."""

from django.db.models import QuerySet

from poverty.files import cases
from poverty.review.workflows import CaseLine, workflows


def cases_seen(case_type: str, user) -> QuerySet | None:
    """The cases of a type that the user sees, as their app registered them for files; None for an unknown type."""
    found = cases.get(case_type)
    return None if found is None else found.rows(user)


def lines_seen(case_type: str, case_ids, user) -> dict[int, CaseLine]:
    """How those of the cases that the user sees stand in a list, by number."""
    rows = cases_seen(case_type, user)
    if rows is None:
        return {}
    return workflows.get(case_type).lines_of(rows.filter(pk__in=list(case_ids)))
