"""One case at the desk: side by side, opened, decided, and on to the next."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.desk.acts import why_not
from households.desk.queue import told, waiting_of
from households.desk.side import side_of
from households.desk.stages import CASE, RIGHT, desk_cases, stage_of
from households.forms.desk import ApproveForm, ReturnForm
from households.models import ExitCase
from households.options.desk_options import DESK_EXCEPTIONS
from households.services.desk.cases import approve_case, opened, return_case
from households.services.desk.looking import open_case, stay
from households.views.desk.asking import Asked, asked_for, case_for
from households.views.reaching import sent
from poverty.review.models import Look, RosterEntry, Step
from poverty.review.services import steps_of
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

BESIDE = 12  # lines of the queue before and after the case that is open


@require_safe
@requires(RIGHT)
def case(request, pk: int):
    """A case with its queue beside it. Opening it is noted by the page itself, and needed to decide it."""
    return _page(request, case_for(request.user, pk), asked_for(request.GET))


@require_POST
@requires(RIGHT)
def look(request, pk: int):
    """Note that the person has the case open; tells the address at which to say for how long."""
    made = open_case(case_for(request.user, pk), actor=request.user)
    if "application/json" in request.headers.get("accept", ""):
        return JsonResponse({"stay": reverse("households:desk-stay", args=[made.pk])})
    return redirect(asked_for(request.POST).url("desk-case", pk))


@require_POST
@requires(RIGHT)
def stay_open(request, pk: int):
    """Note for how many seconds one's own look has lasted by now."""
    row = Look.objects.filter(pk=pk, user=request.user, case_type=CASE).first()
    if row is None or not desk_cases(request.user).filter(pk=row.case_id).exists():
        raise Http404
    text = request.POST.get("seconds", "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return JsonResponse({"seconds": "须为整数。"}, status=422)
    return JsonResponse({"kept": stay(row, int(text), actor=request.user)})


@require_POST
@requires(RIGHT)
def approve(request, pk: int):
    """县级审核通过, and on to the next case."""
    found = case_for(request.user, pk)
    form = ApproveForm(request.POST)
    return _decide(request, found, form, approve_case, f"已审核通过{found.household.head_name}户。")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def give_back(request, pk: int):
    """Send a case back with the reason, and on to the next."""
    found = case_for(request.user, pk)
    form = ReturnForm(sent(request))
    if request.method == "POST":
        return _decide(request, found, form, return_case, f"已退回{found.household.head_name}户。")
    return _page(request, found, asked_for(request.GET), returning=form, is_returning=True)


def _decide(request, found: ExitCase, form, act, done: str):
    asked = asked_for(request.POST)
    seen = request.POST.get("state", found.state)
    if form.is_valid():
        # Decided on what the page showed: whoever was quicker is found by fire.
        if seen in dict(ExitCase._meta.get_field("state").flatchoices):
            found.state = seen
        try:
            act(found, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight((RIGHT,)) from error
        except ValidationError as error:
            if _moved_on(found):
                messages.warning(request, _told_by_whom(found))
                return redirect(_next(request, asked, found))
            take_over(form, error)
        else:
            messages.success(request, done)
            return redirect(_next(request, asked, found))
    is_return = isinstance(form, ReturnForm)
    names = {"returning": form, "is_returning": True} if is_return else {"approving": form}
    return _page(request, case_for(request.user, found.pk), asked, status=422, **names)


def _moved_on(found: ExitCase) -> bool:
    """Whether the case is no longer in the state in which the person saw it."""
    return not ExitCase.objects.filter(pk=found.pk, state=found.state).exists()


def _told_by_whom(found: ExitCase) -> str:
    last = Step.objects.of_case(CASE, found.pk).last()
    return (
        f"{found.household.head_name}户刚刚已由{last.decided_by_name}办理“{last.transition_label}”，"
        "您的办理没有写入，已为您打开下一户。"
    )


def _next(request, asked: Asked, found: ExitCase) -> str:
    """Where to go on: to the case that the page named, if it still waits; else whichever is first."""
    then = request.POST.get("then", "")
    rows = desk_cases(request.user).filter(state=asked.stage.state)
    if then.isascii() and then.isdigit() and len(then) < 19 and rows.filter(pk=int(then)).exists():
        return asked.url("desk-case", int(then))
    query = asked.query
    return f"{reverse('households:desk-next')}{query}{'&' if query else '?'}after={found.pk}"


def _page(request, found: ExitCase, asked: Asked, *, status=200, is_returning=False, **forms):
    user = request.user
    stage = stage_of(found)
    order = asked.order(user)
    here = order.place(found.pk)
    beside = waiting_of(user, asked.stage, order.around(found.pk, BESIDE))
    kinds = next((one.kinds for one in beside if one.pk == found.pk), ())
    times, seconds = opened(ExitCase.objects.filter(pk=found.pk), user).get(found.pk, (0, 0))
    listed = RosterEntry.objects.standing().filter(case_type=CASE, case_id=found.pk)
    following_pk, preceding_pk = order.following(found.pk), order.preceding(found.pk)
    context = {
        "case": found,
        "household": found.household,
        "asked": asked,
        "asked_url": asked.url("desk"),
        "stage": stage,
        "side": side_of(found, user),
        "kinds": [DESK_EXCEPTIONS[kind] for kind in kinds],
        "steps": steps_of(CASE, found.pk),
        "roster_pk": listed.values_list("roster_id", flat=True).first(),
        "why_not": why_not(found, user),
        "times": times,
        "seconds": seconds,
        "approving": forms.get("approving") or ApproveForm(),
        "returning": forms.get("returning") or ReturnForm(),
        "is_returning": is_returning,
        "beside": told(beside),
        "number": None if here is None else here + 1,
        "count": len(order),
        "then": following_pk,
        "next_url": asked.url("desk-case", following_pk) if following_pk else "",
        "previous_url": asked.url("desk-case", preceding_pk) if preceding_pk else "",
    }
    return render(request, "households/desk/case.html", context, status=status)
