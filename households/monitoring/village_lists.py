"""What acts on several cases of a village at once: the appraisal, the notice, the announcement, checks and approvals."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from households.models import MonitoringCase
from households.monitoring.conditions import CASE_TYPE
from households.monitoring.workflow import MONITORING_CASE
from poverty.review.batch import fire_by_reason, fire_many
from poverty.review.holds import refusals
from poverty.review.models import Meeting, Notice, Roster, RosterEntry
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster

TITLES = {"identify": "拟纳入防止返贫监测对象公示", "remove": "拟消除风险的监测对象公示"}


@transaction.atomic
def appraise(
    area_code: str, said: Sequence[Said], *, actor, meeting: Mapping[str, Any]
) -> tuple[Meeting, int, list[str]]:
    """Enter the village's meeting on compared cases: who is agreed goes on, who is not ends there.

    `meeting`: held_on, place, chair, due, present, summary, late_reason. Returns the meeting, how many were agreed, and
    what is odd about it. All or nothing. Raises PermissionDenied, and ValidationError by field.
    """
    cases = _cases(area_code, [one.case_id for one in said], MonitoringCase.State.COMPARED)
    _check(actor, "monitoring.propose", area_code)
    if not cases:
        raise ValidationError("请先选择要评议的户。")
    held = enter_meeting(Meeting.Kind.VILLAGE, area_code, actor=actor, **meeting)
    say(held, CASE_TYPE, said, actor=actor)
    warnings = close_meeting(held, actor=actor)
    paper = {
        "happened_on": held.held_on,
        "late_reason": held.late_reason,
        "document_name": f"{held.held_on} 村民代表会议记录",
    }
    agreed = [one.case_id for one in said if one.agreed]
    if agreed:
        fire_many("appraise", MonitoringCase.objects.filter(pk__in=agreed), actor=actor, **paper)
    against = {one.case_id: one.note or "评议未通过" for one in said if not one.agreed}
    fire_by_reason("not_agree", MonitoringCase, against, actor=actor, **paper)
    return held, len(agreed), warnings


@transaction.atomic
def post_first_notice(
    area_code: str, case_ids: Sequence[int], *, purpose: str, actor, notice: Mapping[str, Any]
) -> tuple[Notice, str]:
    """Make the village's list of appraised cases and post it; returns the notice and the code on its sheet.

    `notice`: place, contact, posted_on, days, late_reason. Only in the village, and never on the open web. Raises
    PermissionDenied, and ValidationError by field.
    """
    _check(actor, "monitoring.propose", area_code)
    cases = _cases(area_code, case_ids, MonitoringCase.State.APPRAISED)
    wrong = [case for case in cases.values() if case.purpose != purpose]
    if wrong or not cases:
        raise ValidationError("请选择同一事项、已评议通过的户。")
    posted_on = notice.get("posted_on") or timezone.localdate()
    roster = make_roster(
        CASE_TYPE,
        MonitoringCase.objects.filter(pk__in=cases),
        area_code=area_code,
        year=posted_on.year,
        title=TITLES[purpose],
        actor=actor,
        made_on=posted_on,
        # Without a reason the notice, posted that day, is refused for it.
        late_reason=notice.get("late_reason") or None,
        order=("household__settlement_id", "pk"),
    )
    return post_notice(
        roster, Notice.Kind.FIRST, title=TITLES[purpose], publisher="村民委员会", actor=actor, **notice
    )


@transaction.atomic
def announce(roster: Roster, *, actor, notice: Mapping[str, Any], document_name: str) -> tuple[Notice, int]:
    """Post the announcement of a village's list and note it in every approved case on it; returns both.

    Who has not been approved goes on on a list of his own (post_notice). Where it hangs already that one counts. Raises
    PermissionDenied, ValidationError: nothing approved, and what post_notice raises.
    """
    _check(actor, "monitoring.decide", roster.area_code)
    standing = RosterEntry.objects.standing().filter(roster=roster)
    cases = MonitoringCase.objects.filter(pk__in=standing.values("case_id"))
    approved = cases.filter(state=MonitoringCase.State.APPROVED)
    if not approved.exists():
        raise ValidationError("这份名单上没有县里审批通过、等待公告的户。")
    title = "防止返贫监测对象公告" if approved.first().purpose == "identify" else "监测对象风险消除公告"
    posted = Notice.objects.standing().filter(roster=roster, kind=Notice.Kind.ANNOUNCEMENT).first()
    if posted is None:
        posted, _ = post_notice(roster, Notice.Kind.ANNOUNCEMENT, title=title, actor=actor, **notice)
    paper = {"happened_on": posted.posted_on, "late_reason": posted.late_reason}
    number = fire_many("announce", approved, actor=actor, document_name=document_name, **paper)
    return posted, number


def decide_together(name: str, cases: QuerySet, *, actor, **entry) -> int:
    """Carry out a township check or a county approval of chosen cases, all or none; returns how many."""
    number = fire_many(name, cases, actor=actor, **entry)
    if not number:
        raise ValidationError("请先选择要办理的户。")
    return number


def lists_to_announce(user) -> QuerySet[Roster]:
    """Lists of the user's places on which somebody waits for the announcement."""
    waiting = MonitoringCase.objects.visible_to(user, "monitoring.decide").filter(
        state=MonitoringCase.State.APPROVED
    )
    entries = RosterEntry.objects.standing().filter(case_type=CASE_TYPE, case_id__in=waiting.values("pk"))
    return Roster.objects.filter(pk__in=entries.values("roster")).order_by("area_code", "pk")


