"""How far the exits of a year are, by place; and one village's part of it, where its work is done."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.exits.board import COLUMNS, board, totals
from households.exits.readiness import missing_comparisons, refusals
from households.exits.steps import STEPS
from households.models import Assessment, ExitCase, Household
from households.options import exit_options as state
from households.options.poverty_status import POVERTY_STATUSES
from households.services.exits.locking import CASE
from households.services.exits.planning import make_list, plan_exits, prepare_cases
from households.views.exits.reaching import VIEW, told, village_for, village_url
from poverty.areas.names import short_names
from poverty.fields.states import LABELS
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


@require_safe
@requires(VIEW)
def exits(request):
    """The year's exits of the chosen place: numbers per township or village, what to do next."""
    now = chosen(request)
    cases = ExitCase.objects.visible_to(request.user, VIEW).under(now.area_code).filter(year=now.year)
    places = board(cases, now.area_code, request.user)
    context = {
        "now": now,
        "places": places,
        "columns": [label for label, _ in COLUMNS],
        "totals": totals(places),
        "total": sum(place.total for place in places),
        "persons": sum(place.persons for place in places),
        "held": sum(place.held for place in places),
        "may_plan": request.user.has_right("register.propose"),
        "may_compare": request.user.has_right("sector.edit"),
        "plan_village": _own_village(request.user),
    }
    return render(request, "households/exits/overview.html", context)


def _own_village(user) -> str:
    """The one village in which somebody proposes; "" for nobody or several."""
    villages = [code for code in user.scope("register.propose").areas if len(code) == 12]
    return villages[0] if len(villages) == 1 else ""


@require_safe
@requires(VIEW)
def exit_village(request, code: str):
    """A village's exits of the chosen year: the plan with what each lacks, and its lists step by step."""
    village = village_for(request.user, code)
    year = chosen(request).year
    cases = ExitCase.objects.visible_to(request.user, VIEW).under(code).filter(year=year)
    cases = cases.select_related("household__settlement")
    planned = list(cases.filter(state=state.PLANNED).order_by("household__settlement", "pk"))
    rows = ExitCase.objects.filter(pk__in=[one.pk for one in planned])
    lacking, uncompared = refusals(rows), missing_comparisons(rows)
    listed = RosterEntry.objects.standing().filter(case_type=CASE, case_id=OuterRef("pk"))
    context = {
        "village": village,
        "place": short_names([code]).get(code, village.name),
        "year": year,
        "planned": [(one, lacking.get(one.pk, []) + uncompared.get(one.pk, [])) for one in planned],
        "some_ready": any(one.pk not in uncompared and not lacking.get(one.pk) for one in planned),
        "unlisted": cases.filter(state=state.PREPARED).filter(~Exists(listed)),
        "lists": _lists(request.user, code, year, cases),
        "ended": cases.filter(state__in=(state.DROPPED, state.NOT_AGREED, state.MARKED)),
        "may_propose": request.user.has_right_at("register.propose", code),
    }
    return render(request, "households/exits/village.html", context)


def _lists(user, code: str, year: int, cases) -> list[dict]:
    """Each list of a village with its cases, its notices and what is to be done with it."""
    rosters = list(Roster.objects.filter(case_type=CASE, area_code=code, year=year).order_by("-number"))
    entries = RosterEntry.objects.standing().filter(roster__in=rosters).order_by("position")
    standing = defaultdict(list)
    for entry in entries:
        standing[entry.roster_id].append(entry.case_id)
    by_pk = {one.pk: one for one in cases.filter(pk__in=[pk for keys in standing.values() for pk in keys])}
    notices = defaultdict(list)
    for notice in Notice.objects.standing().filter(roster__in=rosters).order_by("posted_on"):
        notices[notice.roster_id].append(notice)
    found = []
    for roster in rosters:
        members = [by_pk[pk] for pk in standing[roster.pk] if pk in by_pk]
        if not members:
            continue
        hung = {notice.kind for notice in notices[roster.pk]}
        found.append(
            {
                "roster": roster,
                "cases": members,
                "notices": notices[roster.pk],
                "steps": _todo(user, roster, members, hung),
                "trace": _url("review:roster", roster.pk),
            }
        )
    return found


