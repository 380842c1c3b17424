"""Exporting a ledger, what became of it, fetching the file, and verifying one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poverty.areas.names import full_names
from poverty.ledgers.asking import FULL_NUMBERS
from poverty.ledgers.forms import ExportForm, VerifyForm
from poverty.ledgers.models import Export, ExportFormat
from poverty.ledgers.outgoing import vault
from poverty.ledgers.places import tabs
from poverty.ledgers.services import exporting
from poverty.ledgers.services.verifying import Verdict, verify
from poverty.ledgers.views.ledgers import asked, find
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

_TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


@require_http_methods(["GET", "POST"])
@requires("household.export")
def export(request, name):
    """GET asks how; POST makes the file (or puts it in line) and goes to its page."""
    definition = find(request.user, name)
    context = {"tabs": tabs(request), "ledger": definition}
    try:
        question = asked(request, definition)
        _ = question.words
    except ValidationError as error:
        return render(request, "ledgers/export.html", {**context, "errors": error.messages}, status=422)
    form = ExportForm(request.POST if request.method == "POST" else None, question=question)
    if request.method == "POST" and form.is_valid():
        running = exporting.running_export(definition.name, request.user)
        if running is not None:
            messages.warning(request, "这个台账正在为您生成；完成或取消后才能导出下一个。")
            return HttpResponseRedirect(reverse("ledgers:exported", args=[running.pk]))
        try:
            made = exporting.request_export(
                definition.name,
                area_code=question.area_code,
                year=question.year,
                filters=question.filters,
                columns=form.cleaned_data["columns"] or [one.key for one in question.columns],
                actor=request.user,
                format=form.cleaned_data["format"],
                full_numbers=form.cleaned_data.get("full_numbers", False),
                purpose=form.cleaned_data.get("purpose", ""),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return HttpResponseRedirect(reverse("ledgers:exported", args=[made.pk]))
    context |= {
        "form": form,
        "question": question,
        "title": definition.title_in(question.year),
        "keep": [("area", question.area_code), ("year", question.year or ""), *question.filters.items()],
    }
    return render(request, "ledgers/export.html", context, status=422 if form.errors else 200)


@require_safe
@requires("household.export")
def exports(request):
    """Exports, newest first: one's own, and those of the places one looks after."""
    rows = Export.objects.visible_to(request.user).select_related("actor", "job")
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"))
    places = full_names({one.area_code for one in page.rows})
    context = {
        "tabs": tabs(request),
        "page": page,
        "rows": [(one, places.get(one.area_code, "全国")) for one in page.rows],
    }
    return render(request, "ledgers/exports.html", context)


@require_safe
@requires("household.export")
def exported(request, pk):
    """One export: its progress or its file, what it holds, and what has changed since the last one."""
    found = _visible(request, pk)
    previous = found.previous
    if previous is not None and not Export.objects.visible_to(request.user).filter(pk=previous.pk).exists():
        previous = None
    context = {
        "tabs": tabs(request),
        "export": found,
        "job": exporting.job_of(found),
        "place": full_names([found.area_code]).get(found.area_code, "全国"),
        "previous": previous,
        "may_again": found.definition is not None
        and request.user.has_right_at(found.definition.right, found.area_code),
        "unchanged": found.previous is not None and found.previous.sha256 == found.sha256 != "",
    }
    return render(request, "ledgers/exported.html", context)


@require_POST
@requires("household.export")
@never_cache
def download(request, pk):
    """The file, by POST: taking it is written to the log."""
    found = _visible(request, pk)
    definition = found.definition
    if definition is not None and not request.user.has_right_at(definition.right, found.area_code):
        raise MissingRight((definition.right,))
    if found.full_numbers and not request.user.has_right_at(FULL_NUMBERS, found.area_code):
        raise MissingRight((FULL_NUMBERS,))
    try:
        exporting.fetch(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("ledgers:exported", args=[found.pk]))
    response = StreamingHttpResponse(
        vault.read(found.sha256), content_type=_TYPES[ExportFormat(found.format)]
    )
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = content_disposition_header(True, found.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
@requires("household.export")
@never_cache
def verifying(request):
    """A file is dropped here; the answer says whether it is unaltered and what it was."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    finding = None
    if request.method == "POST" and form.is_valid():
        with vault.workplace() as folder:
            path = folder / "brought"
            with path.open("wb") as target:
                for part in form.cleaned_data["file"].chunks():
                    target.write(part)
            finding = verify(path, actor=request.user)
    own = told = False
    if finding is not None and finding.export is not None:
        own = Export.objects.visible_to(request.user).filter(pk=finding.export.pk).exists()
        definition = finding.export.definition
        # Whoever holds a file may ask whether it is true; what it was is for who may export it there.
        told = own or (
            definition is not None and request.user.has_right_at(definition.right, finding.export.area_code)
        )
    context = {
        "tabs": tabs(request),
        "form": form,
        "finding": finding,
        "name": form.cleaned_data["file"].name if finding else "",
        "good": finding is not None and finding.verdict in (Verdict.UNALTERED, Verdict.RESAVED),
        "place": full_names([finding.export.area_code]) if finding and finding.export else {},
        "own": own,
        "told": told,
    }
    return render(request, "ledgers/verify.html", context, status=422 if form.errors else 200)


def _visible(request, pk) -> Export:
    rows = Export.objects.visible_to(request.user).select_related("actor", "job", "previous")
    return get_object_or_404(rows, pk=pk)
