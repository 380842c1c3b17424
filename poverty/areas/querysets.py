"""Questions about places: what a user may see, what lies below, what was in force on a day."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

# Lengths of area codes, from the whole country ("") to the village.
CODE_LENGTHS = (0, 2, 4, 6, 9, 12)


def codes_above(code: str, *, itself: bool = True) -> list[str]:
    """Return the codes of the areas that contain an area, from the country ("") down, by default with itself."""
    return [
        code[:length] for length in CODE_LENGTHS if length < len(code) or (itself and length == len(code))
    ]


def ancestors_of(code: str) -> list[str]:
    """Return the codes above `code`, from the province down, without itself; "" and a province have none."""
    return codes_above(code, itself=False)[1:]


def length_below(code: str) -> int:
    """Return how long the codes right below an area are; those of a village, below which is no area, for itself."""
    return next((length for length in CODE_LENGTHS if length > len(code)), CODE_LENGTHS[-1])


class AreaQuerySet(QuerySet):
    def visible_to(self, user):
        """Areas inside the user's scope and, so that paths can be read, the ancestors of the scope's areas.

        A helper's scope is his paired households, not a place: he sees no area here.
        """
        codes = user.scope("area.view").areas
        above = {ancestor for code in codes for ancestor in ancestors_of(code)}
        return self.filter(within("code", codes) | Q(code__in=sorted(above)))

    def inside_scope(self, user, right="area.view"):
        """Areas where the user may act by `right`: without the ancestors."""
        return self.filter(within("code", user.scope(right).areas))

    def under(self, code):
        """The area itself and everything below it; "" is the whole country."""
        return self.filter(within("code", [code]))

    def hold_code(self, text: str) -> bool:
        """Whether the code of one of these areas, in force or not, is `text` or begins with it."""
        return text.isascii() and text.isdigit() and self.filter(code__startswith=text).exists()

    def in_force(self, on: date):
        """Areas that existed on that day; an unknown day of foundation counts as before."""
        return self.filter(valid_at(on, open_start=True))

    def with_children_flag(self, on: date):
        """Annotate `has_children`: whether an area directly below is in force on that day."""
        below = self.model.objects.in_force(on).filter(parent=OuterRef("pk"))
        return self.annotate(has_children=Exists(below))


class SettlementQuerySet(QuerySet):
    def visible_to(self, user):
        """Settlements of villages inside the user's scope."""
        return self.filter(within("village", user.scope("area.view").areas))

    def in_force(self, on: date):
        """Settlements that existed on that day; an unknown day of foundation counts as before."""
        return self.filter(valid_at(on, open_start=True))


class SettlementFactQuerySet(QuerySet):
    def visible_to(self, user):
        """Facts of settlements of villages inside the user's scope."""
        return self.filter(within("settlement__village", user.scope("area.view").areas))

    def in_force(self, on: date):
        """The one row per settlement and fact that holds on that day; no row means unknown."""
        return self.filter(valid_at(on))
