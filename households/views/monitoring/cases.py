"""Monitoring cases: the list, one case with its steps, the visit, the comparison, a step, measures."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.monitoring.cases import BasisForm, ComparisonForm, MeasureForm, StepForm, VisitForm
from households.models import Measure, MonitoringCase
from households.monitoring.cases import advance, may_compare, save_visit, set_comparison
from households.monitoring.conditions import ISSUES, REMOVAL_CHECKS, compared_whole, visited_whole
from households.monitoring.measures import add_measure
from households.monitoring.stepper import actions, stages, waiting_for
from households.monitoring.waiting import states_for
from households.monitoring.workflow import MONITORING_CASE
from households.sight import Sight
from households.views.monitoring.reaching import case_for
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.review.models import Meeting
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out, take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

BY_DEADLINE, NEWEST = (("due_on", "asc"), ("id", "asc")), (("id", "desc"),)
CASE_COLOURS = {"recorded": "green", "not_agreed": "grey", "refused": "grey", "dropped": "grey"}
_TABS = (("mine", "等我办理"), ("open", "全部在办"), ("late", "已超期"), ("done", "已办结"))
PAGED = ("visit", "compare", "appraise", "not_agree", "announce")


@require_safe
@requires("monitoring.view")
def cases(request):
    """Cases on their way: those that wait for this person first, by deadline."""
    now, user = chosen(request), request.user
    tab = request.GET.get("tab", "mine")
    if tab not in dict(_TABS):
        raise Http404
    rows = MonitoringCase.objects.visible_to(user).filter(within("household__area_id", [now.area_code]))
    sets = {
        "mine": rows.filter(state__in=states_for(user)),
        "open": rows.open(),
        "late": rows.late_on(timezone.localdate()),
        "done": rows.filter(state__in=("recorded", "not_agreed", "refused", "dropped")),
    }
    page = keyset_page(
        sets[tab].select_related("household__area"),
        order=NEWEST if tab == "done" else BY_DEADLINE,
        after=request.GET.get("page"),
    )
    places = short_names({one.household.area_id for one in page.rows})
    context = {
        "now": now,
        "tab": tab,
        "tabs": [
            (label, f"?tab={key}", count_up_to(sets[key], 1_000)[0] if key != "done" else None, key == tab)
            for key, label in _TABS
        ],
        "page": page,
        "lines": [(one, places.get(one.household.area_id, "")) for one in page.rows],
        "colours": CASE_COLOURS,
        "lists": _lists(user, rows),
    }
    return render(request, "households/monitoring/cases.html", context)


def _lists(user, rows) -> list[tuple[str, str, int]]:
    """(page, what is done there, how many wait): the work that is done for several households at once."""
    found = []
    for right, state, name, label in (
        ("monitoring.propose", "compared", "households:monitoring-appraise", "录入民主评议"),
        ("monitoring.propose", "appraised", "households:monitoring-notice", "张贴公示"),
        ("monitoring.check", "appraised", "households:monitoring-together", "乡镇一并审核"),
        ("monitoring.decide", "checked", "households:monitoring-together", "县里一并审批"),
        ("monitoring.decide", "approved", "households:monitoring-announce", "张贴公告"),
    ):
        if user.has_right(right) and (number := rows.filter(state=state).count()):
            found.append((name, label, number))
    return found


@require_safe
@requires("monitoring.view")
def case(request, pk):
    """One case: where it stands, what is known, what may be done next."""
    return _page(request, case_for(request.user, pk))


def _page(request, one: MonitoringCase, *, measure_form=None, status=200):
    user = request.user
    steps = list(steps_of("households.monitoringcase", one.pk))
    context = {
        "case": one,
        "household": one.household,
        "place": short_names([one.household.area_id]).get(one.household.area_id, ""),
        "stages": stages(one, steps),
        "steps": steps,
        "actions": actions(one, user),
        "waiting": waiting_for(one),
        "colour": CASE_COLOURS.get(one.state, "amber"),
        "risks": one.risks.all(),
        "comparisons": one.comparisons.select_related("compared_by").order_by("-round", "pk"),
        "measures": Measure.objects.visible_to(user)
        .filter(household=one.household)
        .order_by("-begins_on", "-pk"),
        "clues": one.clues.all(),
        "may_help": Sight(user).may("measure.edit", one.household),
        "measure_form": measure_form or MeasureForm(),
        "issues": [(_label(name).removesuffix("有问题"), getattr(one, name)) for name in ISSUES],
        "removal_checks": [(_label(name), getattr(one, name)) for name in REMOVAL_CHECKS],
        "is_removal": one.purpose == MonitoringCase.Purpose.REMOVE,
        "appraisals": Meeting.objects.visible_to(user)
        .filter(items__case_type=MONITORING_CASE.case_type, items__case_id=one.pk)
        .order_by("-held_on", "-pk"),
    }
    return render(request, "households/monitoring/case.html", context, status=status)


def _label(name: str) -> str:
    return MonitoringCase._meta.get_field(name).verbose_name


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.propose")
def visit(request, pk):
    """入户核实: kept in part, and moved on when it is whole (action=visit)."""
    one = case_for(request.user, pk, "monitoring.propose")
    if one.state not in ("opened", "visited"):
        messages.info(request, f"{one.get_state_display()}，入户核实的内容不能再改。")
        return redirect("households:monitoring-case", pk)
    form = VisitForm(sent(request), instance=one)
    if form.is_valid():
        on_its_way = request.POST.get("action") == "visit"
        try:
            save_visit(one, form.values(), risks=form.risks(), actor=request.user)
            if not on_its_way:
                messages.success(request, "已保存，还没有提交。")
                return redirect("households:monitoring-visit", pk)
            if one.state == "opened":
                form.refused = "填写的内容已保存，还没有提交。"
                advance(
                    one,
                    "visit",
                    actor=request.user,
                    happened_on=form.cleaned_data.get("visited_on"),
                    document_name="承诺授权书、入户核实表",
                    late_reason=request.POST.get("late_reason", ""),
                )
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "入户核实已提交，等待信息比对。")
            return redirect("households:monitoring-case", pk)
    one = case_for(request.user, pk, "monitoring.propose")
    context = {
        "form": form,
        "case": one,
        "lacking": visited_whole(one),
        "late_reason": request.POST.get("late_reason", ""),
    }
    return render(request, "households/monitoring/visit.html", context, status=422 if form.errors else 200)


@require_safe
@requires("monitoring.compare")
def comparisons(request):
    """Cases that wait for what the bureaus say; a bureau's officer sees name and village only."""
    rows = MonitoringCase.objects.visible_to(request.user, "monitoring.compare").filter(state="visited")
    page = keyset_page(
        rows.select_related("household__area", "household__head").prefetch_related("comparisons"),
        order=BY_DEADLINE,
        after=request.GET.get("page"),
    )
    lines = []
    for one in page.rows:
        said = {row.subject for row in one.comparisons.all() if row.round == one.round}
        own = may_compare(request.user, one)
        lines.append((one, sum(key in said for key in own), len(own)))
    return render(request, "households/monitoring/comparisons.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.compare")
