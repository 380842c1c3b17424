"""缺项: the list with its figures, one gap and whom it is given to, who is responsible for what."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.disclosure import disclosure, is_limited
from households.forms.gaps.gaps import AssignForm, GapFilterForm, ResponsibilityForm
from households.gaps.assigning import assign_gap
from households.gaps.figures import gap_figures
from households.gaps.measures import ANSWERS
from households.gaps.responsible import set_responsibility, table_of
from households.models import Gap, Household, Measure
from households.views.gaps.reaching import gap_for
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_COUNTED_TO = 10_000
_FIGURES_FROM = 6  # above a county the figures of hundreds of thousands of gaps are asked of each county


@require_safe
@requires("household.view")
def gaps(request):
    """What lacks in an area, the nearest deadline first, with figures by place and by kind that add up to it."""
    now, user, today = chosen(request), request.user, timezone.localdate()
    rows = Gap.objects.visible_to(user).open().of_year(now.year).filter(within("area_code", [now.area_code]))
    form = GapFilterForm(request.GET)
    rows = form.narrowed(rows, user)
    page = keyset_page(
        rows.select_related("household", "assigned_to"),
        order=(("due_on", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
    )
    count, exact = count_up_to(rows, _COUNTED_TO)
    shows = len(now.area_code) >= _FIGURES_FROM and count
    by_place, by_kind, total = gap_figures(rows, now.area_code, today) if shows else ([], [], None)
    places = short_names({one.area_code for one in page.rows})
    return render(
        request,
        "households/gaps/gaps.html",
        {
            "now": now,
            "form": form,
            "page": page,
            "lines": [(one, places.get(one.area_code, "")) for one in page.rows],
            "count": count,
            "exact": exact,
            "by_place": by_place if len(by_place) > 1 else [],
            "by_kind": by_kind,
            "total": total,
            "may_labour": not is_limited(user) and user.has_right("measure.view"),
            "today": today,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.view")
def gap(request, pk):
    """One gap: what lacks, who closes it until when, what is done for it; given to somebody by who may."""
    user = request.user
    one = gap_for(user, pk)
    household = one.household
    may_assign = (
        one.is_open and Household.objects.visible_to(user, "gap.assign").filter(pk=household.pk).exists()
    )
    form = AssignForm(sent(request), gap=one) if may_assign else None
    if request.method == "POST":
        if form is None:
            raise MissingRight(("gap.assign",))
        if form.is_valid() and carried_out(form, lambda: assign_gap(one, actor=user, **form.cleaned_data)):
            messages.success(request, "已调整，责任人在“我的工作”里能看到。")
            return redirect("households:gap", pk)
    whole = disclosure(user, household).whole
    return render(
        request,
        "households/gaps/gap.html",
        {
            "gap": one,
            "place": short_names([one.area_code]).get(one.area_code, one.area_code),
            "form": form,
            "whole": whole,
            "measures": Measure.objects.visible_to(user).filter(gap=one) if whole else [],
            "earlier": Gap.objects.visible_to(user)
            .filter(household=household, indicator=one.indicator, year=one.year)
            .exclude(pk=pk)
            .order_by("-id")[:10],
            "may_help": whole
            and one.is_open
            and Household.objects.visible_to(user, "measure.edit").filter(pk=household.pk).exists(),
            "fitting": ANSWERS.get(one.indicator, ("",))[0],
        },
        status=422 if form is not None and form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("household.view")
def responsibilities(request):
    """Who closes what in the county today; another way is entered with its day and document."""
    now, user, today = chosen(request), request.user, timezone.localdate()
    county = now.area_code[:6]
    may_edit = len(county) == _FIGURES_FROM and user.has_right_at("parameter.edit", county)
    form = ResponsibilityForm(sent(request)) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise MissingRight(("parameter.edit",))
        if form.is_valid() and carried_out(form, lambda: _set(county, user, form.cleaned_data)):
            messages.success(request, "已记录，从生效之日起新出现的缺项按此办理。")
            return redirect("households:gap-responsibilities")
    return render(
        request,
        "households/gaps/responsibilities.html",
        {"now": now, "rows": table_of(county, today), "form": form},
        status=422 if form is not None and form.errors else 200,
    )


def _set(county: str, user, values: dict) -> None:
    values = dict(values)
    set_responsibility(county, values.pop("indicator"), values.pop("state"), actor=user, **values)
