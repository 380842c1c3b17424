"""Tables from above, the village's and township's side: filling row by row or by workbook, handing in, sending back."""

import re
import tempfile

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.models import RequestPart, RequestRow, TableRequest
from households.querysets_requests import CHECK, FILL
from households.request_lines import Card, card
from households.services import request_filling as service
from households.views.requests import WORKBOOK
from poverty.areas.names import short_names
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

SIZE = 20
_VILLAGE = re.compile(r"[0-9]{12}")


@require_safe
@requires(FILL)
def request_fill(request, pk):
    """The rows that the person may fill, one card each; a village's, or all of his."""
    asked = _issued(request, pk)
    village = _village(request.GET.get("village", ""))
    mine = _rows(request, asked, village)
    counts = mine.aggregate(rows=Count("pk"), left=Count("pk", filter=Q(complete=False)))
    left = request.GET.get("left") == "1"
    rows = mine.filter(complete=False) if left else mine
    page = keyset_page(rows, order=(("number", "asc"),), after=request.GET.get("page"), size=SIZE)
    areas = list(mine.order_by("area_code").values_list("area_code", flat=True).distinct()[:300])
    places = short_names(areas)
    base = reverse("households:request-fill", args=[pk])
    query = f"village={village}&" if village else ""
    context = {
        "asked": asked,
        "page": page,
        "cards": [card(row, asked.asked, places.get(row.area_code, "")) for row in page.rows],
        "tabs": [
            ("全部", f"{base}?{query}", counts["rows"], not left),
            ("没填完", f"{base}?{query}left=1", counts["left"], left),
        ],
        "villages": [(code, places.get(code, code)) for code in areas] if len(areas) > 1 else [],
        "village": village,
        "others": bool(village) and _rows(request, asked).exclude(area_code=village).exists(),
        "part": _own_part(request, asked, areas),
        "fillable": any(one.fillable for one in _parts_of(mine)),
        "left": counts["left"],
    }
    return render(request, "households/requests/fill.html", context)


def _own_part(request, asked: TableRequest, areas: list[str]) -> RequestPart | None:
    """The part that the person hands in, where the page shows one village of his own."""
    if len(areas) != 1 or not request.user.scope(FILL).covers(areas[0]):
        return None
    return RequestPart.objects.filter(request=asked, area_code=areas[0]).select_related("request").first()


def _parts_of(rows):
    return RequestPart.objects.filter(pk__in=rows.order_by().values("part_id")).select_related("request")


def _village(text: str) -> str:
    return text if _VILLAGE.fullmatch(text) else ""


def _rows(request, asked: TableRequest, village: str = ""):
    rows = RequestRow.objects.visible_to(request.user, FILL).filter(request=asked)
    if village:
        rows = rows.filter(area_code=village)
    return rows.select_related("household", "member", "part__request")


@require_POST
@requires(FILL)
def request_row(request, pk):
    """Save one row; with htmx the card alone comes back."""
    rows = RequestRow.objects.visible_to(request.user, FILL).filter(part__isnull=False)
    row = get_object_or_404(rows.select_related("household", "member", "part__request"), pk=pk)
    columns = row.part.request.asked
    place = short_names([row.area_code]).get(row.area_code, "")
    shown = card(row, columns, place, request.POST)
    if shown.form.is_valid():
        shown = _saved(request, row, shown, columns, place)
    if request.htmx:
        status = 422 if shown.form.is_bound and shown.form.errors else 200
        return render(request, "households/requests/_card.html", {"card": shown}, status=status)
    if shown.form.errors or shown.conflicts:
        context = {"card": shown, "asked": row.part.request}
        return render(request, "households/requests/row.html", context, status=422)
    if shown.message:
        messages.error(request, shown.message)
    else:
        messages.success(request, f"第{row.number}行已保存。")
    return HttpResponseRedirect(reverse("households:request-fill", args=[row.request_id]))


