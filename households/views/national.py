"""待录国网清单: what is still to be typed into the national system, by place and household."""

import tempfile

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households.incoming.upload import write_upload
from households.models import NationalGap
from households.national_lines import lines
from households.services.national import mark_typed, visible_gaps
from poverty.areas.names import short_names
from poverty.audit.services import record
from poverty.ledgers.models import Import
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires

_STATES = (("pending", "待录"), ("typed", "已录"), ("closed", "已一致"))
_ORDER = (("household__area_id", "asc"), ("household_id", "asc"), ("id", "asc"))
MOST = 50_000
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _rows(request):
    return visible_gaps(request.user).filter(within("household__area_id", [chosen(request).area_code]))


@require_safe
@requires("register.import", "survey.edit")
def national(request):
    """The list of the chosen area, one tab per state."""
    now = chosen(request)
    state = request.GET.get("state", "")
    state = state if state in dict(_STATES) else "pending"
    rows = _rows(request)
    shown = rows.filter(state=state).select_related("household__area", "member", "typed_by")
    page = keyset_page(shown, order=_ORDER, after=request.GET.get("page"), size=50)
    places = short_names({row.household.area_id for row in page.rows})
    base = reverse("households:national")
    tabs, pending = [], 0
    for name, label in _STATES:
        count, exact = count_up_to(rows.filter(state=name), 10_000)
        pending = count if name == NationalGap.State.PENDING else pending
        tabs.append((label, f"{base}?state={name}", f"{count}{'' if exact else '+'}", name == state))
    context = {
        "now": now,
        "state": state,
        "tabs": tabs,
        "pending": pending,
        "imported": rows.exists() or Import.objects.applied_at(now.area_code).exists(),
        "may_import": request.user.has_right("register.import"),
        "may_export": request.user.has_right_at("household.export", now.area_code),
        "page": page,
        "lines": [(line, places.get(line.gap.household.area_id, "")) for line in lines(page.rows)],
    }
    return render(request, "households/national/list.html", context)


@require_POST
@requires("register.import", "survey.edit")
def national_typed(request):
    """Say that the ticked lines have been typed, or not after all."""
    ids = [int(one) for one in request.POST.getlist("gap") if one.isdecimal() and len(one) < 19]
    undo = request.POST.get("action") == "undo"
    try:
        number = mark_typed(ids, actor=request.user, typed=not undo)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{number} 项已{'恢复为待录' if undo else '标为已录'}。")
    return HttpResponseRedirect(reverse("households:national") + ("?state=typed" if undo else ""))


@require_POST
@requires("register.import", "survey.edit")
@never_cache
def national_upload(request):
    """The open lines as a workbook in the national columns, by POST: taking it is written to the log."""
    now = chosen(request)
    rows = (
        _rows(request)
        .filter(state=NationalGap.State.PENDING)
        .order_by("household__area_id", "household_id", "id")
    )
    count = rows.count()
    if count > MOST:
        messages.error(request, f"待录 {count} 项，一次最多导出 {MOST} 项：请在上方选一个乡镇。")
        return HttpResponseRedirect(reverse("households:national"))
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    written = write_upload(out, rows.select_related("household__head", "member").iterator(2000))
    record(
        "households.national.export",
        actor=request.user,
        area_code=now.area_code,
        summary=f"导出待录国网上传表 {written} 行",
    )
    out.seek(0)
    name = f"待录国网_{now.area_name}_{timezone.localdate()}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=_WORKBOOK)
