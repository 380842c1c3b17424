"""What everybody may read and do without signing in: running notices, names by the sheet's code, objecting."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from poverty.accounts.services.throttle import charge_use
from poverty.areas.models import Area
from poverty.areas.names import full_names, short_names
from poverty.areas.querysets import ancestors_of
from poverty.audit.context import client_address
from poverty.notices import outside
from poverty.notices.forms import CodeForm, OutsideObjectionForm
from poverty.notices.listing import on_web
from poverty.notices.services.objecting import object_from_outside
from poverty.notices.sheets import sheet_of
from poverty.review.models import Notice, Objection
from poverty.web import opaque
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import public

BY_END = (("last_day", "asc"), ("id", "asc"))
RECEIPT = "notices.receipt"
# Wrong codes that cost no waiting; a code is never guessed, but nobody needs to try for long.
FREE_CODES = {"address": 20}


def outside_page(view):
    """Open to everybody, kept by nobody on the way, for no search engine."""

    @wraps(view)
    def unlisted(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return public(never_cache(unlisted))


@require_safe
@outside_page
def notice_counties(request):
    """The counties in which a notice runs; where there is one alone, its notices at once."""
    places = outside.places_below(outside.announced(timezone.localdate()), "")
    if len(places) == 1:
        return redirect("notices:area", places[0].code)
    names = full_names(place.code for place in places)
    context = {"places": [(place, names.get(place.code, place.name)) for place in places]}
    return render(request, "notices/counties.html", context)


@require_safe
@outside_page
def notice_list(request, code: str):
    """The notices that run in a place, the first to end first: title, place, days, number, how to object."""
    if not (code.isascii() and code.isdigit()):
        raise Http404  # also what no query may hold
    area = get_object_or_404(Area, code=code)
    rows = outside.announced(timezone.localdate()).under(code)
    page = keyset_page(rows.select_related("roster"), order=BY_END, after=request.GET.get("page"), size=30)
    names = short_names({row.area_code for row in page})
    above = [one for one in ancestors_of(code) if len(one) >= 6]
    context = {
        "area": area,
        "above": [(one, name) for one, name in sorted(short_names(above).items())],
        "places": outside.places_below(rows, code),
        "page": page,
        "rows": [(row, names.get(row.area_code, ""), sheet_of(row.roster.case_type).unit) for row in page],
    }
    return render(request, "notices/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@outside_page
def notice_page(request, pk: int):
    """One notice, without names; POST takes the code of the sheet and leads on to the names."""
    notice = _announced(pk)
    if notice is None:
        return _ended(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        refusal = charge_use("notices.code", {"address": client_address(request) or ""}, FREE_CODES)
        if refusal is not None:
            form.add_error("code", f"试的次数太多，请等 {refusal.words}后再试。")
        elif outside.opens(notice, form.cleaned_data["code"]):
            return redirect("notices:names", notice.pk, form.cleaned_data["code"])
        else:
            form.add_error("code", "查询码不对，请对照公示单再输一次。")
    context = _about(notice) | {
        "form": form,
        "by_code": outside.names_may_be_read(notice, timezone.localdate()),
    }
    return render(request, "notices/page.html", context, status=422 if form.errors else 200)


@require_safe
@outside_page
def names(request, pk: int, code: str):
    """The list as it hangs, for who comes by the printed sheet; another notice's code is a wrong one."""
    notice = _announced(pk)
    if notice is None:
        return _ended(request)
    if not outside.names_may_be_read(notice, timezone.localdate()) or not outside.opens(notice, code):
        raise Http404
    return render(request, "notices/names.html", _about(notice) | {"listed": on_web(notice)})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("text", "about", "name", "phone")
@outside_page
def object_to(request, pk: int):
    """The form for an objection; nobody has to say who he is."""
    notice = _announced(pk)
    if notice is None:
        return _ended(request)
    form = OutsideObjectionForm(
        request.POST if request.method == "POST" else None,
        initial={"number": request.GET.get("number", "")[:5]},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                objection = object_from_outside(notice, address=client_address(request), **form.cleaned_data)
            except ValidationError as error:
                take_over(form, error)
                status = 429 if getattr(error, "code", "") == "wait" else 422
            else:
                return redirect("notices:received", opaque.pack(RECEIPT, objection.pk))
        else:
            status = 422
    return render(request, "notices/object.html", _about(notice) | {"form": form}, status=status)


@require_safe
@outside_page
def received(request, token: str):
    """The receipt of an objection, by its own address that nobody guesses: number, days, whether it was answered."""
    number = opaque.unpack(RECEIPT, token)
    if number is None:
        raise Http404
    objection = get_object_or_404(Objection.objects.select_related("notice"), pk=number)
    context = {
        "objection": objection,
        "notice": objection.notice,
        "numbers": list(outside.numbers_in(objection.notice.contact)),
        "hotline": outside.HOTLINE,
        "running": _announced(objection.notice_id) is not None,
    }
    return render(request, "notices/received.html", context)


def _announced(pk: int) -> Notice | None:
    """The notice while everybody may know of it; None when it has ended. 404 for any that was never told outside."""
    today = timezone.localdate()
    found = outside.announced(today).select_related("roster").filter(pk=pk).first()
    if found is None and not outside.once_announced().filter(pk=pk).exists():
        raise Http404
    return found


def _ended(request):
    return render(request, "notices/ended.html", {"hotline": outside.HOTLINE}, status=410)


def _about(notice: Notice) -> dict:
    """What may be told of a notice to everybody."""
    return {
        "notice": notice,
        "place": full_names([notice.area_code]).get(notice.area_code, ""),
        "unit": sheet_of(notice.roster.case_type).unit,
        "numbers": list(outside.numbers_in(notice.contact)),
        "hotline": outside.HOTLINE,
    }
