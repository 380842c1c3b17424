"""Data checks: the overview by check and place, the findings of a check, answering, and how they change over time."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.check_figures import (
    counts_over_time,
    current_findings,
    last_run,
    last_run_id,
    overview,
)
from households.check_filters import FindingFilter
from households.check_lines import lines_of
from households.check_sight import seen_by
from households.checks.registry import CHECKS
from households.forms.checks import AnswerForm
from households.models import CheckRun, CountyYear, Finding, Household
from households.run_lines import who_started
from households.services.checking import KIND, request_checks
from households.services.checks import ANSWERING, answer, check_households, may_answer, year_is_open
from households.sight import Sight
from households.views.reaching import sent
from poverty.areas.models import Level
from poverty.areas.querysets import codes_above
from poverty.jobs.models import Job
from poverty.parameters.services import resolve_many
from poverty.web.chosen import choices as area_choices
from poverty.web.chosen import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

BY_PLACE = (("area_code", "asc"), ("id", "asc"))
NEWEST = (("id", "desc"),)


@require_safe
@requires("household.view")
def checks(request):
    """Findings by check and by the places right below the chosen area."""
    now, user = chosen(request), request.user
    county = now.area_code[: Level.COUNTY] if len(now.area_code) >= Level.COUNTY else ""
    context = {
        "now": now,
        "overview": overview(user, now.area_code, now.year),
        "last": last_run(user, now.area_code, now.year),
        "jobs": Job.objects.visible_to(user).live().filter(kind=KIND).order_by("pk")[:10]
        if user.has_right("job.view")
        else [],
        "may_start": bool(county)
        and user.has_right_at("assess.run", county)
        and year_is_open(county, now.year),
        "county": county,
        "sees_runs": user.has_right("run.view"),
        "may_answer": any(user.has_right(right) for right in ANSWERING),
    }
    return render(request, "households/checks/overview.html", context)


@require_http_methods(["POST"])
@requires("assess.run")
def start(request):
    """Put the checks of the chosen area's county in line."""
    code, year = request.POST.get("area", ""), request.POST.get("year", "")
    back = HttpResponseRedirect(reverse("households:checks"))
    if not (code.isdecimal() and year.isdecimal() and len(year) == 4):
        messages.error(request, "请先在上方选择区划和年度。")
        return back
    try:
        request_checks(code, int(year), actor=request.user)
    except PermissionDenied as error:
        raise MissingRight(("assess.run",)) from error
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        messages.success(request, f"{year}年度数据检查已排队，可以离开本页。")
    return back


@require_safe
@requires("household.view")
def findings(request):
    """Findings of the chosen year, by check, severity, answer and place; each opens its household."""
    now, user = chosen(request), request.user
    rows = current_findings(user, now.area_code, now.year)
    found = FindingFilter(request.GET, rows, places=_places(request, now))
    rows = found.qs if found.is_valid() else rows.none()
    page = keyset_page(
        rows.select_related("household__area", "member", "answer__answered_by"),
        order=BY_PLACE,
        after=request.GET.get("page"),
    )
    count, exact = count_up_to(rows)
    check = CHECKS.get(found.form.cleaned_data.get("code") or "") if found.is_valid() else None
    context = {
        "now": now,
        "filter": found,
        "page": page,
        "checked": bool(page.rows) or last_run(user, now.area_code, now.year) is not None,
        "lines": lines_of(page.rows, user, rights=ANSWERING),
        "count": count,
        "exact": exact,
        "check": check,
        "thresholds": _thresholds(check, now),
        "sees_runs": user.has_right("run.view"),
        "may_answer": any(user.has_right(right) for right in ANSWERING),
        "correctable": _correctable(now),
    }
    return render(request, "households/checks/findings.html", context)


def _correctable(now) -> bool:
    """Whether something of the chosen year may still be corrected; above the counties each has its own answer."""
    return len(now.area_code) < Level.COUNTY or year_is_open(now.area_code, now.year)


def _thresholds(check, now):
    """What a check compares with in the chosen county today."""
    if check is None or not check.parameters:
        return []
    year = CountyYear.objects.filter(area=now.area_code[: Level.COUNTY], year=now.year).first()
    if year is None:
        return []
    return list(resolve_many(check.parameters, year.area_id, year.period_to).values())


def _places(request, now) -> list[tuple[str, str]]:
    """Areas to narrow the list by: the way down to the one chosen, and what lies right below it."""
    asked = request.GET.get("area", "")
    choices = area_choices(request, asked if asked.isdecimal() else now.area_code)
    return [(one.code, "　" * one.depth + one.name) for one in choices]


