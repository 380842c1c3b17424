"""帮扶措施: planning one, one measure on its way; 帮扶计划: who has none, one plan with its rows and signatures."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.gaps.measures import FinishForm, OnForm, PlanMeasureForm
from households.gaps.measures import begin_measure, cancel_measure, finish_measure, plan_measure
from households.models import HelpPlan, Household, Measure, Visit
from households.views.gaps.reaching import measure_for
from households.views.reaching import household_for, sent
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires

COLOURS = {"planned": "grey", "under_way": "blue", "done": "green", "cancelled": "grey"}
_TABS = (("open", "在办"), ("late", "已逾期"), ("done", "已完成"), ("cancelled", "已取消"))


@require_safe
@requires("measure.view")
def measures(request):
    """Measures of an area: planned and under way, late, done, cancelled."""
    now, user, today = chosen(request), request.user, timezone.localdate()
    tab = request.GET.get("tab", "open")
    if tab not in dict(_TABS):
        raise Http404
    rows = Measure.objects.visible_to(user).filter(within("household__area_id", [now.area_code]))
    sets = {
        "open": rows.going_on(),
        "late": rows.late_on(today),
        "done": rows.filter(state="done"),
        "cancelled": rows.filter(state="cancelled"),
    }
    page = keyset_page(
        sets[tab].select_related("household__area"),
        order=(("planned_until", "asc"), ("id", "asc")) if tab in ("open", "late") else (("id", "desc"),),
        after=request.GET.get("page"),
    )
    return render(
        request,
        "households/gaps/measures.html",
        {
            "now": now,
            "tab": tab,
            "tabs": [
                (
                    label,
                    f"?tab={key}",
                    count_up_to(sets[key], 1_000)[0] if key in ("open", "late") else None,
                    key == tab,
                )
                for key, label in _TABS
            ],
            "page": page,
            "colours": COLOURS,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("measure.edit")
def measure_new(request, pk):
    """Plan a measure for a household; with ?gap= for that gap, ?group= already chosen."""
    user, now = request.user, chosen(request)
    household = household_for(user, pk, "measure.edit")
    plan = HelpPlan.objects.visible_to(user).filter(household=household, year=now.year).first()
    initial = {"gap": request.GET.get("gap", ""), "group": request.GET.get("group", "")}
    form = PlanMeasureForm(
        sent(request),
        household=household,
        year=now.year,
        user=user,
        initial={name: value for name, value in initial.items() if value},
    )
    if form.is_valid() and carried_out(
        form, lambda: plan_measure(household, actor=user, plan=plan, **form.cleaned_data)
    ):
        messages.success(request, "帮扶措施已列入计划。")
        return redirect(_help_tab(household, now.year))
    return render(
        request,
        "households/gaps/measure_new.html",
        {"form": form, "household": household, "plan": plan, "year": now.year},
        status=422 if form.errors else 200,
    )


@require_safe
@requires("measure.view")
def measure(request, pk):
    """One measure: what, by whom until when, what came of it; the next step for who does it."""
    return _page(request, measure_for(request.user, pk))


_FORMS = {"begin": OnForm, "finish": FinishForm, "cancel": partial(ReasonForm, label="取消原因")}


def _page(request, one: Measure, *, status=200, **forms):
    user = request.user
    may = (
        one.state in ("planned", "under_way")
        and Household.objects.visible_to(user, "measure.edit").filter(pk=one.household_id).exists()
    )
    shown = {f"{name}_form": forms.get(name) or kind() for name, kind in _FORMS.items()} if may else {}
    if one.state != "planned":
        shown.pop("begin_form", None)
    context = {"measure": one, "colour": COLOURS[one.state], "may": may, **shown}
    return render(request, "households/gaps/measure.html", context, status=status)


@require_POST
@requires("measure.edit")
def measure_step(request, pk, name):
    """Begin, finish or cancel a measure."""
    user = request.user
    one = measure_for(user, pk, "measure.edit")
    form = _FORMS[name](request.POST)

    def act():
        values = form.cleaned_data
        if name == "begin":
            begin_measure(one, actor=user, **values)
        elif name == "finish":
            # The first visit on that day or after it bears witness.
            visit = (
                Visit.objects.counted()
                .filter(household=one.household_id, happened_on__gte=values["on"])
                .order_by("happened_on", "pk")
                .first()
            )
            finish_measure(one, actor=user, visit=visit, **values)
        else:
            cancel_measure(one, actor=user, **values)

    if form.is_valid() and carried_out(form, act):
        messages.success(request, {"begin": "已记录开始。", "finish": "已完成。", "cancel": "已取消。"}[name])
        return redirect("households:measure", pk)
    return _page(request, measure_for(user, pk), status=422, **{name: form})


def _help_tab(household: Household, year: int) -> str:
    return f"{reverse('households:detail', args=[household.pk])}?year={year}&tab=help"
