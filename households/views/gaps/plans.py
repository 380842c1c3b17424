"""帮扶计划: who has none, one plan with its rows and signatures."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.disclosure import whole_to
from households.forms.gaps.measures import DrawUpForm, OnForm, SignForm
from households.gaps.plans import draw_up_plan, kind_for, needing_plan, sign_plan, without_plan
from households.models import HelpPlan, Household
from households.views.gaps.measures import COLOURS
from households.views.gaps.reaching import plan_for
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires


@require_safe
@requires("measure.view")
def plans(request):
    """Households without a plan for the year: the list that should be empty, and how many have one."""
    now, user = chosen(request), request.user
    rows = (
        Household.objects.visible_to(user, "measure.view")
        .filter(whole_to(user))
        .filter(within("area_id", [now.area_code]))
    )
    missing = without_plan(rows, now.year)
    page = keyset_page(
        missing.select_related("area"),
        order=(("area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
    )
    places = short_names({one.area_id for one in page.rows})
    editable = set(
        Household.objects.visible_to(user, "measure.edit")
        .filter(pk__in=[one.pk for one in page.rows])
        .values_list("pk", flat=True)
    )
    count, exact = count_up_to(missing, 10_000)
    have, all_counted = count_up_to(needing_plan(rows).exclude(pk__in=missing.values("pk")), 10_000)
    return render(
        request,
        "households/gaps/plans.html",
        {
            "now": now,
            "page": page,
            "lines": [(one, places.get(one.area_id, ""), one.pk in editable) for one in page.rows],
            "count": count,
            "exact": exact,
            "have": have,
            "have_exact": all_counted,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("measure.edit")
def plan_new(request, pk):
    """Draw up a household's plan of the year."""
    user, now = request.user, chosen(request)
    household = household_for(user, pk, "measure.edit")
    known = HelpPlan.objects.visible_to(user).filter(household=household, year=now.year).first()
    if known is not None:
        return redirect("households:plan", known.pk)
    form = DrawUpForm(sent(request))
    made = []
    if form.is_valid() and carried_out(
        form, lambda: made.append(draw_up_plan(household, now.year, actor=user, **form.cleaned_data))
    ):
        messages.success(request, "帮扶计划已制定，请逐项增加措施。")
        return redirect("households:plan", made[0].pk)
    context = {
        "form": form,
        "household": household,
        "year": now.year,
        "kind": HelpPlan.Kind(kind_for(household)).label,
    }
    return render(request, "households/gaps/plan_new.html", context, status=422 if form.errors else 200)


@require_safe
@requires("measure.view")
def plan(request, pk):
    """One plan: its rows, what they cost, who signed."""
    one = plan_for(request.user, pk)
    return _plan_page(request, one)


def _plan_page(request, one: HelpPlan, *, form=None, status=200):
    user, today = request.user, timezone.localdate()
    may = Household.objects.visible_to(user, "measure.edit").filter(pk=one.household_id).exists()
    rows = list(one.measures.order_by("planned_until", "id"))
    context = {
        "plan": one,
        "measures": rows,
        "colours": COLOURS,
        "planned": sum(row.planned_amount or 0 for row in rows),
        "actual": sum(row.actual_amount or 0 for row in rows),
        "may": may,
        "form": form or (SignForm() if may and one.household_signed_on is None else None),
        "may_sign": may
        and one.helper_signed_on is None
        and one.household.pairings.open_on(today).filter(helper=user).exists(),
    }
    return render(request, "households/gaps/plan.html", context, status=status)


@require_POST
@requires("measure.edit")
def plan_sign(request, pk, side):
    """Note a signature: the helper's own, or the household's."""
    user = request.user
    one = plan_for(user, pk, "measure.edit")
    own = side == "helper"
    form = OnForm({"on": timezone.localdate()}) if own else SignForm(request.POST)

    def act():
        sign_plan(one, actor=user, by_helper=own, **form.cleaned_data)

    if form.is_valid() and carried_out(form, act):
        messages.success(request, "签字已记录。")
        return redirect("households:plan", pk)
    if own:
        # A button without fields: what was refused stands above the page.
        messages.error(request, "；".join(text for texts in form.errors.values() for text in texts))
        return _plan_page(request, plan_for(user, pk), status=422)
    return _plan_page(request, plan_for(user, pk), form=form, status=422)