@require_safe
@requires("run.view")
def runs(request):
    """How findings changed from run to run, of all checks or of one."""
    now, user = chosen(request), request.user
    code = request.GET.get("code", "")
    if code and code not in CHECKS:
        raise Http404
    rows = CheckRun.objects.visible_to(user).filter(year=now.year, finished_at__isnull=False)
    if now.area_code:
        rows = rows.filter(area_code__in=codes_above(now.area_code))
    page = keyset_page(rows.select_related("started_by"), order=NEWEST, after=request.GET.get("page"))
    counts = counts_over_time(page.rows, code) if code else {}
    context = {
        "now": now,
        "page": page,
        "check": CHECKS.get(code),
        "rows": [(run, counts.get(run.pk) if code else run, who_started(run)) for run in page.rows],
    }
    return render(request, "households/checks/runs.html", context)


@require_http_methods(["GET", "POST"])
@requires(*ANSWERING)
def answering(request, pk: int):
    """Answer one finding: 属实已改, or 不属实 with why."""
    rows = seen_by(request.user).current()
    finding = get_object_or_404(
        rows.select_related("household__area", "member", "answer__answered_by"), pk=pk
    )
    if not may_answer(finding, request.user) or finding.code not in CHECKS:
        raise Http404
    correctable = year_is_open(finding.household.area_id, finding.year)
    form = AnswerForm(sent(request), correctable=correctable)
    if form.is_valid():
        try:
            given = answer(
                finding, form.cleaned_data["kind"], note=form.cleaned_data["note"], actor=request.user
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if given is None:
                messages.success(request, "再次检查，这一条已经不存在，不需要答复。")
            else:
                messages.success(request, f"已答复“{given.get_kind_display()}”，有关信息变化前不再提示。")
            return HttpResponseRedirect(_back(request, finding))
    context = {
        "form": form,
        "line": lines_of([finding], request.user, rights=ANSWERING)[0],
        "correctable": correctable,
        "earlier": finding.answers.select_related("answered_by"),
        "back": _back(request, finding),
    }
    return render(request, "households/checks/answer.html", context, status=422 if form.errors else 200)


def _back(request, finding: Finding) -> str:
    """Where the person came from: the list of the check, else the household."""
    if request.GET.get("from") == "list":
        return f"{reverse('households:findings')}?code={finding.code}&state=open&year={finding.year}"
    return f"{reverse('households:detail', args=[finding.household_id])}?year={finding.year}"


@require_safe
@requires("household.view")
def of_household(request, pk: int):
    """The findings of one household in the chosen year: a part of its page, or a page of its own."""
    household = get_object_or_404(Household.objects.visible_to(request.user).select_related("area"), pk=pk)
    return _of_household(request, household)


@require_http_methods(["POST"])
@requires(*ANSWERING)
def again(request, pk: int):
    """Check one household once more, after something was corrected."""
    household = get_object_or_404(Household.objects.visible_to(request.user).select_related("area"), pk=pk)
    if not any(Sight(request.user).may(right, household) for right in ANSWERING):
        raise Http404
    year = chosen(request).year
    check_households([household.pk], year)
    if not request.htmx:
        holding = seen_by(request.user).current().filter(household=household, year=year).count()
        messages.success(request, f"已重新检查本户，{f'还有{holding}项' if holding else '没有发现'}。")
        return HttpResponseRedirect(
            f"{reverse('households:household-checks', args=[pk])}?{urlencode({'year': year})}"
        )
    return _of_household(request, household, checked=True)


def _of_household(request, household: Household, *, checked: bool = False):
    """`checked`: this very moment; otherwise nothing found says something only after a run over the place."""
    year = chosen(request).year
    rows = (
        seen_by(request.user)
        .current()
        .filter(household=household, year=year)
        .select_related("household__area", "member", "answer__answered_by")
        .order_by("code", "id")
    )
    sight = Sight(request.user)
    context = {
        "household": household,
        "year": year,
        "checked": checked or last_run_id(household.area_id, year) is not None,
        "lines": lines_of(list(rows), request.user, rights=ANSWERING),
        "may_check": any(sight.may(right, household) for right in ANSWERING)
        and year_is_open(household.area_id, year),
    }
    template = "_household.html" if request.htmx else "household.html"
    return render(request, f"households/checks/{template}", context)
