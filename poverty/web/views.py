"""The page behind the top bar's switcher (in which area and year to work), and what robots are told."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from poverty.web import chosen
from poverty.web.rights import public, signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request):
    """GET: the areas one step up and down, and the years. POST: remember one and go back."""
    if request.method == "POST":
        return _remember(request)
    now = chosen.chosen(request)
    return render(
        request,
        "web/choose.html",
        {
            "now": now,
            "areas": chosen.choices(request, now.area_code),
            "years": chosen.years(request.user),
            "next": _safe(request, request.GET.get("next", "")),
        },
    )


def _remember(request):
    area, year = request.POST.get("area"), request.POST.get("year", "")
    if not chosen.remember(request, area, int(year) if year.isdecimal() and len(year) == 4 else None):
        messages.error(request, "不能选这个区划或年度：它不在您的范围内。")
    return HttpResponseRedirect(_safe(request, request.POST.get("next", "")))


def _safe(request, url):
    """Back to where it was chosen, without the area, year and page that the address itself carried."""
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"area", "year", "page"}]
    return parts._replace(query=urlencode(query), scheme="", netloc="").geturl()


@require_safe
@public
def robots(request):
    """Nothing of this system is for search engines, the public notices least of all."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
