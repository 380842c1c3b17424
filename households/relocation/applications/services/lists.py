"""Lists of applications: appraised by the village, posted, reported by the township, approved by the county, announced."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from households.entries.services.lists import Sitting, fire_list
from households.models import RelocationApplication
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services.ending import refuse
from households.relocation.applications.workflow import RELOCATION
from households.services.decision import Decision
from households.services.locking import lock_households
from poverty.areas.models import Area
from poverty.review.models import Meeting, Notice, Roster, RosterEntry
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster

# Kind of notice -> the states of who is posted (also again, when the sheet was taken back), and who posts.
POSTED_AT = {
    Notice.Kind(kind): ((post.state, *post.again), post.right) for kind, post in RELOCATION.posts.items()
}
# The list on which a state is handled as a whole: state -> transition.
BY_LIST = {"appraised": "report", "reported": "approve", "approved": "announce"}


@dataclass(frozen=True)
class Appraised:
    """What became of an appraisal: the list of who was agreed (None: nobody), how many others, what is odd."""

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
    contact: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> Appraised:
    """Enter a village's appraisal of applications: agreed they form a list, the others are refused with the meeting's word.

    `contact`: where who was not agreed may object, needed as soon as there is one. All or nothing. Raises
    PermissionDenied (register.propose), ValidationError, NotAllOfThem (papers that lack).
    """
    said = list(said)
    if not said:
        raise ValidationError("请先选择评议的户。")
    cases = locked([one.case_id for one in said])
    if any(case.household.area_id != village for case in cases):
        raise ValidationError("一次评议会只评议本村的户。")
    meeting = enter_meeting(
        Meeting.Kind.VILLAGE,
        village,
        held_on=sitting.held_on,
        place=sitting.place,
        chair=sitting.chair,
        due=sitting.due,
        present=sitting.present,
        summary=sitting.summary,
        late_reason=sitting.late_reason,
        actor=actor,
    )
    say(meeting, CASE, said, actor=actor)
    warnings = close_meeting(meeting, actor=actor)
    minutes = f"{sitting.held_on} 民主评议会议记录"
    decision = Decision(actor, minutes, sitting.held_on, "", sitting.late_reason, decided_by, decided_by_name)
    agreed = [one.case_id for one in said if one.agreed]
    roster = _listed(village, agreed, decision) if agreed else None
    by_id = {case.pk: case for case in cases}
    for one in said:
        if not one.agreed:
            refuse(by_id[one.case_id], contact, replace(decision, comment=one.note))
    return Appraised(meeting, roster, len(said) - len(agreed), warnings)


def _listed(village: str, ids: list[int], decision: Decision) -> Roster:
    rows = RelocationApplication.objects.filter(pk__in=ids)
    fire_list("appraise", rows, decision)
    name, year = Area.objects.get(pk=village).name, decision.happened_on.year
    return make_roster(
        CASE,
        rows,
        area_code=village,
        year=year,
        title=f"{name}{year}年易地扶贫搬迁对象名单"[:100],
        actor=decision.actor,
        made_on=decision.happened_on,
        late_reason=decision.late_reason,
        order=("household__head_pinyin", "pk"),
    )


@transaction.atomic
def post(roster: Roster, kind: str, *, actor, **paper) -> tuple[Notice, str]:
    """Post a list of applications (poverty.review.services.notices.post_notice); returns the notice and its code.

    The announcement moves its applications on; posted again after it was taken back, it finds them moved. Raises what
    post_notice raises.
    """
    standing = RosterEntry.objects.standing().filter(roster=roster)
    locked(standing.values_list("case_id", flat=True))
    notice, code = post_notice(roster, kind, actor=actor, **paper)
    if kind == Notice.Kind.ANNOUNCEMENT:
        ids = list(standing.values_list("case_id", flat=True))
        approved = RelocationApplication.objects.filter(
            pk__in=ids, state=RelocationApplication.State.APPROVED
        )
        if approved.exists():
            fire_list(
                "announce", approved, Decision(actor, notice.title, notice.posted_on, "", notice.late_reason)
            )
    return notice, code


@transaction.atomic
def pass_on(name: str, ids: Iterable[int], decision: Decision) -> int:
    """Pass applications on as one list: "report" by the township, "approve" by the county, "announce" once the
    announcement hangs. Returns how many; all or none.

    Raises PermissionDenied, ValidationError by field, NotAllOfThem with the reason of each.
    """
    if name not in BY_LIST.values():
        raise ValueError(f"{name} is not a list's step.")
    cases = locked(ids)
    if not cases:
        raise ValidationError("请先选择户。")
    if name == "announce":
        _require_posted_by(cases, decision.happened_on)
    return fire_list(name, RelocationApplication.objects.filter(pk__in=[case.pk for case in cases]), decision)


def _require_posted_by(cases: list[RelocationApplication], on: date | None) -> None:
    """Nobody is announced before his announcement hangs. `on` None: today, which no sheet that hangs lies after."""
    listed = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=[case.pk for case in cases])
    notices = Notice.objects.standing().filter(
        kind=Notice.Kind.ANNOUNCEMENT, roster__in=listed.values("roster")
    )
    posted = notices.aggregate(last=Max("posted_on"))["last"]
    if on is not None and posted is not None and on < posted:
        raise ValidationError({"happened_on": f"办理日期不能早于公告张贴的日期 {posted}。"})


def locked(ids: Iterable[int] | QuerySet) -> list[RelocationApplication]:
    """The applications as they stand now, their households locked in one order."""
    ids = list(ids)
    rows = RelocationApplication.objects.filter(pk__in=ids)
    lock_households(rows.values_list("household_id", flat=True))
    return list(rows.select_related("household").order_by("pk"))
