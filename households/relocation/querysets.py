"""Named questions about who answers for the move of a household. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import Q

from households.querysets import paired_with
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

VIEW, EDIT = "responsibility.view", "pairing.edit"


class RelocationChargeQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Of households that the user may see now by this right."""
        scope = user.scope(right)
        condition = within("household__area_id", scope.areas)
        if scope.paired:
            condition |= Q(household__in=paired_with(user))
        return self.filter(condition)

    def standing(self):
        """Not taken back as wrongly entered."""
        return self.filter(withdrawn_at__isnull=True)

    def open_on(self, day: date):
        """In force on a day."""
        return self.standing().filter(valid_at(day))
