"""Papers of a case: the application form, the 告知书, and its delivery."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from households.entries.basis import state_words
from households.entries.conditions import CASE
from households.entries.services.refusing import deliver
from households.forms.entries import DeliveryForm
from households.views.entries import SEERS, case_for, scans_of, step_page
from households.views.reaching import sent
from poverty.review.models import Meeting, MeetingItem
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires


@require_safe
@requires(*SEERS)
def entry_paper(request, pk: int):
    """The 告知书 to print."""
    case = case_for(request.user, pk)
    paper = getattr(case, "refusal", None)
    if paper is None:
        raise Http404
    said = MeetingItem.objects.filter(
        case_type=CASE,
        case_id=pk,
        meeting__kind=Meeting.Kind.VILLAGE,
        meeting__closed_at__isnull=False,
        pk__gt=case.said_before,
    ).select_related("meeting")
    context = {
        "case": case,
        "paper": paper,
        "assurances": state_words(paper.states),
        "vote": said.order_by("pk").last(),
    }
    return render(request, "households/entries/paper.html", context)


@require_safe
@requires(*SEERS)
def entry_application(request, pk: int):
    """The application to print and sign."""
    case = case_for(request.user, pk)
    members = case.household.memberships.filter(valid_to=None).select_related("member").order_by("pk")
    return render(request, "households/entries/application.html", {"case": case, "members": members})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm")
def entry_deliver(request, pk: int):
    """The 告知书 was handed over."""
    case = case_for(request.user, pk)
    paper = getattr(case, "refusal", None)
    if paper is None:
        raise Http404
    form = DeliveryForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("scan")
        try:
            with transaction.atomic():
                scans = scans_of(form, ("scan",), case.area_code, request.user)
                deliver(paper, actor=request.user, scan=scans.get("scan"), **data)
        except PermissionDenied as error:
            raise MissingRight(("register.propose", "register.confirm")) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已登记送达。")
            return redirect("households:entry", pk)
    context = {
        "form": form,
        "case": case,
        "title": f"登记送达：{paper.title}",
        "button": "保存送达情况",
        "fields": list(form),
    }
    return step_page(request, context)
