"""走访完成情况: what was owed in a month by place, unit and person, the list behind each number, and what is late now."""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.duties.due import with_visit_due
from households.duties.months import BY, DONE, LATE, OPEN, STATES, figures, obligations
from households.duties.periods import add_months, last_of, month_of
from households.duties.units import owed_by_units
from households.models import Pairing
from households.options.duty_bearers import HELPER, SECOND_HELPER
from households.views.duties.reaching import (
    COUNTY_LENGTH,
    VIEW,
    choose_a_county,
    households_in_view,
    is_wide,
    month_asked,
    narrowed,
    only_own,
    pairings_in_view,
)
from poverty.accounts.models import Unit, User
from poverty.areas.names import full_names, short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

WORDS = {"township": "乡镇", "village": "村", "unit": "单位", "person": "责任人"}
BEARERS = {HELPER: "帮扶责任人走访", SECOND_HELPER: "第二帮扶责任人联系"}
MOST = 500  # lines of a table: by person a county has thousands
NO_UNIT = "（单位未填）"
NONE = "none"  # in an address: of helpers without a unit
COLUMNS = {"village": "household__area", "unit": "helper__unit", "person": "helper"}


def _bearer(request) -> str:
    return SECOND_HELPER if request.GET.get("bearer") == SECOND_HELPER else HELPER


def _by(request) -> str:
    asked = request.GET.get("by", "")
    if asked in BY:
        return asked
    if only_own(request.user):
        return "person"
    return "township" if len(chosen(request).area_code) < 9 else "village"


@require_safe
@requires(VIEW)
def duties(request):
    """Figures of a month by place, unit or person."""
    if is_wide(request):
        return choose_a_county(request, "走访完成情况")
    month, by, bearer = month_asked(request), _by(request), _bearer(request)
    today = timezone.localdate()
    rows = obligations(pairings_in_view(request), month, today, bearer)
    found = figures(rows, by)
    shown = found if len(found) <= MOST else sorted(found, key=lambda one: (-one.late, -one.open))[:MOST]
    names = short_names([one.key for one in shown]) if by in ("township", "village") else {}
    lines = [
        (one, names.get(one.key) or one.label or NO_UNIT, _list_urls(by, one.key, month, bearer))
        for one in shown
    ]
    total = {name: sum(getattr(one, name) for one in found) for name in ("owed", "done", "late", "open")}
    # Over a county it is a sum of its own, counted where its list is opened.
    few = only_own(request.user) or len(chosen(request).area_code) > COUNTY_LENGTH
    late_now = _late(request, today).count() if few else None
    context = {
        "now": chosen(request),
        "month": month,
        "last": min(last_of(month), today),
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
        "by": by,
        "word": WORDS[by],
        "bearer": bearer,
        "tabs": [
            *((label, _url(month, by, key), None, key == bearer) for key, label in BEARERS.items()),
            ("单位履职", f"{reverse('households:duty-units')}?month={month:%Y-%m}", None, False),
        ],
        "ways": []
        if only_own(request.user)
        else [(word, _url(month, key, bearer), key == by) for key, word in WORDS.items()],
        "over": last_of(month) < today,
        "lines": lines,
        "more": len(found) - len(shown),
        "total": total,
        "share": total["done"] * 100 // due if (due := total["done"] + total["late"]) else None,
        "urls": _list_urls("", "", month, bearer),
        "late_now": late_now,
        "may_edit": request.user.has_right("duty.edit"),
    }
    return render(request, "households/duties/figures.html", context)


def _url(month, by: str, bearer: str) -> str:
    return (
        f"{reverse('households:duties')}?{urlencode({'month': f'{month:%Y-%m}', 'by': by, 'bearer': bearer})}"
    )


def _list_urls(by: str, key, month, bearer: str) -> dict[str, str]:
    base = {"month": f"{month:%Y-%m}", "bearer": bearer}
    if by:
        base[by] = NONE if key is None else key
    url = reverse("households:duty-list")
    return {
        state: f"{url}?{urlencode(base | ({'state': state} if state != 'owed' else {}))}"
        for state in ("owed", *STATES)
    }


