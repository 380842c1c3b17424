"""Who helps whom (网格化: 村—户—帮扶人), by unit, and the ratio of helpers to households."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.disclosure import whole_to
from households.helping.overview import by_rank, by_unit, limits_at, loads, pairings_of, ratio, too_many
from households.models import Household, Pairing
from poverty.accounts.models import Unit
from poverty.areas.names import short_names
from poverty.web import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires

SIZE = 50
RIGHT = "responsibility.view"  # who sees papers sees between whom
MOST = 500


def tabs(request, active: str) -> list[tuple]:
    """The pages of pairing that a person may enter: (label, address, count, active)."""
    pages = [
        ("grid", "村—户—帮扶人", reverse("households:pairing-grid"), RIGHT),
        ("units", "按单位", reverse("households:pairing-units"), RIGHT),
        ("ratio", "比例核对", reverse("households:pairing-ratio"), RIGHT),
        ("relocation", "搬迁包扶", reverse("households:relocation"), RIGHT),
        ("without", "没有帮扶责任人的户", reverse("households:pairing"), "pairing.edit"),
        ("helpers", "帮扶责任人", f"{reverse('households:pairing')}?tab=helpers", "pairing.edit"),
    ]
    return [
        (label, url, None, key == active) for key, label, url, right in pages if request.user.has_right(right)
    ]


@require_safe
@requires(RIGHT)
def grid(request):
    """Every household on the poverty register with its helpers, village by village; those without one too."""
    now, today = chosen.chosen(request), timezone.localdate()
    rows = _households(request.user, now.area_code)
    lacking = request.GET.get("show") == "without"
    if lacking:
        rows = rows.without_helper(today)
    page = keyset_page(
        rows.select_related("area"),
        order=(("area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=SIZE,
    )
    helpers: dict[int, list[Pairing]] = {}
    for row in (
        Pairing.objects.open_on(today)
        .filter(household__in=[one.pk for one in page.rows])
        .select_related("helper__unit")
        .order_by("order")
    ):
        helpers.setdefault(row.household_id, []).append(row)
    names = short_names(one.area_id for one in page.rows)
    context = {
        "tabs": tabs(request, "grid"),
        "now": now,
        "today": today,
        "page": page,
        "rows": [(one, names.get(one.area_id, ""), helpers.get(one.pk, [])) for one in page.rows],
        "count": count_up_to(rows),
        "lacking": lacking,
        "may_pair": request.user.has_right("pairing.edit"),
    }
    return render(request, "households/pairing/grid.html", context)


def _households(user, area_code: str):
    rows = Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).under(area_code)
    return rows.on_register().registered_poor()


@require_safe
@requires(RIGHT)
def units(request):
    """Units with their helpers, households and villages."""
    now, today = chosen.chosen(request), timezone.localdate()
    rows = list(by_unit(pairings_of(request.user, now.area_code, today, RIGHT))[: MOST + 1])
    context = {
        "tabs": tabs(request, "units"),
        "now": now,
        "today": today,
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
    }
    return render(request, "households/pairing/units.html", context)


@require_safe
@requires(RIGHT)
def unit(request, pk: int):
    """One unit: its helpers and their households, in one's places."""
    today = timezone.localdate()
    rows = pairings_of(request.user, "", today, RIGHT).filter(helper__unit=pk)
    rows = list(
        rows.filter(household__in=_households(request.user, "").values("pk"))
        .select_related("helper", "household__area")
        .order_by("helper__pinyin", "helper_id", "household__area_id", "household_id")[: MOST + 1]
    )
    found = Unit.objects.filter(pk=pk).first()
    if not rows or found is None:
        raise Http404
    names = short_names(row.household.area_id for row in rows)
    context = {
        "unit": found,
        "today": today,
        "rows": [(row, names.get(row.household.area_id, "")) for row in rows[:MOST]],
        "helpers": len({row.helper_id for row in rows}),
        "more": len(rows) > MOST,
    }
    return render(request, "households/pairing/unit.html", context)


@require_safe
@requires(RIGHT)
def ratios(request):
    """Whether helpers suffice: one per poor household, one per two exited (dated parameters), and who has too many."""
    now, today = chosen.chosen(request), timezone.localdate()
    pairings = pairings_of(request.user, now.area_code, today, RIGHT)
    over = too_many(loads(pairings), limits_at(now.area_code, today)).order_by("name", "helper_id")
    context = {
        "tabs": tabs(request, "ratio"),
        "now": now,
        "today": today,
        "found": ratio(request.user, now.area_code, today, RIGHT),
        "over": list(over[:MOST]),
        "ranks": by_rank(pairings),
        "may_pair": request.user.has_right("pairing.edit"),
    }
    return render(request, "households/pairing/ratio.html", context)
