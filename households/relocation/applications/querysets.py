"""Questions about applications to move; each page begins with visible_to."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

# Where the way of an application has ended; who has moved in still has his old house before him.
REFUSED, WITHDRAWN, MOVED, CLEARED = "refused", "withdrawn", "moved", "cleared"
ENDED = (MOVED, CLEARED, REFUSED, WITHDRAWN)


def _model(name: str):
    return apps.get_model("households", name)


class RelocationApplicationQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Applications of households that the user may see now."""
        seen = _model("Household").objects.visible_to(user, right)
        return self.filter(household__in=seen.values("pk"))

    def open(self):
        """Those still on their way to the new house."""
        return self.exclude(state__in=ENDED)

    def standing(self):
        """Those neither refused nor withdrawn: a household has one of these at most."""
        return self.exclude(state__in=(REFUSED, WITHDRAWN))

    def moved_in(self):
        """Those whose household lives in its new house."""
        return self.filter(state__in=(MOVED, CLEARED))

    def old_house_stands(self):
        """Those whose household has moved in and promised to take its old house down, and has not."""
        return self.filter(state=MOVED, old_house_goes=True)

    def to_tell(self):
        """Refused ones whose household has not been told why."""
        return self.filter(state=REFUSED, told_on__isnull=True)

    def facts_lag(self, year: int):
        """Registered households that moved in by the end of a year, and whose facts of it do not say 搬迁户 (not answered,
        no, or none).
        """
        said = _model("Survey").objects.filter(household=OuterRef("household"), year=year, is_relocated=True)
        moved = self.moved_in().filter(household__state="registered", moved_on__year__lte=year)
        return moved.filter(~Exists(said))
