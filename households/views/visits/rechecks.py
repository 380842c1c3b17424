"""A visit that the household did not sign: what those found who went again together."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from households.forms.visit_acts import RecheckForm
from households.models import Visit, VisitRecheck
from households.views.reaching import sent
from households.views.visits.fetching import SETTLE, visit_for
from households.visits.services.other_eyes import OWN, OwnVisit, is_own
from households.visits.services.rechecking import recheck_visit
from poverty.areas.names import full_names
from poverty.web.form_errors import carried_out
from poverty.web.rights import MissingRight, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SETTLE)
def recheck(request, pk: int):
    """Write down the joint re-check; one's own visit is re-checked by others."""
    row = visit_for(request.user, pk, SETTLE)
    if not Visit.objects.unsigned().filter(pk=row.pk).exists():
        raise Http404
    if VisitRecheck.objects.filter(visit=row).exists():
        messages.info(request, "这次走访已经复核过了。")
        return redirect("households:visit", row.pk)
    form = RecheckForm(sent(request))
    if form.is_valid():
        try:
            done = carried_out(form, lambda: recheck_visit(row, actor=request.user, **form.cleaned_data))
        except OwnVisit:
            form.add_error(None, OWN)
            done = False
        except PermissionDenied as error:
            raise MissingRight((SETTLE,)) from error
        if done:
            messages.success(request, "联合复核已登记。")
            return redirect("households:visit", row.pk)
    context = {
        "visit": row,
        "form": form,
        "own": is_own(row, request.user),
        "place": full_names([row.area_code]).get(row.area_code, ""),
    }
    status = 422 if form.errors else 200
    return render(request, "households/visits/recheck.html", context, status=status)
