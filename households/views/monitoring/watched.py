"""监测对象: who is under watch, with risk states; and what may be done with one."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.monitoring.cases import StateForm
from households.models import Measure, Monitoring, MonitoringCase
from households.monitoring.cases import REMOVE, open_case
from households.monitoring.effects import end_keeping, keep_without_labour, roll_back
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.risk_removal import RISK_STATES
from households.options.risk_types import RISK_TYPES
from households.views.monitoring.reaching import watched_for
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.parameters.services import value_for
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires

_why_remove = partial(ReasonForm, label="启动原因")
NEWEST = (("identified_on", "desc"), ("id", "desc"))
STATE_COLOURS = {
    "present": "amber",
    "removed": "green",
    "returned": "red",
    "marked_again": "amber",
    "kept_without_labour": "grey",
}
# Action -> (the word, states from which, what it means).
STATES = {
    "roll-back": ("回退", ("removed",), "原来的风险消除不成立，恢复监测。"),
    "keep": (
        "整户无劳动力暂不消除",
        ("present", "marked_again", "returned"),
        "由低保、特困等综合保障兜底，不标注风险消除。",
    ),
    "end-keeping": ("恢复原来的状态", ("kept_without_labour",), "家里又有劳动力，可以按程序消除风险。"),
}


@require_safe
@requires("monitoring.view")
def watched(request):
    """Objects of monitoring of the chosen place, by category and state, the newest first."""
    now, user = chosen(request), request.user
    rows = Monitoring.objects.visible_to(user).filter(within("household__area_id", [now.area_code]))
    category, state = request.GET.get("category", ""), request.GET.get("state", "")
    if category in MONITORING_CATEGORIES:
        rows = rows.filter(category=category)
    if state in RISK_STATES:
        rows = rows.filter(risk_state=state)
    elif state != "all":
        rows = rows.present()
    page = keyset_page(rows.select_related("household__area"), order=NEWEST, after=request.GET.get("page"))
    count, exact = count_up_to(rows)
    places = short_names({one.household.area_id for one in page.rows})
    context = {
        "now": now,
        "page": page,
        "count": count,
        "exact": exact,
        "category": category,
        "state": state,
        "categories": MONITORING_CATEGORIES.choices,
        "states": RISK_STATES.choices,
        "colours": STATE_COLOURS,
        "lines": [
            (
                one,
                places.get(one.household.area_id, ""),
                "、".join(RISK_TYPES.label(key) for key in one.risks),
            )
            for one in page.rows
        ],
        "line": value_for("line.monitoring", now.area_code[:6], _mid(now.year)) if now.area_code else None,
    }
    return render(request, "households/monitoring/watched.html", context)


def _mid(year: int):
    return date(year, 7, 1)


@require_safe
@requires("monitoring.view")
def watched_one(request, pk):
    """One object of monitoring: what it is, its measures, its cases, what may be done."""
    return _page(request, watched_for(request.user, pk))


def _page(request, one: Monitoring, *, reason_form=None, status=200):
    user = request.user
    open_one = MonitoringCase.objects.visible_to(user).open().filter(household=one.household).first()
    may_remove = (
        one.risk_state in ("present", "marked_again", "returned")
        and open_one is None
        and user.has_right_at("monitoring.propose", one.household.area_id)
    )
    may_decide = user.has_right_at("monitoring.decide", one.household.area_id)
    context = {
        "watched": one,
        "household": one.household,
        "place": short_names([one.household.area_id]).get(one.household.area_id, ""),
        "risks": [RISK_TYPES.label(key) for key in one.risks],
        "colour": STATE_COLOURS.get(one.risk_state, "amber"),
        "measures": Measure.objects.visible_to(user)
        .filter(household=one.household)
        .order_by("-begins_on", "-pk"),
        "cases": MonitoringCase.objects.visible_to(user).filter(household=one.household).order_by("-pk"),
        "open_case": open_one,
        "steps": steps_of("households.monitoring", one.pk),
        "may_remove": may_remove,
        "reason_form": reason_form or _why_remove(),
        "states": [
            (key, word)
            for key, (word, sources, _) in STATES.items()
            if may_decide and one.risk_state in sources
        ],
    }
    return render(request, "households/monitoring/watched_one.html", context, status=status)


@require_POST
@requires("monitoring.propose")
def removal(request, pk):
    """Open the removal of the risk of a household under watch."""
    one = watched_for(request.user, pk, "monitoring.propose")
    form = _why_remove(request.POST)
    if form.is_valid():
        try:
            case = open_case(one.household, REMOVE, reason=form.cleaned_data["reason"], actor=request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已启动风险消除，请入户核实各项条件。")
            return redirect("households:monitoring-visit", case.pk)
    return _page(request, one, reason_form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.decide")
def state(request, pk, action):
    """回退, 整户无劳动力暂不消除, and back: with reason and paper."""
    one = watched_for(request.user, pk, "monitoring.decide")
    if action not in STATES:
        raise Http404
    word, _, meaning = STATES[action]
    form = StateForm(sent(request))
    if form.is_valid():
        comment, paper = form.cleaned_data["comment"], form.cleaned_data["document_name"]
        try:
            if action == "roll-back":
                roll_back(one, comment=comment, document_name=paper, actor=request.user)
            elif action == "keep":
                keep_without_labour(one, document_name=paper, comment=comment, actor=request.user)
            else:
                end_keeping(one, comment=comment, document_name=paper, actor=request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已办理“{word}”。")
            return redirect("households:watched-one", pk)
    context = {"form": form, "watched": watched_for(request.user, pk), "word": word, "meaning": meaning}
    return render(request, "households/monitoring/state.html", context, status=422 if form.errors else 200)
