"""四个好: four lines of work by place, 四好村 by village, the households behind a number, one household, the items."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.disclosure import is_limited, whole_to
from households.goods.figures import line_figures, village_figures
from households.goods.forms import EntryForm, ItemsForm
from households.goods.household import current_entry, goods_of
from households.goods.items import items_for
from households.goods.querysets import DRAW_UP, ENTER, VIEW
from households.goods.services import EnteredMeanwhile, enter_goods, set_items
from households.goods.states import FOUR_GOODS, LABELS, LINES, VILLAGE, listed
from households.models import GoodsEntry, GoodsTemplate, Household
from households.options.goods import GOODS
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.web.addresses import query_with
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_STATES = {"met": (MET, "达标"), "unmet": (UNMET, "未达标"), "unknown": (UNKNOWN, "待核实")}
_TABS = (("lines", "四项工作"), ("goods", "四个好"), ("villages", "四好村"))


def _seen(user, area_code: str):
    return Household.objects.visible_to(user, VIEW).filter(whole_to(user)).under(area_code)


@require_safe
@requires(VIEW)
def goods(request):
    """增收达标、三保障、三有、四个好 by place; the four goods one by one; 四好村 by village."""
    now, user = chosen(request), request.user
    tab = request.GET.get("tab", "lines")
    if tab not in dict(_TABS):
        raise Http404
    context = {
        "now": now,
        "tab": tab,
        "tabs": [
            (label, query_with(request.GET, tab=key, page=None), None, key == tab) for key, label in _TABS
        ],
        "limited": is_limited(user),
        "wide": len(now.area_code) < COUNTY_LENGTH,
    }
    if context["limited"] or context["wide"]:
        return render(request, "households/goods/overview.html", context)
    rows = _seen(user, now.area_code)
    if tab == "villages":
        places, total = village_figures(rows, now.area_code, now.year)
        heads = VILLAGE
        context["whole"] = sum(one.is_whole for one in places)
        context["villages"] = len(places)
    else:
        places, total = line_figures(rows, now.area_code, now.year, items_for(now.area_code, now.year))
        heads = LABELS if tab == "lines" else {key: GOODS.label(key) for key in GOODS.keys}
    context |= {
        "heads": heads,
        "total": total,
        "lines": [(one, [(key, one.parts[key]) for key in heads]) for one in [*places, total]],
    }
    return render(request, "households/goods/overview.html", context)


@require_safe
@requires(VIEW)
def goods_list(request, what: str, state: str):
    """The households behind a number."""
    now, user = chosen(request), request.user
    if state not in _STATES or not (what in LABELS or what in GOODS or what in VILLAGE):
        raise Http404
    label = LABELS.get(what) or VILLAGE.get(what) or GOODS.label(what)
    same = query_with(request.GET, page=None)
    context = {
        "now": now,
        "label": label,
        "wide": len(now.area_code) < COUNTY_LENGTH,
        "tabs": [
            (words, reverse("households:goods-list", args=[what, key]) + same, None, key == state)
            for key, (_, words) in _STATES.items()
        ],
        "back_tab": _tab_of(what),
    }
    if not context["wide"]:
        items = items_for(now.area_code, now.year)
        rows = listed(_seen(user, now.area_code), now.year, items, what, _STATES[state][0])
        page = keyset_page(
            rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
        )
        names = short_names({one.area_id for one in page.rows})
        count, exact = count_up_to(rows, 10_000)
        context |= {
            "page": page,
            "count": count,
            "exact": exact,
            "lines": [(one, names.get(one.area_id, "")) for one in page.rows],
        }
    return render(request, "households/goods/list.html", context)


def _tab_of(what: str) -> str:
    if what in VILLAGE:
        return "villages"
    return "lines" if what in LINES or what == FOUR_GOODS else "goods"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def goods_household(request, pk: int):
    """One household, item by item; what is not read is ticked here."""
    now, user = chosen(request), request.user
    home = household_for(user, pk, VIEW)
    items, before = items_for(home.area_id, now.year), current_entry(home, now.year)
    found = goods_of(home, now.year, items, before)
    may_enter = bool(found) and home.state == Household.State.REGISTERED
    may_enter = may_enter and Household.objects.visible_to(user, ENTER).filter(pk=pk).exists()
    form = EntryForm(sent(request), items=items, year=now.year, before=before) if may_enter else None
    if request.method == "POST":
        if form is None:
            raise MissingRight((ENTER,))
        if form.is_valid() and carried_out(form, lambda: _enter(home, now.year, form, user)):
            messages.success(request, "已登记。")
            return redirect(f"{reverse('households:goods-household', args=[pk])}?year={now.year}")
    context = {
        "now": now,
        "home": home,
        "goods": found,
        "entry": before,
        "form": form,
        "earlier": GoodsEntry.objects.visible_to(user)
        .filter(household=home, is_current=False)
        .select_related("recorded_by")[:20],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/goods/household.html", context, status=status)


def _enter(home: Household, year: int, form: EntryForm, user) -> None:
    """What somebody entered meanwhile stands on the page; sent again, what was typed is meant over it."""
    try:
        enter_goods(home, year, actor=user, **form.entry())
    except EnteredMeanwhile as error:
        form.show(error.entry)
        raise


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def goods_items(request):
    """What the four goods are made of in the county; the county says it otherwise from a year on."""
    now, user = chosen(request), request.user
    county = now.area_code[:COUNTY_LENGTH]
    items = items_for(county, now.year)
    may_edit = len(county) == COUNTY_LENGTH and user.has_right_at(DRAW_UP, county)
    form = _items_form(request, county, items, now.year) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise MissingRight((DRAW_UP,))
        if form.is_valid() and carried_out(form, lambda: _set(county, form, user)):
            messages.success(request, "已规定，以后按这些项目统计；已勾选的同名项目仍然有效。")
            return redirect(request.get_full_path())
    versions = (
        GoodsTemplate.objects.filter(area_code=county).select_related("recorded_by").order_by("-id")[:20]
    )
    context = {
        "now": now,
        "goods": [(GOODS.label(key), items.of(key)) for key in GOODS.keys],
        "template": items.template,
        "form": form,
        "fields": [(form[f"{key}_read"], form[key]) for key in GOODS.keys] if form else [],
        "versions": versions if county else [],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/goods/items.html", context, status=status)


def _items_form(request, county: str, items, year: int) -> ItemsForm:
    return ItemsForm(sent(request), items=items, county=county, initial={"year_from": year})


def _set(county: str, form, user) -> None:
    try:
        set_items(county, actor=user, **form.entry())
    except PermissionDenied as error:
        raise MissingRight((DRAW_UP,)) from error
