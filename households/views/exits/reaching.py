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
from poverty.review.errors import NotAllOfThem
from poverty.review.models import Roster
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight

VIEW = "exit.view"


def village_for(user, code: str) -> Area:
    """A village whose exits the user sees, all or those of his own households, or 404."""
    if not (code.isascii() and code.isdigit()):
        raise Http404
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


def attempt(form, right: str, do: Callable[[], object], user) -> object | None:
    """What a service gave, or None with its refusal put into the form; households are named as far as `user` sees them."""
    try:
        return do() or True
    except PermissionDenied as error:
        if str(error):
            form.add_error(None, str(error))
            return None
        raise MissingRight((right,)) from error
    except NotAllOfThem as error:
        for text in by_name(error, user):
            form.add_error(None, text)
        return None
    except ValidationError as error:
        take_over(form, error)
        return None


_REASONS = 20  # different reasons told on one page


def by_name(error: NotAllOfThem, user) -> list[str]:
    """A refusal of a list in the names of the households that the user sees, each reason once."""
    cases = ExitCase.objects.visible_to(user).filter(pk__in=error.refused).order_by("pk")
    heads = dict(cases.values_list("pk", "household__head_name"))
    found: dict[str, list[str]] = {}
    for pk, text in error.refused.items():
        if pk in heads:
            found.setdefault(text, []).append(f"{heads[pk]}户")
    if not found:
        return list(error.messages)
    told = [f"{'、'.join(names)}：{text}" for text, names in list(found.items())[:_REASONS]]
    if (more := error.total - sum(map(len, list(found.values())[:_REASONS]))) > 0:
        told.append(f"另有 {more} 户不能办理。")
    return [*told, "本次全部没有办理；可以取消勾选这些户，其他户先办。"]


def told(request, error: ValidationError | PermissionDenied) -> None:
    """A refusal of something that has no form of its own."""
    texts = error.messages if isinstance(error, ValidationError) else [str(error) or "您没有权限。"]
    for text in texts:
        messages.error(request, text)


def village_url(village: str, year: int) -> str:
    """The page of a village's exits in a year."""
    return f"{reverse('households:exit-village', args=[village])}?{urlencode({'year': year})}"
