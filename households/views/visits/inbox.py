"""What visits left open: two values side by side, who said which and when, and a person who decides."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.forms.visit_acts import DecisionForm, TakeForm
from households.models import VisitFact
from households.services.fact_rows import TYPE_FAULTS
from households.views.visits.fetching import SETTLE, fact_for, held_visits, open_facts, visit_for
from households.visits.services.deciding import decide_fact, settle_visit
from households.visits.services.last_words import LastWord, last_words
from households.visits.services.other_eyes import OWN, OwnVisit, is_own
from households.visits.services.standing import standings
from households.visits.wording import label_of, words_of
from poverty.areas.names import full_names
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

_SIZE = 20
_HELD_AT_ONCE = 20


@dataclass(frozen=True)
class Open:
    """A fact that waits: what the visitor saw and says, what stands in the register now, by whom and when."""

    fact: VisitFact
    who: str
    label: str
    base: str
    value: str
    now: str
    seen: str
    last: LastWord | None
    agrees: bool
    own: bool  # of a visit that the reader made or recorded: another decides


@require_safe
@requires(SETTLE)
def inbox(request):
    """Facts and visits that wait for a decision in the chosen place, the oldest first."""
    user, code = request.user, chosen(request).area_code
    held = held_visits(user, code).select_related("household", "visitor")
    page = keyset_page(
        open_facts(user, code), order=(("id", "asc"),), after=request.GET.get("page"), size=_SIZE
    )
    waiting = list(held.order_by("pk")[: _HELD_AT_ONCE + 1])
    areas = {one.visit.area_code for one in page.rows} | {one.area_code for one in waiting}
    context = {
        "now": chosen(request),
        "page": page,
        "open": _opened(page.rows, user),
        "held": waiting[:_HELD_AT_ONCE],
        "more_held": len(waiting) > _HELD_AT_ONCE,
        "places": full_names(areas),
    }
    return render(request, "households/visits/inbox.html", context)


def _opened(facts: list[VisitFact], user) -> list[Open]:
    now, said = standings(facts), last_words(facts)
    return [
        Open(
            one,
            one.member.name if one.member else f"{one.visit.household.head_name}户",
            label_of(one),
            words_of(one, one.base),
            words_of(one, one.value),
            words_of(one, now[one.pk]),
            json.dumps(now[one.pk], ensure_ascii=False),
            said.get(one.pk),
            now[one.pk] == one.value,
            is_own(one.visit, user),
        )
        for one in facts
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SETTLE)
def decide(request, pk: int):
    """Decide about one fact; shown alone it is a page of its own."""
    fact = fact_for(request.user, pk)
    if request.method != "POST":
        return render(request, "households/visits/fact.html", _one(fact, request.user))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return render(
            request, "households/visits/fact.html", {**_one(fact, request.user), "form": form}, status=422
        )
    take = form.cleaned_data["take"]
    try:
        decide_fact(fact, take, form.cleaned_data["seen"], actor=request.user)
    except (OwnVisit, ValidationError) as error:
        form.add_error(None, OWN if isinstance(error, OwnVisit) else _said(error))
        fact.refresh_from_db()
        return render(
            request, "households/visits/fact.html", {**_one(fact, request.user), "form": form}, status=422
        )
    except PermissionDenied as error:
        raise MissingRight((SETTLE,)) from error
    messages.success(request, f"“{label_of(fact)}”已{'采用走访的值' if take else '保留登记的值'}。")
    return HttpResponseRedirect(reverse("households:visit-inbox"))


def _said(error: ValidationError) -> list[str]:
    """A refusal of a fact in words: there is no field of it here."""
    if not hasattr(error, "error_dict"):
        return error.messages
    faults = [fault for found in error.error_dict.values() for fault in found]
    return [TYPE_FAULTS.get(one.code) or text for one in faults for text in one.messages]


def _one(fact: VisitFact, user) -> dict:
    code = fact.visit.area_code
    return {"one": _opened([fact], user)[0], "fact": fact, "place": full_names([code]).get(code, "")}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SETTLE)
def settle(request, pk: int):
    """Take over a visit to a household that was no longer the sender's, or leave it as a record."""
    row = visit_for(request.user, pk, SETTLE)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("households:visit", args=[row.pk]))
    form = TakeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请选择是否采用。")
        return HttpResponseRedirect(reverse("households:visit", args=[row.pk]))
    try:
        settle_visit(row, form.cleaned_data["take"], actor=request.user)
    except OwnVisit:
        messages.error(request, OWN)
    except PermissionDenied as error:
        raise MissingRight((SETTLE,)) from error
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        taken = form.cleaned_data["take"]
        messages.success(request, "已采用这次走访。" if taken else "这次走访只作记录。")
    return HttpResponseRedirect(reverse("households:visit", args=[row.pk]))
