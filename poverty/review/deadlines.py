"""Which cases have waited too long in their state: days by place and date are parameters (`Workflow.deadlines`)."""

from datetime import date

from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.models import Parameter
from poverty.review.models import Step
from poverty.review.workflows import Workflow
from poverty.sql.prefix import within


def with_due_days(
    workflow: Workflow, rows: QuerySet, on: date, *, area_code: str = "", since: str = ""
) -> QuerySet:
    """Cases with `waiting_since` (the paper's day of their last step) and `due_on` (NULL: no deadline in that state).

    A case due on a day is late from the next one. `area_code`: where the rows lie, so that only its parameters are
    read; the value of the nearest place on the day `on` counts. `since`: a column of the case that keeps that day, so
    that the steps of ten thousand cases need not be looked up.
    """
    steps = Step.objects.filter(case_type=workflow.case_type, case_id=OuterRef("pk")).order_by("-id")
    since = F(since) if since else Subquery(steps.values("happened_on")[:1], output_field=DateField())
    return rows.annotate(waiting_since=since, waiting_days=_days(workflow, on, area_code)).annotate(
        due_on=ExpressionWrapper(F("waiting_since") + F("waiting_days"), output_field=DateField())
    )


def late(workflow: Workflow, rows: QuerySet, on: date, *, area_code: str = "") -> QuerySet:
    """Those of `rows` that should have gone on before a day, with `waiting_since` and `due_on`."""
    waiting = rows.filter(**{f"{workflow.field}__in": list(workflow.deadlines)})
    return with_due_days(workflow, waiting, on, area_code=area_code).filter(due_on__lt=on)


def _days(workflow: Workflow, on: date, area_code: str) -> Case:
    """How many days a case may wait in its state and place; one query for all parameters and places."""
    reaching = Q(pk__in=Parameter.objects.on(on).reaching(area_code).values("pk")) | within(
        "area_code", [area_code]
    )
    entered = Parameter.objects.on(on).filter(reaching, code__in=set(workflow.deadlines.values()))
    by_code: dict[str, list[Parameter]] = {}
    # The longest prefix first: CASE takes the first condition that holds.
    for row in sorted(entered, key=lambda row: -len(row.area_code)):
        by_code.setdefault(row.code, []).append(row)
    whens = []
    for state, code in workflow.deadlines.items():
        here = Q(**{workflow.field: state})
        whens += [
            When(here & within(workflow.area_field, [row.area_code]), then=Value(row.typed))
            for row in by_code.get(code, ())
        ]
        whens.append(When(here, then=Value(DEFINITIONS[code].default)))
    return Case(*whens, default=Value(None), output_field=IntegerField())
