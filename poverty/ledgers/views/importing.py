"""Bringing a workbook in: upload, what it would change, what is wrong, accepting rows, applying."""

import tempfile
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poverty.areas.names import full_names, short_names
from poverty.audit.services import record
from poverty.jobs.models import State
from poverty.ledgers.forms_importing import ImportForm
from poverty.ledgers.incoming import kinds
from poverty.ledgers.incoming.lines import lines
from poverty.ledgers.models import Import, Level, Outcome, StagedRow
from poverty.ledgers.places import tabs
from poverty.ledgers.services import importing
from poverty.ledgers.services.reporting import report_of
from poverty.ledgers.services.summing import faults_by_kind
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = (
    ("changed", "有变化", Q(outcome=Outcome.CHANGED)),
    ("new", "新增", Q(outcome=Outcome.NEW)),
    ("wrong", "有错误", Q(outcome=Outcome.WRONG)),
    ("questions", "有提示", Q(level=Level.QUESTION)),
    ("kept", "保留本系统", ~Q(kept={})),
    ("unchanged", "无变化", Q(outcome=Outcome.UNCHANGED)),
)
_ANSWERS = {"accept": True, "leave": False, "default": None}
_MISSING_SHOWN = 50
# Which kinds a person may bring in is asked of the kind (services.importing).
OPENS = ("register.import", "benefit.record")


@require_safe
@requires(*OPENS)
def imports(request):
    """Imports of one's places, newest first."""
    rows = Import.objects.visible_to(request.user).select_related("created_by")
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"))
    places = full_names({one.area_code for one in page.rows})
    context = {
        "tabs": tabs(request),
        "page": page,
        "rows": [(one, places.get(one.area_code, one.area_code)) for one in page.rows],
    }
    return render(request, "ledgers/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*OPENS)
def import_new(request):
    """Upload, with what each kind of workbook must hold; reading goes on in the background."""
    posted = request.method == "POST"
    form = ImportForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        user=request.user,
        now=chosen(request),
    )
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            imported = importing.start_import(
                values["file"],
                kind=values["kind"],
                area_code=values["area"],
                year=values["year"],
                actor=request.user,
                as_of=values["as_of"],
                legal_basis=values["legal_basis"],
            )
        except PermissionDenied as error:
            raise MissingRight(OPENS) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            importing.request_reading(imported, actor=request.user)
            return redirect("ledgers:import", imported.pk)
    if not posted and kinds.get(request.GET.get("kind", "")) is not None:
        form.initial["kind"] = request.GET["kind"]
    context = {
        "tabs": tabs(request),
        "form": form,
        "kinds": [one for one in kinds.all_kinds() if request.user.has_right(one.right)],
    }
    return render(request, "ledgers/import_new.html", context, status=422 if posted else 200)


@require_safe
@requires(*OPENS)
def import_page(request, pk):
    """One import: progress, result, rows; what the register has and the file does not."""
    imported = _visible(request, pk)
    kind = kinds.get(imported.kind)
    staged = StagedRow.objects.filter(imported=imported)
    context = {
        "tabs": tabs(request),
        "imported": imported,
        "kind": kind,
        "place": full_names([imported.area_code]).get(imported.area_code, imported.area_code),
        "headings": _columns(imported, kind),
    }
    live = imported.job is not None and imported.job.is_live
    # While it is being read or applied nothing else may be asked of it.
    context["may_change"] = imported.is_open and not live
    context["shows_job"] = live or (
        imported.job is not None
        and imported.job.state != State.DONE
        and imported.state in (Import.State.READING, Import.State.CHECKED)
    )
    context["written"] = [(name, number) for name, number in imported.applied.items() if number]
    if imported.state in (Import.State.CHECKED, Import.State.APPLIED) and kind is not None:
        show = request.GET.get("show", "")
        fault = request.GET.get("fault", "")
        known = [one for one in _SHOWN if staged.filter(one[2]).exists()]
        active = next((one for one in known if one[0] == show), known[0] if known else _SHOWN[0])
        rows = staged.filter(active[2])
        if fault:
            rows = staged.filter(
                Q(cell_faults__contains=[{"k": fault}]) | Q(row_faults__contains=[{"k": fault}])
            )
        page = keyset_page(
            rows.select_related("cells"), order=(("number", "asc"),), after=request.GET.get("page"), size=50
        )
        base = reverse("ledgers:import", args=[pk])
        context |= _missing(imported, kind) if known else {}  # without staged rows all would be missing
        context |= {
            "page": page,
            "figures": _figures(imported.counts),
            "some_cells": any(row.level == Level.CELL for row in page.rows),
            "lines": lines(imported, kind, page.rows),
            "fault": fault,
            "show": active[0],
            "row_tabs": [
                (label, f"{base}?show={name}#rows", None, name == active[0] and not fault)
                for name, label, _ in known
            ],
            "faults": faults_by_kind(imported),
        }
    return render(request, "ledgers/import.html", context)


