"""The years of a county: how far each is, opening, closing, opening again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.forms.years import CloseYearForm, OpenYearForm, ReopenYearForm
from households.models import CountyYear
from households.services.years import close_year, counts_of, default_period, open_year, reopen_year
from households.views.reaching import sent
from poverty.areas.models import Level
from poverty.review.services import steps_of
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

SHOWN = 30


@require_safe
@requires("year.manage", "run.view")
def years(request):
    """Years of the county that was chosen (or of the own counties), latest first, with counts."""
    now = chosen(request)
    rows = CountyYear.objects.visible_to(request.user).select_related("area").order_by("-year", "area_id")
    if len(now.area_code) >= Level.COUNTY:
        rows = rows.filter(area=now.area_code[: Level.COUNTY])
    shown = list(rows[:SHOWN])
    counts = counts_of(shown)
    context = {
        "rows": [
            (row, counts[row.pk], request.user.has_right_at("year.manage", row.area_id)) for row in shown
        ],
        "may_open": request.user.has_right("year.manage"),
        "today": timezone.localdate(),
    }
    return render(request, "households/years/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("year.manage")
def year_open(request):
    """Open a year; the accounting period is that of the area's parameter unless typed."""
    opened = chosen(request).area_code
    suggested = timezone.localdate().year
    form = OpenYearForm(sent(request), actor=request.user, opened=opened, initial={"year": suggested})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            row = open_year(values.pop("area"), values.pop("year"), actor=request.user, **values)
        except PermissionDenied as error:
            raise MissingRight(("year.manage",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(
                request, f"{row.year}年度已开启，核算期 {row.period_from} 至 {row.period_to}，可以录入信息。"
            )
            return redirect("households:years")
    context = {"form": form, "period": default_period(opened[:6], suggested) if opened else None}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/years/open.html", context, status=status)


def _year(request, pk: int) -> CountyYear:
    row = (
        CountyYear.objects.visible_to(request.user, "year.manage")
        .select_related("area")
        .filter(pk=pk)
        .first()
    )
    if row is None or not request.user.has_right_at("year.manage", row.area_id):
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@requires("year.manage")
def year_close(request, pk: int):
    """Close a year for good, after a look at what is still missing."""
    row = _year(request, pk)
    form = CloseYearForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            close_year(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{row.year}年度已关闭，信息和结果不再改动。")
            return redirect("households:years")
    counts = counts_of([row])[row.pk]
    losses = [
        "本年度的户和成员信息、收入、判定结果全部冻结。",
        f"发生日期在 {row.period_to} 及以前的变动不能再生效。",
    ]
    if counts.without_survey:
        losses.append(f"还有 {counts.without_survey} 户建档立卡户没有本年度信息，关闭后不能再补。")
    if counts.not_judged:
        losses.append(f"还有 {counts.not_judged} 户填了信息、没有判定（没有适用标准，或缺户主）。")
    if counts.unknown:
        losses.append(f"还有 {counts.unknown} 户待核实。")
    if counts.open_changes:
        losses.append(f"还有 {counts.open_changes} 项变动在办理中，关闭后不能生效。")
    return _page(request, row, form, "关闭年度", losses)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("year.manage")
def year_reopen(request, pk: int):
    """Open a closed year again, with reason and document."""
    row = _year(request, pk)
    form = ReopenYearForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            reopen_year(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{row.year}年度已重新开启，更正后请再关闭。")
            return redirect("households:years")
    losses = ["已上报的数字可能与系统不一致，更正内容逐项记入日志。"]
    return _page(request, row, form, "重新开启年度", losses)


def _page(request, row: CountyYear, form, action: str, losses: list[str]):
    context = {
        "form": form,
        "row": row,
        "action": action,
        "losses": losses,
        "steps": steps_of("households.countyyear", row.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/years/one.html", context, status=status)
