"""Whose phone still holds visits that have not arrived, the oldest first."""

from django.db.models import Sum
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.models import UnsentVisits
from households.views.reaching import sent
from households.visits.filters import unsent_since
from households.visits.services.unsent import SETTLE, give_up_unsent
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.paging import keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires


@require_safe
@requires("visit.view")
def unsent(request):
    """Phones of people who work in the chosen place; ?late=yes those that wait for longer than the place allows."""
    now, late = chosen(request), request.GET.get("late") == "yes"
    seen = UnsentVisits.objects.visible_to(request.user).under(now.area_code)
    limit = unsent_since(now.area_code)
    rows = seen.since_before(limit) if late else seen.waiting()
    page = keyset_page(
        rows.select_related("visitor__unit"),
        order=(("oldest_on", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
    )
    settled = UnsentVisits.objects.visible_to(request.user, SETTLE).exclude(visitor=request.user)
    context = {
        "now": now,
        "late": late,
        "today": timezone.localdate(),
        "limit": limit,
        "tabs": [("全部", "?", None, not late), ("久未发送的", "?late=yes", None, late)],
        "page": page,
        "visits": rows.aggregate(found=Sum("visits", default=0))["found"],
        "may": set(settled.filter(pk__in=[one.pk for one in page.rows]).values_list("pk", flat=True)),
    }
    return render(request, "households/visits/unsent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SETTLE)
def give_up(request, pk: int):
    """Write why nothing more is expected of a phone."""
    rows = UnsentVisits.objects.visible_to(request.user, SETTLE).waiting().select_related("visitor__unit")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return acting(
        request,
        ReasonForm(
            sent(request),
            label="不再等待的原因",
            help_text="例如：手机丢失，已请本人重新入户补录。",
            error_messages={"required": "请填写原因。"},
        ),
        lambda reason: give_up_unsent(row, reason, actor=request.user),
        right=SETTLE,
        back=reverse("households:visits-unsent"),
        told="已记录。这部手机再联系时，会重新列出。",
        template="households/visits/give_up.html",
        row=row,
    )
