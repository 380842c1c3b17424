"""万企帮万村: agreements of the year, those without a result first; one agreement; registering, results, ending."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.names import short_names
from poverty.files.models import FileLink
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires
from villages.enterprises.forms import (
    AgreementForm,
    CorrectResultForm,
    EndForm,
    ResultForm,
    ScanForm,
)
from villages.enterprises.services import (
    ENTERPRISE,
    RIGHT,
    add_scan,
    end,
    register,
    set_result,
    told_before,
    withdraw_result,
)
from villages.enterprises.standing import lines, totals, without_agreement
from villages.models import AgreementResult, EnterpriseAgreement, VillagePost
from villages.options.enterprise_kinds import ENTERPRISE_KINDS
from villages.views.fetching import sent

CASE = "villages.enterpriseagreement"
MOST = 1_000
NONE, TOLD = "none", "told"
TOLD_OF = ("amount", "households", "persons", "remark")


@require_safe
@requires("post.view")
def agreements(request):
    """Agreements of the chosen place and year, those without a result first; enterprises without an agreement above."""
    now = chosen(request)
    rows = EnterpriseAgreement.objects.visible_to(request.user).in_year(now.year)
    rows = rows.filter(within("post__village__area_id", [now.area_code]))
    kind = request.GET.get("kind", "")
    if kind in ENTERPRISE_KINDS:
        rows = rows.filter(kinds__contains=[kind])
    which = request.GET.get("result", "")
    wanted = {NONE: False, TOLD: True}.get(which)
    found = lines(rows, now.year, told=wanted, most=MOST + 1)
    shown = found[:MOST]
    posts = VillagePost.objects.visible_to(request.user).filter(within("village__area_id", [now.area_code]))
    bare = list(without_agreement(posts)[:MOST])
    names = short_names({*(line.agreement.area_code for line in shown), *(one.area_code for one in bare)})
    total = totals(rows, now.year)
    context = {
        "now": now,
        "lines": [(line, names[line.agreement.area_code]) for line in shown],
        "bare": [(one, names[one.area_code]) for one in bare],
        "total": total,
        "choices": [
            ("", "全部", total.agreements),
            (NONE, "没有成效", total.untold),
            (TOLD, "有成效", total.told),
        ],
        "result": which if wanted is not None else "",
        "kinds": ENTERPRISE_KINDS.choices,
        "kind": kind,
        "more": len(found) > MOST,
        "may_edit": request.user.has_right(RIGHT),
    }
    return render(request, "villages/enterprises/list.html", context)


@require_safe
@requires("post.view")
def agreement(request, pk: int):
    """One agreement with the results of its years, corrected ones too."""
    row = agreement_for(request.user, pk)
    place, today = row.area_code, timezone.localdate()
    results = list(row.results.select_related("recorded_by").order_by("-year", "-pk"))
    may = request.user.has_right_at(RIGHT, place)
    known = {one.year for one in results if one.is_current}
    context = {
        "row": row,
        "place": short_names([place])[place],
        "results": results,
        "files": FileLink.objects.visible_to(request.user, CASE).of(CASE, row.pk),
        "open": EnterpriseAgreement.objects.open_on().filter(pk=row.pk).exists(),
        "over": row.period_to < today,
        "mistaken": row.ended_on == row.period_from,
        "missing": [year for year in reversed(row.years_held(today)) if may and year not in known],
        "held": row.years_held(today),
        "may_edit": may,
        # Also one whose time is over: by its first day a mistaken one is withdrawn.
        "may_end": may and row.ended_on is None,
    }
    return render(request, "villages/enterprises/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_new(request, pk: int):
    """Register the agreement of an enterprise that helps a village."""
    rows = VillagePost.objects.visible_to(request.user, RIGHT).filter(valid_to=None, post=ENTERPRISE)
    post = get_object_or_404(rows.select_related("village__area", "unit"), pk=pk)
    initial = {"signed_on": post.valid_from, "period_from": post.valid_from, "document": post.document}
    return acting(
        request,
        AgreementForm(sent(request), request.FILES or None, initial=initial),
        partial(register, post, actor=request.user),
        right=RIGHT,
        back=reverse("villages:agreements"),
        then=_page,
        told="协议已登记。",
        title=f"{post.village.area.name}：{post.unit.name}的帮扶协议",
        button="登记",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_scan(request, pk: int):
    """Bring the scan of an agreement."""
    row = agreement_for(request.user, pk, RIGHT)
    if row.scan_id is not None:
        messages.info(request, "协议的扫描件已上传，没有再传。")
        return redirect("villages:agreement", pk)
    return _about(
        request,
        row,
        ScanForm(sent(request), request.FILES or None),
        partial(add_scan, row),
        told="扫描件已上传。",
        title="上传协议扫描件",
        button="上传",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_end(request, pk: int):
    """End an agreement before its time."""
    row = agreement_for(request.user, pk, RIGHT)
    if row.ended_on is not None:
        messages.info(request, f"协议已于 {row.ended_on} 终止。")
        return redirect("villages:agreement", pk)
    today = timezone.localdate()
    # One whose time is over has nothing left to end: it may only have been entered by mistake.
    over = row.period_to < today
    verb = "撤销误登" if over else "终止"
    return _about(
        request,
        row,
        EndForm(sent(request), initial={"on": row.period_from if over else today}),
        partial(end, row),
        told="协议已终止，记录仍可查阅。",
        title=f"{verb}：{row.post.unit.name}的帮扶协议",
        button=verb,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_result(request, pk: int, year: int):
    """Note what came of an agreement in a year, or correct it by a further version."""
    row = agreement_for(request.user, pk, RIGHT)
    if year not in row.years_held(timezone.localdate()):
        raise Http404
    known = row.results.current().filter(year=year).first()
    if known is not None and "reason" not in request.POST and _says(ResultForm(sent(request)), known):
        # Pressed twice, or told alike by somebody else since the page was made.
        messages.info(request, f"{year}年度成效已登记。")
        return redirect("villages:agreement", pk)
    initial = {name: getattr(known, name) for name in TOLD_OF} if known else {}
    shape = CorrectResultForm if known else ResultForm
    form = shape(sent(request), request.FILES or None, promised=row.promised, initial=initial)
    if known is not None:
        form.fields["reason"].error_messages["required"] = told_before(year)
    verb = "更正" if known else "登记"
    return _about(
        request,
        row,
        form,
        partial(set_result, row, year),
        told=f"{year}年度成效已{verb}。",
        title=f"{row.post.unit.name}：{year}年度帮扶成效",
        button=verb,
    )


def _says(form: ResultForm, known: AgreementResult) -> bool:
    if not form.is_bound:
        return False
    form.is_valid()  # what is only asked about stays in cleaned_data
    return all(name in form.cleaned_data for name in TOLD_OF) and all(
        form.cleaned_data[name] == getattr(known, name) for name in TOLD_OF
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_result_withdraw(request, pk: int):
    """Say that a result does not count."""
    rows = AgreementResult.objects.current().filter(
        agreement__in=EnterpriseAgreement.objects.visible_to(request.user, RIGHT)
    )
    row = get_object_or_404(rows.select_related("agreement__post__unit", "agreement__post__village"), pk=pk)
    return _about(
        request,
        row.agreement,
        ReasonForm(sent(request), label="作废原因"),
        partial(withdraw_result, row),
        told="已作废，可以重新登记。",
        title=f"作废{row.agreement.post.unit.name}的{row.year}年度成效",
        button="作废",
        danger=True,
    )


def agreement_for(user, pk: int, right: str = "post.view") -> EnterpriseAgreement:
    """An agreement that the person may see, or change, or 404."""
    rows = EnterpriseAgreement.objects.visible_to(user, right)
    return get_object_or_404(rows.select_related("post__village__area", "post__unit", "recorded_by"), pk=pk)


def _about(request, row: EnterpriseAgreement, form, act, **page):
    """The page of an act on an agreement or a result of it; done, back to the agreement."""
    return acting(request, form, partial(act, actor=request.user), right=RIGHT, back=_page(row), **page)


def _page(row: EnterpriseAgreement) -> str:
    return reverse("villages:agreement", args=[row.pk])
