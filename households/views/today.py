"""我的工作: where everybody lands."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from households import today as work
from poverty.accounts.models import Role
from poverty.web.chosen import chosen
from poverty.web.rights import requires, signed_in

# Who goes from house to house finds the phone pages first.
VISITING = (Role.HELPER, Role.VILLAGE_CLERK)


@require_safe
@signed_in
def today(request):
    """What waits for the signed-in person, by the roles he holds today."""
    now = chosen(request)
    context = {
        "sections": work.sections(request.user, now.area_code, now.year),
        "roles": [role.label for role in request.user.roles_today],
        "now": now,
        "field_url": reverse("field:shell") if set(VISITING) & set(request.user.roles_today) else "",
    }
    return render(request, "households/today/today.html", context)


@require_safe
@requires("household.view")
def place_figures(request):
    """The table by place as a part of the page: above the county it takes a moment."""
    now = chosen(request)
    desk = work.Desk(request.user, now.area_code, now.year)
    return render(request, "households/today/_places_page.html", {"content": work.place_figures(desk)})
