"""Named questions about methods and their steps. Every page begins with visible_to."""

from django.db import models
from django.db.models import Q

from households.querysets import paired_with
from poverty.sql.prefix import within

VIEW, ENTER, DRAW_UP = "household.view", "survey.edit", "parameter.edit"
COUNTY = 6  # digits of a county's code


class StepMethodQuerySet(models.QuerySet):
    def in_force(self, area_code: str, year: int):
        """The method of the county of a place in a year: of its newest year, the last version; None: none is defined."""
        own = self.filter(area_code=area_code[:COUNTY], year_from__lte=year)
        return own.order_by("-year_from", "-id").first()


class StepDoneQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Of households that the user may see now."""
        scope = user.scope(right)
        condition = within("household__area_id", scope.areas)
        if scope.paired:
            condition |= Q(household__in=paired_with(user))
        return self.filter(condition)

    def standing(self):
        """Not taken back as wrongly entered."""
        return self.filter(withdrawn_at__isnull=True)
