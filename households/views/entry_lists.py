"""Lists of cases on the wall: the page of a list, posting it, and the sheet to print."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.case_steps import posted_at
from households.entries.models import EntryCase
from households.entries.workflow import ENTRY
from households.forms.entries import NoticeForm
from households.services.case_lists import post
from households.views.entries import CASE, SEERS, visible
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.review.services.notices import code_of, minimum_days
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

_TITLES = {
    Notice.Kind.FIRST: "{village}{year}年拟{what}公示",
    Notice.Kind.SECOND: "{village}{year}年拟{what}第二次公示",
    Notice.Kind.ANNOUNCEMENT: "{village}{year}年{what}公告",
}
POSTED_AT = posted_at(ENTRY)
_WHAT = {"identification": "识别贫困户", "return": "返贫户", "clearance": "清退户"}


def roster_for(user, pk: int) -> Roster:
    """A list of cases that the person may see, or 404."""
    return get_object_or_404(Roster.objects.visible_to(user).filter(case_type=CASE), pk=pk)


def _lines(user, roster: Roster, standing: bool = False) -> list[dict]:
    entries = RosterEntry.objects.filter(roster=roster).order_by("position")
    if standing:
        entries = entries.standing()
    entries = list(entries)
    rows = visible(user).filter(pk__in=[one.case_id for one in entries])
    cases = {case.pk: case for case in rows.select_related("household__settlement")}
    return [{"entry": one, "case": cases[one.case_id]} for one in entries if one.case_id in cases]


@require_safe
@requires(*SEERS)
def entry_list(request, pk: int):
    """A list: who stands on it, which notices hang, and which one comes next."""
    roster = roster_for(request.user, pk)
    lines = _lines(request.user, roster)
    notices = list(roster.notices.order_by("pk"))
    return render(
        request,
        "households/entries/roster.html",
        {
            "roster": roster,
            "village": Area.objects.get(pk=roster.area_code),
            "lines": lines,
            "notices": [(one, one.last_day < timezone.localdate()) for one in notices],
            "postings": _postings(request.user, roster, lines, notices),
        },
    )


def _postings(user, roster: Roster, lines: list[dict], notices: list[Notice]) -> list[tuple]:
    """(kind, label, whether the person may) of the notices that come next."""
    hung = {one.kind for one in notices if one.withdrawn_on is None}
    found = []
    for kind, (states, right) in POSTED_AT.items():
        ready = any(line["case"].state in states and line["entry"].left_on is None for line in lines)
        if ready and kind not in hung:
            found.append((kind.value, kind.label, user.has_right_at(right, roster.area_code)))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm", "register.decide")
def entry_notice(request, pk: int, kind: str):
    """Post a list, and go on to the sheet to print."""
    roster = roster_for(request.user, pk)
    if kind not in POSTED_AT:
        raise Http404
    right = POSTED_AT[Notice.Kind(kind)][1]
    if not request.user.has_right_at(right, roster.area_code):
        raise MissingRight((right,))
    village = Area.objects.get(pk=roster.area_code)
    lines = _lines(request.user, roster, standing=True)
    form = NoticeForm(sent(request), initial=_initial(kind, roster, village, lines))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            notice, _ = post(roster, kind, actor=request.user, **data)
        except PermissionDenied as error:
            raise MissingRight((right,)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已张贴，公示到 {notice.last_day}，次日起可以办理下一环节。")
            return redirect("households:entry-sheet", notice.pk)
    context = {"form": form, "roster": roster, "kind": Notice.Kind(kind), "lines": lines}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/entries/notice.html", context, status=status)


def _initial(kind: str, roster: Roster, village: Area, lines: list[dict]) -> dict:
    what = "、".join(label for key, label in _WHAT.items() if any(x["case"].kind == key for x in lines))
    days = minimum_days(CASE, kind, roster.area_code, timezone.localdate())
    above = {"first": village, "second": village.parent}.get(kind) or Area.objects.get(pk=village.pk[:6])
    office = {"first": "村民委员会", "second": "人民政府"}.get(kind, "扶贫开发办公室")
    title = _TITLES[Notice.Kind(kind)].format(village=village.name, year=roster.year, what=what)
    return {"title": title[:100], "publisher": f"{above.name}{office}", "days": days}


@require_safe
@requires(*SEERS)
def entry_sheet(request, pk: int):
    """The sheet of a notice as it hangs on the wall, with its code as long as it counts."""
    rows = Notice.objects.visible_to(request.user).filter(roster__case_type=CASE).select_related("roster")
    notice = get_object_or_404(rows, pk=pk)
    entries = RosterEntry.objects.filter(roster=notice.roster).order_by("position")
    entries = [one for one in entries if one.hung_on(notice)]
    seen = visible(request.user).filter(pk__in=[one.case_id for one in entries])
    cases = {case.pk: case for case in seen.select_related("household__settlement")}
    # The number by which somebody objects: the place on the list, which stays when others leave.
    shown: list[tuple[int, EntryCase]] = [
        (one.position, cases[one.case_id]) for one in entries if one.case_id in cases
    ]
    code = "" if notice.withdrawn_on else code_of(notice)
    return render(request, "households/entries/sheet.html", {"notice": notice, "code": code, "cases": shown})
