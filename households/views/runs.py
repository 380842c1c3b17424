"""Runs of judging: the list, one run with what it changed and whom it left out, and starting one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.models import AssessmentRun, CountyYear
from households.run_filters import ChangeFilter, LeftOutFilter, RunFilter
from households.run_lines import changed_households, left_out_households, moves, place_names, who_started
from households.services.running import KIND, request_assessment
from households.services.standing import outdated
from poverty.areas.models import Level
from poverty.areas.querysets import codes_above
from poverty.jobs.models import Job
from poverty.sql.prefix import within
from poverty.web.chosen import choices as area_choices
from poverty.web.chosen import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

NEWEST = (("id", "desc"),)
BY_PLACE = (("area_id", "asc"), ("id", "asc"))
# Beyond this many the moves are not summed up: it would read every row for a line of text.
SUMMED = 50_000


@require_safe
@requires("run.view")
def runs(request):
    """Runs over the chosen area and over areas that contain it, newest first; those in progress above."""
    now = chosen(request)
    user = request.user
    rows = AssessmentRun.objects.visible_to(user)
    if now.area_code:
        here = within("area_code", [now.area_code])
        rows = rows.filter(here) | rows.filter(area_code__in=codes_above(now.area_code))
    found = RunFilter(request.GET, rows)
    page = keyset_page(found.qs.select_related("started_by"), order=NEWEST, after=request.GET.get("page"))
    count, exact = count_up_to(found.qs)
    names = place_names(page.rows)
    county = now.area_code[: Level.COUNTY] if len(now.area_code) >= Level.COUNTY else ""
    context = {
        "filter": found,
        "page": page,
        "rows": [(run, names.get(run.area_code, run.area_code), who_started(run)) for run in page.rows],
        "count": count,
        "exact": exact,
        "now": now,
        "jobs": Job.objects.visible_to(user).live().filter(kind=KIND).order_by("pk")[:10],
        "may_start": bool(county) and user.has_right_at("assess.run", county),
        "year_is_open": CountyYear.objects.filter(
            area=county, year=now.year, state=CountyYear.State.OPEN
        ).exists(),
        "outdated": outdated(county, now.year) if county else "",
    }
    return render(request, "households/runs/list.html", context)


@require_http_methods(["POST"])
@requires("assess.run")
def run_start(request):
    """Put the judging of the chosen area's county in line."""
    code, year = request.POST.get("area", ""), request.POST.get("year", "")
    if not (code.isdecimal() and year.isdecimal() and len(year) == 4):
        messages.error(request, "请先在上方选择区划和年度。")
        return HttpResponseRedirect(reverse("households:runs"))
    try:
        jobs = request_assessment(code, int(year), actor=request.user)
    except PermissionDenied as error:
        raise MissingRight(("assess.run",)) from error
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        messages.success(request, f"{year}年度重新判定已排队（{len(jobs)}个县），可以离开本页。")
    return HttpResponseRedirect(reverse("households:runs"))


@require_safe
@requires("run.view")
def run(request, pk: int):
    """One run: counts that add up, and the households of the viewer that it changed or could not judge."""
    found = get_object_or_404(
        AssessmentRun.objects.visible_to(request.user).select_related("started_by", "job"), pk=pk
    )
    tab = request.GET.get("tab", "")
    context = {
        "run": found,
        "place": place_names([found]).get(found.area_code, found.area_code),
        "who": who_started(found),
        "tab": tab,
        "partial": not request.user.scope("household.view").covers(found.area_code),
        # A county's job is out of a township's sight, its run is not.
        "job_seen": found.job_id is not None
        and request.user.has_right("job.view")
        and Job.objects.visible_to(request.user).filter(pk=found.job_id).exists(),
    }
    places = _places(request, found)
    if tab == "left_out":
        context |= _left_out(request, found, places)
    else:
        context |= _changes(request, found, places)
    own = reverse("households:run", args=[pk])
    context["tabs"] = [
        ("变化", own, found.changed, tab != "left_out"),
        ("未判定", f"{own}?tab=left_out", found.left_out, tab == "left_out"),
    ]
    return render(request, "households/runs/run.html", context)


def _changes(request, found: AssessmentRun, places) -> dict:
    rows = found.changes.visible_to(request.user, "run.view")
    filtered = ChangeFilter(request.GET, rows, places=places)
    page = _page(request, filtered)
    return {
        "filter": filtered,
        "page": page,
        "changed": changed_households(page.rows),
        "moves": moves(rows) if 0 < found.changed <= SUMMED else [],
    }


def _left_out(request, found: AssessmentRun, places) -> dict:
    rows = found.left_out_rows.visible_to(request.user, "run.view")
    filtered = LeftOutFilter(request.GET, rows, places=places)
    page = _page(request, filtered)
    return {"filter": filtered, "page": page, "left_out": left_out_households(page.rows)}


def _page(request, filtered):
    """A page of households; a filter that is refused selects nothing."""
    rows = filtered.qs if filtered.is_valid() else filtered.queryset.none()
    return keyset_page(rows.select_related("household"), order=BY_PLACE, after=request.GET.get("page"))


def _places(request, found: AssessmentRun) -> list[tuple[str, str]]:
    """Areas to narrow the lists by: the way down to the one chosen, and what lies right below it."""
    own = request.user.scope("area.view").areas
    inside = next((code for code in own if code.startswith(found.area_code)), found.area_code)
    asked = request.GET.get("area", "")
    choices = area_choices(request, asked if asked.isdecimal() else inside)
    return [
        (one.code, "　" * one.depth + one.name) for one in choices if one.code.startswith(found.area_code)
    ]
