"""Tables from above, the county's side: taking one in, its columns, progress, giving it back."""

import tempfile

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.requests import ColumnForm, KeyForm, NewRequestForm
from households.models import TableRequest
from households.querysets_requests import CHECK, FILL, ISSUE
from households.request_lines import part_lines, request_lines
from households.requests.columns import KNOWN
from households.requests.rows import masked
from households.services import requests as service
from households.services.personal import PURPOSES, check_purpose
from households.services.request_keeping import days_kept, kept_until
from households.services.request_returning import give_back
from households.services.request_updating import updating
from poverty.areas.names import full_names
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = (ISSUE, FILL, CHECK)
_NOT_SHOWN = ("discarded",)


@require_safe
@requires(*ANY)
def requests(request):
    """Tables from above, newest first: what is to be filled, how far it is."""
    rows = TableRequest.objects.visible_to(request.user).exclude(state__in=_NOT_SHOWN)
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"))
    context = {
        "page": page,
        "lines": request_lines(page.rows, request.user),
        "may_issue": request.user.has_right(ISSUE),
    }
    return render(request, "households/requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ISSUE)
def request_new(request):
    """Upload a sender's workbook."""
    posted = request.method == "POST"
    form = NewRequestForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        user=request.user,
        now=chosen(request),
    )
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            made = service.draft_request(
                values["file"],
                area_code=values["area"],
                title=values["title"],
                sender=values["sender"],
                deadline=values["deadline"],
                kind=values["kind"],
                instructions=values["instructions"],
                year=values["year"],
                sheet=values["sheet"],
                actor=request.user,
            )
        except PermissionDenied as error:
            raise MissingRight((ISSUE,)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            return redirect("households:request", made.pk)
    return render(request, "households/requests/new.html", {"form": form}, status=422 if posted else 200)


@require_safe
@requires(*ANY)
def request_page(request, pk):
    """One table: while it is prepared its columns, afterwards how far the villages are."""
    asked = _visible(request, pk)
    if asked.state in ("draft", "discarded"):
        return _draft(request, asked)
    user = request.user
    lines = part_lines(asked, user)
    may_issue = user.has_right_at(ISSUE, asked.area_code)
    if not may_issue and not (lines and user.has_right(CHECK)):
        return redirect("households:request-fill", pk)  # a village has nothing to watch, only to fill
    context = {
        "asked": asked,
        "lines": lines,
        "may_issue": may_issue,
        "may_reveal": may_issue and user.has_right_at("personal.reveal", asked.area_code),
        "purposes": PURPOSES,
        "counts": service.counts_of(asked) if may_issue else None,
        "owing": sum(1 for one in lines if one.part.state in ("open", "returned")),
        "late": sum(1 for one in lines if one.part.is_late),
        "may_fill": user.has_right(FILL),
        "fillable": any(one.may_fill and one.part.fillable for one in lines),
        "updates": "、".join(f"“{one.heading}”" for one in updating(asked)),
        "undecided": asked.rows.visible_to(user, CHECK).filter(undecided=True).count(),
        "kept_until": kept_until(asked),
        "place": full_names([asked.area_code]).get(asked.area_code, asked.area_code),
    }
    return render(request, "households/requests/progress.html", context)


def _draft(request, asked: TableRequest, *, forms=None, key_form=None, status=200):
    context = {
        "asked": asked,
        "counts": service.counts_of(asked),
        "forms": forms or [ColumnForm(None, one) for one in asked.asked if one.heading],
        "key_form": key_form or KeyForm(None, asked),
    }
    return render(request, "households/requests/draft.html", context, status=status)


@require_POST
@requires(ISSUE)
def request_columns(request, pk):
    """Say what the columns mean; with action=issue give it to the villages."""
    asked = _own(request, pk)
    forms = [ColumnForm(request.POST, one) for one in asked.asked if one.heading]
    key_form = KeyForm(request.POST, asked)
    if not all([key_form.is_valid(), *[one.is_valid() for one in forms]]):
        return _draft(request, asked, forms=forms, key_form=key_form, status=422)
    unnamed = [one for one in asked.asked if not one.heading]
    try:
        service.set_columns(
            asked,
            sorted(
                [*unnamed, *[one.asked() for one in forms]],
                key=lambda one: (one.position is None, one.position or 0),
            ),
            key_position=key_form.cleaned_data["key_position"],
            key_kind=key_form.cleaned_data["key_kind"],
            actor=request.user,
        )
        if request.POST.get("action") != "issue":
            messages.success(request, "已保存，并按新的设置重新匹配和带出。")
            return redirect("households:request", pk)
        asked.refresh_from_db()
        issued = service.request_issue(asked, actor=request.user)
    except ValidationError as error:
        asked.refresh_from_db()
        if asked.state != TableRequest.State.DRAFT:  # the second click, or somebody else was faster
            messages.info(request, f"任务表{asked.get_state_display()}，各列不能再改。")
            return redirect("households:request", pk)
        key_form.add_error(None, error.messages)
        return _draft(request, asked, forms=forms, key_form=key_form, status=422)
    done = issued.state == TableRequest.State.ISSUED
    messages.success(request, "已下发到各村。" if done else "正在下发，可以离开本页。")
    return redirect("households:request", pk)


@require_safe
@requires(ISSUE)
def request_rows(request, pk):
    """Rows that match nobody, each with why; or those where sheet and register differ."""
    asked = _own(request, pk)
    differing = request.GET.get("show") == "differing"
    rows = asked.rows.exclude(differs=[]) if differing else asked.rows.exclude(reason="")
    page = keyset_page(rows, order=(("number", "asc"),), after=request.GET.get("page"))
    columns = {one.name: one for one in asked.asked if one.role == KNOWN}
    lines = []
    for row in page.rows:
        cells = {**row.cells, **masked(row.sealed_part("cells"))}
        known = {**row.known, **masked(row.sealed_part("known"))}
        told = [
            (columns[name].heading, cells.get(f"{columns[name].position}", ""), known.get(name, ""))
            for name in row.differs
            if name in columns
        ]
        lines.append((row, service.shown_key(row, asked), told))
    base = reverse("households:request-rows", args=[pk])
    counts = service.counts_of(asked)
    tabs = [
        ("没有匹配", base, counts["unmatched"], not differing),
        ("与登记不同", f"{base}?show=differing", counts["differing"], differing),
    ]
    context = {"asked": asked, "page": page, "lines": lines, "tabs": tabs, "differing": differing}
    return render(request, "households/requests/rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ISSUE)
def request_discard(request, pk):
    """Give a draft up; asks first."""
    asked = _own(request, pk)
    if request.method == "POST":
        return _do(
            request,
            pk,
            lambda: service.discard(asked, actor=request.user),
            "已作废。",
            back="households:requests",
        )
    context = {
        "question": f"作废“{asked.title}”？",
        "losses": ["匹配结果和各列的设置不再保留。", "还没有下发，各村没有看到。"],
        "action": "作废",
        "cancel_url": reverse("households:request", args=[pk]),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ISSUE)
def request_close(request, pk):
    """End the filling; asks first."""
    asked = _own(request, pk)
    if request.method == "POST":
        return _do(request, pk, lambda: service.close(asked, actor=request.user), "已结束填报。")
    kept = []
    if asked.file_id:
        kept = [f"来表的工作簿再保留{days_kept(asked)}天，此后汇总表按普通表格生成，不再是来表的格式。"]
    context = {
        "question": f"结束“{asked.title}”的填报？",
        "losses": [
            "各村不能再填、再改。",
            "已填的内容保留，仍可下载汇总表。",
            *kept,
        ],
        "action": "结束填报",
        "cancel_url": reverse("households:request", args=[pk]),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


@require_POST
@requires(ISSUE)
def request_remind(request, pk):
    """Remind the villages that owe theirs."""
    asked = _own(request, pk)
    return _do(
        request,
        pk,
        lambda: service.remind(asked, actor=request.user),
        lambda number: f"已催办 {number} 个村，他们的“我的工作”会显示。",
    )


@require_POST
@requires(ISSUE)
@never_cache
def request_merged(request, pk):
    """The merged workbook in the sender's own sheet, by POST: taking it is written to the log."""
    asked = _own(request, pk)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        wanted = request.POST.get("purpose", "")
        purpose = check_purpose(wanted, request.POST.get("words", "")) if wanted else ""
        give_back(asked, out, actor=request.user, purpose=purpose)
    except PermissionDenied as error:
        out.close()
        raise MissingRight(("personal.reveal",)) from error
    except ValidationError as error:
        out.close()
        messages.error(request, error.messages[0])
        return redirect("households:request", pk)
    out.seek(0)
    name = asked.file_name or f"{asked.title}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=WORKBOOK)


def _do(request, pk, act, said, *, back="households:request"):
    """Carry something out and say what came of it."""
    page = reverse(back, args=[pk]) if back == "households:request" else reverse(back)
    try:
        result = act()
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("households:request", pk)
    messages.success(request, said(result) if callable(said) else said)
    return HttpResponseRedirect(page)


def _visible(request, pk) -> TableRequest:
    rows = TableRequest.objects.visible_to(request.user).select_related("file", "job", "created_by")
    return get_object_or_404(rows, pk=pk)


def _own(request, pk) -> TableRequest:
    """A table that the person may issue, or 404."""
    rows = TableRequest.objects.issued_by(request.user).select_related("file", "job", "created_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
