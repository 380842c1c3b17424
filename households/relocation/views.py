"""Households that move: without a cadre first, with matters that nobody answers for, covered; by place and cadre."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.benefits.entitlement import day_of
from households.disclosure import whole_to
from households.forms.benefits.policies import ReasonForm
from households.helping.views.overview import tabs as pairing_tabs
from households.models import Household, RelocationCharge, Survey
from households.options.relocation_tasks import RELOCATION_TASKS
from households.readers import READERS
from households.relocation.applications.views.reading import visible
from households.relocation.forms import ChangeForm, ChargeForm, EndForm
from households.relocation.querysets import EDIT, VIEW
from households.relocation.rows import (
    ALONG,
    PARTLY,
    REGISTERED,
    WHOLE,
    WITHOUT,
    by_cadre,
    figures,
    in_state,
    kinds,
    moving,
    of_kind,
)
from households.relocation.services import change_charge, end_charge, take_charge, withdraw_charge
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.web.addresses import query_with
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

_TABS = ((WITHOUT, "没有包扶人"), (PARTLY, "有事项没人负责"), (WHOLE, "事项都有人负责"))
CADRES = "cadres"
MOST = 500


@require_safe
@requires(VIEW)
def relocation(request):
    """Households that move in the chosen place and year, with their cadres, and the figures."""
    now, user = chosen(request), request.user
    tab = request.GET.get("tab", WITHOUT)
    if tab not in (*dict(_TABS), CADRES):
        raise Http404
    context = {
        "now": now,
        "tab": tab,
        "pages": pairing_tabs(request, "relocation"),
        "may_see_moves": any(user.has_right(right) for right in READERS),
    }
    if len(now.area_code) < COUNTY_LENGTH:
        return render(request, "households/relocation/list.html", context | {"wide": True})
    rows = moving(user, now.area_code, now.year)
    both, kind = kinds(rows, now.year), request.GET.get("kind", "")
    if kind in (REGISTERED, ALONG):
        rows = of_kind(rows, kind)
    by_place, total = figures(rows, now.area_code)
    counts = {WITHOUT: total.without, PARTLY: total.partly, WHOLE: total.whole}
    same = partial(query_with, request.GET, page=None)
    tabs = [(label, same(tab=key), counts[key], key == tab) for key, label in _TABS]
    context |= {
        "tabs": [*tabs, ("按包扶人", same(tab=CADRES), None, tab == CADRES)],
        "by_place": by_place,
        "total": total,
        "kinds": both,
        "kind": kind if kind in (REGISTERED, ALONG) else "",
        "choices": (
            ("", "全部", both.total, both.persons),
            (REGISTERED, "建档立卡搬迁", both.registered, both.registered_persons),
            (ALONG, "同步搬迁", both.along, both.along_persons),
        ),
        "may_edit": user.has_right(EDIT),
    }
    if tab == CADRES:
        found = list(by_cadre(rows, now.year)[: MOST + 1])
        context |= {"cadres": found[:MOST], "more": len(found) > MOST}
    else:
        context |= _listed(request, in_state(rows, tab), now.year)
    return render(request, "households/relocation/list.html", context)


def _listed(request, rows, year: int) -> dict:
    page = keyset_page(
        rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
    )
    ids = [one.pk for one in page.rows]
    facts = {one.household_id: one for one in Survey.objects.filter(household__in=ids, year=year)}
    charges: dict[int, list[RelocationCharge]] = {}
    for row in (
        RelocationCharge.objects.open_on(day_of(year)).filter(household__in=ids).select_related("cadre__unit")
    ):
        charges.setdefault(row.household_id, []).append(row)
    names = short_names({one.area_id for one in page.rows})
    return {
        "page": page,
        "lines": [
            (
                one,
                names.get(one.area_id, ""),
                facts.get(one.pk),
                charges.get(one.pk, []),
                _open(charges.get(one.pk, [])),
            )
            for one in page.rows
        ],
    }


def _open(charges) -> str:
    """The matters that nobody answers for, in words."""
    held = {key for one in charges for key in one.tasks}
    return RELOCATION_TASKS.labels([key for key in RELOCATION_TASKS.keys if key not in held])


@require_safe
@requires(VIEW)
def relocation_household(request, pk: int):
    """Who answers and answered for one household."""
    now = chosen(request)
    home = household_for(request.user, pk, VIEW)
    rows = list(
        home.relocation_charges.select_related("cadre__unit", "withdrawn_by").order_by(
            "withdrawn_at", "valid_to", "-valid_from", "-pk"
        )
    )
    context = {
        "now": now,
        "home": home,
        "facts": Survey.objects.filter(household=home, year=now.year).first(),
        "open_rows": [one for one in rows if one.is_open],
        "past_rows": [one for one in rows if not one.is_open],
        "left": _open([one for one in rows if one.is_open]),
        "application": visible(request.user).filter(household=home).first()
        if any(request.user.has_right(right) for right in READERS)
        else None,
        "may_edit": home.state == Household.State.REGISTERED
        and request.user.has_right_at(EDIT, home.area_id),
    }
    return render(request, "households/relocation/household.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def relocation_charge(request, pk: int):
    """Give a household a cadre."""
    now, user = chosen(request), request.user
    home = household_for(user, pk, EDIT)
    moves = Survey.objects.filter(household=home, year=now.year, is_relocated=True).exists()
    label = f"{home.head_name}户"
    return acting(
        request,
        ChargeForm(sent(request), household=home, actor=user, moves=moves),
        partial(take_charge, home, actor=user),
        right=EDIT,
        back=f"{reverse('households:relocation-household', args=[pk])}?year={now.year}",
        told="已登记包扶人。",
        title=f"安排包扶人：{label}",
        button="登记",
        back_label=label,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def relocation_change(request, pk: int):
    """Another cadre, or other matters, from a day on."""
    row, back, label = _charge(request, pk)
    form = ChangeForm(
        sent(request),
        household=row.household,
        actor=request.user,
        initial={"cadre": row.cadre_id, "tasks": row.tasks},
    )
    return acting(
        request,
        form,
        partial(change_charge, row, actor=request.user),
        right=EDIT,
        back=back,
        told="已调整。",
        title=f"换人或调整：{label}",
        button="保存",
        back_label=label,
        help=f"现由{row.cadre.name}负责{row.task_labels}，{row.valid_from} 起。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def relocation_end(request, pk: int):
    """End it."""
    row, back, label = _charge(request, pk)
    return acting(
        request,
        EndForm(sent(request)),
        partial(end_charge, row, actor=request.user),
        back=back,
        told="包扶已终止。",
        right=EDIT,
        title=f"终止包扶：{row.cadre.name}—{label}",
        button="终止",
        back_label=label,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def relocation_withdraw(request, pk: int):
    """Take it back as recorded by mistake."""
    row, back, label = _charge(request, pk)
    return acting(
        request,
        ReasonForm(sent(request)),
        partial(withdraw_charge, row, actor=request.user),
        back=back,
        told="已撤销。",
        right=EDIT,
        title=f"撤销包扶登记：{row.cadre.name}—{label}",
        button="撤销",
        back_label=label,
        help="登记错了的才撤销，记录保留；不再包扶的请用“终止”。",
        danger=True,
    )


def _charge(request, pk: int) -> tuple[RelocationCharge, str, str]:
    """A charge that the user may change, where its household's page is, and what that is called; or 404."""
    user = request.user
    rows = RelocationCharge.objects.visible_to(user, EDIT) & RelocationCharge.objects.visible_to(user)
    rows = rows.filter(household__in=Household.objects.filter(whole_to(user)).values("pk"))
    row = rows.select_related("household", "cadre").filter(pk=pk).first()
    if row is None:
        raise Http404
    back = (
        f"{reverse('households:relocation-household', args=[row.household_id])}?year={chosen(request).year}"
    )
    return row, back, f"{row.household.head_name}户"
