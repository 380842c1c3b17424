"""Lists (名单): made and left."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from poverty.audit.services import record
from poverty.review.entry import holds_at
from poverty.review.errors import constraint_of
from poverty.review.levels import Level
from poverty.review.models import Roster, RosterEntry
from poverty.review.services.papers import check_paper_day
from poverty.review.workflows import workflows
from poverty.sql.insert import insert_select
from poverty.sql.locks import hold
from poverty.sql.prefix import within


@transaction.atomic
def make_roster(
    case_type: str,
    cases: QuerySet,
    *,
    area_code: str,
    year: int,
    title: str,
    actor,
    made_on: date | None = None,
    late_reason: str | None = None,
    order: tuple[str, ...] = ("pk",),
) -> Roster:
    """Put cases of one place on a new list, in the given order, and return it.

    The cases are locked and asked for again before, so the queryset may filter by their state. The caller has checked
    right and place. `late_reason`: why an earlier day is entered today; None: the caller has asked. Raises
    ValidationError when there is no case, when one lies outside the place or already stands on another list, for a day
    to come, and for a late one without reason.
    """
    workflow = workflows.get(case_type)
    made_on = made_on or timezone.localdate()
    if late_reason is not None:
        made_on, late_reason = check_paper_day(
            made_on, area_code, late_reason, field="made_on", what="造册日期"
        )
    elif made_on > timezone.localdate():
        raise ValidationError({"made_on": "造册日期不能晚于今天。"})
    cases = _locked(cases)
    if outside := cases.exclude(within(workflow.area_field, [area_code])).count():
        raise ValidationError(f"有 {outside} 户不在这个区划，不能列入同一份名单。")
    hold(f"review.roster:{case_type}:{area_code}:{year}")
    last = Roster.objects.filter(case_type=case_type, area_code=area_code, year=year).aggregate(
        n=Max("number")
    )
    roster = Roster.objects.create(
        case_type=case_type,
        area_code=area_code,
        year=year,
        number=(last["n"] or 0) + 1,
        title=title,
        made_on=made_on,
        made_by=actor,
        late_reason=late_reason or "",
    )
    try:
        with transaction.atomic():
            count = insert_select(
                RosterEntry,
                cases,
                {
                    "roster": roster,
                    "case_type": case_type,
                    "case_id": F("pk"),
                    "position": Window(RowNumber(), order_by=order),
                },
            )
    except IntegrityError as error:
        if constraint_of(error) != "one_roster_of_a_case_at_a_time":
            raise
        raise ValidationError("其中有的户已在另一份名单上，请刷新后再选。") from error
    if not count:
        raise ValidationError("名单是空的，请先选择要列入的户。")
    record("review.roster.make", roster, actor=actor, summary=f"{title}，{count}户")
    return roster


def _locked(cases: QuerySet) -> QuerySet:
    """Those of these cases that are still among them once nobody else can change them."""
    rows = cases.model._base_manager.filter(pk__in=cases.order_by().values("pk"))
    held = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    still = list(cases.filter(pk__in=held).order_by().values_list("pk", flat=True))
    return cases.model._base_manager.filter(pk__in=still)


def by_hand(roster: Roster, user) -> set[int]:
    """The cases of a list that a user may take off it without a step of their procedure; one query."""
    workflow = workflows.get(roster.case_type)
    states = [
        state
        for state, (right, level) in workflow.by_hand.items()
        if holds_at(user, right, level, roster.area_code)
    ]
    if not states:
        return set()
    standing = RosterEntry.objects.standing().filter(roster=roster)
    cases = workflow.model_class._base_manager.filter(
        **{f"{workflow.field}__in": states}, pk__in=standing.values("case_id")
    )
    return set(cases.values_list("pk", flat=True))


@transaction.atomic
def leave_by_hand(entry: RosterEntry, *, reason: str, actor, on: date | None = None) -> None:
    """Take a case off its list without a step of its procedure, where the procedure lets that be (`Workflow.by_hand`).

    Raises ValidationError where the case must leave by a step (returned, dropped), PermissionDenied without the right
    that the procedure names for its state, and what leave_roster raises.
    """
    workflow = workflows.get(entry.case_type)
    model = workflow.model_class
    rows = model._base_manager.filter(pk=entry.case_id).select_for_update(of=("self",))
    state, place = rows.values_list(workflow.field, workflow.area_field).get()
    if state not in workflow.by_hand:
        raise ValidationError(
            f"该户现在是“{workflow.state_label(model, state)}”，不能直接移出名单，请按程序退回或移出计划。"
        )
    right, level = workflow.by_hand[state]
    if not holds_at(actor, right, level, place or ""):
        raise PermissionDenied(f"移出名单由{Level(level).label}级办理。")
    leave_roster(entry, reason=reason, actor=actor, on=on)


@transaction.atomic
def leave_roster(entry: RosterEntry, *, reason: str, actor, on: date | None = None) -> None:
    """Take one case off its list; the others go on. ValidationError without a reason, on a day before the list was
    made or to come, or when it has left already.
    """
    reason, on = reason.strip(), on or timezone.localdate()
    if not reason:
        raise ValidationError({"reason": "请写明移出名单的原因。"})
    if not entry.roster.made_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"移出日期应在造册日期 {entry.roster.made_on} 与今天之间。"})
    rows = RosterEntry.objects.standing().filter(pk=entry.pk)
    if rows.update(left_on=on, left_reason=reason[:200], left_by=actor) != 1:
        raise ValidationError("该户已经不在名单上，请刷新后查看。")
    record(
        "review.roster.leave",
        entry.roster,
        actor=actor,
        case=(entry.case_type, entry.case_id, entry.roster.area_code),
        summary=f"移出名单“{entry.roster.title}”：{reason}",
    )
