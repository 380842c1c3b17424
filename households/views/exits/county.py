"""The leading group's decision on the lists that the county office has reviewed: one meeting, one document."""

from collections import defaultdict

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from households.forms.exits.papers import DecisionForm
from households.forms.exits.rows import FailForm
from households.models import ExitCase
from households.options.exit_options import REVIEWED
from households.services.exits.county import hold_decision
from households.services.exits.locking import CASE
from households.views.exits.reaching import attempt
from poverty.areas.names import short_names
from poverty.review.models import Roster, RosterEntry
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_RIGHT = "register.decide"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RIGHT)
def exit_decide(request):
    """Enter the meeting and what it decided: lists are ticked, who was not agreed to gets the reason."""
    now = chosen(request)
    posted = request.method == "POST"
    lists = _lists(request.user, now, request.POST if posted else None)
    form = DecisionForm(request.POST if posted else None)
    if posted:
        ticked = {one for one in request.POST.getlist("roster") if one.isdigit()}
        taken = [one for one in lists if str(one["roster"].pk) in ticked]
        rows = [row for one in taken for row in one["rows"]]
        if all([form.is_valid(), *[row.is_valid() for row in rows]]):
            refused = {row.case.pk: why for row in rows if (why := row.cleaned_data["reason"].strip())}
            done = attempt(
                form,
                _RIGHT,
                lambda: hold_decision(
                    [one["roster"] for one in taken], refused, actor=request.user, **form.cleaned_data
                ),
            )
            if done:
                messages.success(
                    request, f"领导小组已审定 {done[1]} 户，未同意 {len(refused)} 户。下一步：公告。"
                )
                return redirect("households:exits")
    context = {
        "now": now,
        "lists": lists,
        "form": form,
        "rows": [row for one in lists for row in one["rows"]],
        "ticked": set(request.POST.getlist("roster")) if posted else None,
    }
    return render(request, "households/exits/decide.html", context, status=422 if posted else 200)


def _lists(user, now, data) -> list[dict]:
    """The lists of the chosen place and year with reviewed cases, each with a row for every one of them."""
    cases = (
        ExitCase.objects.visible_to(user, _RIGHT).under(now.area_code).filter(year=now.year, state=REVIEWED)
    )
    by_pk = {one.pk: one for one in cases.select_related("household__settlement")}
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=by_pk).order_by("position")
    listed: dict[int, list[ExitCase]] = defaultdict(list)
    for entry in entries:
        listed[entry.roster_id].append(by_pk[entry.case_id])
    rosters = list(Roster.objects.filter(pk__in=listed).order_by("area_code", "number"))
    names = short_names(one.area_code for one in rosters)
    return [
        {
            "roster": one,
            "place": names.get(one.area_code, one.area_code),
            "rows": [FailForm(data, case) for case in listed[one.pk]],
        }
        for one in rosters
    ]
