"""One comparison sheet: typing what the paper changed, and what became of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BoundField
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households.disclosure import disclosure
from households.forms.sheets import AMOUNT_ROWS, NEED_ROWS, SheetForm
from households.income_sheet import GROUP_FIELDS
from households.models import VisitSheet
from households.options.visits import CONFLICT, FACT_OUTCOMES, SAME, UNDECIDED
from households.sheets.papers import written
from households.sheets.parts import Line, Part, in_words, parts_of
from households.sheets.people import people_of
from households.sheets.querysets import RIGHT
from households.sheets.services.typing import TypedAlready, type_sheet
from households.visits.blocks import NOTE
from households.visits.made import made_visits
from households.visits.sent import Sent, SentAmount, SentFact, SentIncome, SentNeed
from households.visits.services.answers import Received
from households.visits.services.income import line_label
from households.visits.services.needs import NEED
from households.visits.visitors import visitors_for
from poverty.accounts.models import User
from poverty.areas.names import full_names
from poverty.web import questions
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

# What the next sheet begins with: the helper's whole pile was visited on few days.
KEPT = "sheet_typing"
_KEPT_FIELDS = ("visitor", "happened_on", "way", "companions", "late_reason")
_NOBODY_YET = UUID(int=0)  # the sheet gives the visit its identity


@dataclass(frozen=True)
class Row:
    """A line of the page: what was printed, what is typed."""

    line: Line
    bound: BoundField
    note: BoundField | None = None


@dataclass(frozen=True)
class Said:
    """What became of a fact, in words, with the paper's value, the typed one and the register's."""

    label: str
    who: str
    base: str
    value: str
    standing: str
    outcome: str
    colour: str
    said: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
@never_cache
def sheet(request, code):
    """Type a sheet; one that came back shows what became of it. A code of others is 404, as an unknown one is."""
    one = _sheet(request.user, code)
    if request.method != "POST" and one.is_typed:
        return _typed(request, one)
    if one.bundle.withdrawn_at is not None and request.method != "POST":
        messages.warning(request, f"这批对照表已作废：{one.bundle.withdrawn_reason}")
        return redirect("households:sheet-bundle", one.bundle_id)
    people = people_of([one.household_id])[one.household_id]
    parts = _parts(one, people)
    visitors = visitors_for(one.household, request.user)
    made = made_visits(one.household, but=one.visit_id)
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        parts=parts,
        people=people,
        visitors=[(pk, f"{name}（{words}）") for pk, name, words in visitors],
        made=made,
        initial=_kept(request, one, visitors),
    )
    if form.is_valid() and not questions.unanswered(form):
        received = _save(request, one, form)
        if received is not None:
            _keep(request, one, form)
            return _on(request, one, received, parts)
    if request.method == "POST":
        one.refresh_from_db(fields=["visit"])
    context = {
        **_head(request, one),
        "form": form,
        "parts": [(part, _rows(form, part)) for part in parts],
        "none": [form[f"none-{group}"] for group in GROUP_FIELDS if f"none-{group}" in form.fields],
        "amounts": _table(form, "amount", AMOUNT_ROWS, ("direction", "item", "amount", "note")),
        "needs": _table(form, "need", NEED_ROWS, ("kind", "text", "whom")),
        "unknown": sum(not line.is_known for part in parts if part.kind == "facts" for line in part.lines),
        "typed_meanwhile": one.is_typed,
        "made": [visit for visit in made if visit.happened_on >= one.bundle.visited_from],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/sheets/type.html", context, status=status)


def _sheet(user, code: str) -> VisitSheet:
    one = (
        VisitSheet.objects.visible_to(user)
        .select_related(
            "bundle__template",
            "household__area",
            "household__settlement",
            "visit__visitor",
            "visit__recorded_by",
        )
        .filter(code=code)
        .first()
    )
    if one is None or not disclosure(user, one.household).whole:
        raise Http404
    return one


def _parts(one: VisitSheet, people) -> list[Part]:
    bundle = one.bundle
    return parts_of(bundle.template.blocks, one.shown, people, year=bundle.year, month=bundle.month)


def _head(request, one: VisitSheet) -> dict:
    bundle, place = one.bundle, one.household.area_id
    left = VisitSheet.objects.visible_to(request.user).filter(bundle=bundle).left()
    return {
        "sheet": one,
        "bundle": bundle,
        "household": one.household,
        "code": written(one.code),
        "village": full_names([place], below=place[:6]).get(place, place),
        "left": left.count(),
        "total": VisitSheet.objects.visible_to(request.user).filter(bundle=bundle).count(),
        "next_url": f"{reverse('households:sheets-next', args=[bundle.pk])}?after={one.number}",
    }


def _rows(form: SheetForm, part: Part) -> list[Row]:
    return [Row(line, form[line.name], form[line.name + NOTE] if line.note else None) for line in part.lines]


def _table(form: SheetForm, prefix: str, number: int, names) -> list[list[BoundField]]:
    if f"{prefix}0-{names[0]}" not in form.fields:
        return []
    return [[form[f"{prefix}{row}-{name}"] for name in names] for row in range(number)]


# --- saving -------------------------------------------------------------------------------------------------


def _save(request, one: VisitSheet, form: SheetForm) -> Received | None:
    visitor = User.objects.get(pk=form.cleaned_data["visitor"])
    try:
        return type_sheet(
            one,
            _sent(one, form, rest_unchanged=request.POST.get("rest") == "same"),
            actor=request.user,
            visitor=visitor,
            scan=form.cleaned_data.get("scan"),
        )
    except PermissionDenied as error:
        raise MissingRight((RIGHT,)) from error
    except TypedAlready as error:
        form.add_error(None, error)
    except ValidationError as error:
        take_over(form, error)
    return None


def _sent(one: VisitSheet, form: SheetForm, *, rest_unchanged: bool) -> Sent:
    cleaned, signature = form.cleaned_data, form.signature() or {}
    return Sent(
        identity=_NOBODY_YET,
        household=one.household_id,
        year=one.bundle.year,
        template=one.bundle.template_id,
        happened_on=cleaned["happened_on"],
        way=cleaned["way"],
        whole_away=cleaned["whole_away"],
        late_reason=cleaned["late_reason"].strip(),
        companions=cleaned["companions"].strip(),
        answers=form.answers(),
        facts=tuple(SentFact(**fact) for fact in form.facts(rest_unchanged=rest_unchanged)),
        amounts=tuple(
            SentAmount(row["direction"], Decimal(row["amount"]), row["item"], row["note"].strip())
            for row in form.amounts()
        ),
        income=_income(one, form),
        needs=tuple(SentNeed(_NOBODY_YET, **need) for need in form.needs()),
        remark=cleaned.get("remark", "").strip(),
        problems=cleaned.get("problems", "").strip(),
        next_promise=cleaned.get("next_promise", "").strip(),
        next_on=cleaned.get("next_on"),
        signer_name=signature.get("name", ""),
        signer_relation=signature.get("relation", ""),
        signed=signature.get("signed"),
        refusal_reason=signature.get("reason", ""),
    )


def _income(one: VisitSheet, form: SheetForm) -> SentIncome | None:
    base = (one.shown.get("income") or {}).get("base", {})
    typed = form.income(base)
    if typed is None:
        return None
    return SentIncome(
        items=_items(typed["items"]),
        none_groups=tuple(typed["none_groups"]),
        base_items=_items(base.get("items", {})),
        base_none_groups=tuple(base.get("none_groups", ())),
    )


def _items(told) -> dict[str, tuple[Decimal, str]]:
    return {key: (Decimal(amount), note) for key, (amount, note) in told.items()}


# --- from one sheet to the next -----------------------------------------------------------------------------


def _kept(request, one: VisitSheet, visitors) -> dict:
    """What the last sheet of this bundle was typed with; on the first one the household's own helper."""
    kept = request.session.get(KEPT) or {}
    known = [pk for pk, *_ in visitors]
    initial = {"visitor": known[0]}
    if kept.get("bundle") == one.bundle_id:
        initial |= {name: kept[name] for name in _KEPT_FIELDS if name in kept and name != "visitor"}
        if isinstance(day := initial.get("happened_on"), str):
            initial["happened_on"] = date.fromisoformat(day)
        helps = {pk for pk, _, words in visitors if words == "帮扶责任人"}
        # Who visited the last household visits this one too, unless another helps it.
        if kept.get("visitor") in known and (not helps or kept["visitor"] in helps):
            initial["visitor"] = kept["visitor"]
    return initial


