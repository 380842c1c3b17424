"""Questions about cases of identification and clearance; each page begins with visible_to."""

from django.apps import apps
from django.db import models

_ENDED = ("done", "refused", "withdrawn")


def _households(user, right: str):
    return apps.get_model("households", "Household").objects.visible_to(user, right)


class EntryCaseQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Cases of households that the user may see now."""
        return self.filter(household__in=_households(user, right).values("pk"))

    def open(self):
        """Those still on their way."""
        return self.exclude(state__in=_ENDED)


class EntryRefusalQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Papers of households that the user may see now."""
        return self.filter(case__household__in=_households(user, right).values("pk"))

    def to_deliver(self):
        """Those that nobody has handed over yet."""
        return self.filter(delivered_on__isnull=True)
