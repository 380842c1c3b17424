"""电商带动 on the household's page: its agreements with what was bought in the year."""

from households.models import SaleAgreement
from households.sales.querysets import VIEW
from households.sales.rows import results_of


def sales_of(head) -> list[tuple]:
    """(agreement, the year's result or None) of a household that is seen whole; two queries."""
    if not head.can(VIEW):
        return []
    rows = list(
        SaleAgreement.objects.standing().filter(household=head.household).order_by("-period_from", "-pk")
    )
    results = results_of(rows, head.year)
    return [(one, results.get(one.pk)) for one in rows]
