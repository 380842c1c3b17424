"""Who is late: lists that should hang, sheets still up, notices without the photo of the wall, corrections not posted.

Days by place are parameters (notice.posting_days, notice.down_days, notice.photo_days).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from poverty.files.models import FileLink
from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.models import Parameter
from poverty.review.models import Notice, Roster, RosterEntry, Step
from poverty.review.workflows import Workflow, workflows
from poverty.sql.prefix import within

POSTING, DOWN, PHOTO = "notice.posting_days", "notice.down_days", "notice.photo_days"


@dataclass(frozen=True)
class Unposted:
    """A list whose cases wait for a notice that does not hang: since when, how many, and by when it should have hung."""

    roster: Roster
    kind: str
    cases: int
    since: date
    due_on: date

    @property
    def kind_label(self) -> str:
        """The kind of the notice in the field's words."""
        return Notice.Kind(self.kind).label


def days_allowed(code: str, on: date) -> Case:
    """How many days a parameter gives the place of a row (its `area_code`) on a day; the nearest place counts."""
    rows = sorted(Parameter.objects.on(on).filter(code=code), key=lambda row: -len(row.area_code))
    # The longest prefix first: CASE takes the first condition that holds.
    whens = [When(within("area_code", [row.area_code]), then=Value(row.typed)) for row in rows]
    return Case(*whens, default=Value(DEFINITIONS[code].default), output_field=IntegerField())


def unposted(rosters: QuerySet[Roster], today: date) -> list[Unposted]:
    """Of `rosters` (those that the asker sees) the ones that should hang by now and do not, the longest waiting first.

    A list waits for a notice when all steps before it are done: its cases stand where the procedure posts it. Two
    queries for each such kind of notice, whatever the number of lists.
    """
    rosters = rosters.annotate(allowed=days_allowed(POSTING, today))
    found = [
        one
        for workflow in workflows
        for kind, states in _waiting_states(workflow).items()
        for one in _waiting(rosters, workflow, kind, states)
        if one.due_on < today
    ]
    return sorted(found, key=lambda one: (one.due_on, one.roster.area_code, one.roster.pk))


def still_up(notices: QuerySet[Notice], today: date) -> QuerySet[Notice]:
    """Notices that ended days ago and that nobody has reported taken down."""
    return _over(notices.standing().filter(taken_down_on__isnull=True), "last_day", DOWN, today)


def without_photo(notices: QuerySet[Notice], today: date) -> QuerySet[Notice]:
    """Notices that have hung for days without a photo of the wall."""
    photo = FileLink.objects.open().filter(case_type="review.notice", case_id=OuterRef("pk"), role="wall")
    return _over(notices.standing().filter(~Exists(photo)), "posted_on", PHOTO, today)


def uncorrected(notices: QuerySet[Notice], today: date) -> QuerySet[Notice]:
    """Running notices whose list somebody has left since, and no 更正公告 hangs from that day on; with `left_on`."""
    left = RosterEntry.objects.filter(roster=OuterRef("roster")).left_sheet(
        OuterRef("posted_on"), OuterRef("recorded_at")
    )
    last = Subquery(left.order_by("-left_on").values("left_on")[:1], output_field=DateField())
    corrected = Notice.objects.standing().filter(corrects=OuterRef("pk"), posted_on__gte=OuterRef("left_on"))
    return (
        notices.running_on(today)
        .exclude(kind=Notice.Kind.CORRECTION)
        .annotate(left_on=last)
        .filter(~Exists(corrected), left_on__isnull=False)
    )


def photographed(notice_ids: Iterable[int]) -> set[int]:
    """Those of the notices of which a photo of the wall is on record."""
    links = FileLink.objects.open().filter(
        case_type="review.notice", role="wall", case_id__in=list(notice_ids)
    )
    return set(links.values_list("case_id", flat=True))


def _waiting_states(workflow: Workflow) -> dict[str, set[str]]:
    """Kind of notice -> the states in which cases wait for it: as the procedure says (`Workflow.posts`), else those from
    which a transition after that notice leads.
    """
    states = {kind: {post.state, *post.again} for kind, post in workflow.posts.items()}
    if states:
        return states
    for transition in workflow.transitions:
        if transition.after_notice:
            states.setdefault(transition.after_notice, set()).update(transition.sources or ())
    return states


def _waiting(rosters: QuerySet[Roster], workflow: Workflow, kind: str, states: set[str]) -> list[Unposted]:
    model = apps.get_model(workflow.model_label)
    there = model._base_manager.filter(**{f"{workflow.field}__in": states})
    hangs = Notice.objects.standing().filter(roster=OuterRef("roster"), kind=kind)
    step = Step.objects.filter(case_type=workflow.case_type, case_id=OuterRef("case_id")).order_by("-id")
    waiting = list(
        RosterEntry.objects.standing()
        .filter(
            ~Exists(hangs),
            case_type=workflow.case_type,
            case_id__in=there.values("pk"),
            roster__in=rosters.values("pk"),
        )
        .annotate(stepped_on=Subquery(step.values("happened_on")[:1], output_field=DateField()))
        .values("roster_id")
        .annotate(last=Max("stepped_on"), cases=Count("pk"))
        .order_by("roster_id")
    )
    lists = rosters.in_bulk([row["roster_id"] for row in waiting])
    found = []
    for row in waiting:
        roster = lists[row["roster_id"]]
        since = max(roster.made_on, row["last"] or roster.made_on)
        found.append(Unposted(roster, kind, row["cases"], since, since + timedelta(days=roster.allowed)))
    return found


def _over(notices: QuerySet[Notice], field: str, code: str, today: date) -> QuerySet[Notice]:
    """Those whose day in `field` lies back longer than their place allows, with that last day as `due_on`."""
    due = ExpressionWrapper(F(field) + days_allowed(code, today), output_field=DateField())
    return notices.annotate(due_on=due).filter(due_on__lt=today)
