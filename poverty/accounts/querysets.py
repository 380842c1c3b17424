"""Named questions about people, units and postings. Request code begins with `visible_to`."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from poverty.accounts.scope import scope_of
from poverty.areas.querysets import ancestors_of
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


class UserQuerySet(QuerySet):
    """People on record, with or without an account."""

    def visible_to(self, user, right: str = "user.view"):
        """People whose unit lies, or who were ever posted, where `user` holds `right`. Nobody without it."""
        return self.in_areas(scope_of(user, right).areas)

    def in_areas(self, codes):
        """People whose own unit lies in these areas or who were ever posted there (no codes: nobody)."""
        postings = self.model._meta.get_field("postings").related_model
        there = postings.objects.filter(within("area", codes), user=OuterRef("pk"))
        return self.filter(within("unit__area", codes) | Exists(there))

    def posted(self, *, role: str = "", codes=None, unit=None, on=None):
        """People with a posting open on a day (default: today) in this role, these areas, this unit."""
        postings = self.model._meta.get_field("postings").related_model
        found = postings.objects.open_on(on).filter(user=OuterRef("pk"))
        if role:
            found = found.filter(role=role)
        if codes is not None:
            found = found.filter(within("area", codes))
        if unit is not None:
            found = found.filter(unit=unit)
        return self.filter(Exists(found))

    def named(self, text: str):
        """People whose name contains, or whose account, pinyin or initials begin with `text`."""
        text = text.strip()
        if not text:
            return self
        if text.isascii():
            low = text.lower()
            return self.filter(
                Q(pinyin__startswith=low) | Q(initials__startswith=low) | Q(username__startswith=text)
            )
        return self.filter(name__contains=text)


class UnitQuerySet(QuerySet):
    """Organisations."""

    def visible_to(self, user, right: str = "unit.view"):
        """Units in the areas where `user` holds `right`, and, to look at, those of the areas above.

        A village looks up the county bureau that answers for its water; it does not edit it.
        """
        codes = scope_of(user, right).areas
        if right != "unit.view":
            return self.filter(within("area", codes))
        above = {one for code in codes for one in ancestors_of(code)}
        return self.filter(within("area", codes) | Q(area__in=above))


class PostingQuerySet(QuerySet):
    """Dated postings."""

    def visible_to(self, user, right: str = "user.view"):
        """Postings to the areas where `user` holds `right`."""
        return self.filter(within("area", scope_of(user, right).areas))

    def open_on(self, day=None):
        """Postings valid on a day (default: today in Shanghai)."""
        return self.filter(valid_at(day or timezone.localdate()))
