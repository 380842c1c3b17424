"""The lists of register changes: the township's monthly list, the county's, the village's own, and what is
done.
"""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from households.disclosure import whole_to
from households.forms.changes import DecisionForm
from households.models import Household, RegisterChange
from households.readers import READERS
from households.services.changes import Outcome, confirm_changes, decide_changes
from households.views.changes import STATE_COLOURS
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

SHOWN = 500
_TABS = (
    ("confirm", "待乡镇确认", "proposed"),
    ("decide", "待县审定", "confirmed"),
    ("mine", "我提出的", None),
    ("done", "已办结", None),
)
_RIGHT_OF_TAB = {"confirm": "register.confirm", "decide": "register.decide"}
_DONE = ("effective", "returned", "withdrawn")


@require_safe
@requires(*READERS)
def changes(request):
    """The list that waits for this person, or another by ?tab=."""
    return _page(request, _tab(request))


@require_POST
@requires("register.confirm")
def confirm(request):
    """Confirm the chosen changes as one list of the township."""
    return _decide(request, "confirm", confirm_changes)


@require_POST
@requires("register.decide")
def decide(request):
    """Decide the chosen changes as one list of the county."""
    return _decide(request, "decide", decide_changes)


def _visible(request):
    rows = RegisterChange.objects.visible_to(request.user).filter(
        household__in=Household.objects.filter(whole_to(request.user))
    )
    code = chosen(request).area_code
    return rows.filter(within("area_id", [code])) if code else rows


def _tab(request) -> str:
    asked = request.GET.get("tab", "")
    if asked in {key for key, *_ in _TABS}:
        return asked
    user = request.user
    for tab, right in _RIGHT_OF_TAB.items():
        if user.has_right(right):
            return tab
    return "mine" if user.has_right("register.propose") else "confirm"


def _rows(request, tab: str):
    rows = _visible(request)
    if tab == "mine":
        return rows.filter(proposed_by=request.user)
    if tab == "done":
        return rows.filter(state__in=_DONE)
    return rows.filter(state={key: state for key, _, state in _TABS}[tab])


def _page(request, tab: str, form=None, ticked: frozenset = frozenset(), outcomes: list[Outcome] = ()):
    user = request.user
    right = _RIGHT_OF_TAB.get(tab)
    may_act = bool(right) and user.has_right(right)
    related = ("household", "area", "member", "target", "proposed_by")
    context = {
        "tab": tab,
        "tabs": _tabs(request, tab),
        "may_act": may_act,
        "who_acts": {"confirm": "乡镇专干", "decide": "县扶贫办"}.get(tab, ""),
        "colours": STATE_COLOURS,
        "ticked": ticked,
        "problems": [one.problem for one in outcomes if not one.done],
        "now": chosen(request),
    }
    if right:
        rows = list(
            _rows(request, tab).select_related(*related).order_by("area_id", "kind", "pk")[: SHOWN + 1]
        )
        context["more"] = len(rows) > SHOWN
        context["groups"] = [
            (
                area,
                [
                    (kind, list(ones))
                    for kind, ones in groupby(list(part), lambda row: row.get_kind_display())
                ],
            )
            for area, part in groupby(rows[:SHOWN], lambda row: row.area)
        ]
        context["count"] = len(rows[:SHOWN])
        context["form"] = form or DecisionForm(county=tab == "decide")
        context["action"] = reverse(f"households:changes-{tab}")
        context["button"] = "确认选中的变动" if tab == "confirm" else "审定选中的变动"
    else:
        rows = _rows(request, tab).select_related(*related)
        context["page"] = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"), size=50)
    wrong = form is not None and form.errors
    return render(request, "households/changes/list.html", context, status=422 if wrong else 200)


def _tabs(request, now: str) -> list[tuple]:
    counts = {key: _rows(request, key).count() for key, _, state in _TABS if state}
    found = []
    for key, label, _ in _TABS:
        if key == "mine" and not request.user.has_right("register.propose"):
            continue
        found.append((label, f"{reverse('households:changes')}?tab={key}", counts.get(key), key == now))
    return found


def _decide(request, tab: str, act):
    form = DecisionForm(request.POST, county=tab == "decide")
    typed = [int(pk) for pk in request.POST.getlist("change") if pk.isdecimal() and len(pk) < 19]
    # Only what this person sees, and what the page showed him.
    ids = list(_rows(request, tab).filter(pk__in=typed).values_list("pk", flat=True))
    outcomes: list[Outcome] = []
    if form.is_valid():
        try:
            if not ids:
                gone = "选中的变动已由他人处理，请看最新的清单。" if typed else "请先勾选变动，再办理。"
                raise ValidationError(gone)
            outcomes = act(ids, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
    if form.errors:
        return _page(request, tab, form, frozenset(typed))
    done = sum(outcome.done for outcome in outcomes)
    if done:
        messages.success(request, _told(tab, outcomes))
    if done == len(outcomes):
        return redirect(f"{reverse('households:changes')}?tab={tab}")
    return _page(request, tab, outcomes=outcomes)


def _told(tab: str, outcomes: list[Outcome]) -> str:
    done = [outcome.change for outcome in outcomes if outcome.done]
    forwarded = sum(one.state == RegisterChange.State.CONFIRMED for one in done)
    text = f"已办理 {len(done)} 项"
    if tab == "confirm" and forwarded:
        text += f"，其中 {forwarded} 项已报县审定"
    return text + "。"
