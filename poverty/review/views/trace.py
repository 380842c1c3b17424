"""溯源单: the printable sheet of everything that led to the state of a case."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from poverty.audit.naming import case_type as named_type
from poverty.audit.naming import place_names
from poverty.review.services.trace import trace
from poverty.review.sight import cases_seen
from poverty.review.workflows import workflows
from poverty.web.rights import requires


@require_safe
@requires("household.view")
def trace_page(request, case_type: str, case_id: int):
    """Every step of a case that the user sees. A bureau, which sees its own indicator only, sees no sheet."""
    try:
        workflow = workflows.get(case_type)
    except KeyError as error:
        raise Http404 from error
    rows = cases_seen(case_type, request.user)
    case = rows.filter(pk=case_id).first() if rows is not None else None
    if case is None:
        raise Http404
    area_code = workflow.area_of(case)
    if request.user.scope("household.view").sectors_at(area_code):
        raise PermissionDenied("行业部门只看本行业的指标。")
    shown = named_type(case_type)
    line = workflow.lines_of(rows.filter(pk=case_id)).get(case_id)
    context = {
        "trace": trace(case_type, case_id),
        "kind": shown.label,
        "name": line,
        "number": case_id,
        "back": shown.url(case_id, request.user),
        "state": workflow.state_label(type(case), workflow.state_of(case)),
        "place": place_names([area_code]).get(area_code, ""),
        "printed_at": timezone.now(),
    }
    return render(request, "review/trace.html", context)
