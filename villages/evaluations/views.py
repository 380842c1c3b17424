"""驻村考评: who was assessed for a period and who was not, one evaluation with what was recorded, correcting it."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.views.duties.reaching import COUNTY_LENGTH, narrowed
from poverty.accounts.models import User
from poverty.areas.names import short_names
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires
from villages.evaluations.due import counts, latest_period, lines
from villages.evaluations.facts import Facts, facts_of, summed
from villages.evaluations.forms import CorrectForm, EvaluationForm, assessors
from villages.evaluations.models import title_of
from villages.evaluations.services import RIGHT, correct, evaluate, facts_for, members, withdraw
from villages.models import Evaluation, Village
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS
from villages.views.fetching import sent, village_for

VIEW = "evaluation.view"
NONE = "none"
TEAM = "team"
FIRST_YEAR = 2014  # 建档立卡 began
MOST = 500  # lines of a table: who has none stands above


def _asked(request) -> tuple[int, str]:
    """?in=2018&period=q3; without them, or for what has not begun, the quarter that ended last, or that whole year.

    Its own year, as days in the village have their own month: what is assessed now does not wait for the year of facts.
    """
    today = timezone.localdate()
    latest = latest_period(today)
    asked = request.GET.get("in", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else latest[0]
    year = year if FIRST_YEAR <= year <= today.year else latest[0]
    period = request.GET.get("period", "")
    if period in EVALUATION_PERIODS and EVALUATION_PERIODS[period].days(year)[0] <= today:
        return year, period
    return latest if year == latest[0] else (year, "year")


@require_safe
@requires(VIEW, "duty.view")
def evaluations(request):
    """Members of teams, or teams, of the chosen place with their result of a period, who has none first; of somebody
    who may not read others' his own.
    """
    user, now = request.user, chosen(request)
    if not user.scope(VIEW).areas:
        return _own(request)
    if len(now.area_code) < COUNTY_LENGTH:
        return render(request, "households/duties/wide.html", {"title": "驻村考评", "now": now})
    year, period = _asked(request)
    teams = request.GET.get("of") == TEAM
    found = lines(narrowed(user.scope(VIEW).areas, now.area_code), year, period, teams=teams)
    which = request.GET.get("result", "")
    choices = counts(found)
    shown = [row for row in found if _is(row, which)]
    shown.sort(key=lambda row: (row.evaluation is not None, row.village.area_id))
    more, shown = len(shown) > MOST, shown[:MOST]
    facts = _facts(shown, year, period, teams)
    names = short_names({row.village.area_id for row in shown})
    base = _list_url(year, period)
    context = {
        "now": now,
        "title": title_of(year, period),
        "over": EVALUATION_PERIODS[period].days(year)[1] < timezone.localdate(),
        "year": year,
        "previous": year - 1 if year > FIRST_YEAR else None,
        "next": year + 1 if year < timezone.localdate().year else None,
        "period": period,
        "periods": [
            (one.key, one.label) for one in EVALUATION_PERIODS if one.days(year)[0] <= timezone.localdate()
        ],
        "tabs": [
            ("第一书记和队员", base, None, not teams),
            ("驻村工作队", f"{base}&of={TEAM}", None, teams),
        ],
        "teams": teams,
        "more": more,
        "choices": choices,
        "result": which,
        "total": len(found),
        "without": choices[0][2],
        "rows": [(row, names[row.village.area_id], facts[row.village.area_id, row.key]) for row in shown],
        "may": _may_assess(user, found, shown),
    }
    return render(request, "villages/evaluations/list.html", context)


def _may_assess(user, found, shown) -> set[int]:
    """Villages (keys) of the lines shown whose team the person may assess: not where he is of it himself."""
    own = {row.village.pk for row in found if user.pk in row.people}
    return {row.village.pk for row in shown if user.has_right_at(RIGHT, row.village.area_id)} - own


def _list_url(year: int, period: str) -> str:
    return f"{reverse('villages:evaluations')}?in={year}&period={period}"


def _is(row, which: str) -> bool:
    if which == NONE:
        return row.evaluation is None
    if which in EVALUATION_RESULTS:
        return row.evaluation is not None and row.evaluation.result == which
    return True


def _facts(rows, year: int, period: str, teams: bool) -> dict[tuple[str, int], Facts]:
    """What was recorded of each of these lines; of a team its members' together (key 0)."""
    if not teams:
        return facts_of([(row.village.area_id, row.key) for row in rows], year, period)
    found = facts_of([(row.village.area_id, one) for row in rows for one in row.people], year, period)
    return {
        (row.village.area_id, 0): summed(found[row.village.area_id, one] for one in row.people)
        for row in rows
    }


def _own(request):
    rows = Evaluation.objects.current().filter(person=request.user).select_related("village")
    rows = list(rows.order_by("-year", "-happened_on", "-pk"))
    names = short_names({row.village.area_id for row in rows})
    context = {"rows": [(row, names[row.village.area_id]) for row in rows]}
    return render(request, "villages/evaluations/own.html", context)


