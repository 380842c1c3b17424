"""Lists of cases on the wall, of whatever subject: the page of a list, and the form that posts it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from households.case_steps import posted_at
from households.forms.entries import NoticeForm
from households.offices import office_of
from households.services.case_lists import post
from households.views.case_acts import named
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.review.errors import NotAllOfThem
from poverty.review.levels import Level
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.review.services.notices import minimum_days
from poverty.review.workflows import Workflow
from poverty.web.one_form import acted, asking
from poverty.web.rights import MissingRight

_WHO = {Level.VILLAGE: "村里", Level.TOWNSHIP: "乡镇", Level.COUNTY: "县扶贫办"}


@dataclass(frozen=True)
class Wall:
    """How a subject posts its lists. `titles`: of each kind of notice, with {village}, {year} and {whom}; `whom` names who
    stands on these lines; `list_page`: name of the page of a list; `then`: where to go from a posted notice; `told`: words
    with {day}.
    """

    workflow: Workflow
    titles: dict[Notice.Kind, str]
    list_page: str
    then: Callable[[Notice], str]
    told: str
    whom: Callable[[list[dict]], str] = lambda lines: ""


def lines_of(roster: Roster, cases: QuerySet, *, standing: bool = False) -> list[dict]:
    """Who stands on a list, in its order, as far as he is among the cases in sight."""
    entries = RosterEntry.objects.filter(roster=roster).order_by("position")
    found = list(entries.standing() if standing else entries)
    rows = cases.filter(pk__in=[one.case_id for one in found])
    seen = {case.pk: case for case in rows.select_related("household__settlement")}
    return [{"entry": one, "case": seen[one.case_id]} for one in found if one.case_id in seen]


def listed(
    request, workflow: Workflow, roster: Roster, cases: QuerySet, template: str, **more
) -> HttpResponse:
    """The page of a list: who stands on it, which notices hang, and which one comes next."""
    lines, notices = lines_of(roster, cases), list(roster.notices.order_by("pk"))
    context = more | {
        "roster": roster,
        "village": Area.objects.get(pk=roster.area_code),
        "lines": lines,
        "notices": [(one, one.last_day < timezone.localdate()) for one in notices],
        "postings": _postings(request.user, workflow, roster, lines, notices),
    }
    return render(request, template, context)


def _postings(
    user, workflow: Workflow, roster: Roster, lines: list[dict], notices: list[Notice]
) -> list[tuple]:
    """(kind, label, who posts it, whether the person may) of the notices that come next."""
    hung = {one.kind for one in notices if one.withdrawn_on is None}
    found = []
    for kind, (states, right) in posted_at(workflow).items():
        ready = any(line["case"].state in states and line["entry"].left_on is None for line in lines)
        if ready and kind not in hung:
            who = _WHO[workflow.posts[kind].level]
            found.append((kind.value, kind.label, who, user.has_right_at(right, roster.area_code)))
    return found


def posting(request, wall: Wall, roster: Roster, kind: str, cases: QuerySet) -> HttpResponse:
    """The page that posts a list as a kind of notice. Raises Http404 for another kind, MissingRight."""
    if kind not in wall.workflow.posts:
        raise Http404
    kind, right = Notice.Kind(kind), wall.workflow.posts[kind].right
    if not request.user.has_right_at(right, roster.area_code):
        raise MissingRight((right,))
    lines = lines_of(roster, cases, standing=True)
    form = NoticeForm(sent(request), initial=_initial(wall, kind, roster, lines))

    def act(**paper) -> Notice:
        try:
            return post(roster, kind, actor=request.user, **paper)[0]
        except NotAllOfThem as error:
            raise ValidationError(named(error, cases)) from error

    def told(notice: Notice) -> str:
        return wall.told.format(day=notice.last_day)

    context = {
        "roster": roster,
        "kind": kind,
        "lines": lines,
        "back": reverse(wall.list_page, args=[roster.pk]),
    }
    return acted(request, form, act, right=right, then=wall.then, told=told) or asking(
        request, form, template="households/list_notice.html", **context
    )


def _initial(wall: Wall, kind: Notice.Kind, roster: Roster, lines: list[dict]) -> dict:
    village = Area.objects.get(pk=roster.area_code)
    title = wall.titles[kind].format(village=village.name, year=roster.year, whom=wall.whom(lines))
    return {
        "title": title[:100],
        "publisher": office_of(wall.workflow.posts[kind].level, village),
        "days": minimum_days(wall.workflow.case_type, kind, roster.area_code, timezone.localdate()),
    }
