"""The page of one form that carries out one act: shown, sent, done, or shown again with what was wrong.

    return acting(
        request,
        EndForm(sent(request)),
        partial(end_job, job, actor=request.user),
        right="benefit.record",
        back=reverse("households:employment"),
        told="已登记离岗。",
        title="离岗", button="登记离岗", back_label="就业",
    )

A page with a template of its own puts `acted(...) or asking(..., template=...)` together itself.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from poverty.web.form_errors import take_over
from poverty.web.questions import unanswered
from poverty.web.rights import MissingRight, OwnMatter


def ready(request, form) -> bool:
    """Whether the form was sent, is valid, and has every question of it answered."""
    return request.method == "POST" and form.is_valid() and not unanswered(form)


def attempt(form, act: Callable[[], object], right: str | tuple[str, ...]) -> object | None:
    """What an act gave, done whole or not at all; refused: None, and why stands at the form (`form.errors`).

    Raises MissingRight where the act wants a right that is not held; `right` is the one to be named, or those
    of which one will do. That somebody's own
    matter is for others to do (OwnMatter) is told at the form: he holds the right, and no other role would help him.
    """
    try:
        with transaction.atomic():
            return act()
    except ValidationError as error:  # ChangedMeanwhile, too: it says what happened
        take_over(form, error)
    except OwnMatter as error:
        form.add_error(None, str(error))
    except PermissionDenied as error:
        raise MissingRight(right if isinstance(right, tuple) else (right,)) from error
    return None


def done(form, act: Callable[[], object], right: str) -> bool:
    """Whether an act was carried out, as `attempt` does it, whatever it gives."""
    attempt(form, act, right)
    return not form.errors


def acted(
    request,
    form,
    act: Callable[..., object],
    *,
    right: str | tuple[str, ...],
    then: str | Callable[[object], str],
    told: str | Callable[[object], str] = "",
) -> HttpResponse | None:
    """The way on after `act(**what was given)`; None where nothing was sent, or it came back.

    What was given is `form.entry()`, or of a form without one its cleaned_data. `then`: address to go to, `told`: words
    for the next page; either may be made of what the act gave. Raises MissingRight as `attempt`.
    """
    if not ready(request, form):
        return None
    made = attempt(form, lambda: act(**_given(form)), right)
    if form.errors:
        return None
    if words := told(made) if callable(told) else told:
        messages.success(request, words)
    return redirect(then(made) if callable(then) else then)


def asking(request, form, *, template: str = "web/one_form.html", **page) -> HttpResponse:
    """The form on its page; 422 where it came back.

    The common template takes title, button, back (an address) and, as wanted, back_label, subheading, help (a note
    above the form) and danger (the button is red).
    """
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, **page}, status=status)


def acting(
    request,
    form,
    act: Callable[..., object],
    *,
    right: str | tuple[str, ...],
    back: str,
    then: str | Callable[[object], str] = "",
    told: str | Callable[[object], str] = "",
    **page,
) -> HttpResponse:
    """The whole page: `acted`, by default back to where one came from, or else `asking`."""
    answer = acted(request, form, act, right=right, then=then or back, told=told)
    return answer or asking(request, form, back=back, **page)


def _given(form) -> dict:
    return form.entry() if hasattr(form, "entry") else form.cleaned_data
