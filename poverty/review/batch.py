"""Firing one transition of many cases, set-based: all of them or none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONArray, JSONObject

from poverty.audit.services import record_select
from poverty.review.entry import Entry, check_entry
from poverty.review.errors import NotAllOfThem, constraint_of
from poverty.review.holds import hold_lists, refusals
from poverty.review.leaving import leave_lists
from poverty.review.models import BatchRow, Step, TransactionId
from poverty.review.querysets import open_round
from poverty.review.services.firing import LANE_REFUSED, messages_of
from poverty.review.services.freezing import keep_copies
from poverty.review.workflows import Transition, Workflow, workflows
from poverty.sql.insert import insert_select


def fire_many(
    name: str,
    queryset: QuerySet,
    *,
    actor: AbstractBaseUser,
    decided_by: AbstractBaseUser | None = None,
    decided_by_name: str = "",
    happened_on: date | None = None,
    comment: str = "",
    late_reason: str = "",
    document_name: str = "",
) -> int:
    """Carry out a transition of every case of a queryset and return how many: one list, one decision, one
    paper.

    The arguments are those of `fire`. The cases are locked and listed first, so the queryset may well
    filter by the state that is about to change. One UPDATE, one INSERT of steps and one of audit entries,
    whatever the number. For first steps the queryset holds the new rows. Objects in memory keep their old
    state.

    Raises PermissionDenied, ValidationError by field, and NotAllOfThem with the reason by primary key; then
    nothing was written.
    """
    workflow, transition = workflows.find(queryset.model, name)
    entry = Entry(actor, decided_by, decided_by_name, happened_on, comment, late_reason, document_name)
    with transaction.atomic(), _listed(workflow, queryset) as rows:
        places = list(rows.values_list("area_code", flat=True).distinct())
        if not places:
            return 0
        entry = check_entry(transition, places, entry)
        _check(workflow, transition, entry, rows, queryset.model)
        return _write(workflow, transition, entry, rows, queryset.model)


def fire_by_reason(name: str, model: type[Model], reasons: Mapping[int, str], **entry) -> int:
    """fire_many of cases that leave, each with its own reason (by primary key) as the comment: one list for each reason.

    Returns how many. Arguments and errors as in fire_many.
    """
    lists: dict[str, list[int]] = {}
    for pk, reason in reasons.items():
        lists.setdefault(reason.strip(), []).append(pk)
    return sum(
        fire_many(name, model._base_manager.filter(pk__in=keys), **entry | {"comment": reason})
        for reason, keys in lists.items()
    )


@contextmanager
def _listed(workflow: Workflow, queryset: QuerySet) -> Iterator[QuerySet]:
    """Lock the cases and freeze them as a temporary table; yield its rows."""
    cases = queryset.model._base_manager.filter(pk__in=queryset.order_by().values("pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE review_batch (case_id bigint PRIMARY KEY,"
            ' area_code varchar(12) COLLATE "C" NOT NULL, source varchar(30) NOT NULL) ON COMMIT DROP'
        )
        insert_select(
            BatchRow,
            cases.select_for_update(of=("self",)).order_by("pk"),
            {"case_id": F("pk"), "area_code": F(workflow.area_field), "source": F(workflow.field)},
        )
        cursor.execute("ANALYZE review_batch")
        yield BatchRow.objects.all()
        # Not in a finally: after an error the rolled back savepoint has dropped it already.
        cursor.execute("DROP TABLE review_batch")


def _check(workflow: Workflow, transition: Transition, entry: Entry, rows: QuerySet, model) -> None:
    """Raise NotAllOfThem with every case that may not go on, as far as can be said before writing."""
    refused = _out_of_state(workflow, transition, rows, model)
    steps = Step.objects.filter(
        case_type=workflow.case_type,
        case_id=OuterRef("case_id"),
        round=OuterRef("open_round"),
    )
    in_round = rows.annotate(open_round=open_round(Step.objects.all(), workflow.case_type, "case_id"))
    later = steps.filter(happened_on__gt=entry.happened_on)
    if workflow.posts:
        # A new round begins after the return that closed the one before (firing.py).
        later = Step.objects.filter(
            Q(round=OuterRef("open_round")) | Q(round=OuterRef("open_round") - 1, closes_round=True),
            case_type=workflow.case_type,
            case_id=OuterRef("case_id"),
            happened_on__gt=entry.happened_on,
        )
    too_early = in_round.filter(Exists(later))
    for pk in too_early.values_list("pk", flat=True):
        refused.setdefault(pk, "发生日期早于上一环节的日期。")
    if transition.different_person_from:
        people = [user.pk for user in (entry.decided_by, entry.actor) if user is not None]
        theirs = steps.filter(lane__in=transition.different_person_from).filter(
            Q(decided_by__in=people) | Q(recorded_by__in=people)
        )
        for pk in in_round.filter(Exists(theirs)).values_list("pk", flat=True):
            refused.setdefault(pk, f"“{transition.label}”须由没有办理过前面环节的人办理。")
    for pk, message in _unready(transition, rows, model):
        refused.setdefault(pk, message)
    cases = model._base_manager.filter(pk__in=rows.values("pk"))
    listed = hold_lists(workflow, cases)
    for pk, message in refusals(workflow, transition, cases, entry.happened_on, listed=listed).items():
        refused.setdefault(pk, message)
    if refused:
        raise NotAllOfThem(refused, len(refused), model)


def _out_of_state(workflow: Workflow, transition: Transition, rows: QuerySet, model) -> dict[int, str]:
    """Who is not where the transition begins; where another was quicker with the very same, he is named."""
    wrong = dict(_wrong_state(workflow, transition, rows))
    if not wrong:
        return {}
    done = [pk for pk, state in wrong.items() if state == transition.target and not transition.is_first]
    by = dict(
        Step.objects.filter(
            case_type=workflow.case_type,
            case_id__in=done,
            transition=transition.name,
            target=transition.target,
        )
        .order_by("id")
        .values_list("case_id", "decided_by_name")
    )
    return {
        pk: f"已由{by[pk]}办理“{transition.label}”，请刷新后查看。"
        if pk in by
        else f"当前状态为“{workflow.state_label(model, state)}”，不能办理“{transition.label}”。"
        for pk, state in wrong.items()
    }


def _wrong_state(workflow: Workflow, transition: Transition, rows: QuerySet) -> Iterator[tuple[int, str]]:
    if not transition.is_first:
        return rows.exclude(source__in=transition.sources).values_list("pk", "source")
    begun = Step.objects.filter(case_type=workflow.case_type, case_id=OuterRef("case_id"))
    return rows.filter(~Q(source=transition.target) | Exists(begun)).values_list("pk", "source")


def _unready(transition: Transition, rows: QuerySet, model) -> Iterator[tuple[int, str]]:
    cases = model._base_manager.filter(pk__in=rows.values("pk"))
    if transition.precondition_many is not None:
        yield from transition.precondition_many(cases).items()
    elif transition.precondition is not None:
        for case in cases.iterator():
            if messages := messages_of(transition, case):
                yield case.pk, "；".join(messages)


def _write(workflow: Workflow, transition: Transition, entry: Entry, rows: QuerySet, model) -> int:
    if not transition.is_first:
        model._base_manager.filter(pk__in=rows.values("pk")).update(**{workflow.field: transition.target})
    source = Value("") if transition.is_first else F("source")
    written = _insert_steps(workflow, transition, entry, rows, source, model)
    if transition.freezes:
        steps = Step.objects.filter(
            case_type=workflow.case_type, case_id__in=rows.values("case_id"), txid=TransactionId()
        ).filter(transition=transition.name)
        keep_copies(steps, workflow.freeze(model._base_manager.filter(pk__in=rows.values("case_id"))))
    if transition.leaves_roster:
        leave_lists(
            workflow.case_type,
            rows.values_list("case_id", flat=True),
            reason=entry.comment or transition.label,
            actor=entry.actor,
            on=entry.happened_on,
        )
    record_select(
        f"{workflow.case_type}.{transition.name}",
        rows,
        actor=entry.actor,
        case_type=workflow.case_type,
        area_code=F("area_code"),
        changes=JSONObject(**{workflow.field: JSONArray(source, Value(transition.target))}),
        summary=f"{transition.label}：办理人 {entry.decided_by_name}，发生日期 {entry.happened_on}",
    )
    return written


def _insert_steps(workflow, transition, entry, rows, source, model) -> int:
    try:
        with transaction.atomic():
            return insert_select(
                Step,
                rows,
                {
                    "case_type": workflow.case_type,
                    "case_id": F("case_id"),
                    "area_code": F("area_code"),
                    "round": open_round(Step.objects.all(), workflow.case_type, "case_id"),
                    "transition": transition.name,
                    "source": source,
                    "target": transition.target,
                    "lane": transition.lane,
                    "level": transition.level,
                    "closes_round": transition.closes_round,
                    "decided_by": entry.decided_by,
                    "decided_by_name": entry.decided_by_name,
                    "recorded_by": entry.actor,
                    "happened_on": entry.happened_on,
                    "late_reason": entry.late_reason,
                    "comment": entry.comment,
                    "document_name": entry.document_name,
                },
            )
    except IntegrityError as error:
        if constraint_of(error) != "review_lane_guard":
            raise
        detail = error.__cause__.diag.message_detail or ""
        refused = {int(pk): LANE_REFUSED for pk in detail.split(",") if pk}
        raise NotAllOfThem(refused, len(refused), model) from error
