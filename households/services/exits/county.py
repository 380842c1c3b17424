"""What the county does after its review (services/desk): the group decides by list, then announcement, filing, revoking."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from households.models import ExitCase
from households.options.exit_options import ANNOUNCED, APPROVED, REVIEWED
from households.services.exits.deciding import check_decider
from households.services.exits.locking import CASE, cases_on_list, chosen_of, hold_households, named
from households.services.exits.papers import Paper
from poverty.files.services import link
from poverty.review.batch import fire_by_reason, fire_many
from poverty.review.models import Meeting, MeetingItem, Notice, Roster, Step
from poverty.review.services.meetings import Said, agree_to_all, close_meeting, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.parting import part_roster


@transaction.atomic
def return_cases(cases: QuerySet[ExitCase], *, actor, comment: str, **entry) -> int:
    """The county office returns cases to the plan with its reason; they leave their list, the others go on."""
    keys = hold_households(cases)
    return fire_many("return", ExitCase.objects.filter(pk__in=keys), actor=actor, comment=comment, **entry)


@transaction.atomic
def hold_decision(
    rosters: Iterable[Roster],
    refused: dict[int, str],
    *,
    actor,
    case_ids: Iterable[int] | None = None,
    late_reason: str = "",
    minutes=None,
    **meeting,
) -> tuple[Meeting, int]:
    """Enter the leading group's meeting that decided these lists, close it, and carry its decision out.

    `case_ids`: the cases of the lists that were put to it (None: all that wait); `refused`: those it did not agree to,
    with why; `minutes`: the stored record; `meeting`: held_on, place, chair, due, present, summary, document_number.
    Returns the meeting and how many were approved. Raises ValidationError for lists of several counties.
    """
    rosters = list(rosters)
    cases = _waiting(rosters, actor, case_ids)
    county = rosters[0].area_code[:6]
    if not actor.has_right_at("register.decide", county):
        raise PermissionDenied("领导小组的决定由县扶贫办录入。")
    keys = hold_households(cases)
    if set(refused) - set(keys):
        raise ValidationError("未同意的户里有的不在提交的名单上。")
    made = enter_meeting(Meeting.Kind.LEADING_GROUP, county, actor=actor, late_reason=late_reason, **meeting)
    if minutes is not None:
        link(minutes, made, role="minutes", actor=actor)
    if refused:
        say(made, CASE, [Said(pk, False, note=why) for pk, why in refused.items()], actor=actor)
    agree_to_all(made, CASE, cases, actor=actor)
    close_meeting(made, actor=actor)
    return made, approve_lists(rosters, made, actor=actor, case_ids=keys)


@transaction.atomic
def approve_lists(
    rosters: Iterable[Roster], meeting: Meeting, *, actor, case_ids: Iterable[int] | None = None
) -> int:
    """Carry a closed decision of the leading group out: who was agreed to is approved, who was not is returned."""
    cases = _waiting(list(rosters), actor, case_ids)
    keys = hold_households(cases)
    items = MeetingItem.objects.filter(meeting=meeting, case_type=CASE, case_id__in=keys)
    said = {one.case_id: one for one in items}
    if missing := set(keys) - set(said):
        raise ValidationError(f"{named(missing, actor)}领导小组没有表态。")
    paper = Paper(
        meeting.held_on,
        meeting.document_number,
        signed_by_name=meeting.chair,
        late_reason=meeting.late_reason,
    )
    agreed = [pk for pk, one in said.items() if one.agreed]
    against = {pk: f"领导小组未同意：{one.note}" for pk, one in said.items() if not one.agreed}
    check_decider(agreed, actor=actor, decided_by_name=meeting.chair)
    count = 0
    if agreed:
        rows = ExitCase.objects.filter(pk__in=agreed)
        count = fire_many("approve", rows, actor=actor, **paper.entry())
    fire_by_reason("return", ExitCase, against, actor=actor, **paper.entry())
    return count


@transaction.atomic
def announce(roster: Roster, *, actor, case_ids: Iterable[int] | None = None, **notice) -> tuple[Notice, str]:
    """Post the announcement of the approved cases of a list (`notice` as for post_notice), or of those chosen of them,
    and move them on. Who is not among them goes on on a list of his own: his name must not hang with the others.

    Returns the notice and the code of its sheet. Where it hangs already that one counts, what was typed is not asked and
    the code is "": only who stood on it as approved goes on.
    """
    if not actor.has_right_at("register.decide", roster.area_code):
        raise PermissionDenied("公告由县扶贫办发布。")
    cases = chosen_of(roster, actor, APPROVED, case_ids)
    keys = hold_households(cases)
    rows = ExitCase.objects.filter(pk__in=keys)
    made, code = hanging(roster), ""
    if made is None:
        others = cases_on_list(roster).exclude(pk__in=keys)
        day, late_reason = notice.get("posted_on"), notice.get("late_reason", "")
        part_roster(roster, others, actor=actor, on=day, late_reason=late_reason)
        made, code = post_notice(roster, Notice.Kind.ANNOUNCEMENT, actor=actor, **notice)
    elif late := _approved_after(keys, made.posted_on):
        raise ValidationError(f"{named(late, actor)}在公告张贴以后才审定，须另列名单重新公告。")
    fire_many("announce", rows, actor=actor, happened_on=made.posted_on, late_reason=made.late_reason)
    return made, code


def hanging(roster: Roster) -> Notice | None:
    """The announcement of a list that hangs, or has hung, and was not taken back."""
    return Notice.objects.standing().filter(roster=roster, kind=Notice.Kind.ANNOUNCEMENT).first()


def _approved_after(keys: list[int], day: date) -> list[int]:
    """Those of the cases whose last approval lies after a day."""
    steps = Step.objects.filter(case_type=CASE, case_id__in=keys, transition="approve").order_by("id")
    approved = dict(steps.values_list("case_id", "happened_on"))
    return [pk for pk, on in approved.items() if on > day]


@transaction.atomic
def file_list(roster: Roster, paper: Paper, *, actor, case_ids: Iterable[int] | None = None) -> int:
    """The list, or those chosen of it, was reported to city and province (备案), after the announcement has ended."""
    keys = hold_households(chosen_of(roster, actor, ANNOUNCED, case_ids))
    return fire_many("file", ExitCase.objects.filter(pk__in=keys), actor=actor, **paper.entry())


@transaction.atomic
def revoke(cases: QuerySet[ExitCase], *, actor, comment: str, document_name: str, **entry) -> int:
    """Take a decision back before the mark, by a document; the cases leave their list and are off the plan."""
    keys = hold_households(cases)
    rows = ExitCase.objects.filter(pk__in=keys)
    return fire_many("revoke", rows, actor=actor, comment=comment, document_name=document_name, **entry)


def _waiting(rosters: list[Roster], actor, case_ids: Iterable[int] | None) -> QuerySet[ExitCase]:
    """The reviewed cases of lists of one county, or those chosen of them.

    ValidationError without a list, with lists of several counties, when a list has none, or a chosen one is on none.
    """
    if not rosters:
        raise ValidationError("请先选择提交领导小组的户。")
    if len({one.area_code[:6] for one in rosters}) != 1:
        raise ValidationError("一次会议只审定一个县的名单。")
    ids: set[int] = set()
    for one in rosters:
        ids |= set(chosen_of(one, actor, REVIEWED).values_list("pk", flat=True))
    if case_ids is None:
        return ExitCase.objects.filter(pk__in=ids)
    wanted = set(case_ids)
    if not wanted:
        raise ValidationError("请先选择提交领导小组的户。")
    if missing := wanted - ids:
        raise ValidationError(
            f"名单已变，请刷新后再选：{named(missing, actor)}已不在名单上，或已被他人办理。"
        )
    return ExitCase.objects.filter(pk__in=wanted)
