"""Lists of applications on the wall: the page of a list, and posting it."""

from functools import reduce
from operator import or_

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.case_steps import posted_at
from households.forms.entries import NoticeForm
from households.relocation.applications.conditions import CASE
from households.relocation.applications.offices import office_of
from households.relocation.applications.views.reading import SEERS, visible
from households.relocation.applications.workflow import RELOCATION
from households.services.case_lists import post
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.review.errors import NotAllOfThem
from poverty.review.levels import Level
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.review.services.notices import minimum_days
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

_TITLES = {
    Notice.Kind.FIRST: "{village}{year}年易地扶贫搬迁对象评议结果公示",
    Notice.Kind.SECOND: "{village}{year}年拟易地扶贫搬迁对象公示",
    Notice.Kind.ANNOUNCEMENT: "{village}{year}年易地扶贫搬迁对象公告",
}
POSTED_AT = posted_at(RELOCATION)
_LEVELS = {
    Notice.Kind.FIRST: Level.VILLAGE,
    Notice.Kind.SECOND: Level.TOWNSHIP,
    Notice.Kind.ANNOUNCEMENT: Level.COUNTY,
}
_WHO = {Notice.Kind.FIRST: "村里", Notice.Kind.SECOND: "乡镇", Notice.Kind.ANNOUNCEMENT: "县扶贫办"}


def _roster_for(user, pk: int) -> Roster:
    seen = reduce(or_, (Roster.objects.visible_to(user, right) for right in SEERS))
    return get_object_or_404(seen.filter(case_type=CASE), pk=pk)


def _lines(user, roster: Roster, *, standing: bool = False) -> list[dict]:
    entries = RosterEntry.objects.filter(roster=roster).order_by("position")
    found = list(entries.standing() if standing else entries)
    rows = visible(user).filter(pk__in=[one.case_id for one in found])
    cases = {case.pk: case for case in rows.select_related("household__settlement")}
    return [{"entry": one, "case": cases[one.case_id]} for one in found if one.case_id in cases]


@require_safe
@requires(*SEERS)
def move_list(request, pk: int):
    """A list: who stands on it, which notices hang, and which one comes next."""
    roster = _roster_for(request.user, pk)
    lines = _lines(request.user, roster)
    notices = list(roster.notices.order_by("pk"))
    context = {
        "roster": roster,
        "village": Area.objects.get(pk=roster.area_code),
        "lines": lines,
        "notices": [(one, one.last_day < timezone.localdate()) for one in notices],
        "postings": _postings(request.user, roster, lines, notices),
        "may_print": request.user.has_right_at("notice.post", roster.area_code),
    }
    return render(request, "households/relocation/roster.html", context)


def _postings(user, roster: Roster, lines: list[dict], notices: list[Notice]) -> list[tuple]:
    """(kind, label, who posts it, whether the person may) of the notices that come next."""
    hung = {one.kind for one in notices if one.withdrawn_on is None}
    found = []
    for kind, (states, right) in POSTED_AT.items():
        ready = any(line["case"].state in states and line["entry"].left_on is None for line in lines)
        if ready and kind not in hung:
            found.append((kind.value, kind.label, _WHO[kind], user.has_right_at(right, roster.area_code)))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm", "register.decide")
def move_notice(request, pk: int, kind: str):
    """Post a list, and go on to the sheet to print."""
    user = request.user
    roster = _roster_for(user, pk)
    if kind not in POSTED_AT:
        raise Http404
    right = POSTED_AT[Notice.Kind(kind)][1]
    if not user.has_right_at(right, roster.area_code):
        raise MissingRight((right,))
    form = NoticeForm(sent(request), initial=_initial(Notice.Kind(kind), roster))
    if request.method == "POST" and form.is_valid():
        try:
            notice, _ = post(roster, kind, actor=user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight((right,)) from error
        except NotAllOfThem as error:
            form.add_error(None, "；".join(dict.fromkeys(error.refused.values())))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已登记张贴，公示到 {notice.last_day}，次日起可以办理下一环节。")
            return redirect("notices:sheet", notice.pk)
    lines = _lines(user, roster, standing=True)
    context = {"form": form, "roster": roster, "kind": Notice.Kind(kind), "lines": lines}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/relocation/notice.html", context, status=status)


def _initial(kind: Notice.Kind, roster: Roster) -> dict:
    village = Area.objects.get(pk=roster.area_code)
    days = minimum_days(CASE, kind, roster.area_code, timezone.localdate())
    title = _TITLES[kind].format(village=village.name, year=roster.year)
    return {"title": title[:100], "publisher": office_of(_LEVELS[kind], village), "days": days}
