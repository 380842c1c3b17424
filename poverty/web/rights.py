"""Every view says who may enter. The rule stands on the view itself, so that a test can list every address.

The user is duck-typed: `user.has_right(code) -> bool` and `user.must_change_password`. Place is not tested
here: `requires` opens the door, `visible_to(user)` decides what lies behind it.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from rest_framework.permissions import BasePermission

SIGNED_IN = ("signed_in",)
PUBLIC = ("public",)

CHANGE_PASSWORD = "accounts:change-password"  # noqa: S105 - the name of an address
# A person with a first password gets nowhere but here.
OPEN_WITH_FIRST_PASSWORD = frozenset({CHANGE_PASSWORD, "accounts:sign-out"})


def _not_told(code: str) -> tuple[str, list[str]]:
    return code, []


# Set by poverty.accounts when it is ready: code -> (its label, labels of the roles that hold it).
who_can: Callable[[str], tuple[str, list[str]]] = _not_told


class MissingRight(PermissionDenied):
    """The signed-in person holds none of the rights that would do; the 403 page names them."""

    def __init__(self, codes: tuple[str, ...]):
        super().__init__("没有权限")
        self.codes = codes


class OwnMatter(PermissionDenied):
    """Refused to one person in this case though he holds the right: it is his own, others decide it. Says so in words."""


def requires(*codes: str):
    """Let in who is signed in and holds at least one of `codes`.

    For function views (wraps them) and for class views such as DRF's (sets `rights` on the class, which
    `HasRights` reads). Anonymous: sent to sign in and back. Without the right: MissingRight (403).
    """
    if not codes:
        raise ValueError("requires() wants at least one right; signed_in and public stand beside it.")

    def decorate(view):
        return _guard(view, codes, codes)

    return decorate


def signed_in(view):
    """Let in every signed-in person, whatever the role: own password, own profile, messages."""
    return _guard(view, SIGNED_IN, ())


def public(view):
    """Let in everybody, signed in or not: sign-in, health, public notices."""
    view.rights = PUBLIC
    return view


def rights_of(callback) -> tuple[str, ...] | None:
    """What a URL's callback asks for; None when it says nothing (a test refuses that)."""
    for holder in (callback, getattr(callback, "cls", None), getattr(callback, "view_class", None)):
        rights = getattr(holder, "rights", None)
        if rights:
            return tuple(rights)
    return None


class HasRights(BasePermission):
    """DRF's door: reads `rights` from the view class; a class that says nothing lets nobody in."""

    message = "没有权限。"

    def has_permission(self, request, view):
        rights = tuple(getattr(view, "rights", ()))
        if rights == PUBLIC:
            return True
        user = request.user
        if not rights or not user.is_authenticated:
            return False
        if getattr(user, "must_change_password", False):
            self.message = "请先登录网页修改首次密码。"
            return False
        if rights == SIGNED_IN:
            return True
        if any(user.has_right(code) for code in rights):
            return True
        self.message = "没有权限：需要" + "或".join(f"“{who_can(code)[0]}”" for code in rights) + "。"
        return False


def _guard(view, rights, codes):
    if isinstance(view, type):
        view.rights = rights
        return view

    @wraps(view)
    def guarded(request, *args, **kwargs):
        user = request.user
        if not user.is_authenticated:
            return _go(request, redirect_to_login(_return_path(request), settings.LOGIN_URL).url)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if getattr(user, "must_change_password", False) and name not in OPEN_WITH_FIRST_PASSWORD:
            return _go(request, reverse(CHANGE_PASSWORD))
        if codes and not any(user.has_right(code) for code in codes):
            raise MissingRight(codes)
        return view(request, *args, **kwargs)

    guarded.rights = rights
    return guarded


def _go(request, url):
    """A whole-page redirect, also when only a part of the page was asked for."""
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _return_path(request) -> str:
    """Where to come back to after signing in: the page, not the part, and never a POST-only address."""
    if getattr(request, "htmx", None) and request.htmx.current_url_abs_path:
        return request.htmx.current_url_abs_path
    if request.method == "GET":
        return request.get_full_path()
    referer = urlsplit(request.META.get("HTTP_REFERER", ""))
    return referer.path if referer.netloc == request.get_host() and referer.path else "/"
