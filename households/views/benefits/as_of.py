"""As of when figures are that were worked out in the background, and what may be done about it."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from households.benefits.models.figures import COUNTY
from households.benefits.services.figuring import RIGHT, has_failed, live_job, may_refresh, request_figures
from households.models import CountyYear
from poverty.web.chosen import chosen
from poverty.web.rights import MissingRight, requires

# What the pages call themselves in the form of the button, and where they are.
_PAGES = {
    "five": "households:benefit-places",
    "work": "households:employment",
    "labour": "households:labour",
}


def worked_out(request, as_of: datetime | None) -> dict:
    """What `_as_of.html` shows of figures of the chosen place and year; `as_of` None: they were counted now."""
    now = chosen(request)
    opened = CountyYear.objects.filter(
        area_id=now.area_code[:COUNTY], year=now.year, state=CountyYear.State.OPEN
    )
    return {
        "as_of": as_of,
        "by_itself": as_of is not None and opened.exists(),
        "may_refresh": may_refresh(request.user, now.area_code),
        "job": live_job(now.area_code, now.year),
        "failed": has_failed(now.area_code, now.year),
    }


@require_POST
@requires(RIGHT)
def benefit_refresh(request):
    """Put working out the figures of the chosen place's county in line."""
    now = chosen(request)
    try:
        request_figures(now.area_code, now.year, actor=request.user)
    except PermissionDenied as error:
        raise MissingRight((RIGHT,)) from error
    messages.success(request, "已排队重算，可以离开本页；算好后数字自动换上。")
    return redirect(_PAGES.get(request.POST.get("page", ""), "households:benefit-coverage"))
