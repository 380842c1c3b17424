"""线索: the inbox with its deadlines, taking one in, one clue, answering it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.changes import CommentForm
from households.forms.monitoring.clues import ClueAnswerForm, ClueFilterForm, ClueForm, LinkForm
from households.models import Clue, Household, Monitoring
from households.monitoring.cases import open_case
from households.monitoring.clues import answer_clue, link_clue, receive_clue, reopen_clue
from households.monitoring.explaining import why
from households.views.monitoring.reaching import MOST_DIGITS, clue_for, round_for
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out, take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

BY_DEADLINE, NEWEST = (("due_on", "asc"), ("id", "asc")), (("received_on", "desc"), ("id", "desc"))
_TABS = (("open", "待核实"), ("late", "已超期"), ("done", "已办结"))
CLUE_COLOURS = {"received": "amber", "case": "blue", "no_risk": "grey", "helped": "green", "known": "grey"}


@require_safe
@requires("clue.view")
def clues(request):
    """The inbox: what waits, the nearest deadline first; what is late; what is done."""
    now, user, today = chosen(request), request.user, timezone.localdate()
    tab = request.GET.get("tab", "open")
    if tab not in dict(_TABS):
        raise Http404
    rows = Clue.objects.visible_to(user).filter(within("area_code", [now.area_code]))
    form = ClueFilterForm(request.GET)
    if form.is_valid():
        rows = rows.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    sets = {"open": rows.open(), "late": rows.late_on(today), "done": rows.exclude(state="received")}
    page = keyset_page(
        sets[tab].select_related("household__area"),
        order=NEWEST if tab == "done" else BY_DEADLINE,
        after=request.GET.get("page"),
    )
    places = short_names({one.area_code for one in page.rows})
    context = {
        "now": now,
        "form": form,
        "tab": tab,
        "tabs": [
            (label, f"?tab={key}", count_up_to(sets[key], 1_000)[0] if key != "done" else None, key == tab)
            for key, label in _TABS
        ],
        "page": page,
        "lines": [(one, places.get(one.area_code, ""), why(one)) for one in page.rows],
        "colours": CLUE_COLOURS,
        "may_enter": user.has_right("clue.enter"),
    }
    return render(request, "households/monitoring/clues.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("clue.enter")
def clue_new(request):
    """Take a clue in; with ?household= about that one, with ?round= found in that round: the visit is noted with it."""
    user = request.user
    key, number = _number(request, "household"), _number(request, "round")
    household = household_for(user, key, "clue.enter") if key else None
    round = round_for(user, number) if household is not None and number else None
    if round is not None and not (household.area_id.startswith(round.area_code) and round.closed_at is None):
        raise Http404
    form = ClueForm(sent(request), user=user, household=household, round=round)
    if form.is_valid():
        try:
            made = receive_clue(actor=user, **form.arguments())
        except PermissionDenied as error:
            raise MissingRight(("clue.enter",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"线索已登记，{made.due_on} 前核实答复。")
            if round is not None:
                return redirect("households:round-village", round.pk, household.area_id)
            return redirect("households:clue", made.pk) if user.has_right("clue.view") else redirect("home")
    context = {"form": form, "household": household, "round": round}
    return render(request, "households/monitoring/clue_new.html", context, status=422 if form.errors else 200)


def _number(request, name: str) -> int | None:
    """A key in the address; None for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


@require_safe
@requires("clue.view")
def clue(request, pk):
    """One clue: what it says, why it was raised, what came of it, what is to do."""
    return _page(request, clue_for(request.user, pk))


def _page(request, one: Clue, *, answer_form=None, link_form=None, back_form=None, status=200):
    user = request.user
    scope = user.scope("clue.answer")
    may_answer = one.is_open and scope.covers(one.area_code)
    may_check = one.state in ("no_risk", "helped", "known") and user.scope("clue.check").covers(one.area_code)
    watched = (
        Monitoring.objects.visible_to(user).present().filter(household=one.household_id).first()
        if one.household_id
        else None
    )
    context = {
        "clue": one,
        "why": why(one),
        "place": short_names([one.area_code]).get(one.area_code, one.area_code),
        "colour": CLUE_COLOURS[one.state],
        "steps": steps_of("households.clue", one.pk),
        "may_answer": may_answer,
        "may_open": may_answer
        and one.household_id
        and watched is None
        and user.has_right("monitoring.propose"),
        "may_check": may_check,
        "watched": watched,
        "sees_cases": user.has_right("monitoring.view"),
        "answer_form": answer_form or ClueAnswerForm(),
        "link_form": link_form or LinkForm(user=user),
        "back_form": back_form or CommentForm(),
        "others": Clue.objects.visible_to(user).filter(household=one.household_id).exclude(pk=one.pk)[:10]
        if one.household_id
        else [],
        "sees_informant": may_answer or may_check,
    }
    return render(request, "households/monitoring/clue.html", context, status=status)


@require_POST
@requires("clue.answer")
def clue_answer(request, pk):
    """Answer a clue that leads to no case."""
    one = clue_for(request.user, pk, "clue.answer")
    form = ClueAnswerForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: answer_clue(one, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "已答复，线索办结。")
        return redirect("households:clue", pk)
    return _page(request, clue_for(request.user, pk), answer_form=form, status=422)


@require_POST
@requires("clue.answer")
def clue_link(request, pk):
    """Say which household a clue means."""
    one = clue_for(request.user, pk, "clue.answer")
    form = LinkForm(request.POST, user=request.user)
    if form.is_valid() and carried_out(form, lambda: link_clue(one, actor=request.user, **form.cleaned_data)):
        messages.success(request, "已指明所指的户。")
        return redirect("households:clue", pk)
    return _page(request, clue_for(request.user, pk), link_form=form, status=422)


@require_POST
@requires("clue.check")
def clue_reopen(request, pk):
    """Send an answer back to the village."""
    one = clue_for(request.user, pk, "clue.check")
    form = CommentForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: reopen_clue(one, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "已退回村里重新核实。")
        return redirect("households:clue", pk)
    return _page(request, clue_for(request.user, pk), back_form=form, status=422)


@require_POST
@requires("monitoring.propose")
def clue_case(request, pk):
    """Open the identification of the household a clue names."""
    one = clue_for(request.user, pk, "monitoring.propose")
    if one.household is None:
        messages.error(request, "请先指明线索所指的户。")
        return redirect("households:clue", pk)
    household: Household = one.household
    try:
        case = open_case(
            household,
            reason=f"{one.get_source_display()}：{one.get_kind_display()}",
            clue=one,
            actor=request.user,
        )
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return redirect("households:clue", pk)
    messages.success(request, f"已转入识别，{case.due_on} 前完成审批。请先入户核实。")
    return redirect(reverse("households:monitoring-visit", args=[case.pk]))
