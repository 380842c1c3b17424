"""What every page's frame needs: places, area and year, where the search goes."""

from functools import cached_property

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from poverty.web import navigation
from poverty.web.chosen import chosen


def layout(request) -> dict:
    """Context processor: one lazy object, so that fragments and error pages pay nothing for it."""
    return {"layout": Layout(request)}


class Layout:
    """The frame of one request; each part is worked out when the template first asks."""

    def __init__(self, request):
        self.request = request

    @property
    def user(self):
        """The signed-in person, else None (also when an error came before sign-in was known)."""
        user = getattr(self.request, "user", None)
        return user if getattr(user, "is_authenticated", False) else None

    @property
    def shown(self) -> bool:
        """Bars are drawn for signed-in people who have left their first password behind."""
        return self.user is not None and not getattr(self.user, "must_change_password", False)

    @property
    def base(self) -> str:
        """What a page extends that can also be shown in the side panel: the frame, or only its own blocks."""
        htmx = getattr(self.request, "htmx", None)
        return "web/fragment.html" if htmx and not htmx.boosted else "base.html"

    def _links(self, places):
        match = self.request.resolver_match
        return navigation.links(self.user, places, match.view_name if match else "")

    @cached_property
    def places(self):
        """All places as drawn: they stand on every page twice, beside it and in a phone's menu."""
        groups = navigation.grouped(self._links(navigation.PLACES))
        return render_to_string("web/places.html", {"groups": groups})

    def phone_places(self):
        return self._links(navigation.PHONE_PLACES)

    def chosen(self):
        return chosen(self.request)

    def search_url(self):
        """Address that takes a household search by POST (it may hold a number), "" for who sees no households."""
        return self._url("households:find") if self.user and self.user.has_right("household.view") else ""

    def choose_url(self):
        return self._url("web:choose")

    def me_url(self):
        return self._url("accounts:me")

    def sign_out_url(self):
        return self._url("accounts:sign-out")

    def password_url(self):
        return self._url("accounts:change-password")

    def _url(self, name):
        try:
            return reverse(name)
        except NoReverseMatch:
            return ""
