"""What the pages of yearly facts share: getting the case, saving once, and telling what it came to."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from households.case_year import CaseYear, case_year
from households.disclosure import disclosure
from households.forms.collecting import CollectingForm
from households.models import Household
from households.outcome import result_of, words
from households.services.locking import lock_for_members
from households.views.reaching import household_for
from poverty.web import questions


def case_of(request, pk: int, year: int, right: str, *, people: Iterable[int] = ()) -> CaseYear:
    """A household over which the person holds the right, in a year; 404 out of place.

    For a POST the household is locked, so that "now" cannot move between merging and saving, and in the same call
    whatever else is judged by facts of `people` (keys of members); stands in atomic().
    """
    household = household_for(request.user, pk, right)
    if request.method == "POST":
        lock_for_members(people, beside=[household.pk])
    return case_year(household, year)


def collecting_form(request, case: CaseYear, **kwargs) -> CollectingForm:
    """The block 采集信息 of this request."""
    data = request.POST if request.method == "POST" else None
    area_code = case.household.area_id
    return CollectingForm(
        data, user=request.user, area_code=area_code, year=case.year, prefix="collecting", **kwargs
    )


def ready(*forms) -> bool:
    """Whether every form is valid and every question answered. All are asked, so that all messages show at once."""
    valid = [form.is_valid() for form in forms]
    return all(valid) and not any(questions.unanswered(form) for form in forms)


def attempt(save: Callable[[], object]) -> ValidationError | None:
    """Save all or nothing; the refusal, or None when it was saved."""
    try:
        with transaction.atomic():
            save()
    except ValidationError as error:
        return error
    return None


def household_url(household: Household, year: int, tab: str = "") -> str:
    """The address of the household's page in a year."""
    path = f"{reverse('households:detail', args=[household.pk])}?year={year}"
    return f"{path}&tab={tab}" if tab else path


def saved(request, case: CaseYear, before, what: str, *, tab: str = "") -> HttpResponseRedirect:
    """Back to the household, with what was saved and what the verdict is now, as far as the person may see it."""
    own = disclosure(request.user, case.household)
    told = words(case.household, case.year, before, only=own.indicators)
    messages.success(request, f"已保存{what}。{told}")
    return HttpResponseRedirect(household_url(case.household, case.year, tab))


def nothing_changed(request, case: CaseYear, tab: str = "") -> HttpResponseRedirect:
    """Back to the household: there was nothing to save."""
    messages.info(request, "没有改动，未保存。")
    return HttpResponseRedirect(household_url(case.household, case.year, tab))


def before_saving(case: CaseYear):
    """The result as it stands before a save."""
    return result_of(case.household, case.year)


def not_started(request, case: CaseYear, *, then: str, may_start: bool = True):
    """The page that opens a household's year, or says why it cannot be opened."""
    context = {"case": case, "then": then, "may_start": may_start and not case.problem}
    return render(request, "households/surveys/start.html", context)


def shown(request, template: str, case: CaseYear, **context):
    """The form's page: 422 when what was sent was not saved."""
    status = 422 if request.method == "POST" else 200
    context |= {"case": case, "year": case.year, "household": case.household}
    context["locked"] = bool(case.problem) and request.method != "POST"
    return render(request, f"households/surveys/{template}", context, status=status)


def refuse_if_closed(case: CaseYear, form) -> bool:
    """Say at the top of a sent form that the year or the household does not change any more; whether it is so."""
    if case.problem:
        form.add_error(None, f"没有保存：{case.problem}您填的内容还在下面。")
        return True
    return False
