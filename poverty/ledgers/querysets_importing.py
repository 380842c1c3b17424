"""Questions about imports and their rows."""

from django.db.models import Q, QuerySet

from poverty.sql.prefix import within

RIGHT = "register.import"


# Levels are those of models.Level: 2 a wrong cell, 3 a row that cannot be.
FIT = Q(level__lt=2) | Q(level=2, accepted=True)
WRONG = Q(level=3) | (Q(level=2) & (Q(accepted=None) | Q(accepted=False)))


class ImportQuerySet(QuerySet):
    def visible_to(self, user):
        """Imports into places where the user may import."""
        return self.filter(within("area_code", user.scope(RIGHT).areas))

    def applied_at(self, area_code: str):
        """Applied imports that may have told something of a place: into it, below it or into a place around it."""
        around = Q(area_code__in=[area_code[:length] for length in (2, 4, 6, 9) if length < len(area_code)])
        return self.filter(within("area_code", [area_code]) | around, state="applied")


class StagedRowQuerySet(QuerySet):
    def visible_to(self, user):
        """Rows of imports into places where the user may import."""
        return self.filter(within("imported__area_code", user.scope(RIGHT).areas))

    def to_apply(self):
        """Rows that an application takes: without faults or only questioned, or accepted by hand; never left out,
        never those that cannot be.
        """
        return self.filter(Q(level__lt=2, accepted=None) | Q(level__lt=3, accepted=True))
