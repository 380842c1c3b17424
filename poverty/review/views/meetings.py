"""Meetings: entered once for a whole list, read, closed for good."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.models import Level
from poverty.areas.names import short_names
from poverty.review.forms import ItemForm, MeetingForm
from poverty.review.models import Meeting, MeetingItem
from poverty.review.services.meetings import change_meeting, close_meeting, enter_meeting, say, warnings_of
from poverty.review.sight import lines_seen
from poverty.review.views.reaching import UNSEEN, may_at, named_entries, roster_for, sent
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

NEWEST = (("held_on", "desc"), ("id", "desc"))
# Who meets where: a village's representatives, a township's government, a county's leading group; anybody analyses.
PLACES = {
    Meeting.Kind.VILLAGE: Level.VILLAGE,
    Meeting.Kind.TOWNSHIP: Level.TOWNSHIP,
    Meeting.Kind.LEADING_GROUP: Level.COUNTY,
}


def place_of(kind: str, area_code: str) -> str:
    """Where a meeting of a kind is held about a list of a place; "" where there is none (a county has no villagers)."""
    length = PLACES.get(kind, len(area_code))
    return area_code[:length] if len(area_code) >= length else ""


def kinds_for(user, area_code: str) -> list[Meeting.Kind]:
    """The kinds of meeting that a user may enter about a list of a place."""
    places = {kind: place_of(kind, area_code) for kind in Meeting.Kind}
    return [kind for kind, place in places.items() if place and may_at(user, "meeting.enter", place)]


@require_safe
@requires("household.view")
def meeting_list(request):
    """The meetings of the chosen place and year, the last one first."""
    now = chosen(request)
    rows = Meeting.objects.visible_to(request.user).under(now.area_code).filter(held_on__year=now.year)
    page = keyset_page(rows, order=NEWEST, after=request.GET.get("page"))
    names = short_names(row.area_code for row in page)
    context = {
        "now": now,
        "page": page,
        "rows": [(row, names.get(row.area_code, "")) for row in page],
        "may_enter": request.user.has_right("meeting.enter"),
    }
    return render(request, "review/meetings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("meeting.enter")
def meeting_enter(request, roster: int, kind: str):
    """Enter a meeting about everybody who stands on a list: heading, votes and 亲属回避 in one form."""
    found = roster_for(request.user, roster, "household.view")
    if kind not in Meeting.Kind.values:
        raise Http404
    area_code = place_of(kind, found.area_code)
    if not area_code:
        raise Http404
    if not may_at(request.user, "meeting.enter", area_code):
        raise MissingRight(("meeting.enter",))
    form = MeetingForm(sent(request), kind=kind, initial={"held_on": timezone.localdate()})
    rows = [
        ItemForm(sent(request), case_id=entry.case_id, about=line.name, group=line.group)
        for entry, line in named_entries(found, request.user, standing=True)
    ]
    if request.method == "POST" and _all_valid(form, rows):
        try:
            with transaction.atomic():
                meeting = enter_meeting(kind, area_code, actor=request.user, **form.cleaned_data)
                say(meeting, found.case_type, [row.said() for row in rows], actor=request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "会议已保存。上传会议记录和照片后，点“定稿”。")
            return redirect("review:meeting", meeting.pk)
    context = {
        "form": form,
        "rows": rows,
        "forms": [form, *rows],
        "roster": found,
        "kind": Meeting.Kind(kind),
        "place": short_names([area_code]).get(area_code, ""),
    }
    return render(
        request, "review/meetings/enter.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("meeting.enter")
def meeting_change(request, pk: int):
    """Correct a meeting that is not closed yet."""
    meeting = _meeting_for(request.user, pk)
    if meeting.closed_at is not None:
        messages.error(request, "会议已经定稿，不能再改。")
        return redirect("review:meeting", pk)
    items = list(meeting.items.order_by("pk"))
    case_type = items[0].case_type if items else ""
    lines = lines_seen(case_type, [one.case_id for one in items], request.user) if items else {}
    form = MeetingForm(sent(request), kind=meeting.kind, initial=_as_typed(meeting))
    rows = [
        ItemForm(
            sent(request),
            case_id=one.case_id,
            about=lines.get(one.case_id, UNSEEN).name,
            group=lines.get(one.case_id, UNSEEN).group,
            initial=_item_as_typed(one),
        )
        for one in items
    ]
    if request.method == "POST" and _all_valid(form, rows):
        try:
            with transaction.atomic():
                change_meeting(meeting, actor=request.user, **form.cleaned_data)
                if rows:
                    say(meeting, case_type, [row.said() for row in rows], actor=request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "会议已修改。")
            return redirect("review:meeting", pk)
    context = {
        "form": form,
        "rows": rows,
        "forms": [form, *rows],
        "meeting": meeting,
        "kind": Meeting.Kind(meeting.kind),
        "place": short_names([meeting.area_code]).get(meeting.area_code, ""),
    }
    return render(
        request, "review/meetings/enter.html", context, status=422 if request.method == "POST" else 200
    )


@require_safe
@requires("household.view")
def meeting_page(request, pk: int):
    """One meeting: who came, what was said of whom, its papers, what is odd about it."""
    user = request.user
    meeting = get_object_or_404(Meeting.objects.visible_to(user).select_related("recorded_by"), pk=pk)
    items = list(meeting.items.order_by("pk"))
    by_type: dict[str, list[int]] = {}
    for item in items:
        by_type.setdefault(item.case_type, []).append(item.case_id)
    lines = {
        (case_type, pk): line
        for case_type, ids in by_type.items()
        for pk, line in lines_seen(case_type, ids, user).items()
    }
    may_enter = may_at(user, "meeting.enter", meeting.area_code)
    context = {
        "meeting": meeting,
        "place": short_names([meeting.area_code]).get(meeting.area_code, ""),
        "items": [(one, lines.get((one.case_type, one.case_id), UNSEEN)) for one in items],
        "agreed": sum(one.agreed for one in items),
        "may_enter": may_enter and meeting.closed_at is None,
        "saw_all": len(lines) == len(items),
    }
    return render(request, "review/meetings/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("meeting.enter")
def meeting_close(request, pk: int):
    """Close a meeting for good; what is odd about it is told before and kept after."""
    meeting = _meeting_for(request.user, pk)
    if request.method != "POST":
        context = {
            "question": "定稿后，会议和各户的结论都不能再改。请先对照会议记录核对一遍。",
            "losses": warnings_of(meeting, meeting.items.all()),
            "action": "定稿",
            "cancel_url": reverse("review:meeting", args=[pk]),
        }
        return render(request, "web/confirm.html", context)
    try:
        warnings = close_meeting(meeting, actor=request.user)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        messages.success(request, "会议已定稿，不能再改。")
        for text in warnings:
            messages.warning(request, text)
    return redirect("review:meeting", pk)


def _meeting_for(user, pk: int) -> Meeting:
    meeting = get_object_or_404(Meeting.objects.visible_to(user), pk=pk)
    if not may_at(user, "meeting.enter", meeting.area_code):
        raise MissingRight(("meeting.enter",))
    return meeting


def _all_valid(form: MeetingForm, rows: list[ItemForm]) -> bool:
    # Every form is asked, so that everything that is wrong is told at once.
    return all([form.is_valid(), *(row.is_valid() for row in rows)])


def _as_typed(meeting: Meeting) -> dict:
    return {name: getattr(meeting, name) for name in MeetingForm.base_fields}


def _item_as_typed(item: MeetingItem) -> dict:
    return {name: getattr(item, name) for name in ItemForm.base_fields} | {
        "agreed": "yes" if item.agreed else "no"
    }
