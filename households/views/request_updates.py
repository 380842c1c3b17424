"""Answers of tables from above that could not go into the register by themselves: looked at and settled one by one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from households.models import RequestRow, TableRequest
from households.querysets_requests import CHECK
from households.request_lines import update_lines
from households.services.request_updating import decide
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

SIZE = 20


@require_safe
@requires(CHECK)
def request_updates(request, pk):
    """What waits to be decided of one table, in the person's villages."""
    rows = TableRequest.objects.visible_to(request.user).filter(state__in=["issued", "closed"])
    asked = get_object_or_404(rows, pk=pk)
    waiting = RequestRow.objects.visible_to(request.user, CHECK).filter(request=asked, undecided=True)
    waiting = waiting.select_related("household", "member", "part__request")
    page = keyset_page(waiting, order=(("number", "asc"),), after=request.GET.get("page"), size=SIZE)
    context = {"asked": asked, "page": page, "lines": update_lines(page.rows, asked)}
    return render(request, "households/requests/updates.html", context)


@require_POST
@requires(CHECK)
def request_decide(request, pk):
    """Take the village's answer, or keep what the register says."""
    rows = RequestRow.objects.visible_to(request.user, CHECK).filter(part__isnull=False)
    row = get_object_or_404(rows, pk=pk)
    take = request.POST.get("take") == "1"
    name, seen = request.POST.get("column", ""), request.POST.get("now", "")
    try:
        decide(row.pk, name, take=take, seen=seen, actor=request.user)
    except (ValidationError, PermissionDenied) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        messages.error(request, text)
    else:
        messages.success(request, "已按填报的更新年度信息。" if take else "已保留登记的内容。")
    return HttpResponseRedirect(reverse("households:request-updates", args=[row.request_id]))
