"""What the pages of benefits have in common: their tabs, and getting a row that the person may see."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from households.benefits.querysets import VIEW
from households.models import Household
from poverty.review.errors import ChangedMeanwhile
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight

_TABS = (
    ("policies", "政策覆盖", "benefit-coverage", VIEW),
    ("five", "五个全覆盖", "benefit-places", VIEW),
    ("records", "发放记录", "benefits", VIEW),
    ("asked", "待核对收入", "benefit-asked", "income.edit"),
    ("loans", "小额信贷", "loans", VIEW),
    ("work", "就业", "employment", VIEW),
    ("trainings", "培训", "trainings", VIEW),
    ("solar", "光伏", "solar", VIEW),
    ("catalogue", "政策目录", "policies", "policy.view"),
)


def tabs(request, active: str) -> list[tuple]:
    """The tabs that a person may enter: (label, url, count, active)."""
    return [
        (label, reverse(f"households:{name}"), None, key == active)
        for key, label, name, right in _TABS
        if request.user.has_right(right)
    ]


def home_for(user, pk: int, right: str = VIEW) -> Household:
    """A household that the person sees by this right, or 404."""
    rows = Household.objects.visible_to(user, right) & Household.objects.visible_to(user)
    found = rows.select_related("area", "head").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def one_of(rows, pk: int):
    """A row of a visible queryset, or 404."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def attempt(form, act) -> object | None:
    """What `act` gives; None where it was refused, with the words at the form's fields."""
    try:
        return act()
    except ValidationError as error:
        take_over(form, error)
        return None


def done(form, act, right: str = "benefit.record") -> bool:
    """Whether an act was carried out; what it said stands at the form. `right`: what it takes."""
    try:
        act()
    except ValidationError as error:
        take_over(form, error)
    except ChangedMeanwhile as error:
        form.add_error(None, f"{error}，不能再办理。")
    except PermissionDenied as error:
        raise MissingRight((right,)) from error
    else:
        return True
    return False


def acting(request, form, act, *, back: str, told: str = "", right: str = "benefit.record", **page):
    """The page of one form that carries out `act(**what was given)`: then back, with `told`; else the form as `asking`."""
    if request.method == "POST" and form.is_valid() and done(form, lambda: act(**form.cleaned_data), right):
        if told:
            messages.success(request, told)
        return redirect(back)
    return asking(request, form, back=back, **page)


def asking(request, form, *, title: str, button: str, back: str, back_label: str, **context):
    """The page of one form; 422 where it came back."""
    status = 422 if request.method == "POST" else 200
    shown = {
        "form": form,
        "title": title,
        "button": button,
        "back": back,
        "back_label": back_label,
        **context,
    }
    return render(request, "households/benefits/form.html", shown, status=status)
