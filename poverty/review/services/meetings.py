"""Meetings: entered once, their items said of many cases, closed for good (practice.md, Who decides)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.review.models import Meeting, MeetingItem
from poverty.review.services.papers import check_paper_day
from poverty.sql.insert import insert_select


@dataclass(frozen=True)
class Said:
    """What a meeting said of one case; votes None: nobody counted."""

    case_id: int
    agreed: bool
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    recused: str = ""
    note: str = ""


@transaction.atomic
def enter_meeting(
    kind: str,
    area_code: str,
    *,
    held_on: date,
    place: str,
    chair: str,
    due: int,
    present: int,
    actor,
    summary: str = "",
    document_number: str = "",
    late_reason: str = "",
) -> Meeting:
    """Enter a meeting; its items follow while it is open. The caller has checked right and place.

    Raises ValidationError by field: a day to come, late without reason, more present than due, no place or chair.
    """
    held_on, late_reason = check_paper_day(held_on, area_code, late_reason, field="held_on", what="召开日期")
    meeting = Meeting(
        kind=kind,
        area_code=area_code,
        held_on=held_on,
        place=place.strip(),
        chair=chair.strip(),
        due=due,
        present=present,
        summary=summary.strip(),
        document_number=document_number.strip(),
        recorded_by=actor,
        late_reason=late_reason,
    )
    meeting.full_clean(exclude=["recorded_by"])
    meeting.save()
    record(
        "review.meeting.enter",
        meeting,
        actor=actor,
        summary=f"{meeting.get_kind_display()}，{held_on}，应到{due}人，实到{present}人",
    )
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting,
    *,
    held_on: date,
    place: str,
    chair: str,
    due: int,
    present: int,
    actor,
    summary: str = "",
    document_number: str = "",
    late_reason: str = "",
) -> Meeting:
    """Correct what was typed of an open meeting; items are said again with `say`.

    Raises ValidationError as `enter_meeting` does, and when the meeting is closed.
    """
    row = _open(meeting)
    before = {name: getattr(row, name) for name in ("held_on", "due", "present", "document_number")}
    row.held_on, row.late_reason = check_paper_day(
        held_on, row.area_code, late_reason, field="held_on", what="召开日期"
    )
    row.place, row.chair, row.summary = place.strip(), chair.strip(), summary.strip()
    row.due, row.present, row.document_number = due, present, document_number.strip()
    row.full_clean(exclude=["recorded_by"])
    row.save()
    changes = {
        name: [str(old), str(getattr(row, name))] for name, old in before.items() if old != getattr(row, name)
    }
    record("review.meeting.change", row, actor=actor, changes=changes, summary="修改未定稿的会议")
    return row


@transaction.atomic
def say(meeting: Meeting, case_type: str, items: Iterable[Said], *, actor) -> int:
    """Enter what an open meeting said of cases; said again, the last one counts. Returns how many.

    Raises ValidationError: the meeting is closed; more votes than people; votes in part; a refusal without reason.
    """
    meeting = _open(meeting)
    rows, errors = [], []
    for one in items:
        row = MeetingItem(
            meeting=meeting,
            case_type=case_type,
            case_id=one.case_id,
            votes_for=one.votes_for,
            votes_against=one.votes_against,
            abstained=one.abstained,
            recused=one.recused.strip(),
            agreed=one.agreed,
            note=one.note.strip(),
        )
        row.clean_fields(exclude=["meeting"])
        if problem := _fault(row, meeting):
            errors.append(problem)
        rows.append(row)
    if errors:
        raise ValidationError(list(dict.fromkeys(errors)))
    MeetingItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["meeting", "case_type", "case_id"],
        update_fields=["votes_for", "votes_against", "abstained", "recused", "agreed", "note"],
    )
    record("review.meeting.say", meeting, actor=actor, summary=f"录入会议事项 {len(rows)} 项")
    return len(rows)


@transaction.atomic
def agree_to_all(meeting: Meeting, case_type: str, cases: QuerySet, *, actor) -> int:
    """Let an open meeting agree to every case of a queryset that it has not said anything of (a decision by list)."""
    meeting = _open(meeting)
    said = MeetingItem.objects.filter(meeting=meeting, case_type=case_type).values("case_id")
    count = insert_select(
        MeetingItem,
        cases.exclude(pk__in=said),
        {"meeting": meeting, "case_type": case_type, "case_id": F("pk"), "agreed": True},
    )
    record("review.meeting.say", meeting, actor=actor, summary=f"按名单通过 {count} 项")
    return count


@transaction.atomic
def close_meeting(meeting: Meeting, *, actor) -> list[str]:
    """Close a meeting for good and return what is odd about it, in Chinese; odd is no refusal.

    村民代表会议 needs two thirds of its members, and a decision half of those present (村委会组织法 26条).
    Raises ValidationError: closed already, nothing said, a leading group's decision without its number.
    """
    meeting = _open(meeting)
    items = list(MeetingItem.objects.filter(meeting=meeting))
    if not items:
        raise ValidationError("会议还没有事项，请先录入评议或审定的户。")
    if any(
        (one.votes_for or 0) + (one.votes_against or 0) + (one.abstained or 0) > meeting.present
        for one in items
    ):
        raise ValidationError(f"有的户票数合计超过实到人数 {meeting.present}，请先改正。")
    if meeting.kind == Meeting.Kind.LEADING_GROUP and not meeting.document_number:
        raise ValidationError({"document_number": "领导小组审定须有会议文号。"})
    meeting.warnings = warnings_of(meeting, items)
    meeting.closed_at = timezone.now()
    meeting.save(update_fields=["warnings", "closed_at"])
    record(
        "review.meeting.close",
        meeting,
        actor=actor,
        summary="；".join([f"定稿，事项 {len(items)} 项", *meeting.warnings]),
    )
    return meeting.warnings


def warnings_of(meeting: Meeting, items: Iterable[MeetingItem]) -> list[str]:
    """What is odd about a meeting: too few came; agreed by less than half of those present."""
    found = []
    if meeting.kind == Meeting.Kind.VILLAGE and meeting.present * 3 < meeting.due * 2:
        found.append(f"实到 {meeting.present} 人，不足应到 {meeting.due} 人的三分之二。")
    few = [
        one
        for one in items
        if one.agreed and one.votes_for is not None and one.votes_for * 2 < meeting.present
    ]
    if few:
        found.append(f"有 {len(few)} 户同意票不足到会人数的一半，却记为通过。")
    return found


def _open(meeting: Meeting) -> Meeting:
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.closed_at is not None:
        raise ValidationError("会议已经定稿，不能再改。")
    return row


def _fault(row: MeetingItem, meeting: Meeting) -> str:
    votes = [row.votes_for, row.votes_against, row.abstained]
    known = [one for one in votes if one is not None]
    if known and len(known) < len(votes):
        return "同意、反对、弃权三项票数要么都填，要么都不填。"
    if any(one < 0 for one in known):
        return "票数不能为负。"
    if sum(known) > meeting.present:
        return f"票数合计 {sum(known)} 超过实到人数 {meeting.present}。"
    if not row.agreed and not row.note:
        return "未通过的请写明原因。"
    return ""