def on_lists(case_ids: Sequence[int]) -> dict[int, RosterEntry]:
    """The list entry on which each case stands now, with its list."""
    standing = RosterEntry.objects.standing().filter(case_type=CASE_TYPE, case_id__in=list(case_ids))
    return {one.case_id: one for one in standing.select_related("roster")}


def notice_end(case: MonitoringCase) -> date | None:
    """The last day of the notice on which a case stands; None: it hangs nowhere."""
    return notice_ends([case.pk]).get(case.pk)


def notice_ends(case_ids: Sequence[int]) -> dict[int, date]:
    """The same of many cases, by primary key; which hangs nowhere is missing."""
    entries = RosterEntry.objects.standing().filter(case_type=CASE_TYPE, case_id__in=list(case_ids))
    lists = dict(entries.values_list("case_id", "roster_id"))
    posted = Notice.objects.standing().filter(roster__in=set(lists.values()), kind=Notice.Kind.FIRST)
    last = dict(posted.values_list("roster_id", "last_day"))
    return {pk: last[roster] for pk, roster in lists.items() if roster in last}


def held_back(name: str, cases: QuerySet, on: date) -> dict[int, list[str]]:
    """Why cases may not take a step of many on a day, by primary key: exactly what fire_many asks of them, set-based.

    People and days of earlier steps are asked when it is done.
    """
    transition = MONITORING_CASE.get(name)
    found: dict[int, list[str]] = {}
    if transition.precondition_many is not None:
        found = {pk: [text] for pk, text in transition.precondition_many(cases).items()}
    for pk, text in refusals(MONITORING_CASE, transition, cases, on).items():
        found.setdefault(pk, []).append(text)
    return found


def _cases(area_code: str, ids: Sequence[int], state: str) -> dict[int, MonitoringCase]:
    rows = MonitoringCase.objects.select_for_update(of=("self",)).filter(
        pk__in=list(ids), household__area_id=area_code, state=state
    )
    found = {case.pk: case for case in rows.order_by("pk")}
    if len(found) != len(set(ids)):
        raise ValidationError("选中的户有的已被他人处理，请刷新后再选。")
    return found


def _check(actor, right: str, area_code: str) -> None:
    if not actor.has_right_at(right, area_code):
        raise PermissionDenied("您没有在该区划办理的权限。")
