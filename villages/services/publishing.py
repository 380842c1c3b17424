"""Notices of villages that exit: hung in the township before the county checks, announced by the county afterwards."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from poverty.review.batch import fire_many
from poverty.review.entry import holds_right, no_right
from poverty.review.leaving import leave_lists
from poverty.review.models import Notice, Step
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster
from villages.models import ExitCase
from villages.rounds import CASE_TYPE
from villages.services.assess import judge_villages
from villages.services.exiting import lock_case, take_step
from villages.services.register import leave_list
from villages.workflow import EXIT


@transaction.atomic
def post_township_notice(
    cases: QuerySet[ExitCase],
    township: str,
    *,
    actor,
    place: str,
    contact: str,
    publisher: str,
    posted_on: date | None = None,
    days: int | None = None,
    late_reason: str = "",
) -> tuple[Notice, str]:
    """Hang the list of villages that the township has reviewed; returns the notice and the code for its sheet.

    Raises PermissionDenied without village.verify there, ValidationError by field: none chosen, one that is not
    reviewed or hangs already, another township's, too few days, a day to come, late without a reason.
    """
    transition = EXIT.get("review_village")
    if not holds_right(actor, transition, township):
        raise PermissionDenied(no_right(transition))
    rows = _chosen(cases, ExitCase.State.REVIEWED, "乡镇公示")
    year = rows[0].year
    day = posted_on or timezone.localdate()
    roster = make_roster(
        CASE_TYPE,
        ExitCase.objects.filter(pk__in=[one.pk for one in rows]),
        area_code=township,
        year=year,
        title=f"{year}年度拟出列贫困村名单",
        actor=actor,
        made_on=day,
        late_reason=late_reason,
        order=("village__area_id",),
    )
    return post_notice(
        roster,
        Notice.Kind.SECOND,
        title=f"{year}年度拟出列贫困村公示",
        place=place,
        publisher=publisher,
        contact=contact,
        actor=actor,
        posted_on=day,
        days=days,
        late_reason=late_reason,
    )


@transaction.atomic
def announce(
    cases: QuerySet[ExitCase],
    county: str,
    *,
    actor,
    document_name: str,
    place: str,
    contact: str,
    publisher: str,
    posted_on: date | None = None,
    days: int | None = None,
    late_reason: str = "",
) -> tuple[Notice, str]:
    """Announce the villages that the city has accepted, as one list with its document.

    Each is judged again; one that is not met any more holds the list. Returns the notice and the code for its sheet.
    Raises as post_township_notice does, and what fire_many raises.
    """
    transition = EXIT.get("announce_village")
    if not holds_right(actor, transition, county):
        raise PermissionDenied(no_right(transition))
    rows = _chosen(cases, ExitCase.State.ACCEPTED, "公告")
    year = rows[0].year
    judge_villages([one.village_id for one in rows], year)
    chosen = ExitCase.objects.filter(pk__in=[one.pk for one in rows])
    day = posted_on or timezone.localdate()
    leave_lists(CASE_TYPE, [one.pk for one in rows], reason="转入出列公告名单", actor=actor, on=day)
    fire_many(
        "announce_village",
        chosen,
        actor=actor,
        happened_on=day,
        document_name=document_name,
        late_reason=late_reason,
    )
    roster = make_roster(
        CASE_TYPE,
        chosen,
        area_code=county,
        year=year,
        title=f"{year}年度出列贫困村名单",
        actor=actor,
        made_on=day,
        late_reason=late_reason,
        order=("village__area_id",),
    )
    return post_notice(
        roster,
        Notice.Kind.ANNOUNCEMENT,
        title=f"{year}年度贫困村出列公告",
        place=place,
        publisher=publisher,
        contact=contact,
        actor=actor,
        posted_on=day,
        days=days,
        late_reason=late_reason,
    )


@transaction.atomic
def mark(
    case: ExitCase, *, actor, document_name: str, happened_on: date | None = None, late_reason: str = ""
) -> Step:
    """Mark an announced village as exited (出列): the end of its case, of its place on the list, and its status.

    Raises what fire raises; before the announcement has hung to its end, too.
    """
    row = lock_case(case.pk)
    step = take_step(
        "mark_village",
        row,
        actor=actor,
        happened_on=happened_on,
        document_name=document_name,
        late_reason=late_reason,
    )
    village = row.village
    leave_list(village, "exit_village", row.year, step.happened_on, document_name, actor, late_reason)
    case.state = row.state
    return step


def _chosen(cases: QuerySet[ExitCase], state: str, what: str) -> list[ExitCase]:
    """The chosen cases, locked in the order of their villages; refused when one cannot take part."""
    ids = list(cases.order_by("village_id").values_list("pk", flat=True))
    if not ids:
        raise ValidationError(f"请先勾选要{what}的村。")
    rows = [lock_case(pk) for pk in ids]
    if wrong := [str(one.village) for one in rows if one.state != state]:
        raise ValidationError(f"{'、'.join(wrong)}现在不能{what}，请刷新后再选。")
    if len({one.year for one in rows}) > 1:
        raise ValidationError(f"不同年度的村请分开{what}。")
    return rows
