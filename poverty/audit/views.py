"""The log as a page. Reading it is a right of its own; nobody can alter it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from poverty.audit.filters import EntryFilter
from poverty.audit.models import Entry
from poverty.audit.presentation import lines
from poverty.web import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

PAGE = 50


@require_safe
@requires("audit.view", "accounts_audit.view")
def log(request):
    """Entries that the person may read, newest first."""
    accounts_only = not request.user.has_right("audit.view")
    code = request.GET.get("area") or chosen.chosen(request).area_code
    areas = [(choice.code, "　" * choice.depth + choice.name) for choice in chosen.choices(request, code)]
    entries = Entry.objects.visible_to(request.user).select_related("actor")
    found = EntryFilter(request.GET, entries, areas=areas, accounts_only=accounts_only)
    rows = found.qs if found.form.is_valid() else entries.none()
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"), size=PAGE)
    context = {
        "filter": found,
        "page": page,
        "lines": lines(page.rows, request.user),
        "accounts_only": accounts_only,
        "more_used": any(request.GET.get(name) for name in ("area", "case_type", "case_id")),
    }
    return render(request, "audit/log.html", context)
