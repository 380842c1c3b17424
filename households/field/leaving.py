"""A browser that may hold visits is not left without asking: signing out leads through the phone pages."""

from django.urls import reverse

# Tells the server that this browser may hold visits. A browser keeps a cookie for at most 400 days; every opening
# of the phone pages with network renews it.
COOKIE = "field"
COOKIE_SECONDS = 400 * 24 * 3600
LEAVE = "#/leave"


def leave_first(request) -> str:
    """Where somebody must go before he signs out: "" when he comes from there or this browser holds no visits."""
    if COOKIE not in request.COOKIES or request.POST.get("visits") == "settled":
        return ""
    return reverse("field:shell") + LEAVE
