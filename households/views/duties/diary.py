"""民情日记、驻村工作记录和月小结 of one person and month, written from the records; print, copy, add."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.duties import forces
from households.duties.diary import diary_of
from households.duties.models import Presence
from households.duties.periods import add_months, last_of, month_of
from households.duties.services.helping import add_note
from households.forms.duties import NoteForm
from households.views.duties.reaching import VIEW, month_asked, only_own, people_in_view, person_for
from households.views.reaching import sent
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires


@require_safe
@requires(VIEW)
def diaries(request):
    """Whose diary of a month may be read: of whoever helped then. A helper comes to his own."""
    if only_own(request.user):
        return redirect("households:diary", request.user.pk)
    now, month, today = chosen(request), month_asked(request), timezone.localdate()
    people = people_in_view(request.user, now.area_code, month, min(last_of(month), today))
    page = keyset_page(
        people.select_related("unit"),
        order=(("pinyin", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    context = {
        "now": now,
        "page": page,
        "month": month,
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
    }
    return render(request, "households/duties/diaries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def diary(request, pk: int):
    """A person's month; he himself may add his words."""
    person = person_for(request.user, pk)
    month, today = month_asked(request), timezone.localdate()
    own = person.pk == request.user.pk and request.user.has_right("duty.record")
    form = NoteForm(sent(request)) if own else None
    if request.method == "POST" and form is None:
        raise MissingRight(("duty.record",))
    if request.method == "POST" and form.is_valid():
        try:
            add_note(person, month, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已补记。")
            return redirect(f"{reverse('households:diary', args=[pk])}?month={month:%Y-%m}")
    context = {
        "diary": diary_of(person, month, request.user, _village(person, month)),
        "person": person,
        "month": month,
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
        "own": own,
        "form": form,
        "today": today,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/duties/diary.html", context, status=status)


def _village(person, month) -> str:
    """Where a person lives as a member of a village team in a month; "" for who does not."""
    there = (
        Presence.objects.standing()
        .filter(person=person)
        .in_month(month)
        .values_list("area", flat=True)
        .first()
    )
    if there:
        return there
    found = forces.team("", month, last_of(month), [""], person.pk)
    return next((village for village, _ in found), "")
