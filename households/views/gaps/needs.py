"""诉求: the inbox by whom it is put to, taking one in, one need with its answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.disclosure import disclosure
from households.forms.gaps.needs import AnswerForm, NeedFilterForm, NeedForm, ToldForm
from households.gaps.needs import answer_need, may_answer, may_pass_on, may_reopen, raise_need, tell_household
from households.gaps.needs_figures import need_rates
from households.models import Household, Need
from households.views.gaps.reaching import household_from, need_for
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out, take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

COLOURS = {
    "raised": "amber",
    "passed_on": "amber",
    "reopened": "amber",
    "answered": "blue",
    "done": "green",
    "cannot": "grey",
}
_TABS = (
    ("mine", "等我答复"),
    ("unanswered", "没有答复"),
    ("open", "未办结"),
    ("late", "超期未答复"),
    ("untold", "待告知农户"),
    ("done", "已办结"),
)
_BY_DEADLINE, _NEWEST = (("due_on", "asc"), ("id", "asc")), (("raised_on", "desc"), ("id", "desc"))


@require_safe
@requires("need.view")
def needs(request):
    """The inbox: what waits for one's own answer first; all that is open, late, not told yet, and done."""
    now, user, today = chosen(request), request.user, timezone.localdate()
    tab = request.GET.get("tab") or ("mine" if user.has_right("need.answer") else "open")
    if tab not in dict(_TABS):
        raise Http404
    seen = Need.objects.visible_to(user).filter(within("area_code", [now.area_code]))
    form = NeedFilterForm(request.GET)
    rows = seen
    if form.is_valid():
        rows = rows.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    sets = {
        "mine": rows.put_to(user).unanswered(),
        "unanswered": rows.unanswered(),
        "open": rows.open(),
        "late": rows.late_on(today),
        "untold": rows.untold(),
        "done": rows.settled(),
    }
    page = keyset_page(
        sets[tab].select_related("household"),
        order=_NEWEST if tab in ("done", "untold") else _BY_DEADLINE,
        after=request.GET.get("page"),
    )
    places = short_names({one.area_code for one in page.rows})
    # Needs are of the day, not of an accounting year: those of this year, unless a year before it is chosen.
    rate_year = now.year if "year" in request.GET else today.year
    by_place, rate = need_rates(seen, rate_year, now.area_code, today)
    shown = [(key, label) for key, label in _TABS if key != "mine" or user.has_right("need.answer")]
    return render(
        request,
        "households/gaps/needs.html",
        {
            "now": now,
            "form": form,
            "tab": tab,
            "tabs": [
                (
                    label,
                    f"?tab={key}",
                    count_up_to(sets[key], 1_000)[0] if key != "done" else None,
                    key == tab,
                )
                for key, label in shown
            ],
            "page": page,
            "lines": [(one, places.get(one.area_code, "")) for one in page.rows],
            "colours": COLOURS,
            "may_raise": user.has_right("need.raise"),
            "by_place": by_place if len(by_place) > 1 else [],
            "rate": rate,
            "year": rate_year,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("need.raise")
def need_new(request):
    """Take a need in; with ?household= of that one."""
    household = household_from(request, "need.raise")
    form = NeedForm(sent(request), user=request.user, household=household)
    if form.is_valid():
        try:
            made = raise_need(actor=request.user, **form.arguments())
        except PermissionDenied as error:
            raise MissingRight(("need.raise",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"诉求已登记，由{made.get_whom_display()}在 {made.due_on} 前答复。")
            return redirect("households:need", made.pk)
    return render(
        request,
        "households/gaps/need_new.html",
        {"form": form, "household": household},
        status=422 if form.errors else 200,
    )


@require_safe
@requires("need.view")
def need(request, pk):
    """One need: what was asked, what was answered, what may be done."""
    return _page(request, need_for(request.user, pk))


def _actions(user, one: Need) -> list[tuple[str, str]]:
    if one.is_open:
        mine = may_answer(user, one)
        found = [("answer", "答复，还在办理")] if mine else []
        found += [("finish", "办结"), ("decline", "办不了，说明原因")] if mine else []
        return [*found, ("pass_on", "转交别人办")] if may_pass_on(user, one) else found
    return [("reopen", "退回重办")] if may_reopen(user, one) else []


def _page(request, one: Need, *, form=None, told_form=None, status=200):
    user = request.user
    actions = _actions(user, one)
    may_tell = (
        one.replied_on is not None
        and one.told_on is None
        and Household.objects.visible_to(user, "need.raise").filter(pk=one.household_id).exists()
    )
    whole = disclosure(user, one.household).whole
    return render(
        request,
        "households/gaps/need.html",
        {
            "need": one,
            "place": short_names([one.area_code]).get(one.area_code, one.area_code),
            "colour": COLOURS[one.state],
            "steps": steps_of("households.need", one.pk),
            "form": form or (AnswerForm(actions=actions) if actions else None),
            "told_form": told_form or (ToldForm() if may_tell else None),
            "others": Need.objects.visible_to(user)
            .filter(household=one.household_id)
            .exclude(pk=one.pk)
            .order_by("-id")[:10],
            "whole": whole,
        },
        status=status,
    )


@require_POST
@requires("need.answer")
def need_answer(request, pk):
    """Answer, pass on, settle, decline or send back a need."""
    one = need_for(request.user, pk)
    actions = _actions(request.user, one)
    if not actions:
        raise MissingRight(("need.answer",))
    form = AnswerForm(request.POST, actions=actions)
    if form.is_valid() and carried_out(
        form, lambda: answer_need(one, actor=request.user, **form.arguments())
    ):
        messages.success(
            request, "已记录。" + ("请告知农户。" if form.cleaned_data["action"] != "pass_on" else "")
        )
        return (
            redirect("households:need", pk) if need_seen(request.user, pk) else redirect("households:needs")
        )
    return _page(request, need_for(request.user, pk), form=form, status=422)


def need_seen(user, pk: int) -> bool:
    """Whether a person still sees a need: a bureau that passed it on does not."""
    return Need.objects.visible_to(user).filter(pk=pk).exists()


@require_POST
@requires("need.raise")
def need_told(request, pk):
    """Note that the household was told."""
    one = need_for(request.user, pk)
    form = ToldForm(request.POST)
    if form.is_valid():
        try:
            tell_household(one, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight(("need.raise",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已记录告知农户的日期。")
            return redirect("households:need", pk)
    return _page(request, need_for(request.user, pk), told_form=form, status=422)
