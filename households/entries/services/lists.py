"""Lists of cases on their way: appraised by the village meeting, posted, checked, reviewed, decided, announced."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.entries.basis import figures
from households.entries.conditions import CASE
from households.entries.models import EntryCase
from households.entries.services.refusing import Grounds, measured_grounds, refuse
from households.entries.workflow import ENTRY
from households.services.decision import Decision
from households.services.locking import lock_households
from poverty.areas.models import Area
from poverty.review.batch import fire_many
from poverty.review.models import Meeting, Notice, Roster, RosterEntry
from poverty.review.services.meetings import Said, agree_to_all, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster

# Kind of notice -> the states of who is posted (also again, when the sheet was taken back), and who posts.
POSTED_AT = {Notice.Kind(kind): ((post.state, *post.again), post.right) for kind, post in ENTRY.posts.items()}


@dataclass(frozen=True)
class Sitting:
    """A meeting as its minutes tell it."""

    held_on: date
    place: str
    chair: str
    due: int
    present: int
    summary: str = ""
    document_number: str = ""
    late_reason: str = ""


@dataclass(frozen=True)
class Appraised:
    """What became of an appraisal: the list of who was agreed (None: nobody), papers of the others, what is odd."""

    meeting: Meeting
    roster: Roster | None
    refused: int
    warnings: list[str]


@transaction.atomic
def appraise(
    village: str,
    said: Iterable[Said],
    sitting: Sitting,
    *,
    actor,
    grounds: Grounds | None = None,
    decided_by=None,
    decided_by_name: str = "",
) -> Appraised:
    """Enter a village's appraisal (民主评议) of compared cases: agreed they form a list, refused they get their paper.

    `grounds`: clause, contact and office for the papers; the reason of each is the meeting's word on it, its figures
    are those of the judged year. All or nothing. Raises PermissionDenied (register.propose), ValidationError, NotAllOfThem.
    """
    said = list(said)
    cases = locked([one.case_id for one in said])
    if any(case.household.area_id != village for case in cases):
        raise ValidationError("一次评议会只评议本村的户。")
    if not said:
        raise ValidationError("请先选择评议的户。")
    meeting = _hold(Meeting.Kind.VILLAGE, village, sitting, actor)
    say(meeting, CASE, said, actor=actor)
    warnings = close_meeting(meeting, actor=actor)
    minutes = f"{sitting.held_on} 民主评议会议记录"
    decision = Decision(actor, minutes, sitting.held_on, "", sitting.late_reason, decided_by, decided_by_name)
    agreed = [one.case_id for one in said if one.agreed]
    roster = _listed(village, agreed, decision) if agreed else None
    by_id = {case.pk: case for case in cases}
    against = [one for one in said if not one.agreed]
    measured = figures(EntryCase.objects.filter(pk__in=[one.case_id for one in against]))
    told = grounds or Grounds("", "", "", "")
    for one in against:
        refuse(
            by_id[one.case_id],
            replace(told, reason=one.note, **measured_grounds(measured.get(one.case_id))),
            decision,
        )
    return Appraised(meeting, roster, len(said) - len(agreed), warnings)


def _listed(village: str, ids: list[int], decision: Decision) -> Roster:
    rows = EntryCase.objects.filter(pk__in=ids)
    fire_list("appraise", rows, decision)
    name, year = Area.objects.get(pk=village).name, decision.happened_on.year
    kinds = "、".join(label for key, label in EntryCase.Kind.choices if rows.filter(kind=key).exists())
    return make_roster(
        CASE,
        rows,
        area_code=village,
        year=year,
        title=f"{name}{year}年{kinds}名单"[:100],
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
    standing = RosterEntry.objects.standing().filter(roster=roster)
    locked(standing.values_list("case_id", flat=True))
    notice, code = post_notice(roster, kind, actor=actor, **paper)
    if kind == Notice.Kind.ANNOUNCEMENT:
        ids = list(standing.values_list("case_id", flat=True))
        decided = EntryCase.objects.filter(pk__in=ids, state=EntryCase.State.DECIDED)
        if decided.exists():
            paper = Decision(actor, notice.title, notice.posted_on, "", notice.late_reason)
            fire_list("announce", decided, paper)
    return notice, code


@transaction.atomic
def pass_on(name: str, ids: Iterable[int], decision: Decision) -> int:
    """Pass cases on as one list: "check" by the township, "review" by the county office, "announce" once
    the announcement hangs. Returns how many; all or none."""
    if name not in {"check", "review", "announce"}:
        raise ValueError(f"{name} is not a list's step.")
    cases = locked(ids)
    if not cases:
        raise ValidationError("请先选择户。")
    return fire_list(name, EntryCase.objects.filter(pk__in=[case.pk for case in cases]), decision)


@transaction.atomic
def decide(ids: Iterable[int], sitting: Sitting, *, actor, decided_by=None, decided_by_name: str = "") -> int:
    """Decide reviewed cases of one county by the leading group's meeting and document; returns how many. All or none.

    Who decided is the group: without another name whoever chaired it, never the typist of its minutes.
    """
    cases = locked(ids)
    counties = {case.household.area_id[:6] for case in cases}
    if len(counties) != 1:
        raise ValidationError("请先选择一个县的户。")
    if not sitting.document_number.strip():
        raise ValidationError({"document_number": "领导小组审定须有会议文号。"})
    rows = EntryCase.objects.filter(pk__in=[case.pk for case in cases])
    meeting = _hold(Meeting.Kind.LEADING_GROUP, counties.pop(), sitting, actor)
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


def _hold(kind: str, area_code: str, sitting: Sitting, actor) -> Meeting:
    return enter_meeting(
        kind,
        area_code,
        held_on=sitting.held_on,
        place=sitting.place,
        chair=sitting.chair,
        due=sitting.due,
        present=sitting.present,
        summary=sitting.summary,
        document_number=sitting.document_number,
        late_reason=sitting.late_reason,
        actor=actor,
    )


def fire_list(name: str, rows, decision: Decision) -> int:
    """Fire a transition of every case of a queryset with one decision; returns how many."""
    return fire_many(
        name,
        rows,
        actor=decision.actor,
        decided_by=decision.decided_by,
        decided_by_name=decision.decided_by_name,
        happened_on=decision.happened_on,
        comment=decision.comment,
        late_reason=decision.late_reason,
        document_name=decision.document_name,
    )


def locked(ids: Iterable[int]) -> list[EntryCase]:
    """The cases as they stand now, their households locked in one order."""
    ids = list(ids)
    lock_households(EntryCase.objects.filter(pk__in=ids).values_list("household_id", flat=True))
    return list(EntryCase.objects.filter(pk__in=ids).select_related("household").order_by("pk"))
