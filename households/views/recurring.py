"""Recurring tables: what comes by itself, how often, setting one up, turning it on or off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.recurring import RecurringForm, ask_forms
from households.models import RecurringRequest
from households.querysets_requests import ISSUE
from households.requests.conditions import CONDITIONS, Condition
from households.services.request_recurring import fits_now, set_up, switch
from poverty.web.chosen import chosen
from poverty.web.rights import MissingRight, requires

FILTERS = "who"  # prefix of the filters' names in the form


@require_safe
@requires(ISSUE)
def recurring(request):
    """The recurring tables of the person's counties, and what a new one may ask about."""
    rows = RecurringRequest.objects.issued_by(request.user).select_related("created_by").order_by("-pk")[:200]
    lines = [
        (one, CONDITIONS[one.condition].words(one.filters) if one.condition in CONDITIONS else one.condition)
        for one in rows
    ]
    context = {"lines": lines, "conditions": CONDITIONS.values()}
    return render(request, "households/requests/recurring.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ISSUE)
def recurring_new(request, condition):
    """Set one up about whom a condition fits."""
    about = CONDITIONS.get(condition)
    if about is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = RecurringForm(sent, user=request.user, now=chosen(request))
    asks = ask_forms(about, sent)
    who = about.filters(sent, None, prefix=FILTERS).form if about.filters else None
    if sent is not None and all([form.is_valid(), *[one.is_valid() for one in asks]]):
        made = _set_up(request, about, form, asks)
        if made:
            number = fits_now(made, request.user)
            messages.success(
                request, f"已设置，到期自动下发。现在符合的有 {number} {'人' if about.per_person else '户'}。"
            )
            return redirect("households:recurring")
    context = {"about": about, "form": form, "asks": asks, "who": who}
    return render(
        request, "households/requests/recurring_new.html", context, status=200 if sent is None else 422
    )


def _set_up(request, about: Condition, form: RecurringForm, asks) -> RecurringRequest | None:
    """What was set up; None with the reason on the form."""
    values = form.cleaned_data
    named = about.filters.base_filters if about.filters else ()
    try:
        return set_up(
            area_code=values["area"],
            title=values["title"],
            condition=about.key,
            every=values["every"],
            days=values["days"],
            instructions=values["instructions"],
            filters={name: request.POST.get(f"{FILTERS}-{name}", "").strip() for name in named},
            asks=[one for form in asks if (one := form.asked())],
            actor=request.user,
        )
    except PermissionDenied as error:
        raise MissingRight((ISSUE,)) from error
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


@require_POST
@requires(ISSUE)
def recurring_switch(request, pk):
    """Turn one on or off, as the button said: a second click changes nothing."""
    found = get_object_or_404(RecurringRequest.objects.issued_by(request.user), pk=pk)
    active = request.POST.get("active") == "1"
    switch(found, active=active, actor=request.user)
    messages.success(request, "已启用。" if active else "已停用，已经下发的不受影响。")
    return redirect("households:recurring")
