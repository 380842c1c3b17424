"""A list of the desk: drawn from, opened, decided at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from households.desk.queue import CLEAN
from households.desk.stages import CASE, REVIEW, RIGHT
from households.forms.desk import DecideListForm
from households.models import DeskDecision, ExitCase
from households.options.desk_options import DESK_EXCEPTIONS
from households.services.desk.lists import clean_list, decide_list, draw_list, prospect
from households.views.desk.asking import Asked, names_of, place_for
from poverty.parameters.services import values_for
from poverty.review.models import Draw, DrawnCase
from poverty.review.services.looks import is_as_drawn
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

EARLIER = 20


@require_safe
@requires(RIGHT)
def place_list(request, place: str):
    """What of a place can be decided as a list, how many would be drawn, and lists that were drawn before."""
    return _list_page(request, place_for(request.user, place))


@require_POST
@requires(RIGHT)
def draw(request, place: str):
    """Draw a sample from the clean cases of a place."""
    place = place_for(request.user, place)
    try:
        made = draw_list(place, actor=request.user)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
        return _list_page(request, place, status=422)
    messages.success(request, f"已从 {made.population} 户中抽取 {made.size} 户，请逐户打开查看。")
    return redirect("households:desk-drawn", made.pk)


@require_safe
@requires(RIGHT)
def drawn(request, pk: int):
    """A drawn list: its seed, what is to be opened and what has been, for how long; decided, with what was kept."""
    return _drawn_page(request, _draw_for(request.user, pk))


@require_POST
@requires(RIGHT)
def decide(request, pk: int):
    """Decide the drawn list: every case that is still clean, each with its own step."""
    found = _draw_for(request.user, pk)
    form = DecideListForm(request.POST)
    if form.is_valid():
        try:
            decision = decide_list(found, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight((RIGHT,)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已按名单审核通过 {decision.households} 户。")
            return redirect("households:desk-drawn", found.pk)
    return _drawn_page(request, found, form, status=422)


def _list_page(request, place: str, *, status=200):
    waiting, clean, blocked = clean_list(place, actor=request.user)
    rule = values_for(
        ("desk.sample_percent", "desk.sample_least", "desk.list_most"), place, timezone.localdate()
    )
    draws = Draw.objects.filter(case_type=CASE, transition=REVIEW.transition, area_code=place).select_related(
        "drawn_by", "decision"
    )
    asked = Asked(REVIEW, place)
    context = {
        "place": place,
        "name": names_of([place]).get(place, place),
        "asked": asked,
        "asked_url": asked.url("desk"),
        "counts": waiting.by_kind(place),
        "standing_out": len(waiting.narrowed(place)) - len(waiting.narrowed(place, CLEAN)),
        "clean": len(clean),
        "blocked": _named(blocked),
        "percent": rule["desk.sample_percent"],
        "least": rule["desk.sample_least"],
        "most": rule["desk.list_most"],
        "draws": draws[:EARLIER],
    }
    return render(request, "households/desk/list.html", context, status=status)


def _drawn_page(request, found: Draw, form=None, *, status=200):
    decision = DeskDecision.objects.select_related("decided_by").filter(draw=found).first()
    mine = found.drawn_by_id == request.user.pk
    ahead = None if decision else prospect(found, actor=request.user)
    openings = list(decision.opened.order_by("-drawn", "case")) if decision else list(ahead.openings)
    cases = ExitCase.objects.select_related("household__area").in_bulk([one.case_id for one in openings])
    context = {
        "draw": found,
        "name": names_of([found.area_code]).get(found.area_code, found.area_code),
        "asked": Asked(REVIEW, found.area_code),
        "decision": decision,
        "ahead": ahead,
        "left": _named(ahead.left) if ahead else [],
        "mine": mine,
        "why_not": ahead.why_not if ahead and mine else "",
        "openings": [(one, cases[one.case_id], _labels(one)) for one in openings],
        "as_drawn": is_as_drawn(found),
        "number": DrawnCase.objects.filter(draw=found, drawn=True).count(),
        "form": form or DecideListForm(),
    }
    return render(request, "households/desk/drawn.html", context, status=status)


def _labels(one) -> list[str]:
    kinds = getattr(one, "kinds", None) or getattr(one, "exceptions", ())
    return [DESK_EXCEPTIONS.label(kind) for kind in kinds]


def _named(reasons: dict[int, str]) -> list[tuple[ExitCase, str]]:
    cases = ExitCase.objects.select_related("household__area").in_bulk(list(reasons))
    return [(cases[pk], reason) for pk, reason in reasons.items() if pk in cases]


def _draw_for(user, pk: int) -> Draw:
    found = (
        Draw.objects.select_related("drawn_by")
        .filter(pk=pk, case_type=CASE, transition=REVIEW.transition)
        .first()
    )
    if found is None or not user.has_right_at(RIGHT, found.area_code):
        raise Http404
    return found
