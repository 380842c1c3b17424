"""A visit that the household did not sign: what those found who went again together."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from households.forms.visit_acts import RecheckForm
from households.models import Visit, VisitRecheck
from households.views.reaching import sent
from households.views.visits.fetching import SETTLE, visit_for
from households.visits.services.other_eyes import is_own
from households.visits.services.rechecking import recheck_visit
from poverty.areas.names import full_names
from poverty.web.one_form import acting
from poverty.web.rights import requires


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
    return acting(
        request,
        RecheckForm(sent(request)),
        partial(recheck_visit, row, actor=request.user),
        right=SETTLE,
        back=reverse("households:visit", args=[row.pk]),
        told="联合复核已登记。",
        template="households/visits/recheck.html",
        visit=row,
        own=is_own(row, request.user),
        place=full_names([row.area_code]).get(row.area_code, ""),
    )