def _saved(request, row: RequestRow, shown: Card, columns, place: str) -> Card:
    """The card after saving: saved, in conflict, or refused with the reason."""
    form = shown.form
    mine = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    base = service.unmasked(row, form.base)
    try:
        saved = service.save_row(row.pk, service.unmasked(row, mine), base, actor=request.user)
    except (ValidationError, PermissionDenied) as error:
        shown.message = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return shown
    fresh = _rows(request, row.request).get(pk=row.pk)
    if not saved.conflicts:
        done = card(fresh, columns, place)
        done.saved_at = fresh.filled_at
        return done
    headings = {one.name: one.heading for one in columns}
    again = card(fresh, columns, place, request.POST)
    again.form.is_valid()
    theirs = service.shown_answers(fresh)
    again.conflicts = tuple(
        (headings[name], mine[name] or "（空）", theirs.get(name) or "（空）") for name in saved.conflicts
    )
    return again


@require_POST
@requires(FILL)
@never_cache
def request_part_file(request, pk):
    """The part-workbook of the person's rows, by POST: taking it is written to the log."""
    asked = _issued(request, pk)
    village = _village(request.POST.get("village", ""))
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    rows = _rows(request, asked, village).order_by("area_code", "number")
    service.write_workbook(rows.iterator(1_000), asked, out, actor=request.user)
    out.seek(0)
    place = short_names([village]).get(village, "分表") if village else "分表"
    return FileResponse(
        out, as_attachment=True, filename=f"{asked.title}_{place}.xlsx", content_type=WORKBOOK
    )


@require_POST
@requires(FILL)
def request_part_upload(request, pk):
    """Take a filled part-workbook; what is wrong is told by cell."""
    asked = _issued(request, pk)
    upload = request.FILES.get("file")
    back = reverse("households:request-fill", args=[pk])
    if upload is None:
        messages.error(request, "请选择填好的分表。")
        return HttpResponseRedirect(back)
    try:
        taken = service.take_workbook(asked, upload, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(back)
    context = {"asked": asked, "taken": taken, "back": back}
    return render(request, "households/requests/taken.html", context, status=422 if taken.faults else 200)


@require_POST
@requires(FILL)
def request_submit(request, pk):
    """Hand a village's part in."""
    part = get_object_or_404(_parts(request, FILL), pk=pk)
    back = f"{reverse('households:request-fill', args=[part.request_id])}?village={part.area_code}"
    try:
        service.submit(part, actor=request.user, comment=request.POST.get("comment", ""))
    except (ValidationError, PermissionDenied) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        messages.error(request, text)
    else:
        messages.success(request, "已上交。要改请乡镇退回。")
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CHECK)
def request_back(request, pk):
    """Send a village's part back, with the reason."""
    part = get_object_or_404(_parts(request, CHECK), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            service.send_back(part, actor=request.user, reason=request.POST.get("reason", ""))
        except (ValidationError, PermissionDenied) as refused:
            error = refused.messages[0] if isinstance(refused, ValidationError) else str(refused)
        else:
            messages.success(request, "已退回，村里会看到原因。")
            return redirect("households:request", part.request_id)
    context = {
        "part": part,
        "place": short_names([part.area_code]).get(part.area_code, ""),
        "error": error,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "households/requests/back.html", context, status=422 if error else 200)


@require_POST
@requires(CHECK)
def request_accept(request, pk):
    """Accept what a village handed in."""
    part = get_object_or_404(_parts(request, CHECK), pk=pk)
    try:
        service.accept(part, actor=request.user)
    except (ValidationError, PermissionDenied) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        messages.error(request, text)
    else:
        messages.success(request, "已通过。")
    return redirect("households:request", part.request_id)


def _parts(request, right: str):
    return RequestPart.objects.visible_to(request.user, right).select_related("request")


def _issued(request, pk) -> TableRequest:
    rows = TableRequest.objects.visible_to(request.user).filter(state__in=["issued", "closed"])
    return get_object_or_404(rows, pk=pk)
