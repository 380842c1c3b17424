"""Named questions about gaps and about who is responsible for them."""

from datetime import date

from django.db import models
from django.db.models import Q

from households.gaps.querysets import party_of
from households.options.need_parties import HELPER
from households.querysets import paired_with
from poverty.areas.querysets import codes_above
from poverty.sql.prefix import within

_VIEW = "household.view"
# Indicators by the sector whose facts they rest on (households/indicators.py, which stands above); a test keeps them alike.
SECTOR_INDICATORS = {
    "education": "education",
    "medical_insurance": "medical",
    "housing": "housing",
    "water": "water",
    "power": "power",
    "broadcasting": "broadcasting",
    "transport": "road",
}


def _of_sector(sector: str) -> Q:
    return Q(party=sector) | Q(indicator=SECTOR_INDICATORS.get(sector, ""))


class GapQuerySet(models.QuerySet):
    """What households lack."""

    def visible_to(self, user, right: str = _VIEW):
        """Gaps of households that a person may see; as a bureau those of its own indicator and those put to it."""
        scope = user.scope(right)
        condition = within("area_code", [grant.area for grant in scope.grants if not grant.sector])
        for grant in scope.grants:
            if grant.sector:
                # Who was asked to close a gap sees it as well.
                own = _of_sector(grant.sector) | Q(assigned_to=user.pk)
                condition |= own & within("area_code", [grant.area])
        if scope.paired:
            condition |= Q(household__in=paired_with(user))
        return self.filter(condition)

    def put_to(self, user):
        """Gaps that are the person's own to close: assigned to him, or to nobody yet and for his party."""
        scope = user.scope(_VIEW)
        mine = Q(pk__in=[])
        for grant in scope.grants:
            mine |= Q(party=grant.sector or party_of(grant.area)) & within("area_code", [grant.area])
        if scope.paired:
            mine |= Q(party=HELPER, household__in=paired_with(user))
        return self.filter(Q(assigned_to=user.pk) | (Q(assigned_to__isnull=True) & mine))

    def open(self):
        """What still lacks."""
        return self.filter(closed_on__isnull=True)

    def of_year(self, year: int):
        """Gaps of a year."""
        return self.filter(year=year)

    def late_on(self, day: date):
        """What should have been closed before a day."""
        return self.open().filter(due_on__lt=day)


class ResponsibilityQuerySet(models.QuerySet):
    """Who closes what, dated."""

    def reaching(self, area_code: str, on: date):
        """Rows that count for a place or what lies above it, begun by a day; the shortest place and oldest day first."""
        return self.filter(area_code__in=codes_above(area_code), valid_from__lte=on).order_by(
            "area_code", "valid_from"
        )
