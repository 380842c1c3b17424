"""Questions about imports and their rows."""

from django.db.models import Q, QuerySet

from poverty.ledgers.incoming.kinds import all_kinds
from poverty.sql.prefix import within

RIGHT = "register.import"


# Levels are those of models.Level: 2 a wrong cell, 3 a row that cannot be.
FIT = Q(level__lt=2) | Q(level=2, accepted=True)
WRONG = Q(level=3) | (Q(level=2) & (Q(accepted=None) | Q(accepted=False)))


def rights() -> tuple[str, ...]:
    """The rights of all kinds: any of them opens the pages of imports."""
    return tuple(dict.fromkeys((RIGHT, *(one.right for one in all_kinds()))))


def _seen(user, prefix: str = "") -> Q:
    """Imports of each kind into places where the user holds its right; a bureau's officer sees his own ones only."""
    others = [one for one in all_kinds() if one.right != RIGHT]
    scope = user.scope(RIGHT)
    condition = within(f"{prefix}area_code", scope.areas) & ~Q(
        **{f"{prefix}kind__in": [one.name for one in others]}
    )
    for one in others:
        scope = user.scope(one.right)
        own = within(f"{prefix}area_code", [grant.area for grant in scope.grants if not grant.sector])
        if any(grant.sector for grant in scope.grants):
            own |= Q(**{f"{prefix}created_by": user.pk})
        condition |= Q(**{f"{prefix}kind": one.name}) & own
    return condition


class ImportQuerySet(QuerySet):
    def visible_to(self, user):
        """Imports into places where the user may import workbooks of their kind."""
        return self.filter(_seen(user))

    def applied_at(self, area_code: str):
        """Applied imports that may have told something of a place: into it, below it or into a place around it."""
        around = Q(area_code__in=[area_code[:length] for length in (2, 4, 6, 9) if length < len(area_code)])
        return self.filter(within("area_code", [area_code]) | around, state="applied")


class StagedRowQuerySet(QuerySet):
    def visible_to(self, user):
        """Rows of imports into places where the user may import."""
        return self.filter(_seen(user, "imported__"))

    def to_apply(self):
        """Rows that an application takes: without faults or only questioned, or accepted by hand; never left out,
        never those that cannot be.
        """
        return self.filter(Q(level__lt=2, accepted=None) | Q(level__lt=3, accepted=True))
