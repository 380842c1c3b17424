"""The lists of applications by what waits, one application, and the paper that a refused household gets."""

from django.db.models import F
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.forms.changes import DecisionForm
from households.models import RelocationApplication
from households.offices import office_of
from households.readers import READERS
from households.relocation.applications.conditions import CASE
from households.relocation.applications.figures import COLUMNS, figures
from households.relocation.applications.next_steps import (
    NEXT,
    TABS,
    actions,
    facts_lag,
    held,
    next_of,
    stages,
    warnings,
)
from households.relocation.applications.services.ending import refused_day
from households.relocation.applications.sight import visible
from households.relocation.applications.workflow import RELOCATION
from poverty.areas.names import short_names
from poverty.parameters.services import value_for
from poverty.review.deadlines import late, with_due_days
from poverty.review.models import MeetingItem, Notice, RosterEntry
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

# Tabs whose applications are handled together stand on one page, up to this many; the others page.
TOGETHER = ("applied", "appraised", "reported", "approved")
SHOWN = 500
# What a tab's people do with the ticked ones: right, button, what is told of {n} of them.
ACTS = {
    "appraised": ("register.confirm", "呈报选中的户", "已呈报 {n} 户，请张贴公示。"),
    "reported": ("register.decide", "批准选中的户", "已批准 {n} 户，可以张贴公告。"),
    "approved": ("register.decide", "已公告的转入待入住", "{n} 户已公告，公告期满、农户入住后登记。"),
}
_FIRST_TAB = (
    ("register.decide", "reported"),
    ("register.confirm", "appraised"),
    ("register.propose", "applied"),
)
_BESIDE = (("untold", "待告知"), ("facts", "年度信息没有跟上"), ("ended", "已办结"))


def case_for(user, pk: int) -> RelocationApplication:
    """An application that the person may see, or 404."""
    rows = visible(user).select_related("household__area", "household__settlement", "created_by", "told_by")
    case = rows.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def in_view(request):
    """Applications of the chosen place."""
    rows, code = visible(request.user), chosen(request).area_code
    return rows.filter(within("household__area_id", [code])) if code else rows


@require_safe
@requires(*READERS)
def moves(request):
    """What waits at a step, by ?tab=; the first one is the person's own."""
    return page(request, _tab_of(request))


def _tab_of(request) -> str:
    asked = request.GET.get("tab", "")
    if asked in {*dict(TABS), *dict(_BESIDE)}:
        return asked
    return next((tab for right, tab in _FIRST_TAB if request.user.has_right(right)), "reported")


def _rows_of(rows, tab: str, year: int):
    if tab == "moved":
        return rows.old_house_stands()
    if tab == "untold":
        return rows.to_tell()
    if tab == "facts":
        return rows.facts_lag(year)
    if tab == "ended":
        return rows.filter(state__in=("moved", "cleared", "refused", "withdrawn"))
    return rows.filter(state=tab)


def page(request, tab: str, form=None, ticked: frozenset = frozenset(), problems=()):
    """The list of a tab, with the form that passes the ticked ones on where the person may."""
    rows, user, now = in_view(request), request.user, chosen(request)
    right, button, _ = ACTS.get(tab, ("", "", ""))
    may_act = bool(right) and user.has_right(right)
    by_place, total = figures(rows, now.area_code)
    labels = (*TABS, *_BESIDE)
    context = {
        "tab": tab,
        "tabs": [
            (label, f"?tab={key}", _rows_of(rows, key, now.year).count(), key == tab) for key, label in labels
        ],
        "now": now,
        "next": NEXT.get(tab),
        "may_apply": user.has_right("register.propose"),
        "may_appraise": tab == "applied" and user.has_right("register.propose"),
        "may_act": may_act,
        "button": button,
        "ticked": ticked,
        "problems": problems,
        "by_place": by_place,
        "total": total,
        "columns": [label for label, _ in COLUMNS],
    }
    found = _rows_of(rows, tab, now.year).select_related("household")
    if tab in TOGETHER:
        # Who has waited longest is never cut off.
        waiting = with_due_days(RELOCATION, found, timezone.localdate())
        waiting = waiting.order_by(F("due_on").asc(nulls_last=True), "household__area_id", "pk")
        listed = list(waiting[: SHOWN + 1])
        context |= {"more": len(listed) > SHOWN, "lines": _lines(listed[:SHOWN], tab)}
        if may_act:
            context["form"] = form or form_of(tab)
    else:
        got = keyset_page(found, order=(("id", "desc"),), after=request.GET.get("page"), size=50)
        context |= {"page": got, "lines": _lines(got.rows, tab)}
    wrong = form is not None and (form.errors or problems)
    return render(request, "households/relocation/applications.html", context, status=422 if wrong else 200)


