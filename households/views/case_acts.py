"""What is done with cases from a form: the decision that it tells, and the ticked ones of a tab passed on as one list."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from households.services.decision import Decision
from poverty.review.errors import NotAllOfThem
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight


def decision_of(form, actor, *, comment: str = "") -> Decision:
    """The decision that a form tells."""
    data = form.cleaned_data
    return Decision(
        actor,
        data.get("document_name", ""),
        data.get("happened_on"),
        comment or data.get("comment", ""),
        data.get("late_reason", ""),
        None,
        data.get("decided_by_name", ""),
    )


def named(error: NotAllOfThem, cases: QuerySet) -> list[str]:
    """Each that may not go on with its reason, by the name of its head as far as it is among these cases."""
    names = dict(cases.filter(pk__in=error.refused).values_list("pk", "household__head_name"))
    return [f"{names.get(pk) or '（无户主）'}户：{text}" for pk, text in error.refused.items()]


def pass_ticked_on(
    request,
    tab: str,
    acts: Mapping[str, tuple[str, str, str]],
    cases: QuerySet,
    act: Callable[..., int],
    *,
    form_of: Callable[..., object],
    page: Callable[..., HttpResponse],
    then: str,
) -> HttpResponse:
    """Pass the ticked ones of the `cases` that the person sees on, as one list: all or none, wherever he looks now.

    `acts`: of each tab the right, the button, and the words for what was done to {n}; `act(actor, tab, ids, form)` does it.
    `page` shows the tab again, with the form, what was ticked, and why who cannot go on; `then` is the address of the
    tabs. Raises Http404 for a tab without act, MissingRight.
    """
    if tab not in acts:
        raise Http404
    right, _, told = acts[tab]
    if not request.user.has_right(right):
        raise MissingRight((right,))
    form = form_of(tab, request.POST)
    typed = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19]
    ids = list(cases.filter(pk__in=typed).values_list("pk", flat=True))
    problems: list[str] = []
    if not typed:
        form.is_valid()
        form.add_error(None, "请先勾选要办理的户。")
    elif len(ids) < len(set(typed)):
        form.is_valid()
        form.add_error(None, "勾选的户里有的已不由您办理，全部没有办理，请核对后重新勾选。")
    elif form.is_valid():
        try:
            done = act(request.user, tab, ids, form)
        except PermissionDenied as error:
            raise MissingRight((right,)) from error
        except NotAllOfThem as error:
            problems = named(error, cases)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, told.format(n=done))
            return redirect(f"{then}?tab={tab}")
    return page(request, tab, form, frozenset(ids), problems)
