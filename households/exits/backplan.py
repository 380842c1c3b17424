"""倒排工期: from the day of the leading group's meeting back to the last day of each step, place by place.

The days of notices and of work are dated parameters of the place, read as of the meeting's day. A notice counts its
posting day as day 1 and the next step opens on the day after its last (architecture 8).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from households.models import ExitCase
from households.options import exit_options as state
from households.services.exits.locking import CASE
from poverty.areas.names import short_names
from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.models import Parameter
from poverty.parameters.services import values_for
from poverty.review.models import Notice, RosterEntry

PARAMETERS = (
    "exit.village_days",
    "notice.first_days",
    "exit.check_days",
    "notice.second_days",
    "exit.review_days",
)


@dataclass(frozen=True)
class BackPlan:
    """The last days on which the steps may happen, so that the meeting can decide."""

    appraisal: date
    first_notice: date
    check: date  # the township's team sets out
    second_notice: date
    review: date
    meeting: date


def back_plan(meeting_on: date, area_code: str) -> BackPlan:
    """Count back from the meeting's day for a place.

    With 7 days of each notice, 3 of checking, 2 in the village and 2 of review, a meeting on 25 December means: review
    from the 23rd, second notice by the 16th, checking from the 14th, first notice by the 7th, appraisal by the 5th.
    """
    return _counted(values_for(PARAMETERS, area_code, meeting_on), meeting_on)


def _back_plans(meeting_on: date, codes: Iterable[str]) -> dict[str, BackPlan]:
    """The same for many places, by code; one query. The row of the longest prefix counts, else the default."""
    rows = list(Parameter.objects.on(meeting_on).filter(code__in=PARAMETERS).order_by("area_code"))
    defaults = {code: DEFINITIONS[code].default for code in PARAMETERS}
    # In "C" order a longer prefix comes later and takes the place of the shorter one.
    return {
        place: _counted(
            defaults | {row.code: row.typed for row in rows if place.startswith(row.area_code)}, meeting_on
        )
        for place in codes
    }


def _counted(days: Mapping[str, int], meeting_on: date) -> BackPlan:
    review = meeting_on - timedelta(days=days["exit.review_days"])
    second = review - timedelta(days=days["notice.second_days"])
    check = second - timedelta(days=days["exit.check_days"] - 1)
    first = check - timedelta(days=days["notice.first_days"])
    appraisal = first - timedelta(days=days["exit.village_days"])
    return BackPlan(appraisal, first, check, second, review, meeting_on)


@dataclass(frozen=True)
class Late:
    """Cases of a village that cannot make it: the step that came too late, by how many days."""

    label: str
    days: int
    cases: int


@dataclass
class VillagePlan:
    """One village: its last days, how many cases are on their way, who is too late already."""

    code: str
    name: str
    plan: BackPlan
    cases: int
    late: list[Late] = field(default_factory=list)


# What still lies before cases in a state: the step whose last day counts for them.
_BEFORE = {
    state.PLANNED: "appraisal",
    state.PREPARED: "appraisal",
    state.APPRAISED: "first_notice",
    state.VERIFIED: "first_notice",
    state.REFUSED: "first_notice",
    state.JOINT_CHECKED: "first_notice",
    state.AGREED: "first_notice",
    state.CHECKED: "second_notice",
    state.REVIEWED: "meeting",
}
# With its notice on the wall, the day after it ends counts: the step that opens then.
_AFTER_NOTICE = {state.AGREED: ("first", "check"), state.CHECKED: ("second", "review")}
LABELS = {
    "appraisal": "民主评议",
    "first_notice": "第一次公示",
    "check": "乡镇核查",
    "second_notice": "第二次公示",
    "review": "县级审核",
    "meeting": "领导小组会议",
}


def village_plans(cases: QuerySet[ExitCase], meeting_on: date, today: date) -> list[VillagePlan]:
    """The plan of every village that has cases on their way to the meeting; five queries, whatever the number.

    `cases`: those the reader may see. Late is who should have done something before today, or whose notice ends too
    late for the next step.
    """
    rows = list(cases.filter(state__in=_BEFORE).order_by("area_code").values_list("pk", "area_code", "state"))
    ends = _notice_ends([pk for pk, _, now in rows if now in _AFTER_NOTICE])
    behind: dict[str, Counter] = defaultdict(Counter)
    counts: Counter = Counter()
    plans = _back_plans(meeting_on, dict.fromkeys(code for _, code, _ in rows))
    for pk, code, now in rows:
        plan = plans[code]
        counts[code] += 1
        step, opens = _BEFORE[now], today
        if now in _AFTER_NOTICE and (ended := ends.get((pk, _AFTER_NOTICE[now][0]))):
            step, opens = _AFTER_NOTICE[now][1], max(today, ended + timedelta(days=1))
        days = (opens - getattr(plan, step)).days
        if days > 0:
            behind[code][(step, days)] += 1
    names = short_names(plans)
    return [
        VillagePlan(
            code,
            names.get(code, code),
            plan,
            counts[code],
            [Late(LABELS[step], days, number) for (step, days), number in sorted(behind[code].items())],
        )
        for code, plan in plans.items()
    ]


def _notice_ends(case_ids: list[int]) -> dict[tuple[int, str], date]:
    """The last day of each notice on which a case stands, by case and kind."""
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=case_ids)
    lists = dict(entries.values_list("case_id", "roster_id"))
    notices = Notice.objects.standing().filter(roster__in=set(lists.values()))
    last = {(roster, kind): day for roster, kind, day in notices.values_list("roster_id", "kind", "last_day")}
    return {
        (case, kind): day
        for case, roster in lists.items()
        for (own, kind), day in last.items()
        if own == roster
    }
