"""研判会 by month, and the regimes of help by date."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.monitoring.lists import MeetingForm
from households.forms.monitoring.rounds import RegimeForm
from households.models import Clue, Household, Monitoring, MonitoringCase
from households.monitoring.analysis import CASE, CLUE, WATCHED, Agenda, agenda, hold_analysis, months_of
from households.monitoring.regimes import regime_lines, turn_regime
from households.options.regimes import REGIMES
from households.views.monitoring.reaching import MOST_DIGITS
from households.views.reaching import sent
from poverty.areas.models import Level
from poverty.areas.names import full_names
from poverty.review.models import Meeting, MeetingItem
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

ON_AGENDA = 300


def _place(request) -> str:
    """The county or township the page is about: the chosen one, or the person's own."""
    code = chosen(request).area_code
    if len(code) >= Level.TOWNSHIP:
        return code[: Level.TOWNSHIP]
    if len(code) == Level.COUNTY:
        return code
    own = [one for one in request.user.scope("monitoring.view").areas if len(one) >= Level.COUNTY]
    return own[0][: Level.TOWNSHIP] if own else ""


@require_safe
@requires("monitoring.view")
def analyses(request):
    """Meetings of the year, month by month, and the months without one."""
    code, year, today = _place(request), chosen(request).year, timezone.localdate()
    meetings = Meeting.objects.visible_to(request.user, "monitoring.view")
    context = {
        "place": full_names([code]).get(code, "") if code else "",
        "year": year,
        "months": months_of(year, meetings, code, today) if code else [],
        "may_hold": bool(code) and request.user.has_right_at("analysis.hold", code),
    }
    return render(request, "households/monitoring/analyses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analysis.hold")
def analysis_new(request):
    """Enter a meeting: its list is what the page shows, with a note to each where there is something to say."""
    code, user = _place(request), request.user
    if not code or not user.has_right_at("analysis.hold", code):
        raise MissingRight(("analysis.hold",))
    form = MeetingForm(sent(request), minutes=True)
    items = _gone_through(request)
    if form.is_valid():
        try:
            held = hold_analysis(code, actor=user, meeting=form.cleaned_data, items=items)
        except PermissionDenied as error:
            raise MissingRight(("analysis.hold",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"研判会已定稿，研判 {len(items)} 项。")
            return redirect("households:analysis", held.pk)
    lines, left_out = _agenda_lines(agenda(user, code))
    context = {
        "form": form,
        "place": full_names([code]).get(code, code),
        "lines": [(line, f"note-{line[1]}-{line[2]}", items.get(line[1:3], "")) for line in lines],
        "left_out": left_out,
    }
    return render(
        request, "households/monitoring/analysis_new.html", context, status=422 if form.errors else 200
    )


def _gone_through(request) -> dict[tuple[str, int], str]:
    """What the page showed, with what was typed to it: each line sends its note, empty or not."""
    found = {}
    for name, note in request.POST.items():
        word, _, rest = name.partition("-")
        case_type, _, key = rest.partition("-")
        if (
            word == "note"
            and case_type in (CLUE, CASE, WATCHED)
            and key.isdecimal()
            and len(key) <= MOST_DIGITS
        ):
            found[case_type, int(key)] = note.strip()
    return found


def _agenda_lines(now: Agenda) -> tuple[list[tuple], int]:
    """(word, case type, key, household, what, by when) of the most pressing, and how many are left for another meeting."""
    lines = [
        *(
            ("线索", CLUE, one.pk, one.household, one.get_kind_display(), one.due_on)
            for one in now.clues.select_related("household__area")[:ON_AGENDA]
        ),
        *(
            (
                "在办",
                CASE,
                one.pk,
                one.household,
                f"{one.get_purpose_display()}，{one.get_state_display()}",
                one.due_on,
            )
            for one in now.cases.select_related("household__area")[:ON_AGENDA]
        ),
        *(
            ("监测", WATCHED, one.pk, one.household, one.get_category_display(), None)
            for one in now.watched.select_related("household__area")[:ON_AGENDA]
        ),
    ]
    return lines, sum(rows.count() for rows in (now.clues, now.cases, now.watched)) - len(lines)


@require_safe
@requires("monitoring.view")
def analysis(request, pk):
    """One meeting with its minutes and list, as far as the person sees the households."""
    user = request.user
    rows = Meeting.objects.visible_to(user, "monitoring.view").filter(kind=Meeting.Kind.ANALYSIS)
    held = get_object_or_404(rows.select_related("recorded_by"), pk=pk)
    found = {
        CLUE: Clue.objects.visible_to(user).select_related("household"),
        CASE: MonitoringCase.objects.visible_to(user).select_related("household"),
        WATCHED: Monitoring.objects.visible_to(user).select_related("household"),
    }
    words = {CLUE: "线索", CASE: "在办", WATCHED: "监测"}
    items = list(MeetingItem.objects.filter(meeting=held).order_by("pk"))
    known = {
        case_type: rows.in_bulk([one.case_id for one in items if one.case_type == case_type])
        for case_type, rows in found.items()
    }
    lines = [
        (words[one.case_type], known[one.case_type][one.case_id], one.note)
        for one in items
        if one.case_id in known.get(one.case_type, {})
    ]
    context = {"meeting": held, "lines": lines, "place": full_names([held.area_code]).get(held.area_code, "")}
    return render(request, "households/monitoring/analysis.html", context)


@require_safe
@requires("monitoring.view")
def regimes(request):
    """The regimes by date, and how many households stand in each."""
    return _regimes(request)


def _regimes(request, form=None, status=200):
    now, user = chosen(request), request.user
    rows = Household.objects.visible_to(user, "monitoring.view").under(now.area_code)
    county = now.area_code[: Level.COUNTY]
    context = {
        "now": now,
        "lines": regime_lines(rows),
        "may_turn": len(county) == Level.COUNTY and user.has_right_at("regime.turn", county),
        "county": county,
        "form": form or RegimeForm(),
    }
    return render(request, "households/monitoring/regimes.html", context, status=status)


@require_POST
@requires("regime.turn")
def regime_turn(request, regime):
    """Turn the county's households to a regime that has begun."""
    if regime not in REGIMES:
        raise Http404
    form = RegimeForm(request.POST)
    if form.is_valid():
        try:
            number = turn_regime(
                chosen(request).area_code[: Level.COUNTY],
                regime,
                document_name=form.cleaned_data["document_name"],
                actor=request.user,
            )
        except PermissionDenied as error:
            raise MissingRight(("regime.turn",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{number} 户已转入{REGIMES.label(regime)}，原来的记录保留。")
            return redirect("households:regimes")
    return _regimes(request, form, status=422)
