"""有劳动力、没有产业也没有就业的户: the list with its figures by place (A7)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.gaps.labour import (
    LABOUR_UNKNOWN,
    UNKNOWN,
    WITH,
    WITHOUT,
    asked_of,
    figures_shown,
    in_state,
)
from households.views.benefits.as_of import worked_out
from poverty.areas.names import short_names
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

_TABS = (
    (WITHOUT, "既无产业又无就业"),
    (UNKNOWN, "待核实"),
    (WITH, "已有产业或就业"),
    (LABOUR_UNKNOWN, "劳动力情况待核实"),
)


@require_safe
@requires("measure.view")
def labour(request):
    """Households with labour: who has neither industry nor job, of whom nobody knows, who has one; adding up."""
    now, user = chosen(request), request.user
    tab = request.GET.get("tab", WITHOUT)
    if tab not in dict(_TABS):
        raise Http404
    if len(now.area_code) < COUNTY_LENGTH:
        return render(request, "households/gaps/labour.html", {"now": now, "wide": True})
    by_place, total, as_of = figures_shown(user, now.area_code, now.year)
    page = keyset_page(
        in_state(asked_of(user, now.area_code), now.year, tab),
        order=(("area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
    )
    places = short_names({one.area_id for one in page.rows})
    counts = {
        WITHOUT: total.without,
        UNKNOWN: total.unknown,
        WITH: total.has,
        LABOUR_UNKNOWN: total.labour_unknown,
    }
    return render(
        request,
        "households/gaps/labour.html",
        {
            "now": now,
            "tab": tab,
            "tabs": [(label, f"?tab={key}", counts[key], key == tab) for key, label in _TABS],
            "page": page,
            "lines": [(one, places.get(one.area_id, "")) for one in page.rows],
            "by_place": by_place if len(by_place) > 1 else [],
            "total": total,
            **worked_out(request, as_of),
        },
    )
