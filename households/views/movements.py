"""动态增减: how many came onto the register and left it, in places and a period, with the list behind each number."""

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from households.disclosure import whole_to
from households.entries import movement
from households.models import Household, Membership
from households.readers import READERS
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.rights import requires

SHOWN = 500


def _period(request, year: int) -> tuple[date, date]:
    """The days asked for; by default the year chosen on top."""
    found = []
    for name, default in (("since", date(year, 1, 1)), ("until", date(year, 12, 31))):
        try:
            found.append(date.fromisoformat(request.GET.get(name, "")))
        except ValueError:
            found.append(default)
    since, until = found
    return (since, until) if since <= until else (until, since)


def _households(request):
    return Household.objects.visible_to(request.user).filter(whole_to(request.user))


@require_safe
@requires(*READERS)
def movements(request):
    """The figures of the places below the chosen one."""
    now = chosen(request)
    since, until = _period(request, now.year)
    places, total = movement.movements(_households(request), now.area_code, since, until)
    context = {
        "now": now,
        "since": since,
        "until": until,
        "period": f"since={since}&until={until}",
        "places": places,
        "total": total,
        "came": _by_reason("in", total.came),
        "left": _by_reason("out", total.left),
        "beside": [
            ("returned", "返贫", total.returned),
            ("exited", "脱贫", total.exited),
            ("cleared", "户清退", total.cleared),
            ("dissolved", "整户消亡", total.dissolved),
        ],
    }
    return render(request, "households/entries/movements.html", context)


def _by_reason(way: str, found: dict[str, int]) -> list[tuple[str, str, int]]:
    rows = [(reason, movement.word(way, reason), count) for reason, count in found.items()]
    return sorted(rows, key=lambda row: -row[2])


@require_safe
@requires(*READERS)
def movement_list(request, what: str):
    """Who stands behind a number: ?reason= for persons, ?area= for a place below."""
    now = chosen(request)
    since, until = _period(request, now.year)
    code = request.GET.get("area", "")
    code = code if code.startswith(now.area_code) and code.isdecimal() else now.area_code
    households = _households(request).filter(within("area_id", [code]))
    reason = request.GET.get("reason", "")
    # Before anything is looked up: what is no reason of ours may be anything.
    word = _word(what, reason) if reason and what in ("in", "out") else ""
    context = {"now": now, "since": since, "until": until, "what": what}
    if what in ("in", "out"):
        rows = Membership.objects.filter(household__in=households.values("pk"))
        act = movement.arrivals if what == "in" else movement.departures
        found = act(rows, since, until).select_related("household", "member")
        if reason:
            found = found.filter(reason=reason)
        found = list(found.order_by("day", "pk")[: SHOWN + 1])
        places = short_names(one.household.area_id for one in found)
        context["persons"] = [
            (one, places.get(one.household.area_id, ""), movement.word(what, one.reason))
            for one in found[:SHOWN]
        ]
    elif what in ("returned", "exited"):
        rows = movement.households_became(households.values("pk"), since, until, what)
        found = list(rows.select_related("household").order_by("valid_from", "pk")[: SHOWN + 1])
        context["households"] = [(one.household, one.valid_from, one.document) for one in found[:SHOWN]]
    elif what in ("cleared", "dissolved"):
        rows = movement.households_closed(households, since, until, what == "cleared")
        found = list(rows.order_by("closed_on", "pk")[: SHOWN + 1])
        context["households"] = [(one, one.closed_on, "") for one in found[:SHOWN]]
    else:
        raise Http404
    context["more"] = len(found) > SHOWN
    context["title"] = {
        "in": "进入建档立卡范围",
        "out": "离开建档立卡范围",
        "returned": "返贫",
        "exited": "脱贫",
        "cleared": "户清退",
        "dissolved": "整户消亡",
    }[what]
    if word:
        context["title"] += f"：{word}"
    return render(request, "households/entries/movement_list.html", context)


def _word(what: str, reason: str) -> str:
    if not movement.is_reason(what, reason):
        raise Http404
    return movement.word(what, reason)
