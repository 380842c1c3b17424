"""Recording a visit on a page: in the office from paper, or on a phone with network. Works without JavaScript."""

import logging
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.forms.visits import VisitForm
from households.models import Household, Member, MemberSurvey, Survey
from households.services.fact_rows import carried_household, not_editable
from households.services.member_surveys import member_surveys_of, year_of
from households.views.reaching import household_for
from households.visits.asks import PHOTO, POSITION, asks_of
from households.visits.made import made_visits
from households.visits.pack import year_for
from households.visits.services.access import RECORD
from households.visits.services.checking import PAGE_FIELDS
from households.visits.services.photos import attach_photo
from households.visits.services.recording import record_visit
from households.visits.services.templates import template_for
from households.visits.visitors import visitors_for
from poverty.accounts.models import User
from poverty.areas.names import full_names
from poverty.web import questions
from poverty.web.rights import MissingRight, requires

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def enter(request, pk: int):
    """The form of a household: what is known stands in it, only what differs is written."""
    household = household_for(request.user, pk, RECORD)
    year = year_for([household], timezone.localdate())
    context = {
        "household": household,
        "year": year,
        "place": full_names([household.area_id]).get(household.area_id, ""),
    }
    problem = not_editable(household)
    try:
        template = template_for(household.area_id, year)
    except ValidationError as error:
        problem = problem or error.messages[0]
    if problem:
        return render(request, "households/visits/no_form.html", {**context, "problem": problem})
    made = made_visits(household)
    asks = asks_of([household.area_id], timezone.localdate())
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        household=household,
        template=template,
        survey=_survey(household, year),
        people=_people(household, year),
        visitors=[(pk, f"{name}（{words}）") for pk, name, words in visitors_for(household, request.user)],
        year=year,
        made=made,
        asks_position=asks[POSITION],
        asks_photo=asks[PHOTO],
        initial={"visitor": request.user.pk},
    )
    if form.is_valid() and not questions.unanswered(form):
        visit = _save(request, form)
        if visit is not None:
            return HttpResponseRedirect(reverse("households:visit", args=[visit]))
    since = timezone.localdate() - timedelta(days=31)
    recent = [one for one in made if one.happened_on >= since]
    context |= {"form": form, "made": recent, "template": template, "blocks": form.blocks()}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/visits/form.html", context, status=status)


def _save(request, form: VisitForm) -> int | None:
    """Record the visit and keep its photos; None when it was refused, which the form says. Once the visit is kept, a
    photo that is not refuses nothing: it is taken on the visit's page.
    """
    visitor = User.objects.get(pk=form.cleaned_data["visitor"])
    sent = form.sent()
    try:
        received = record_visit(sent, actor=request.user, visitor=visitor)
    except PermissionDenied as error:
        raise MissingRight((RECORD,)) from error
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    if received.visit is None:
        for name, texts in received.errors.items():
            name = PAGE_FIELDS.get(name, name)
            form.add_error(name if name in form.fields else None, texts)
        return None
    for photo, upload in form.photos():
        try:
            attach_photo(sent.identity, photo.identity, upload, actor=request.user)
        except ValidationError as error:
            messages.warning(request, f"照片“{upload.name}”没有存下：{error.messages[0]}请在下面补传。")
        except OSError:
            logger.exception("A photo of visit %s was not kept", sent.identity)
            messages.warning(request, f"照片“{upload.name}”没有存下，请在下面补传。")
    messages.success(request, _words(received))
    if received.undecided:
        messages.warning(request, f"有 {received.undecided} 项没有写入，在下面逐项说明，由村或乡镇核对。")
    return received.visit


def _words(received) -> str:
    closed = f"解决了{'、'.join(received.closed)}。" if received.closed else ""
    rest = f"还差：{'、'.join(received.open)}。" if received.open else ""
    return f"走访已保存。{closed}{rest}"


def _survey(household: Household, year: int) -> Survey:
    rows = Survey.objects.filter(household=household, year__lte=year).order_by("-year")
    known = rows.first()
    if known is not None and known.year == year:
        return known
    return Survey(household=household, year=year, **carried_household(known))


def _people(household: Household, year: int) -> list[tuple[Member, MemberSurvey]]:
    members = list(household.members.order_by("birth_date", "pk"))
    members.sort(key=lambda one: one.pk != household.head_id)
    known = member_surveys_of([one.pk for one in members], year)
    return [(one, year_of(one, known.get(one.pk), year, household.area_id)) for one in members]
