"""Getting a village, a list or a case of exit for a page: out of sight or out of place is 404 alike."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from households.models import ExitCase
from households.services.exits.locking import CASE
from poverty.areas.models import Area, Level
from poverty.review.models import Roster
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight

VIEW = "exit.view"


def village_for(user, code: str) -> Area:
    """A village whose exits the user sees, all or those of his own households, or 404."""
    village = Area.objects.filter(code=code, level=Level.VILLAGE).first()
    if village is None:
        raise Http404
    if not user.scope(VIEW).covers(code) and not ExitCase.objects.visible_to(user, VIEW).under(code).exists():
        raise Http404
    return village


def roster_for(user, pk: int, right: str) -> Roster:
    """A list of exits in a place where the user holds a right, or 404."""
    roster = Roster.objects.visible_to(user, right).filter(pk=pk, case_type=CASE).first()
    if roster is None:
        raise Http404
    return roster


def case_for(user, pk: int, right: str = VIEW) -> ExitCase:
    """A case that the user sees whole and over which he holds a right, or 404."""
    cases = ExitCase.objects.visible_to(user, right).select_related(
        "household__area", "household__settlement", "household__head"
    )
    case = cases.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def attempt(form, right: str, do: Callable[[], object]) -> object | None:
    """What a service gave, or None with its refusal put into the form."""
    try:
        return do() or True
    except PermissionDenied as error:
        if str(error):
            form.add_error(None, str(error))
            return None
        raise MissingRight((right,)) from error
    except ValidationError as error:
        take_over(form, error)
        return None


def told(request, error: ValidationError | PermissionDenied) -> None:
    """A refusal of something that has no form of its own."""
    texts = error.messages if isinstance(error, ValidationError) else [str(error) or "您没有权限。"]
    for text in texts:
        messages.error(request, text)


def village_url(village: str, year: int) -> str:
    """The page of a village's exits in a year."""
    return f"{reverse('households:exit-village', args=[village])}?{urlencode({'year': year})}"