def _keep(request, one: VisitSheet, form: SheetForm) -> None:
    typed = {name: form.cleaned_data[name] for name in _KEPT_FIELDS}
    typed["happened_on"] = typed["happened_on"].isoformat()
    request.session[KEPT] = {"bundle": one.bundle_id, **typed}


def _on(request, one: VisitSheet, received: Received, parts):
    """The next sheet; where something waits for a person, this one with what it is."""
    head = f"第 {one.number} 户 {one.household.head_name}户已录入"
    written_ones = sum(fact["outcome"] == "written" for fact in received.facts)
    same = sum(fact["outcome"] == SAME for fact in received.facts)
    words = f"{head}：更新 {written_ones} 项，核对无变化 {same} 项"
    if received.closed:
        words += f"；{'、'.join(received.closed)}已补上"
    if received.undecided:
        messages.warning(request, f"{words}；有 {received.undecided} 项没有写入，请看下面。")
        return redirect("households:sheet", one.code)
    messages.success(request, f"{words}。")
    return redirect(f"{reverse('households:sheets-next', args=[one.bundle_id])}?after={one.number}")


# --- what became of it --------------------------------------------------------------------------------------


def _typed(request, one: VisitSheet):
    people = people_of([one.household_id])[one.household_id]
    lines = {
        (line.member, line.field): line for part in _parts(one, people) for line in part.lines if line.field
    }
    names = {person.pk: person.name for person in people}
    facts = list(one.visit.facts.select_related("member").order_by("pk"))
    said = [_said(fact, lines, names) for fact in facts if fact.outcome != SAME]
    context = {
        **_head(request, one),
        "visit": one.visit,
        "said": said,
        "same": sum(fact.outcome == SAME for fact in facts),
        "waiting": sum(fact.outcome in UNDECIDED and fact.decided_at is None for fact in facts),
    }
    return render(request, "households/sheets/typed.html", context)


def _said(fact, lines, names) -> Said:
    line = lines.get((fact.member_id, fact.field))
    if line is not None:
        label = line.label
        words = [in_words(value, line.kind, line.options) for value in (fact.base, fact.value, fact.standing)]
    elif fact.field.startswith(NEED):
        label, words = "诉求", ["", fact.value[1], ""]
    else:
        label = line_label(fact.field)
        words = [_line_words(value) for value in (fact.base, fact.value, fact.standing)]
    return Said(
        label,
        names.get(fact.member_id) or (fact.member.name if fact.member else ""),
        *(one or "未填" for one in words),
        outcome=FACT_OUTCOMES.label(fact.outcome),
        colour="red" if fact.outcome == CONFLICT else "amber" if fact.outcome in UNDECIDED else "green",
        said=fact.said,
    )


def _line_words(value) -> str:
    """An income item ([yuan, remark]) or a group answered "none"."""
    if isinstance(value, list):
        return in_words(value[0], "money")
    return in_words(value, "yes_no")
