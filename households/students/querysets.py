"""Who sees students with their teachers: whoever sees the household whole, and of bureaus 教育."""

from datetime import date

from django.db import models
from django.db.models import Q

from households.querysets import paired_with
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

VIEW, EDIT, LOG = "student.view", "student.edit", "student.log"
SECTOR = "education"
COUNTY = 6  # digits


def areas_of(user, right: str = VIEW) -> list[str]:
    """Areas of postings with this right; of a bureau's officer only where his sector is 教育."""
    grants = user.scope(right).grants
    return [one.area for one in grants if not one.sector or one.sector == SECTOR]


def may(user, right: str, area_code: str) -> bool:
    """Whether a person holds one of these rights at a place; of bureaus 教育 only."""
    return user.scope(right).covers(area_code, SECTOR)


def seen_of(user, right: str = VIEW, *, area: str = "area_id", household: str = "pk") -> Q:
    """Condition on Household, or on rows that lead to one: those whose students a person sees."""
    condition = within(area, areas_of(user, right))
    if user.scope(right).paired:
        condition |= Q(**{f"{household}__in": paired_with(user)})
    return condition


class SchoolQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Schools of the counties of the user's places: a township's students attend the county's schools too."""
        return self.filter(within("area_id", {code[:COUNTY] for code in areas_of(user, right)}))

    def open(self):
        """Not closed."""
        return self.filter(closed_on__isnull=True)

    def kept_by(self, user):
        """Schools that a person may keep: of his own places."""
        return self.filter(within("area_id", areas_of(user, EDIT)))


class TeacherPairingQuerySet(models.QuerySet):
    """Students and their teachers; seen where the student lives now."""

    def visible_to(self, user, right: str = VIEW):
        """Of students in households whose students the person sees."""
        return self.filter(
            seen_of(user, right, area="member__household__area_id", household="member__household")
        )

    def standing(self):
        """Not taken back as wrongly entered."""
        return self.filter(withdrawn_at__isnull=True)

    def open_on(self, day: date):
        """In force on a day."""
        return self.standing().filter(valid_at(day))


class TeacherActQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """What was done for students whom the person sees."""
        there = "pairing__member__household"
        return self.filter(seen_of(user, right, area=f"{there}__area_id", household=there))

    def standing(self):
        """Not taken back, nor of a pairing that was."""
        return self.filter(withdrawn_at__isnull=True, pairing__withdrawn_at__isnull=True)