def form_of(tab: str, data=None) -> DecisionForm:
    """The form below the list of a tab."""
    form = DecisionForm(data)
    form.fields["happened_on"].label = {"appraised": "呈报日期", "reported": "批准日期"}.get(tab, "办理日期")
    form.fields["document_name"].label = "文件名称和文号"
    form.fields["document_name"].required = tab != "approved"
    return form


def _lines(cases, tab: str) -> list[dict]:
    """Applications with place, list, who moves, and what still holds each; who is late comes first."""
    cases = list(cases)
    places = short_names(case.household.area_id for case in cases)
    ids = [case.pk for case in cases]
    rows = RelocationApplication.objects.filter(pk__in=ids)
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=ids)
    rosters = dict(entries.values_list("case_id", "roster_id"))
    counts: dict[int, int] = {}
    for pk in rows.values_list("pk", "movers"):
        counts[pk[0]] = counts.get(pk[0], 0) + 1
    waits = held(tab, rows)
    overdue = {case.pk: case.due_on for case in late(RELOCATION, rows, timezone.localdate())} if ids else {}
    lines = [
        {
            "case": case,
            "place": places.get(case.household.area_id, ""),
            "roster": rosters.get(case.pk),
            "movers": counts.get(case.pk, 0),
            "held": waits.get(case.pk, ""),
            "due_on": overdue.get(case.pk),
        }
        for case in cases
    ]
    return sorted(lines, key=lambda line: line["due_on"] is None)


@require_safe
@requires(*READERS)
def move(request, pk: int):
    """One application: where it stands, what comes next, what was asked for, appraised, posted, and its papers."""
    user, case = request.user, case_for(request.user, pk)
    steps = list(steps_of(CASE, pk))
    stopped = case.state in ("refused", "withdrawn")
    listed = RosterEntry.objects.filter(case_type=CASE, case_id=pk).select_related("roster").order_by("pk")
    lag = facts_lag(case, chosen(request).year, user)
    context = {
        "case": case,
        "stages": stages(case, steps[-1].source if stopped else case.state),
        "next": next_of(case),
        "actions": actions(case, user),
        "movers": case.movers.select_related("member").order_by("pk"),
        "items": MeetingItem.objects.filter(case_type=CASE, case_id=pk)
        .select_related("meeting")
        .order_by("pk"),
        "listed": listed,
        "notices": Notice.objects.filter(roster__in=[one.roster_id for one in listed]).order_by("pk"),
        "steps": steps,
        "ended": steps[-1].transition == "end_with_household",
        "warnings": [] if case.moved_on else warnings(case.household_id),
        "lag": lag,
        "charges": case.household.relocation_charges.standing()
        .filter(valid_to=None)
        .select_related("cadre__unit"),
        "refused_on": refused_day(case),
        "may_amend": case.state == "applied" and user.has_right_at("register.propose", case.area_code),
        "may_tell": case.state == "refused"
        and case.told_on is None
        and any(
            user.has_right_at(right, case.area_code) for right in ("register.propose", "register.confirm")
        ),
    }
    return render(request, "households/relocation/application.html", context)


@require_safe
@requires(*READERS)
def move_paper(request, pk: int):
    """The paper that tells a refused household why."""
    case = case_for(request.user, pk)
    refused_on = refused_day(case)
    if refused_on is None:
        raise Http404
    step = steps_of(CASE, pk).last()
    context = {
        "case": case,
        "refused_on": refused_on,
        "level": step.level,
        "office": office_of(step.level, case.household.area),
        "appeal_days": value_for("refusal.appeal_days", case.area_code, refused_on),
    }
    return render(request, "households/relocation/refusal.html", context)
