"""What the county does: review, the leading group's decision by list, announcement, filing, mark, and taking back."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from households.models import ExitCase, Household, HouseholdStatus
from households.options.exit_options import ANNOUNCED, APPROVED, FILED, REVIEWED
from households.options.kinds import EXITED as EXITED_KIND
from households.options.regimes import REGISTRATION, regime_on
from households.options.sources import DECISION
from households.services.days import check_day_in, counties_of
from households.services.exits.locking import CASE, chosen_of, hold_households
from households.services.exits.papers import Paper, by_reason
from poverty.audit.services import record_select
from poverty.review.batch import fire_many
from poverty.review.models import Meeting, MeetingItem, Notice, Roster
from poverty.review.services.meetings import Said, agree_to_all, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.sql.insert import insert_select


@transaction.atomic
def review_cases(cases: QuerySet[ExitCase], *, actor, **entry) -> int:
    """The county office has reviewed these cases: after the second notice, met today."""
    keys = hold_households(cases)
    return fire_many("review", ExitCase.objects.filter(pk__in=keys), actor=actor, **entry)


@transaction.atomic
def return_cases(cases: QuerySet[ExitCase], *, actor, comment: str, **entry) -> int:
    """The county office returns cases to the plan with its reason; they leave their list, the others go on."""
    keys = hold_households(cases)
    return fire_many("return", ExitCase.objects.filter(pk__in=keys), actor=actor, comment=comment, **entry)


@transaction.atomic
def hold_decision(
    rosters: Iterable[Roster], refused: dict[int, str], *, actor, late_reason: str = "", **meeting
) -> tuple[Meeting, int]:
    """Enter the leading group's meeting that decided these lists, close it, and carry its decision out.

    `refused`: cases it did not agree to, with why; `meeting`: held_on, place, chair, due, present, summary,
    document_number. Returns the meeting and how many were approved.
    """
    rosters = list(rosters)
    if not rosters:
        raise ValidationError("请先选择提交领导小组的名单。")
    county = min(one.area_code for one in rosters)[:6]
    if not actor.has_right_at("register.decide", county):
        raise PermissionDenied("领导小组的决定由县扶贫办录入。")
    cases = _waiting(rosters, actor)
    keys = set(cases.values_list("pk", flat=True))
    if set(refused) - keys:
        raise ValidationError("未同意的户里有的不在提交的名单上。")
    made = enter_meeting(Meeting.Kind.LEADING_GROUP, county, actor=actor, late_reason=late_reason, **meeting)
    if refused:
        say(made, CASE, [Said(pk, False, note=why) for pk, why in refused.items()], actor=actor)
    agree_to_all(made, CASE, cases, actor=actor)
    close_meeting(made, actor=actor)
    return made, approve_lists(rosters, made, actor=actor)


@transaction.atomic
def approve_lists(rosters: Iterable[Roster], meeting: Meeting, *, actor) -> int:
    """Carry a closed decision of the leading group out: who was agreed to is approved, who was not is returned."""
    cases = _waiting(rosters, actor)
    hold_households(cases)
    items = MeetingItem.objects.filter(meeting=meeting, case_type=CASE, case_id__in=cases.values("pk"))
    said = {one.case_id: one for one in items}
    if missing := set(cases.values_list("pk", flat=True)) - set(said):
        raise ValidationError(f"名单上有 {len(missing)} 户领导小组没有表态。")
    paper = Paper(
        meeting.held_on,
        meeting.document_number,
        signed_by_name=meeting.chair,
        late_reason=meeting.late_reason,
    )
    agreed = [pk for pk, one in said.items() if one.agreed]
    against = {pk: f"领导小组未同意：{one.note}" for pk, one in said.items() if not one.agreed}
    count = 0
    if agreed:
        rows = ExitCase.objects.filter(pk__in=agreed)
        count = fire_many("approve", rows, actor=actor, **paper.entry())
    for reason, keys in by_reason(against).items():
        rows = ExitCase.objects.filter(pk__in=keys)
        fire_many("return", rows, actor=actor, **paper.entry(comment=reason))
    return count


@transaction.atomic
def announce(roster: Roster, *, actor, **notice) -> tuple[Notice, str]:
    """Post the announcement of a decided list (`notice` as for post_notice) and move its cases on.

    Returns the notice and the code of its sheet; where it hangs already that one counts, and the code is "".
    """
    if not actor.has_right_at("register.decide", roster.area_code):
        raise PermissionDenied("公告由县扶贫办发布。")
    cases = chosen_of(roster, actor, APPROVED)
    hold_households(cases)
    made = Notice.objects.standing().filter(roster=roster, kind=Notice.Kind.ANNOUNCEMENT).first()
    code = ""
    if made is None:
        made, code = post_notice(roster, Notice.Kind.ANNOUNCEMENT, actor=actor, **notice)
    fire_many("announce", cases, actor=actor, happened_on=made.posted_on, late_reason=made.late_reason)
    return made, code


@transaction.atomic
def file_list(roster: Roster, paper: Paper, *, actor) -> int:
    """The list was reported to city and province (备案), after the announcement has ended."""
    return fire_many("file", chosen_of(roster, actor, ANNOUNCED), actor=actor, **paper.entry())


@transaction.atomic
def mark_list(roster: Roster, paper: Paper, *, actor, exited_on: date | None = None) -> int:
    """系统标注: the households of a filed list are exited, by our own decision, as of a day (None: the decision's).

    Status, kind and exit year follow with their dated row. The mark is confirmed when the next national import shows
    it (services/exits/confirming.py).
    """
    cases = chosen_of(roster, actor, FILED)
    keys = hold_households(cases)
    rows = ExitCase.objects.filter(pk__in=keys)
    year = roster.year
    households = Household.objects.filter(pk__in=list(rows.values_list("household_id", flat=True)))
    on = exited_on or _decided_on(keys)
    _check_days(households, on)
    fire_many("mark", rows, actor=actor, **paper.entry())
    count = fire_many(
        "exit_decided",
        households.exclude(status="exited"),
        actor=actor,
        happened_on=paper.on,
        late_reason=paper.late_reason,
        document_name=paper.document_name,
    )
    HouseholdStatus.objects.filter(household__in=households.values("pk"), valid_to=None).update(valid_to=on)
    columns = {"kind": EXITED_KIND, "regime": regime_on(on) or REGISTRATION}
    insert_select(
        HouseholdStatus,
        households,
        {
            "household": F("pk"),
            "status": "exited",
            "valid_from": on,
            "source": DECISION,
            "document": paper.document_name,
            **columns,
        },
    )
    households.update(**columns, exit_year=year, version=F("version") + 1)
    record_select(
        "households.exit.exited",
        households,
        actor=actor,
        case_type="households.household",
        area_code=F("area_id"),
        summary=f"{on}起脱贫，脱贫年度{year}，依据：{paper.document_name}",
    )
    return count


@transaction.atomic
def revoke(cases: QuerySet[ExitCase], *, actor, comment: str, document_name: str, **entry) -> int:
    """Take a decision back before the mark, by a document; the cases leave their list and are off the plan."""
    keys = hold_households(cases)
    rows = ExitCase.objects.filter(pk__in=keys)
    return fire_many("revoke", rows, actor=actor, comment=comment, document_name=document_name, **entry)


def _waiting(rosters: Iterable[Roster], actor) -> QuerySet[ExitCase]:
    """The reviewed cases of lists; ValidationError when a list has none, PermissionDenied where he sees not all."""
    ids = []
    for one in rosters:
        ids += chosen_of(one, actor, REVIEWED).values_list("pk", flat=True)
    return ExitCase.objects.filter(pk__in=ids)


def _decided_on(keys: list[int]) -> date:
    """The day of the leading group's meeting."""
    items = MeetingItem.objects.filter(
        case_type=CASE, case_id__in=keys, agreed=True, meeting__kind=Meeting.Kind.LEADING_GROUP
    )
    return items.order_by("-meeting__held_on").values_list("meeting__held_on", flat=True)[0]


def _check_days(households: QuerySet[Household], on: date) -> None:
    counties = {code[:6] for code in households.values_list("area_id", flat=True).distinct()}
    own = next(iter(counties)) if len(counties) == 1 else ""
    check_day_in(counties | counties_of(households.values("pk")), on, own=own, field="on")
    later = HouseholdStatus.objects.filter(household__in=households, valid_to=None, valid_from__gt=on)
    if later.exists():
        raise ValidationError({"on": f"有 {later.count()} 户的现状态从更晚的日期开始，请核对退出日期。"})
