"""How far the exits of a year are, by place."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from households.exits.board import COLUMNS, board, totals
from households.models import ExitCase
from households.views.exits.reaching import VIEW
from poverty.web.chosen import chosen
from poverty.web.rights import requires


@require_safe
@requires(VIEW)
def exits(request):
    """The year's exits of the chosen place: numbers per township or village, what to do next."""
    now = chosen(request)
    cases = ExitCase.objects.visible_to(request.user, VIEW).under(now.area_code).filter(year=now.year)
    places = board(cases, now.area_code, request.user)
    context = {
        "now": now,
        "places": places,
        "columns": [label for label, _ in COLUMNS],
        "totals": totals(places),
        "total": sum(place.total for place in places),
        "persons": sum(place.persons for place in places),
        "held": sum(place.held for place in places),
        "may_plan": request.user.has_right("register.propose"),
        "may_compare": request.user.has_right("sector.edit"),
        "plan_village": _own_village(request.user),
    }
    return render(request, "households/exits/overview.html", context)


def _own_village(user) -> str:
    """The one village in which somebody proposes; "" for nobody or several."""
    villages = [code for code in user.scope("register.propose").areas if len(code) == 12]
    return villages[0] if len(villages) == 1 else ""