@require_safe
@requires(VIEW)
def duty_list(request):
    """The households behind a number."""
    if is_wide(request):
        return choose_a_county(request, "走访完成情况")
    month, bearer = month_asked(request), _bearer(request)
    today = timezone.localdate()
    rows = obligations(pairings_in_view(request), month, today, bearer)
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(duty_state=state)
    said = []
    for name in WORDS:
        value = request.GET.get(name, "")
        if name == "unit" and value == NONE:
            rows = rows.filter(helper__unit__isnull=True)
            said.append(NO_UNIT)
        elif value.isdecimal() and len(value) < 19:
            rows = rows.filter(
                within("household__area_id", [value]) if name == "township" else Q(**{COLUMNS[name]: value})
            )
            said.append(_said(name, value))
    page = keyset_page(
        rows.select_related("household__area", "helper__unit"),
        order=(("household__area_id", "asc"), ("household_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    places = short_names({one.household.area_id for one in page.rows})
    context = {
        "month": month,
        "bearer": BEARERS[bearer],
        "state": STATES.get(state, "应完成"),
        "said": [text for text in said if text],
        "count": rows.count(),
        "page": page,
        "lines": [(one, places.get(one.household.area_id, ""), STATES[one.duty_state]) for one in page.rows],
        "states": {"done": DONE, "late": LATE, "open": OPEN},
        "back": _url(month, _by(request), bearer),
    }
    return render(request, "households/duties/list.html", context)


def _said(name: str, value: str) -> str:
    if name in ("township", "village"):
        return full_names([value]).get(value, "")
    model = Unit if name == "unit" else User
    return model.objects.filter(pk=value).values_list("name", flat=True).first() or ""


@require_safe
@requires(VIEW)
def duty_units(request):
    """单位履职: what units owed in a month, each with what it did; of a helper those of his own unit."""
    month, today, now, user = month_asked(request), timezone.localdate(), chosen(request), request.user
    if is_wide(request):
        return choose_a_county(request, "单位履职")
    own = only_own(user)
    areas = [""] if own else narrowed(user.scope(VIEW).areas, now.area_code)
    rows = owed_by_units(month, today, areas, unit=(user.unit_id or 0) if own else None)
    state = request.GET.get("state", "")
    counts = {key: sum(1 for one in rows if one.state == key) for key in STATES}
    shown = [one for one in rows if one.state == state] if state in STATES else rows
    units = Unit.objects.in_bulk({one.unit for one in shown})
    places = short_names({one.village for one in shown if one.village})
    base = f"{reverse('households:duty-units')}?{urlencode({'month': f'{month:%Y-%m}'})}"
    context = {
        "now": now,
        "month": month,
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
        "total": len(rows),
        "figures": [
            (STATES[key], f"{base}&state={key}", number, key == LATE) for key, number in counts.items()
        ],
        "all_url": base,
        "lines": [
            (one, units[one.unit].name, places.get(one.village, ""), STATES[one.state]) for one in shown
        ],
        "states": {"done": DONE, "late": LATE, "open": OPEN},
    }
    return render(request, "households/duties/units.html", context)


@require_safe
@requires(VIEW)
def duties_late(request):
    """Households to which a visit is late today, the latest first, with the figures of the townships or villages."""
    today, now = timezone.localdate(), chosen(request)
    if is_wide(request):
        return choose_a_county(request, "逾期未走访")
    late = _late(request, today)
    length = 9 if len(now.area_code) < 9 else 12
    places = list(
        late.order_by()
        .annotate(place=Left("area_id", length))
        .values("place")
        .annotate(n=Count("pk"))
        .order_by("place")
    )
    asked = request.GET.get("place", "")
    listed = late.under(asked) if asked.isdecimal() and len(asked) in (9, 12) else late
    names = short_names([one["place"] for one in places])
    page = keyset_page(
        listed.select_related("area"),
        order=(("due_by", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    own = short_names({one.area_id for one in page.rows})
    helpers = _helpers([one.pk for one in page.rows], today)
    context = {
        "now": now,
        "today": today,
        "count": sum(one["n"] for one in places),
        "places": [(names.get(one["place"], one["place"]), one["place"], one["n"]) for one in places],
        "asked": asked,
        "page": page,
        "lines": [(one, own.get(one.area_id, ""), helpers.get(one.pk)) for one in page.rows],
        "own": only_own(request.user),
    }
    return render(request, "households/duties/late.html", context)


def _late(request, today):
    """Households in view to which a visit is late."""
    return with_visit_due(households_in_view(request), today).filter(late_days__isnull=False)


def _helpers(households, day) -> dict[int, User]:
    """The first helper of each household on a day."""
    rows = (
        Pairing.objects.open_on(day).filter(household__in=households, order=1).select_related("helper__unit")
    )
    return {one.household_id: one.helper for one in rows}
