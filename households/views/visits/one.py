"""One visit: what was seen and said, what became of it, its photos; withdrawing it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.models import Household, Visit, VisitFact, VisitRecheck, VisitSheet
from households.options.visits import FACT_OUTCOMES, KEPT, SAME, TAKEN, UNDECIDED, WRITTEN
from households.views.reaching import sent
from households.views.visits.fetching import SETTLE, visit_for
from households.visits.blocks import NOTE, own_questions
from households.visits.sent import ON_A_PAGE
from households.visits.services.answers import labels
from households.visits.services.deciding import withdraw_visit
from households.visits.services.other_eyes import is_own
from households.visits.wording import label_of, words_of
from poverty.areas.names import full_names
from poverty.fields.states import State
from poverty.web.one_form import acting
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires

_COLOURS = {WRITTEN: "green", SAME: "grey", KEPT: "grey", TAKEN: "green"}
_ORDER = {outcome: number for number, outcome in enumerate((*UNDECIDED, WRITTEN, TAKEN, KEPT, SAME))}
_VERDICTS = {one.name.lower(): one.label for one in State} | {"none": "未判定"}


@dataclass(frozen=True)
class FactLine:
    """A fact of a visit in words."""

    fact: VisitFact
    who: str
    label: str
    base: str
    value: str
    standing: str
    outcome: str
    colour: str


def lines_of(facts, head_name: str) -> list[FactLine]:
    """Facts in words: what waits first, what stayed the same last. `head_name` stands for the household."""
    found = [
        FactLine(
            one,
            one.member.name if one.member else f"{head_name}户",
            label_of(one),
            words_of(one, one.base),
            words_of(one, one.value),
            words_of(one, one.standing),
            FACT_OUTCOMES.label(one.outcome),
            _COLOURS.get(one.outcome, "amber"),
        )
        for one in facts
    ]
    return sorted(found, key=lambda line: (_ORDER[line.fact.outcome], line.fact.pk))


@require_safe
@requires("visit.view")
def visit(request, pk: int):
    """A visit as it was made, with what became of each fact."""
    row = visit_for(request.user, pk)
    facts = row.facts.select_related("member", "decided_by")
    lines = lines_of(facts, row.household.head_name)
    unsigned = Visit.objects.unsigned().filter(pk=row.pk).exists()
    may_settle = Household.objects.visible_to(request.user, SETTLE).filter(pk=row.household_id).exists()
    own = is_own(row, request.user)
    context = {
        "visit": row,
        "place": full_names([row.area_code]).get(row.area_code, ""),
        "changed": [one for one in lines if one.fact.outcome != SAME],
        "same": [one for one in lines if one.fact.outcome == SAME],
        "waiting": any(one.fact.outcome in UNDECIDED for one in lines),
        "answers": _answers(row),
        "amounts": row.amounts.all(),
        "needs": row.needs.order_by("pk"),
        "photos": row.photos.select_related("file", "looked_by", "given_up_by", "replacement"),
        "gives_up": own and row.withdrawn_at is None,
        "before": _VERDICTS.get(row.judged.get("before"), ""),
        "after": _VERDICTS.get(row.judged.get("after"), ""),
        "closed": labels(row.judged.get("closed", ())),
        "opened": labels(row.judged.get("opened", ())),
        "adds_photos": own and row.device == ON_A_PAGE and not row.is_complete and row.withdrawn_at is None,
        "may_settle": may_settle and row.withdrawn_at is None,
        "own": own,
        "unsigned": unsigned,
        "recheck": VisitRecheck.objects.filter(visit=row).select_related("recorded_by").first(),
        # A signed page belongs to what was asked for a signature, and to what was typed from paper.
        "signs": row.signed is not None or VisitSheet.objects.filter(visit=row).exists(),
        "may_withdraw": (may_settle or own) and row.withdrawn_at is None,
    }
    return render(request, "households/visits/visit.html", context)


def _answers(row: Visit) -> list[tuple[str, str, str]]:
    """(question, answer, remark) of the template's own questions that were answered."""
    found = []
    for one in own_questions(row.template.blocks):
        told, note = row.answers.get(one["key"]), row.answers.get(one["key"] + NOTE, "")
        if told not in (None, "", []) or note:
            found.append((one["label"], _answer_words(one, told), note))
    return found


def _answer_words(question: dict, told: Any) -> str:
    if isinstance(told, bool):
        return "是" if told else "否"
    pairs = question.get("options")
    known = dict(map(tuple, pairs)) if isinstance(pairs, list) else {}
    texts = told if isinstance(told, list) else [told]
    return "、".join(known.get(one, str(one)) for one in texts if one not in (None, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("visit.record", SETTLE)
def withdraw(request, pk: int):
    """Withdraw a visit entered by mistake, with its reason."""
    row = visit_for(request.user, pk)
    return acting(
        request,
        ReasonForm(
            sent(request),
            label="撤回原因",
            help_text="例如：记到了别的户。",
            error_messages={"required": "请填写撤回原因。"},
        ),
        partial(withdraw_visit, row, actor=request.user),
        right=SETTLE,
        back=reverse("households:visit", args=[row.pk]),
        told="已撤回。走访记录保留，不再计入；已更新的年度信息如有误，请在户页更正。",
        template="households/visits/withdraw.html",
        visit=row,
    )
