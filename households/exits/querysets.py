"""Named questions about household exits. Nothing here knows a request; every page begins with visible_to."""

from django.db import models
from django.db.models import Q

from households.options.exit_options import ENDED
from households.querysets import paired_with
from poverty.sql.prefix import within


class ExitCaseQuerySet(models.QuerySet):
    """Cases of household exit."""

    def visible_to(self, user, right: str = "household.view"):
        """Cases that a user may see whole: of the places where he holds the right for all sectors, or of households
        paired with him. What a bureau sees of them: `comparable_by`.
        """
        return self.filter(_in_scope(user, right, "area_code", "household"))

    def comparable_by(self, user, sector: str):
        """Cases whose households a bureau officer of a sector compares: the name, the village and his indicator."""
        grants = user.scope("sector.edit").grants
        return self.filter(within("area_code", [one.area for one in grants if one.sector == sector]))

    def under(self, code: str):
        """Cases now standing in an area; "" is everywhere."""
        return self.filter(within("area_code", [code]))

    def open(self):
        """Neither marked nor ended on the way."""
        return self.exclude(state__in=ENDED)

    def held(self):
        """Those that wait because what was appraised has changed."""
        return self.filter(held_at__isnull=False)


class ExitPartQuerySet(models.QuerySet):
    """What was said of cases: by bureaus, checkers, households."""

    def visible_to(self, user, right: str = "household.view"):
        """What was said of cases that a user may see whole."""
        return self.filter(_in_scope(user, right, "case__area_code", "case__household"))

    def of_round(self):
        """What was said in the present round of its case."""
        return self.filter(round=models.F("case__round"))


def _in_scope(user, right: str, area: str, household: str) -> Q:
    scope = user.scope(right)
    condition = within(area, [grant.area for grant in scope.grants if not grant.sector])
    if scope.paired:
        condition |= Q(**{f"{household}__in": paired_with(user)})
    return condition
