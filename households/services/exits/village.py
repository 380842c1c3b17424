"""What the village does with its list: appraisal, verification, the household's signature (procedures.md 2.1, 3-5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import ExitCase, ExitSignature
from households.options.exit_options import APPRAISED, JOINT_CHECKED, PREPARED, VERIFIED
from households.options.relations import RELATIONS
from households.services.exits.locking import CASE, chosen_of, hold_households, named
from households.services.exits.papers import Paper, Visit, record_checks
from poverty.files.services import link
from poverty.review.batch import fire_by_reason, fire_many
from poverty.review.models import Meeting, MeetingItem, Roster
from poverty.review.services import fire
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.papers import check_paper_day


@transaction.atomic
def hold_appraisal(
    roster: Roster, items: Iterable[Said], *, actor, late_reason: str = "", minutes=None, **meeting
) -> tuple[Meeting, list[str]]:
    """Enter the meeting of the village's representatives that appraised cases of a list, close it, and move them on.

    `items`: what it said of each case that it spoke of; the others of the list wait for another meeting. `minutes`: the
    stored record of the meeting; `meeting`: held_on, place, chair, due, present, summary. Returns the meeting and what is
    odd about it. Raises what the meeting's and the case's steps raise; nothing is written then.
    """
    if not actor.has_right_at("register.propose", roster.area_code):
        raise PermissionDenied("民主评议由村录入。")
    items = list(items)
    hold_households(chosen_of(roster, actor, PREPARED, [one.case_id for one in items]))
    made = enter_meeting(
        Meeting.Kind.VILLAGE, roster.area_code, actor=actor, late_reason=late_reason, **meeting
    )
    if minutes is not None:
        link(minutes, made, role="minutes", actor=actor)
    say(made, CASE, items, actor=actor)
    warnings = close_meeting(made, actor=actor)
    record_appraisal(roster, made, actor=actor, case_ids=[one.case_id for one in items])
    return made, warnings


@transaction.atomic
def record_appraisal(
    roster: Roster, meeting: Meeting, *, actor, case_ids: Iterable[int] | None = None
) -> tuple[int, int]:
    """Move the cases of a list, or those chosen of them, on by what a closed meeting of the village said; returns
    (agreed, voted down).

    Who was voted down leaves the list and stays poor. Raises ValidationError when the meeting left one out.
    """
    cases = chosen_of(roster, actor, PREPARED, case_ids)
    hold_households(cases)
    said = {
        one.case_id: one
        for one in MeetingItem.objects.filter(meeting=meeting, case_type=CASE, case_id__in=cases.values("pk"))
    }
    if missing := set(cases.values_list("pk", flat=True)) - set(said):
        raise ValidationError(f"{named(missing, actor)}没有评议结果，请逐户填写。")
    paper = Paper(
        on=meeting.held_on,
        document_name=f"{meeting.held_on}村民代表会议民主评议记录",
        signed_by_name=meeting.chair,
        late_reason=meeting.late_reason,
    )
    agreed = [pk for pk, one in said.items() if one.agreed]
    refused = {pk: f"民主评议未通过：{one.note}" for pk, one in said.items() if not one.agreed}
    if agreed:
        fire_many("appraise", ExitCase.objects.filter(pk__in=agreed), actor=actor, **paper.entry())
    fire_by_reason("vote_down", ExitCase, refused, actor=actor, **paper.entry())
    return len(agreed), len(refused)


@transaction.atomic
def verify_list(
    roster: Roster, visit: Visit, paper: Paper, *, actor, case_ids: Iterable[int] | None = None
) -> tuple[int, int]:
    """The village's committees and the work team have verified a list, or those chosen of it; its first secretary
    confirms it.

    `visit.failed` leave the list and go back to the plan. Returns (confirmed, gone back). Who proposed a household
    is refused as the one who confirms it.
    """
    return visited(
        roster,
        "village",
        APPRAISED,
        ("verify", "fail_verify"),
        visit,
        paper,
        actor=actor,
        case_ids=case_ids,
    )


@dataclass(frozen=True)
class Signed:
    """What one household said: who signed, his relation to the head; refused, why (in the household's words)."""

    case_id: int
    agreed: bool
    signer_name: str
    relation: str
    reason: str = ""


@transaction.atomic
def sign(
    roster: Roster,
    words: Iterable[Signed],
    *,
    actor,
    signed_on: date | None = None,
    scan=None,
    late_reason: str = "",
) -> tuple[int, int]:
    """Record what households of a list said of their exit; returns (agreed, refused).

    `scan`: the stored sheet (退出确认书) with their signatures and fingerprints, linked to each of them; who agrees
    needs it. A refusal with its reason leads to a joint check. Raises ValidationError by field.
    """
    words = {one.case_id: one for one in words}
    if not words:
        raise ValidationError("请先填写签字的户。")
    waiting = chosen_of(roster, actor, (VERIFIED, JOINT_CHECKED), words)
    day, late_reason = check_paper_day(
        signed_on, roster.area_code, late_reason, field="signed_on", what="签字日期"
    )
    if scan is None and any(one.agreed for one in words.values()):
        raise ValidationError({"scan": "请上传农户签字按手印的退出确认书。"})
    hold_households(waiting)
    cases = list(waiting.select_related("household").order_by("pk"))
    problems = []
    for case in cases:
        try:
            _one_signs(case, words[case.pk], day, scan, actor, late_reason)
        except ValidationError as error:
            problems += [f"{case.household.head_name}户：{text}" for text in error.messages]
    if problems:
        raise ValidationError(problems)
    agreed = sum(one.agreed for one in words.values())
    return agreed, len(words) - agreed


def _one_signs(case: ExitCase, word: Signed, day: date, scan, actor, late_reason: str) -> None:
    name, reason = "".join(word.signer_name.split()), word.reason.strip()
    errors = {}
    if not name:
        errors["signer_name"] = "请填写签字人姓名。"
    if word.relation not in RELATIONS:
        errors["relation"] = "请选择签字人与户主的关系。"
    if not word.agreed and not reason:
        errors["reason"] = "请写明农户不认可的原因。"
    if errors:
        raise ValidationError(errors)
    ExitSignature.objects.create(
        case=case,
        round=case.round,
        agreed=word.agreed,
        signed_on=day,
        signer_name=name[:40],
        relation=word.relation,
        reason="" if word.agreed else reason[:200],
        recorded_by=actor,
        late_reason=late_reason,
    )
    if scan is not None:
        link(scan, case, role="signature", actor=actor)
    paper = Paper(day, "退出确认书", signed_by_name=name, late_reason=late_reason)
    fire("agree" if word.agreed else "refuse", case, actor=actor, **paper.entry(comment=reason[:500]))


def visited(
    roster: Roster,
    level: str,
    state: str,
    names: tuple[str, str],
    visit: Visit,
    paper: Paper,
    *,
    actor,
    case_ids: Iterable[int] | None = None,
) -> tuple[int, int]:
    """One check of a list: its rows written, who passed goes on, who did not leaves the list."""
    cases = chosen_of(roster, actor, state, case_ids)
    keys = hold_households(cases)
    if set(visit.failed) - set(keys):
        raise ValidationError({"failed": "不通过的户里有的不在本次核查的名单上。"})
    record_checks(ExitCase.objects.filter(pk__in=keys), level, visit, paper, actor=actor)
    passed = [pk for pk in keys if pk not in visit.failed]
    if passed:
        fire_many(names[0], ExitCase.objects.filter(pk__in=passed), actor=actor, **paper.entry())
    fire_by_reason(names[1], ExitCase, visit.failed, actor=actor, **paper.entry())
    return len(passed), len(visit.failed)
