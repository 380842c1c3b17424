"""研判会: the monthly meeting of a county or township that goes through clues, cases and who is under watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from households.models import Clue, Monitoring, MonitoringCase
from poverty.areas.models import Level
from poverty.review.models import Meeting, MeetingItem
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.sql.prefix import within

CLUE, CASE, WATCHED = "households.clue", "households.monitoringcase", "households.monitoring"


@dataclass(frozen=True)
class Agenda:
    """What a meeting of a place goes through: clues and cases that wait, and who is under watch."""

    clues: QuerySet[Clue]
    cases: QuerySet[MonitoringCase]
    watched: QuerySet[Monitoring]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go through."""
        return not (self.clues.exists() or self.cases.exists() or self.watched.exists())


@dataclass(frozen=True)
class Month:
    """A month with the meetings that were held in it; `missing`: it is over and none was held."""

    first: date
    meetings: list[Meeting]
    missing: bool


def agenda(user, area_code: str) -> Agenda:
    """What there is to go through at a place, as far as the person sees it; the most pressing first.

    Under watch, those come first whom a meeting has not gone through for longest.
    """
    of_place = within("household__area_id", [area_code])
    return Agenda(
        Clue.objects.visible_to(user, "analysis.hold").open().filter(within("area_code", [area_code])),
        MonitoringCase.objects.visible_to(user, "analysis.hold").open().filter(of_place),
        Monitoring.objects.visible_to(user, "analysis.hold")
        .present()
        .filter(of_place)
        .annotate(gone_through=Subquery(_last_meeting()))
        .order_by(F("gone_through").asc(nulls_first=True), "identified_on", "pk"),
    )


def _last_meeting() -> QuerySet:
    """The day of the last 研判会 that went through an object of monitoring."""
    items = MeetingItem.objects.filter(
        case_type=WATCHED, case_id=OuterRef("pk"), meeting__kind=Meeting.Kind.ANALYSIS
    )
    return items.order_by().values("case_id").annotate(on=Max("meeting__held_on")).values("on")


@transaction.atomic
def hold_analysis(
    area_code: str, *, actor, meeting: Mapping[str, Any], items: Mapping[tuple[str, int], str]
) -> Meeting:
    """Enter a meeting with its list and minutes, and close it: nothing of it changes any more.

    `meeting`: held_on, place, chair, due, present, summary, late_reason. `items`: what the meeting had before it, by case
    type and number, with what was said of it ("" for nothing); nothing else becomes an item. Raises PermissionDenied,
    and ValidationError by field, also when one of them is not on the agenda any more.
    """
    if len(area_code) not in (Level.COUNTY, Level.TOWNSHIP) or not actor.has_right_at(
        "analysis.hold", area_code
    ):
        raise PermissionDenied("研判会由县或乡镇召开，您没有在该区划录入的权限。")
    if not str(meeting.get("summary", "")).strip():
        raise ValidationError({"summary": "请写会议纪要：研判了哪些户，议定了什么。"})
    if not items:
        raise ValidationError("没有待研判的线索、事项和监测对象，不必开会。")
    now = agenda(actor, area_code)
    held = enter_meeting(Meeting.Kind.ANALYSIS, area_code, actor=actor, **meeting)
    for case_type, rows in ((CLUE, now.clues), (CASE, now.cases), (WATCHED, now.watched)):
        wanted = {pk: note for (one, pk), note in items.items() if one == case_type}
        if set(wanted) - set(rows.filter(pk__in=wanted).values_list("pk", flat=True)):
            raise ValidationError("名单已变：有的线索或事项已办结，下面是现在的名单，请核对后再定稿。")
        said = [Said(pk, True, note=note.strip()[:200]) for pk, note in wanted.items()]
        if said:
            say(held, case_type, said, actor=actor)
    close_meeting(held, actor=actor)
    return held


def months_of(year: int, meetings: QuerySet[Meeting], area_code: str, today: date) -> list[Month]:
    """The months of a year up to today, with the place's own meetings of each."""
    rows = meetings.filter(kind=Meeting.Kind.ANALYSIS, area_code=area_code, held_on__year=year)
    by_month: dict[int, list[Meeting]] = {}
    for one in rows.order_by("held_on", "pk"):
        by_month.setdefault(one.held_on.month, []).append(one)
    until = 12 if year < today.year else today.month if year == today.year else 0
    return [
        Month(
            date(year, month, 1),
            by_month.get(month, []),
            month not in by_month and (year, month) < (today.year, today.month),
        )
        for month in range(until, 0, -1)
    ]
