"""Named questions about 四个好. Every page begins with visible_to."""

from django.db import models
from django.db.models import Q

from households.querysets import paired_with
from poverty.areas.querysets import codes_above
from poverty.sql.prefix import within

VIEW, ENTER, DRAW_UP = "household.view", "survey.edit", "parameter.edit"


class GoodsTemplateQuerySet(models.QuerySet):
    def in_force(self, area_code: str, year: int):
        """The template of a place and year: of the nearest area that has one, its newest year, its last version."""
        own = self.filter(area_code__in=[*codes_above(area_code), ""], year_from__lte=year)
        return own.order_by("-area_code", "-year_from", "-id").first()


class GoodsEntryQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Of households that the user may see now."""
        scope = user.scope(right)
        condition = within("household__area_id", scope.areas)
        if scope.paired:
            condition |= Q(household__in=paired_with(user))
        return self.filter(condition)
