"""Cases that go their way on lists, of whatever subject: appraised by their village, posted, passed on together.

A subject has a workflow with the transitions "appraise" and "announce", posts its lists as `Workflow.posts` says, and
lets each case lead to its household.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from households.services.decision import Decision
from households.services.locking import lock_households
from households.services.sittings import Sitting
from poverty.areas.models import Area
from poverty.review.batch import fire_many
from poverty.review.models import Meeting, Notice, Roster, RosterEntry
from poverty.review.services.meetings import Said, close_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster
from poverty.review.workflows import Workflow, workflows

NOBODY = "请先选择户。"


@dataclass(frozen=True)
class Appraised:
    """What became of an appraisal: the list of who was agreed (None: nobody), how many others, what is odd."""

    meeting: Meeting
    roster: Roster | None
    refused: int
    warnings: list[str]


# Refuses who was not agreed to: each case with the meeting's word on it, by the decision of the minutes.
Refuse = Callable[[Sequence[tuple[Any, str]], Decision], None]


@transaction.atomic
def appraise(
    workflow: Workflow,
    village: str,
    said: Iterable[Said],
    sitting: Sitting,
    *,
    actor,
    of_whom: Callable[[QuerySet], str],
    refuse: Refuse,
    decided_by=None,
    decided_by_name: str = "",
) -> Appraised:
    """Enter a village's appraisal of cases: who was agreed to forms a list, the others are refused with its word on them.

    `of_whom`: whom a list of these cases names, for its title. All or nothing. Raises PermissionDenied, ValidationError,
    NotAllOfThem (papers that lack), and what `refuse` raises.
    """
    said = list(said)
    if not said:
        raise ValidationError("请先选择评议的户。")
    cases = locked(workflow, [one.case_id for one in said])
    if any(case.household.area_id != village for case in cases):
        raise ValidationError("一次评议会只评议本村的户。")
    meeting = sitting.enter(Meeting.Kind.VILLAGE, village, actor=actor)
    say(meeting, workflow.case_type, said, actor=actor)
    warnings = close_meeting(meeting, actor=actor)
    minutes = f"{sitting.held_on} 民主评议会议记录"
    decision = Decision(actor, minutes, sitting.held_on, "", sitting.late_reason, decided_by, decided_by_name)
    roster = None
    if agreed := [one.case_id for one in said if one.agreed]:
        rows = workflow.model_class.objects.filter(pk__in=agreed)
        fire_list("appraise", rows, decision)
        roster = list_of(workflow, rows, village, of_whom(rows), decision)
    by_id = {case.pk: case for case in cases}
    against = [(by_id[one.case_id], one.note) for one in said if not one.agreed]
    refuse(against, decision)
    return Appraised(meeting, roster, len(against), warnings)


def list_of(
    workflow: Workflow, rows: QuerySet, village: str, whom: str, decision: Decision, *, remark: str = ""
) -> Roster:
    """Make a village's list of cases as of the day of a decision; `whom` and `remark` stand in its title."""
    name, year = Area.objects.get(pk=village).name, decision.happened_on.year
    return make_roster(
        workflow.case_type,
        rows,
        area_code=village,
        year=year,
        title=f"{name}{year}年{whom}名单{remark}"[:100],
        actor=decision.actor,
        made_on=decision.happened_on,
        late_reason=decision.late_reason,
        order=("household__head_pinyin", "pk"),
    )


@transaction.atomic
def post(roster: Roster, kind: str, *, actor, **paper) -> tuple[Notice, str]:
    """Post a list of cases (poverty.review.services.notices.post_notice) and return the notice and its code.

    On the sheet stands who has come to it (`Workflow.posts`); who has not, because of an objection, goes on on a list of
    his own. The announcement moves its cases on; posted again after it was taken back, it finds them moved. Raises what
    post_notice raises.
    """
    workflow = workflows.get(roster.case_type)
    standing = RosterEntry.objects.standing().filter(roster=roster)
    locked(workflow, standing.values_list("case_id", flat=True))
    notice, code = post_notice(roster, kind, actor=actor, **paper)
    if kind == Notice.Kind.ANNOUNCEMENT:
        ids = list(standing.values_list("case_id", flat=True))
        waiting = workflow.model_class.objects.filter(pk__in=ids, state=workflow.posts[kind].state)
        if waiting.exists():
            decision = Decision(actor, notice.title, notice.posted_on, "", notice.late_reason)
            fire_list("announce", waiting, decision)
    return notice, code


@transaction.atomic
def pass_on(workflow: Workflow, name: str, ids: Iterable[int], decision: Decision) -> int:
    """Take a step of cases as one list; returns how many, all or none. "announce" waits for the announcement to hang.

    Raises PermissionDenied, ValidationError by field, NotAllOfThem with the reason of each.
    """
    cases = locked(workflow, ids)
    if not cases:
        raise ValidationError(NOBODY)
    rows = workflow.model_class.objects.filter(pk__in=[case.pk for case in cases])
    if name == "announce":
        _require_posted_by(workflow, rows, decision)
    return fire_list(name, rows, decision)


def _require_posted_by(workflow: Workflow, cases: QuerySet, decision: Decision) -> None:
    """Nobody is announced before his announcement hangs. No day: today, which no sheet that hangs lies after."""
    listed = RosterEntry.objects.standing().filter(
        case_type=workflow.case_type, case_id__in=cases.values("pk")
    )
    notices = Notice.objects.standing().filter(
        kind=Notice.Kind.ANNOUNCEMENT, roster__in=listed.values("roster")
    )
    on, posted = decision.happened_on, notices.aggregate(last=Max("posted_on"))["last"]
    if on is not None and posted is not None and on < posted:
        raise ValidationError({"happened_on": f"办理日期不能早于公告张贴的日期 {posted}。"})


def fire_list(name: str, rows: QuerySet, decision: Decision) -> int:
    """Fire a transition of every case of a queryset with one decision; returns how many."""
    return fire_many(name, rows, **vars(decision))


def locked(workflow: Workflow, ids: Iterable[int]) -> list:
    """The cases as they stand now, in the order of their keys, their households locked in one order."""
    rows = workflow.model_class.objects.filter(pk__in=list(ids))
    lock_households(rows.values_list("household_id", flat=True))
    return list(rows.select_related("household").order_by("pk"))


def locked_one(case):
    """A case as it stands now, its household locked."""
    lock_households([case.household_id])
    return type(case).objects.select_related("household").get(pk=case.pk)
