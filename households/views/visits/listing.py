"""Visits of one's place, the latest first."""

from urllib.parse import urlencode

from django.db.models import Sum
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from households.models import UnsentVisits
from households.views.visits.fetching import SETTLE, flagged_photos, held_visits, open_facts, visits_of
from households.visits.filters import UNSIGNED, VisitFilter, in_state, marked
from poverty.areas.names import full_names
from poverty.web.chosen import choices as area_choices
from poverty.web.chosen import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires
from poverty.web.typed import led_on

NEWEST = (("happened_on", "desc"), ("id", "desc"))
_FILTERS = ("area", "q", "way", "first", "last", "state")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("visit.view")
def visits(request):
    """Visits by place, visitor, way and days. What waits for somebody stands above the list."""
    if led := led_on(request, _FILTERS, instead="请按走访人姓名或拼音查找。"):
        return led
    user, now = request.user, chosen(request)
    rows = visits_of(user)
    if not request.GET.get("area"):
        rows = rows.under(now.area_code)
    found = VisitFilter(request.GET, rows, places=_places(request, now))
    rows = found.qs if found.is_valid() else rows.none()
    page = keyset_page(
        marked(rows.select_related("household", "visitor")),
        order=NEWEST,
        after=request.GET.get("page"),
    )
    count, exact = count_up_to(rows)
    places = full_names({one.area_code for one in page.rows}, below=now.area_code[:6])
    settles = user.has_right(SETTLE)
    here = {"area": now.area_code} if now.area_code else {}
    context = {
        "now": now,
        "filter": found,
        "page": page,
        "rows": [(one, places.get(one.area_code, one.area_code)) for one in page.rows],
        "count": count,
        "exact": exact,
        "open": _open(user, now.area_code) if settles else 0,
        "flagged": flagged_photos(user, now.area_code).count() if settles else 0,
        "settles": settles,
        "unsigned": in_state(visits_of(user).under(now.area_code), UNSIGNED).count(),
        "unsigned_url": f"?{urlencode({**here, 'state': UNSIGNED})}",
        "here": f"?{urlencode(here)}" if here else "",
        "unsent": UnsentVisits.objects.visible_to(user)
        .under(now.area_code)
        .waiting()
        .aggregate(found=Sum("visits", default=0))["found"],
    }
    return render(request, "households/visits/list.html", context)


def _open(user, area_code: str) -> int:
    """How much the inbox of the place asks: facts, and held visits, each once."""
    return open_facts(user, area_code).count() + held_visits(user, area_code).count()


def _places(request, now) -> list[tuple[str, str]]:
    asked = request.GET.get("area", "")
    choices = area_choices(request, asked if asked.isdecimal() else now.area_code)
    return [(one.code, "　" * one.depth + one.name) for one in choices]