@require_safe
@requires(VIEW, "duty.view")
def evaluation(request, pk: int):
    """One evaluation with what was recorded then, and its other versions."""
    row = _evaluation_for(request.user, pk)
    area = row.village.area_id
    others = Evaluation.objects.visible_to(request.user).filter(
        village=row.village_id, person=row.person_id, year=row.year, period=row.period
    )
    context = {
        "row": row,
        "place": short_names([area])[area],
        "facts": row.facts,
        "versions": list(others.exclude(pk=row.pk).select_related("recorded_by").order_by("-pk")),
        "own": row.person_id == request.user.pk,
        "may_correct": row.is_current
        and request.user.has_right_at(RIGHT, area)
        and request.user.pk not in members(row.village, row.year, row.period),
    }
    return render(request, "villages/evaluations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def evaluation_new(request, pk: int, year: int, period: str, person: int):
    """Assess somebody of a village's team (person 0: the team) for a period, what was recorded beside the form."""
    village = village_for(request.user, pk, RIGHT)
    if period not in EVALUATION_PERIODS or not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    team = members(village, year, period)
    whom = team.get(person) if person else None
    if not team or (person and whom is None):
        raise Http404
    there = Evaluation.objects.current().filter(village=village, person=whom, year=year, period=period)
    if (given := there.first()) is not None and not _by_somebody_else(request, given.recorded_by_id):
        return redirect("villages:evaluation", given.pk)
    facts = facts_for(village, whom, year, period)
    today = timezone.localdate()
    people = assessors(village, EVALUATION_PERIODS[period].days(year)[0], team)
    form = EvaluationForm(
        sent(request),
        people=people,
        facts=facts,
        year=year,
        period=period,
        initial={
            "assessor": request.user.pk,
            "assessed_by": request.user.unit.name if request.user.unit_id else "",
            "happened_on": today,
        },
    )
    return acting(
        request,
        form,
        partial(evaluate, village, whom, year=year, period=period, actor=request.user),
        right=RIGHT,
        back=_list_url(year, period) + ("" if person else f"&of={TEAM}"),
        then=_page,
        told=lambda row: f"{row.whom}的考评已登记。",
        button="登记",
        **_beside(village, whom, title_of(year, period), facts),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def evaluation_correct(request, pk: int):
    """Correct an evaluation by a further version."""
    row = _evaluation_for(request.user, pk, RIGHT)
    village = row.village
    if not row.is_current:
        newer = Evaluation.objects.filter(replaces=row).first()
        if not _by_somebody_else(request, newer and newer.recorded_by_id):
            return redirect(_page(newer or row))
    facts = facts_for(village, row.person, row.year, row.period)
    since, team = EVALUATION_PERIODS[row.period].days(row.year)[0], members(village, row.year, row.period)
    people = assessors(village, since, team) | User.objects.filter(pk=row.assessor_id)
    names = ("result", "score", "assessed_by", "happened_on", "document", "remark")
    initial = {name: getattr(row, name) for name in names} | {"assessor": row.assessor_id}
    form = CorrectForm(
        sent(request), people=people, facts=facts, year=row.year, period=row.period, initial=initial
    )
    return acting(
        request,
        form,
        partial(correct, row, actor=request.user),
        right=RIGHT,
        back=_page(row),
        then=_page,
        told="已更正，原来的一版保留。",
        button="更正",
        **_beside(village, row.person, row.title, facts),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def evaluation_withdraw(request, pk: int):
    """Say that an evaluation does not count."""
    row = _evaluation_for(request.user, pk, RIGHT)
    if not row.is_current and not _by_somebody_else(request, row.withdrawn_by_id):
        return redirect(_page(row))
    return acting(
        request,
        ReasonForm(sent(request), label="作废原因", help_text="例如：登记错了人。"),
        partial(withdraw, row, actor=request.user),
        right=RIGHT,
        back=_page(row),
        told="已作废，可以重新登记。",
        title=f"作废{row.whom}{row.title}的考评",
        button="作废",
        danger=True,
    )


def _by_somebody_else(request, doer: int | None) -> bool:
    """Whether something typed comes after somebody else has done the same: it is refused by the service and stays on the
    page. Pressed twice by one person, it has been done.
    """
    return request.method == "POST" and doer != request.user.pk


def _evaluation_for(user, pk: int, right: str = "") -> Evaluation:
    """An evaluation that the person may see (his own too), or with a right there; or 404."""
    rows = Evaluation.objects.there(user, right) if right else Evaluation.objects.visible_to(user)
    row = rows.select_related("village__area", "person__unit", "assessor__unit", "recorded_by").filter(pk=pk)
    found = row.first()
    if found is None:
        raise Http404
    return found


def _page(row: Evaluation) -> str:
    return reverse("villages:evaluation", args=[row.pk])


def _beside(village: Village, whom: User | None, title: str, facts: Facts) -> dict:
    """What the page of an evaluation shows beside its form."""
    return {
        "template": "villages/evaluations/form.html",
        "village": village,
        "whom": whom.name if whom else f"{village.area.name}驻村工作队",
        "unit": whom.unit if whom else None,
        "title": title,
        "facts": facts.kept(),
    }
