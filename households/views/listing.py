"""The list of households, its count, and finding one by a number that must not stand in an address."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from households.filters import HouseholdFilter
from households.listing import rows_of
from households.models import Household
from households.search import holds_number, search
from poverty.web import chosen
from poverty.web.addresses import query_with
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires
from poverty.web.typed import query_of

SIZE = 50
MORE = ("indicator_state", "status", "cause", "helper", "no_helper", "visited", "register")
FOUND = 20


@require_safe
@requires("household.view")
def household_list(request):
    """Households of the chosen area that fit the filters of the address, a page at a time."""
    if holds_number(request.GET.get("q", "")):
        # Nothing of it is carried on: the next address, the log and the history stay without it.
        messages.warning(request, "证件号码、电话等七位以上的号码不能写进网址，请在这里查找。")
        return HttpResponseRedirect(reverse("households:find"))
    now = chosen.chosen(request)
    found = filtered(request)
    sort = request.GET.get("sort", "")
    rows, page = page_of(request, found)
    code = _place(request)
    context = {
        "filter": found,
        "page": page,
        "rows": rows_of(page.rows, user=request.user, year=now.year, below=code),
        "year": now.year,
        "sort": sort,
        "more": [found.form[name] for name in MORE if name in found.form.fields],
        "more_used": any(request.GET.get(name) for name in MORE),
        "count": count_up_to(rows) if request.GET.get("count") else None,
        "count_query": query_with(request.GET, page=None, count=None),
        "without_income": sort in ("income", "-income"),
        "widened": query_with(request.GET, area=_widest(request), page=None),
        "whole_list": query_with(request.GET),
        "may_reveal": request.user.has_right("personal.reveal"),
        "may_adopt": request.user.has_right("status.adopt"),
        "may_widen": bool(request.GET.get("q")) and code != _widest(request),
    }
    return render(request, "households/list/list.html", context)


@require_safe
@requires("household.view")
def household_count(request):
    """How many households fit, exact to 10,000: a second request, so that the rows need not wait for it."""
    rows, _ = filtered(request).ordered(request.GET.get("sort", ""))
    return render(request, "households/list/_count.html", {"count": count_up_to(rows)})


@require_http_methods(["GET", "POST"])
@requires("household.view")
@never_cache
def find(request):
    """Find a household by a number, which is sent in the body and never stands in an address.

    The search box of every page leads here, and the filters above the list; words and short numbers go on to
    the list, with the filters in its address.
    """
    text = request.POST.get("number", request.POST.get("q", "")).strip()[:60]
    found = []
    if request.method == "POST" and "q" in request.POST and not holds_number(text):
        return HttpResponseRedirect(reverse("households:list") + _filters_of(request.POST))
    if text and not holds_number(text):
        return HttpResponseRedirect(f"{reverse('households:list')}?{urlencode({'q': text})}")
    if text:
        # In the whole scope, not the chosen area: a number is one person, wherever he lives.
        found = list(
            search(Household.objects.visible_to(request.user), text).order_by("area_id", "id")[: FOUND + 1]
        )
        if len(found) == 1:
            return HttpResponseRedirect(reverse("households:detail", args=[found[0].pk]))
    year = chosen.chosen(request).year
    context = {
        "asked": request.method == "POST",
        "empty": request.method == "POST" and not text,
        "rows": rows_of(found[:FOUND], user=request.user, year=year),
        "more": len(found) > FOUND,
    }
    status = 422 if request.method == "POST" and not found else 200
    return render(request, "households/list/find.html", context, status=status)


def _filters_of(sent) -> str:
    """The filters that were set, as the address of a list; what may be somebody's number is left out."""
    names = ("q", "sort", "year", *HouseholdFilter.base_filters)
    return query_of(sent, names, typed={*names} - {"area"}, personal=holds_number)


def page_of(request, found: HouseholdFilter):
    """All rows that fit, and the page of them that the address asks for."""
    sort = request.GET.get("sort", "")
    rows, order = found.ordered(sort)
    page = keyset_page(
        rows.select_related("head") if found.limited else rows,
        order=order,
        after=request.GET.get("page"),
        size=SIZE,
        keys=found.gathered(rows, sort),
    )
    return rows, page


def filtered(request) -> HouseholdFilter:
    """The filter over what the person sees in the chosen area; refused filters select nothing."""
    code = _place(request)
    choices = [(one.code, "　" * one.depth + one.name) for one in chosen.choices(request, code)]
    if not code:
        choices.insert(0, ("", "全部"))
    data = request.GET.copy()
    data["area"] = code
    rows = Household.objects.visible_to(request.user)
    return HouseholdFilter(data, rows, request=request, areas=choices)


def _place(request) -> str:
    """The area whose households are listed: the chosen one; a helper's are listed wherever they are."""
    asked = request.GET.get("area", "")
    if asked.isascii() and asked.isdigit():
        return asked
    scope = request.user.scope("household.view")
    if scope.paired and not scope.areas:
        return ""
    return chosen.chosen(request).area_code


def _widest(request) -> str:
    """The widest of the person's own areas: as far as he may look ("" for a helper: his own households)."""
    return min(request.user.scope("household.view").areas, key=lambda code: (len(code), code), default="")
