"""Which findings a person sees: all of the households that he sees whole, of others only his sector's checks."""

from django.db.models import Q, QuerySet

from households.checks.registry import of_sectors
from households.disclosure import whole_to
from households.models import Finding, Household
from poverty.sql.prefix import within


def seen_by(user, right: str = "household.view") -> QuerySet[Finding]:
    """Findings of the households over which the user holds a right, as far as he may know of them."""
    scope = user.scope("household.view")
    rows = Finding.objects.visible_to(user, right)
    if not any(grant.sector for grant in scope.grants):
        return rows
    condition = Q(household__in=Household.objects.filter(whole_to(user)))
    for sector in {grant.sector for grant in scope.grants if grant.sector}:
        places = [grant.area for grant in scope.grants if grant.sector == sector]
        condition |= Q(code__in=of_sectors([sector])) & within("household__area_id", places)
    return rows.filter(condition)