def _todo(user, roster: Roster, cases: list[ExitCase], hung: set[str]) -> list[dict]:
    """What waits on a list, in the order of the procedure, with its page where the user may do it."""
    todo = []
    for kind, waits, label in (
        ("first", state.AGREED, "张贴第一次公示（村）"),
        ("second", state.CHECKED, "张贴第二次公示（乡镇）"),
    ):
        if kind not in hung and any(one.state == waits for one in cases):
            right = "register.propose" if kind == "first" else "register.confirm"
            may = user.has_right_at(right, roster.area_code)
            url = _url("review:notice-post", roster.pk) if may else ""
            todo.append({"label": label, "count": 0, "url": url, "who": "村" if kind == "first" else "乡镇"})
    for step in STEPS:
        waiting = [one for one in cases if one.state == step.state]
        if not waiting or not step.page:
            continue
        may = user.has_right_at(step.right, roster.area_code)
        url = ""
        if may:
            url = (
                reverse("households:exit-decide")
                if step.page == "exit-decide"
                else reverse(f"households:{step.page}", args=[roster.pk])
            )
        todo.append({"label": step.label, "count": len(waiting), "url": url, "who": step.who})
    return todo


def _url(name: str, *args) -> str:
    """The address of a page of another app; "" where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def exit_plan(request, code: str):
    """Choose the households of a village that are to exit this year."""
    village = village_for(request.user, code)
    year = chosen(request).year
    rows = (
        Household.objects.visible_to(request.user, "register.propose")
        .under(code)
        .on_register()
        .exclude(status__in=["", *_EXITED])
        .filter(~Exists(ExitCase.objects.open().filter(household=OuterRef("pk"))))
        .select_related("settlement")
        .order_by("settlement", "pk")
    )
    if request.method == "POST":
        chosen_rows = rows.filter(pk__in=_keys(request, "household"))
        try:
            count = plan_exits(chosen_rows, year, actor=request.user)
        except (ValidationError, PermissionDenied) as error:
            told(request, error)
        else:
            messages.success(request, f"已列入{year}年度预退出计划 {count} 户。下一步：部门比对、测算。")
            return HttpResponseRedirect(village_url(code, year))
    results = {
        one.household_id: one for one in Assessment.objects.filter(household__in=rows.values("pk"), year=year)
    }
    context = {
        "village": village,
        "year": year,
        "rows": [
            (one, LABELS.get(getattr(results.get(one.pk), "verdict", None), "未判定"), results.get(one.pk))
            for one in rows
        ],
        "back": village_url(code, year),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/exits/plan.html", context, status=status)


@require_POST
@requires("register.propose")
def exit_prepare(request, code: str):
    """测算比对 of the chosen cases of a village; who is not ready is named and nothing is written."""
    village_for(request.user, code)
    year = chosen(request).year
    cases = ExitCase.objects.visible_to(request.user, "register.propose").under(code)
    cases = cases.filter(Q(pk__in=_keys(request, "case")), state=state.PLANNED, year=year)
    try:
        count = prepare_cases(cases, actor=request.user)
    except (ValidationError, PermissionDenied) as error:
        told(request, error)
    else:
        if count:
            messages.success(request, f"已完成测算比对 {count} 户。下一步：造册，提交民主评议。")
        else:
            messages.error(request, "请先选择已经具备条件的户。")
    return HttpResponseRedirect(village_url(code, year))


@require_POST
@requires("register.propose")
def exit_list_make(request, code: str):
    """造册: the calculated cases of a village go on the list that the meeting appraises."""
    village_for(request.user, code)
    year = chosen(request).year
    try:
        roster = make_list(code, year, actor=request.user, case_ids=_keys(request, "case") or None)
    except (ValidationError, PermissionDenied) as error:
        told(request, error)
    else:
        messages.success(request, f"已造册：第{roster.number}批。下一步：召开村民代表会议民主评议。")
    return HttpResponseRedirect(village_url(code, year))


def _keys(request, name: str) -> list[int]:
    """Keys ticked on a page; what is no number is none of them."""
    return [int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit()][:2_000]
