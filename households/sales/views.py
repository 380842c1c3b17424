"""电商带动: agreements of a place and year, those without a result first; one agreement; registering, results, ending."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.forms.benefits.policies import ReasonForm
from households.forms.benefits.work import FindHouseholdForm
from households.models import SaleAgreement, SaleResult, Survey
from households.sales.forms import AgreementForm, CorrectResultForm, EndForm, ResultForm, ScanForm
from households.sales.querysets import RECORD, SECTORS, VIEW
from households.sales.rows import (
    TO_COME,
    TOLD,
    UNTOLD,
    WITHOUT,
    agreements,
    in_state,
    results_of,
    totals,
    without_agreement,
)
from households.sales.services import (
    add_scan,
    end,
    may_record,
    register,
    set_result,
    told_before,
    withdraw,
    withdraw_result,
)
from households.services.personal import phone_beside
from households.views.benefits.reaching import home_for, one_of, tabs
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.web.addresses import query_with
from poverty.web.chosen import chosen
from poverty.web.one_form import acting, asking
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_SIZE = 50


@require_safe
@requires(VIEW)
def sales(request):
    """Agreements of the place and year, those without a result first; households with an industry and none."""
    now, user = chosen(request), request.user
    show = request.GET.get("show", UNTOLD)
    if show not in (UNTOLD, TOLD, TO_COME, WITHOUT):
        raise Http404
    context = {
        "pages": tabs(request, "sales"),
        "now": now,
        "show": show,
        # Of the bureaus only those whose business it is; each row asks for its place.
        "may_record": any(not one.sector or one.sector in SECTORS for one in user.scope(RECORD).grants),
    }
    if len(now.area_code) < COUNTY_LENGTH:
        return render(request, "households/sales/list.html", context | {"wide": True})
    rows = agreements(user, now.area_code, now.year)
    total = totals(rows)
    bare = without_agreement(user, now.area_code, now.year)
    count, exact = count_up_to(bare, 10_000)
    labels = [(UNTOLD, "没有收购结果", total.untold), (TOLD, "有收购结果", total.told)]
    if total.to_come or show == TO_COME:
        labels.append((TO_COME, "还没开始", total.to_come))
    shown = [
        (label, query_with(request.GET, show=key, page=None), number, key == show)
        for key, label, number in (*labels, (WITHOUT, "有产业、没有协议", count if exact else f"{count}+"))
    ]
    context |= {"total": total, "shown": shown}
    context |= _bare(request, bare, now.year) if show == WITHOUT else _listed(request, rows, show, now.year)
    return render(request, "households/sales/list.html", context)


def _listed(request, rows, show: str, year: int) -> dict:
    page = keyset_page(
        in_state(rows, show).select_related("household"),
        order=(("household__area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=_SIZE,
    )
    results = results_of(page.rows, year)
    names = short_names({one.household.area_id for one in page.rows})
    today = timezone.localdate()
    lines = []
    for one in page.rows:
        result = results.get(one.pk)
        below = result is not None and result.is_below(one.price)
        begun = year in one.years_held(today)
        open_ = begun and may_record(request.user, one.household.area_id)
        place = names.get(one.household.area_id, "")
        lines.append((one, place, one.standing_on(today), result, below, open_))
    return {"page": page, "lines": lines}


def _bare(request, rows, year: int) -> dict:
    page = keyset_page(
        rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=_SIZE
    )
    names = short_names({one.area_id for one in page.rows})
    surveys = Survey.objects.filter(household__in=[one.pk for one in page.rows], year=year)
    facts = {one.household_id: one for one in surveys}
    return {
        "page": page,
        "homes": [
            (one, names.get(one.area_id, ""), facts.get(one.pk), may_record(request.user, one.area_id))
            for one in page.rows
        ],
    }


@require_safe
@requires(VIEW)
def sale(request, pk: int):
    """One agreement with the results of its years, corrected ones and those that do not count too."""
    row = _agreement(request.user, pk)
    today = timezone.localdate()
    results = list(
        row.results.select_related("recorded_by", "withdrawn_by").order_by("-year", "-version", "-pk")
    )
    known = {one.year for one in results if one.is_current}
    may = may_record(request.user, row.household.area_id) and row.withdrawn_at is None
    state = row.standing_on(today)
    context = {
        "row": row,
        "state": state,
        "phone": phone_beside(row.phone, row.household, request.user),
        "results": [(one, one.is_current and one.is_below(row.price)) for one in results],
        "missing": [year for year in reversed(row.years_held(today)) if may and year not in known],
        "may": may,
        "may_end": may and row.ended_on is None and row.period_from < today and row.period_to >= today,
        "may_withdraw": may and not known,
    }
    return render(request, "households/sales/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_start(request):
    """Find whose agreement is registered."""
    form = FindHouseholdForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and (home := form.cleaned_data["household"]):
        return redirect("households:sale-new", home.pk)
    return asking(
        request,
        form,
        title="登记收购协议",
        button="下一步",
        back=reverse("households:sales"),
        back_label="电商带动",
        help="先找到签协议的户。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_new(request, pk: int):
    """Register the agreement of a household."""
    home = home_for(request.user, pk, RECORD)
    if not may_record(request.user, home.area_id):
        raise MissingRight((RECORD,))
    return acting(
        request,
        AgreementForm(sent(request), request.FILES or None),
        partial(register, home, actor=request.user),
        right=RECORD,
        then=lambda made: reverse("households:sale", args=[made.pk]),
        told="协议已登记。",
        title=f"登记收购协议：{home.head_name}户",
        button="登记",
        back=reverse("households:sales"),
        back_label="电商带动",
        help="村与企业签的帮扶协议在“万企帮万村”登记，这里只登记企业、网店与本户签的收购协议。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_scan(request, pk: int):
    """Bring the scan of an agreement."""
    row = _own(request.user, pk)
    if row.scan_id is not None:
        return redirect("households:sale", pk)
    form = ScanForm(sent(request), request.FILES or None)
    return _acting(request, row, form, add_scan, told="扫描件已上传。", title="上传协议扫描件", button="上传")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_end(request, pk: int):
    """End an agreement before its time."""
    row = _own(request.user, pk)
    if row.ended_on is not None:
        return redirect("households:sale", pk)
    form = EndForm(sent(request), initial={"on": timezone.localdate()})
    title = f"终止收购协议：{row.business}"
    told = "协议已终止，记录仍可查阅。"
    return _acting(request, row, form, end, told=told, title=title, button="终止", danger=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_withdraw(request, pk: int):
    """Take an agreement back that was registered by mistake."""
    row = _own(request.user, pk)
    if row.withdrawn_at is not None:
        return redirect("households:sale", pk)
    return _acting(
        request,
        row,
        ReasonForm(sent(request)),
        withdraw,
        told="已撤销，记录保留。",
        title=f"撤销收购协议：{row.business}",
        button="撤销",
        help="登记错了的才撤销；不再执行的请用“终止”。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_result(request, pk: int, year: int):
    """Note what was bought by an agreement in a year, or correct it by a further version."""
    row = _own(request.user, pk)
    if year not in row.years_held(timezone.localdate()):
        raise Http404
    known = row.results.current().filter(year=year).select_related("recorded_by").first()
    initial = {name: getattr(known, name) for name in ("quantity", "paid", "remark")} if known else {}
    form = (CorrectResultForm if known else ResultForm)(sent(request), agreement=row, initial=initial)
    if known is not None:
        # Sent from a page that was made when nothing stood there, or pressed twice: the service tells the two apart.
        form.fields["reason"].required = "reason" in request.POST or request.method != "POST"
        form.fields["reason"].error_messages["required"] = told_before(known)
    action = "更正" if known else "登记"
    return acting(
        request,
        form,
        partial(set_result, row, year, actor=request.user),
        right=RECORD,
        told=f"{year}年度收购结果已登记。",
        title=f"{row.business}：{year}年度收购{row.product}",
        button=action,
        back=reverse("households:sale", args=[pk]),
        back_label=f"{row.household.head_name}户的收购协议",
        help=f"保护价 {row.price:,.2f} 元/{row.unit}。收购款只记协议执行情况，不加进收入；"
        "该户卖产品的收入在收入表里填。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def sale_result_withdraw(request, pk: int):
    """Say that a result does not count."""
    seen = SaleAgreement.objects.visible_to(request.user) & SaleAgreement.objects.visible_to(
        request.user, RECORD
    )
    rows = SaleResult.objects.filter(agreement__in=seen.values("pk")).select_related("agreement__household")
    row = one_of(rows, pk)
    if not row.is_current:
        return redirect("households:sale", row.agreement_id)
    return acting(
        request,
        ReasonForm(sent(request)),
        partial(withdraw_result, row, actor=request.user),
        right=RECORD,
        back=reverse("households:sale", args=[row.agreement_id]),
        told="已作废，可以重新登记。",
        title=f"作废{row.agreement.business}的{row.year}年度收购结果",
        button="作废",
        back_label=f"{row.agreement.household.head_name}户的收购协议",
        help="登记错了的才作废，记录保留；数字有变动的请用“更正”。",
        danger=True,
    )


def _agreement(user, pk: int) -> SaleAgreement:
    rows = SaleAgreement.objects.visible_to(user)
    return one_of(rows.select_related("household__area", "recorded_by", "withdrawn_by", "scan"), pk)


def _own(user, pk: int) -> SaleAgreement:
    """An agreement that the person may change, or 404."""
    rows = SaleAgreement.objects.visible_to(user) & SaleAgreement.objects.visible_to(user, RECORD)
    return one_of(rows.select_related("household"), pk)


def _acting(request, row: SaleAgreement, form, act, **page):
    return acting(
        request,
        form,
        partial(act, row, actor=request.user),
        right=RECORD,
        back=reverse("households:sale", args=[row.pk]),
        back_label=f"{row.household.head_name}户的收购协议",
        **page,
    )