def compare(request, pk):
    """What the bureaus say of a household; the county office ends the comparison when all have answered."""
    user = request.user
    one = case_for(user, pk, "monitoring.compare")
    known = {row.subject: row for row in one.comparisons.of_round().select_related("compared_by")}
    data = sent(request)
    basis = BasisForm(data)
    forms = [ComparisonForm(data, subject=key, known=known.get(key)) for key in may_compare(user, one)]
    county = user.has_right_at("monitoring.decide", one.household.area_id)
    if data is not None and all([basis.is_valid(), *[form.is_valid() for form in forms]]):
        ends = county and request.POST.get("action") == "compare"
        if carried_out(basis, lambda: _save_comparisons(one, forms, basis, user, ends=ends)):
            if ends:
                messages.success(request, "信息比对完成，等待村里民主评议。")
                return redirect("households:monitoring-case", pk)
            messages.success(request, "比对结果已保存。")
            return redirect("households:monitoring-comparisons")
    one.refresh_from_db()
    context = {
        "case": one,
        "basis": basis,
        "forms": forms,
        "county": county,
        "lacking": compared_whole(one),
        "sees_case": user.has_right("monitoring.view"),
    }
    status = 422 if data is not None else 200
    return render(request, "households/monitoring/compare.html", context, status=status)


@transaction.atomic
def _save_comparisons(one, forms, basis, user, *, ends: bool) -> None:
    """What a page says of a household, and the end of its comparison where it `ends`: all of it or nothing."""
    for form in forms:
        values = form.cleaned_data
        changed = form.known is None or (values["result"], values["note"]) != (
            form.known.result,
            form.known.note,
        )
        if values["result"] and changed:
            set_comparison(
                one,
                form.subject,
                values["result"],
                note=values["note"],
                legal_basis=basis.cleaned_data["legal_basis"],
                on=basis.cleaned_data["compared_on"],
                actor=user,
            )
    if ends:
        advance(one, "compare", actor=user)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.propose", "monitoring.check", "monitoring.decide")
def step(request, pk, name):
    """One step of a case with its day, paper and words. Steps with more than that have pages of their own."""
    one = case_for(request.user, pk)
    transition = next((item for item in MONITORING_CASE.transitions if item.name == name), None)
    if transition is None or transition.is_first or name in PAGED:
        raise Http404
    if not request.user.has_right(transition.right):
        raise MissingRight((transition.right,))
    form = StepForm(sent(request), transition=transition)
    if form.is_valid():
        try:
            advance(one, name, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight((transition.right,)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已办理“{transition.label}”。")
            return redirect("households:monitoring-case", pk)
    one = case_for(request.user, pk)
    context = {
        "form": form,
        "case": one,
        "transition": transition,
        "refuses": name.endswith(("refuse", "return")) or name == "drop",
    }
    return render(request, "households/monitoring/step.html", context, status=422 if form.errors else 200)


@require_POST
@requires("measure.edit")
def measure(request, pk):
    """Note a measure for the household of a case."""
    one = case_for(request.user, pk, "measure.edit")
    form = MeasureForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: add_measure(one.household, case=one, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "帮扶措施已登记。")
        return redirect("households:monitoring-case", pk)
    return _page(request, case_for(request.user, pk), measure_form=form, status=422)
