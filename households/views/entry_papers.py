"""Papers of a case: the application form, the 告知书, and its delivery."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from households.entries.basis import state_words
from households.entries.conditions import CASE
from households.entries.services.refusing import deliver
from households.forms.entries import DeliveryForm
from households.readers import READERS
from households.views.entries import about, case_for, scans_of
from households.views.reaching import sent
from poverty.review.models import Meeting, MeetingItem
from poverty.web.rights import requires


@require_safe
@requires(*READERS)
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
@requires(*READERS)
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

    def act(scan, **data):
        scans = scans_of(form, ("scan",), case.area_code, request.user)
        return deliver(paper, actor=request.user, scan=scans.get("scan"), **data)

    words = {"told": "已登记送达。", "title": f"登记送达：{paper.title}", "button": "保存送达情况"}
    return about(request, case, form, act, right=("register.propose", "register.confirm"), **words)
