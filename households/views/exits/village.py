"""One village's exits: its plan with what each household lacks, its lists step by step, who stands on none."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from households.exits.readiness import missing_comparisons, refusals
from households.exits.steps import STEPS
from households.forms.exits.papers import ListForm, PrepareForm
from households.models import ExitCase
from households.options import exit_options as state
from households.services.exits.locking import CASE
from households.services.exits.planning import make_list, prepare_cases
from households.views.exits.choosing import CHANGED, NOBODY, keys_of
from households.views.exits.reaching import VIEW, attempt, village_for, village_url
from poverty.areas.names import short_names
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_BEFORE_LIST = (state.PLANNED, state.PREPARED)
# What is to be done with a case that stands on no list though it should, by whom.
_OFF_LIST = {
    **dict.fromkeys(
        (state.APPRAISED, state.VERIFIED, state.AGREED, state.REFUSED, state.JOINT_CHECKED),
        "由乡镇退回村重办，或移出计划。",
    ),
    **dict.fromkeys((state.CHECKED, state.REVIEWED), "由县扶贫办退回重办。"),
    **dict.fromkeys((state.APPROVED, state.ANNOUNCED, state.FILED), "由县扶贫办撤销退出决定。"),
}


@require_safe
@requires(VIEW)
def exit_village(request, code: str):
    """A village's exits of the chosen year."""
    return _page(request, code)


def _page(request, code: str, prepare=None, listing=None):
    """The page of a village; `prepare`, `listing`: the form that was refused on it."""
    village = village_for(request.user, code)
    year = chosen(request).year
    cases = ExitCase.objects.visible_to(request.user, VIEW).under(code).filter(year=year)
    cases = cases.select_related("household__settlement")
    planned = list(cases.filter(state=state.PLANNED).order_by("household__settlement", "pk"))
    rows = ExitCase.objects.filter(pk__in=[one.pk for one in planned])
    lacking, uncompared = refusals(rows), missing_comparisons(rows)
    listed = RosterEntry.objects.standing().filter(case_type=CASE, case_id=OuterRef("pk"))
    off_list = cases.filter(~Exists(listed)).exclude(state__in=(*_BEFORE_LIST, *state.ENDED))
    ticked = set(keys_of(request, "case")) if prepare or listing else None
    unlisted = (
        cases.filter(state=state.PREPARED).filter(~Exists(listed)).order_by("household__settlement", "pk")
    )
    context = {
        "village": village,
        "place": short_names([code]).get(code, village.name),
        "year": year,
        "planned": [
            (
                one,
                lacking.get(one.pk, []) + uncompared.get(one.pk, []),
                prepare is None or one.pk in ticked,
            )
            for one in planned
        ],
        "some_ready": any(one.pk not in uncompared and not lacking.get(one.pk) for one in planned),
        "unlisted": [(one, listing is None or one.pk in ticked) for one in unlisted],
        "off_list": [(one, _OFF_LIST[one.state]) for one in off_list],
        "lists": _lists(request.user, code, year, cases),
        "ended": cases.filter(state__in=(state.DROPPED, state.NOT_AGREED, state.MARKED)),
        "may_propose": request.user.has_right_at("register.propose", code),
        "prepare": prepare or PrepareForm(),
        "listing": listing or ListForm(),
    }
    return render(
        request, "households/exits/village.html", context, status=422 if prepare or listing else 200
    )


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


@require_POST
@requires("register.propose")
def exit_prepare(request, code: str):
    """测算比对 of the chosen cases of a village; who is not ready is named and nothing is written."""
    village_for(request.user, code)
    year, form = chosen(request).year, PrepareForm(request.POST)
    chosen_ones = set(keys_of(request, "case"))
    cases = ExitCase.objects.visible_to(request.user, "register.propose").under(code)
    cases = cases.filter(pk__in=chosen_ones, state=state.PLANNED, year=year)
    if not chosen_ones:
        form.add_error(None, NOBODY)
    elif cases.count() != len(chosen_ones):
        form.add_error(None, CHANGED)
    elif form.is_valid():
        count = attempt(
            form,
            "register.propose",
            lambda: prepare_cases(cases, actor=request.user, **form.cleaned_data),
            request.user,
        )
        if count:
            messages.success(request, f"已完成测算比对 {count} 户。下一步：造册，提交民主评议。")
            return HttpResponseRedirect(village_url(code, year))
    return _page(request, code, prepare=form)


@require_POST
@requires("register.propose")
def exit_list_make(request, code: str):
    """造册: the ticked ones of a village's calculated cases go on the list that the meeting appraises."""
    village_for(request.user, code)
    year, form = chosen(request).year, ListForm(request.POST)
    if form.is_valid():
        roster = attempt(
            form,
            "register.propose",
            lambda: make_list(
                code, year, actor=request.user, case_ids=keys_of(request, "case"), **form.cleaned_data
            ),
            request.user,
        )
        if roster:
            messages.success(request, f"已造册：第{roster.number}批。下一步：召开村民代表会议民主评议。")
            return HttpResponseRedirect(village_url(code, year))
    return _page(request, code, listing=form)