def _figures(counts: dict) -> list[tuple[int, str, str]]:
    """Numbers of an import, their words, and where on the page the rows stand ("": nowhere)."""
    shown = [
        ("rows", "行", ""),
        ("new", "新增", "?show=new#rows"),
        ("changed", "有变化", "?show=changed#rows"),
        ("unchanged", "无变化", "?show=unchanged#rows"),
        ("wrong", "有错误", "?show=wrong#rows"),
        ("kept", "有内容保留本系统", "?show=kept#rows"),
        ("missing", "表里没有的在册人员", "#missing"),
    ]
    return [(counts.get(key, 0), label, url) for key, label, url in shown]


def _missing(imported: Import, kind) -> dict:
    """Persons that the file's households lack, and households that it does not name: questions, both."""
    homes = kind.target.missing_households(imported)
    first = list(homes.order_by("area", "pk")[: _MISSING_SHOWN + 1])
    count, exact = count_up_to(homes, 10_000)
    names = short_names({home.area_id for home in first})
    return {
        "missing": kind.target.missing_lines(imported, _MISSING_SHOWN),
        "missing_homes": [(home, names.get(home.area_id, "")) for home in first[:_MISSING_SHOWN]],
        "more_homes": len(first) > _MISSING_SHOWN,
        "missing_homes_count": count,
        "missing_homes_exact": exact,
    }


def _columns(imported: Import, kind) -> dict:
    """Columns of the kind that the file lacks, and those of the file that the kind does not know."""
    if kind is None or not imported.found:
        return {"lacking": [], "unknown": imported.unknown}
    return {
        "lacking": [one.heading for one in kind.columns if one.key not in imported.found],
        "unknown": imported.unknown,
    }


@require_POST
@requires(*OPENS)
def import_choose(request, pk):
    """Accept rows, leave them out, or let them follow the file: the ticked ones, or all of a kind of fault."""
    imported = _visible(request, pk)
    action = request.POST.get("action", "")
    fault = request.POST.get("fault", "")
    numbers = [int(one) for one in request.POST.getlist("row") if one.isdecimal() and len(one) < 9]
    if action == "national_all":
        _do(request, lambda: importing.follow_national(imported, None, True, actor=request.user))
    elif action in ("national", "ours") and numbers:
        _do(
            request,
            lambda: importing.follow_national(imported, numbers, action == "national", actor=request.user),
        )
    elif not fault and not numbers:
        messages.error(request, "还没有勾选：先勾选要处理的行，再点按钮。")
    elif action in _ANSWERS:
        chosen_rows = fault or numbers
        _do(
            request,
            lambda: importing.choose_rows(imported, chosen_rows, _ANSWERS[action], actor=request.user),
        )
    else:
        messages.error(request, "请选择要做什么。")
    show = request.POST.get("show", "")
    known = {name for name, *_ in _SHOWN}
    seen = {"show": show if show in known else "", "fault": request.POST.get("of_fault", "")[:60]}
    seen = urlencode({name: value for name, value in seen.items() if value})
    return HttpResponseRedirect(reverse("ledgers:import", args=[pk]) + (f"?{seen}" if seen else "") + "#rows")


def _do(request, act) -> None:
    try:
        number = act()
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"已处理 {number} 行。")


@require_POST
@requires(*OPENS)
def import_apply(request, pk):
    """Put the application in line."""
    imported = _visible(request, pk)
    try:
        importing.request_application(imported, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("ledgers:import", pk)


@require_POST
@requires(*OPENS)
def import_again(request, pk):
    """Compare with the register as it is now."""
    imported = _visible(request, pk)
    try:
        importing.check_import(imported, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已按现在的登记重新核对。")
    return redirect("ledgers:import", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*OPENS)
def import_cancel(request, pk):
    """Give an import up; asks first."""
    imported = _visible(request, pk)
    page = reverse("ledgers:import", args=[pk])
    if request.method == "POST":
        try:
            importing.cancel_import(imported, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "已放弃，登记没有变化。")
        return HttpResponseRedirect(page)
    context = {
        "question": f"放弃这次导入（{imported.kind_label}）？",
        "losses": ["核对结果和逐行的选择不再保留。", "登记没有变化；需要时可以重新上传。"],
        "action": "放弃导入",
        "cancel_url": page,
        "danger": True,
    }
    return render(request, "ledgers/import_cancel.html", context)


@require_POST
@requires(*OPENS)
@never_cache
def import_report(request, pk):
    """The wrong rows in the user's own columns, by POST: taking them is written to the log."""
    imported = _visible(request, pk)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        rows = report_of(imported, out)
    except ValidationError as error:
        out.close()
        messages.error(request, error.messages[0])
        return redirect("ledgers:import", pk)
    record("ledgers.import.report", imported, actor=request.user, summary=f"下载导入错误表 {rows} 行")
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"导入{imported.pk}错误行.xlsx", content_type=_WORKBOOK
    )


def _visible(request, pk) -> Import:
    return get_object_or_404(
        Import.objects.visible_to(request.user).select_related("created_by", "job"), pk=pk
    )
