"""列入预退出计划: the households of a village that are to exit this year."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from households.forms.exits.papers import PlanForm
from households.models import Assessment, ExitCase, Household
from households.options.poverty_status import POVERTY_STATUSES
from households.services.exits.planning import plan_exits
from households.views.exits.choosing import CHANGED, NOBODY, keys_of
from households.views.exits.reaching import attempt, village_for, village_url
from households.views.reaching import sent
from poverty.fields.states import LABELS
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def exit_plan(request, code: str):
    """Choose the households of a village that are to exit this year, with the day of the plan."""
    village = village_for(request.user, code)
    year = chosen(request).year
    rows = (
        Household.objects.visible_to(request.user, "register.propose")
        .under(code)
        .on_register()
        .exclude(status__in=["", *_EXITED])
        .filter(~Exists(ExitCase.objects.open().filter(household=OuterRef("pk"))))
        .select_related("settlement")
        .order_by("settlement", "pk")
    )
    form = PlanForm(sent(request))
    ticked = set(keys_of(request, "household"))
    if request.method == "POST":
        wanted = rows.filter(pk__in=ticked)
        if not ticked:
            form.add_error(None, NOBODY)
        elif wanted.count() != len(ticked):
            form.add_error(None, CHANGED)
        elif form.is_valid():
            count = attempt(
                form,
                "register.propose",
                lambda: plan_exits(wanted, year, actor=request.user, **form.cleaned_data),
                request.user,
            )
            if count:
                messages.success(request, f"已列入{year}年度预退出计划 {count} 户。下一步：部门比对、测算。")
                return HttpResponseRedirect(village_url(code, year))
    found = Assessment.objects.filter(household__in=rows.order_by().values("pk"), year=year)
    results = {one.household_id: one for one in found}
    context = {
        "village": village,
        "year": year,
        "form": form,
        "rows": [
            (
                one,
                LABELS.get(getattr(results.get(one.pk), "verdict", None), "未判定"),
                results.get(one.pk),
                one.pk in ticked,
            )
            for one in rows
        ],
        "back": village_url(code, year),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/exits/plan.html", context, status=status)
