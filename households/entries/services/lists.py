"""Lists of cases on their way: appraised by the village meeting, posted, checked, reviewed, decided, announced."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from households.entries.basis import figures
from households.entries.conditions import CASE
from households.entries.models import EntryCase
from households.entries.services.refusing import Grounds, measured_grounds, refuse
from households.entries.workflow import ENTRY
from households.services import case_lists
from households.services.case_lists import Appraised, fire_list, locked
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.review.models import Meeting
from poverty.review.services.meetings import Said, agree_to_all, close_meeting


def appraise(
    village: str, said: Iterable[Said], sitting: Sitting, *, grounds: Grounds | None = None, **decided
) -> Appraised:
    """Enter a village's appraisal (民主评议) of compared cases: agreed they form a list, refused they get their paper.

    `grounds`: clause, contact and office for the papers; the reason of each is the meeting's word on it, its figures
    are those of the judged year. `decided`: actor, decided_by, decided_by_name. All or nothing. Raises what
    case_lists.appraise raises (register.propose).
    """
    refused = partial(_refuse, grounds or Grounds("", "", "", ""))
    return case_lists.appraise(ENTRY, village, said, sitting, of_whom=_kinds, refuse=refused, **decided)


def _kinds(cases: QuerySet) -> str:
    return "、".join(label for key, label in EntryCase.Kind.choices if cases.filter(kind=key).exists())


def _refuse(grounds: Grounds, against: list[tuple[EntryCase, str]], decision: Decision) -> None:
    measured = figures(EntryCase.objects.filter(pk__in=[case.pk for case, _ in against]))
    for case, reason in against:
        told = replace(grounds, reason=reason, **measured_grounds(measured.get(case.pk)))
        refuse(case, told, decision)


def pass_on(name: str, ids: Iterable[int], decision: Decision) -> int:
    """Pass cases on as one list: "check" by the township, "review" by the county office, "announce" once
    the announcement hangs. Returns how many; all or none."""
    if name not in {"check", "review", "announce"}:
        raise ValueError(f"{name} is not a list's step.")
    return case_lists.pass_on(ENTRY, name, ids, decision)


@transaction.atomic
def decide(ids: Iterable[int], sitting: Sitting, *, actor, decided_by=None, decided_by_name: str = "") -> int:
    """Decide reviewed cases of one county by the leading group's meeting and document; returns how many. All or none.

    Who decided is the group: without another name whoever chaired it, never the typist of its minutes.
    """
    cases = locked(ENTRY, ids)
    counties = {case.household.area_id[:6] for case in cases}
    if len(counties) != 1:
        raise ValidationError("请先选择一个县的户。")
    if not sitting.document_number.strip():
        raise ValidationError({"document_number": "领导小组审定须有会议文号。"})
    rows = EntryCase.objects.filter(pk__in=[case.pk for case in cases])
    meeting = sitting.enter(Meeting.Kind.LEADING_GROUP, counties.pop(), actor=actor)
    agree_to_all(meeting, CASE, rows, actor=actor)
    close_meeting(meeting, actor=actor)
    if any(case.kind != EntryCase.Kind.CLEARANCE for case in cases) and sitting.held_on.year > 2020:
        raise ValidationError({"held_on": "识别和返贫须在 2020 年底以前审定；2021年起按防止返贫监测办理。"})
    done = fire_list(
        "decide",
        rows,
        Decision(
            actor,
            meeting.document_number,
            meeting.held_on,
            "",
            sitting.late_reason,
            decided_by,
            decided_by_name or ("" if decided_by else sitting.chair),
        ),
    )
    rows.update(decided_on=meeting.held_on, document=meeting.document_number)
    return done
