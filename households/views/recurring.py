"""Recurring tables: what comes by itself, how often, and turning it on or off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from households.forms.recurring import RecurringForm
from households.models import RecurringRequest
from households.querysets_requests import ISSUE
from households.requests.conditions import CONDITIONS
from households.services.request_recurring import set_up, switch
from poverty.web.chosen import chosen
from poverty.web.rights import MissingRight, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ISSUE)
def recurring(request):
    """The recurring tables of the person's counties, and a new one."""
    posted = request.method == "POST"
    form = RecurringForm(request.POST if posted else None, user=request.user, now=chosen(request))
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            set_up(
                area_code=values["area"],
                title=values["title"],
                condition=values["condition"],
                every=values["every"],
                days=values["days"],
                instructions=values["instructions"],
                actor=request.user,
            )
        except PermissionDenied as error:
            raise MissingRight((ISSUE,)) from error
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "已设置，到期自动下发。")
            return redirect("households:recurring")
    rows = RecurringRequest.objects.issued_by(request.user).select_related("created_by").order_by("-pk")[:200]
    context = {
        "form": form,
        "lines": [
            (one, CONDITIONS[one.condition].label if one.condition in CONDITIONS else one.condition)
            for one in rows
        ],
    }
    return render(request, "households/requests/recurring.html", context, status=422 if form.errors else 200)


@require_POST
@requires(ISSUE)
def recurring_switch(request, pk):
    """Turn one on or off."""
    found = RecurringRequest.objects.issued_by(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    active = not found.active
    switch(found, active=active, actor=request.user)
    messages.success(request, "已启用。" if active else "已停用，已经下发的不受影响。")
    return redirect("households:recurring")
