"""Named questions about villages. Nothing here knows a request; every page begins with visible_to."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Left

from households.models import CountyYear
from poverty.sql.prefix import within
from villages.options.statuses import LISTED

OPEN_STATES = ("planned", "selfchecked", "reviewed", "checked", "accepted", "announced")


class VillageQuerySet(models.QuerySet):
    """Villages of the register."""

    def visible_to(self, user, right: str = "village.view"):
        """Villages of the places where the user holds the right."""
        return self.filter(within("area_id", user.scope(right).areas))

    def under(self, code: str):
        """Villages in an area; "" is everywhere."""
        return self.filter(within("area_id", [code]))

    def standing(self):
        """Villages that have neither been merged away nor abolished."""
        return self.filter(ended_on__isnull=True, area__valid_to__isnull=True)

    def listed(self):
        """Villages on the list of poor villages that have not exited."""
        return self.filter(status=LISTED)


class OfVillageQuerySet(models.QuerySet):
    """Rows of a village: facts of a year, results, changes."""

    def visible_to(self, user, right: str = "village.view"):
        """Rows of villages that the user may see now, of whatever year."""
        return self.filter(within("village__area_id", user.scope(right).areas))

    def in_open_years(self):
        """Rows of years that their county still works in."""
        county = Left(OuterRef("area_id"), 6)
        open_years = CountyYear.objects.filter(state=CountyYear.State.OPEN, year=OuterRef("year"))
        return self.filter(Exists(open_years.filter(area_id=county)))


class ExitCaseQuerySet(OfVillageQuerySet):
    """Exits of villages."""

    def open(self):
        """Neither marked nor taken off the plan."""
        return self.filter(state__in=OPEN_STATES)

    def on_roster(self, entries):
        """Cases that stand on a list; `entries`: standing entries of lists."""
        return self.filter(Exists(entries.filter(case_type="villages.exitcase", case_id=OuterRef("pk"))))
