"""The list of villages: where each stands in the year, and what is done with several at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poverty.areas.names import short_names
from poverty.web import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires
from villages.filters import VillageFilter
from villages.forms.exiting import ListForm, PlanForm
from villages.models import ExitCase, Village, VillageAssessment, VillageYear
from villages.services.assess import request_villages_assessment
from villages.services.exiting import plan_exits
from villages.services.register import open_files, put_on_list
from villages.views.fetching import sent

SIZE = 50
MORE = ("begun",)


def place_of(request) -> str:
    """The area whose villages are listed: asked for, else the chosen one."""
    asked = request.GET.get("area", "")
    return asked if asked.isascii() and asked.isdigit() else chosen.chosen(request).area_code


@require_safe
@requires("village.view")
def village_list(request):
    """Villages of the chosen area that fit the filters of the address, with the result of the year."""
    now = chosen.chosen(request)
    code = place_of(request)
    found = _filtered(request, code)
    rows = found.qs.select_related("area__parent")
    page = keyset_page(rows, order=(("area_id", "asc"),), after=request.GET.get("page"), size=SIZE)
    context = {
        "filter": found,
        "page": page,
        "rows": rows_of(page.rows, now.year),
        "year": now.year,
        "more": [found.form[name] for name in MORE],
        "more_used": any(request.GET.get(name) for name in MORE),
        "count": count_up_to(rows),
        "may_list": request.user.has_right_at("village.list", code[:6]),
        "may_plan": request.user.has_right_at("village.decide", code[:6]),
        "may_judge": request.user.has_right_at("assess.run", code[:6]),
        "code": code,
    }
    return render(request, "villages/list.html", context)


def rows_of(villages: list[Village], year: int) -> list[dict]:
    """A page of villages with what the list says of each: four queries, whatever the length."""
    keys = [one.pk for one in villages]
    results = {one.village_id: one for one in VillageAssessment.objects.filter(village__in=keys, year=year)}
    begun = set(VillageYear.objects.filter(village__in=keys, year=year).values_list("village_id", flat=True))
    exits = {
        one.village_id: one
        for one in ExitCase.objects.filter(village__in=keys, year=year).exclude(state="dropped")
    }
    places = short_names(one.area_id for one in villages)
    return [
        {
            "village": one,
            "place": places.get(one.area_id, one.area_id),
            "result": results.get(one.pk),
            "begun": one.pk in begun,
            "exit": exits.get(one.pk),
        }
        for one in villages
    ]


def _filtered(request, code: str) -> VillageFilter:
    choices = [(one.code, "　" * one.depth + one.name) for one in chosen.choices(request, code)]
    data = request.GET.copy()
    data["area"] = code
    rows = Village.objects.visible_to(request.user).standing()
    return VillageFilter(data, rows, request=request, areas=choices)


def _picked(request) -> list[int]:
    keys = request.POST.getlist("village") or request.GET.getlist("village")
    return [int(one) for one in keys if one.isascii() and one.isdigit() and len(one) <= 18]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("village.decide")
def plan(request):
    """Put villages of the list on the year's plan of exits, by one document."""
    year = chosen.chosen(request).year
    seen = Village.objects.visible_to(request.user, "village.decide").standing().filter(status="listed")
    open_already = ExitCase.objects.open().values("village_id")
    rows = list(seen.exclude(pk__in=open_already).select_related("area__parent").order_by("area_id"))
    form = PlanForm(sent(request))
    if request.method == "POST" and form.is_valid():
        picked = seen.filter(pk__in=_picked(request))
        if carried_out(form, lambda: plan_exits(picked, year, actor=request.user, **form.entry())):
            messages.success(request, f"已列入{year}年度出列计划，由各村自查。")
            return redirect("villages:exits")
    return _choosing(request, form, rows, year, "plan")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("village.list")
def put_on(request):
    """Put villages on the list of poor villages, by one document."""
    seen = Village.objects.visible_to(request.user, "village.list").standing().filter(status="")
    rows = list(seen.select_related("area__parent").order_by("area_id"))
    form = ListForm(sent(request))
    if request.method == "POST" and form.is_valid():
        picked = seen.filter(pk__in=_picked(request))
        entry = form.entry()
        entry["on"] = entry.pop("happened_on")
        if not picked.exists():
            form.add_error(None, "请先勾选要列入名单的村。")
        elif carried_out(form, lambda: put_on_list(picked, actor=request.user, **entry)):
            messages.success(request, "已列入贫困村名单。")
            return redirect("villages:list")
    return _choosing(request, form, rows, chosen.chosen(request).year, "list")


def _choosing(request, form, rows, year: int, what: str):
    picked = set(_picked(request))
    context = {"form": form, "rows": [(one, one.pk in picked) for one in rows], "year": year, "what": what}
    return render(request, "villages/choose.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires("village.list")
def open_missing(request):
    """Open the files of the villages of the county that have none yet."""
    code = chosen.chosen(request).area_code[:6]
    try:
        made = open_files(code, actor=request.user)
    except PermissionDenied as error:
        raise MissingRight(("village.list",)) from error
    messages.success(request, f"已建立 {made} 个村的档案。" if made else "各村都已有档案。")
    return HttpResponseRedirect(reverse("villages:list"))


@require_POST
@requires("assess.run")
def assess(request):
    """Judge the county's villages again, in the background."""
    now = chosen.chosen(request)
    try:
        jobs = request_villages_assessment(now.area_code, now.year, actor=request.user)
    except PermissionDenied as error:
        raise MissingRight(("assess.run",)) from error
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return HttpResponseRedirect(reverse("villages:list"))
    return redirect("jobs:job", jobs[0].pk) if jobs else HttpResponseRedirect(reverse("villages:list"))
