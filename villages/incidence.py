"""贫困发生率: poor persons of the register over the agricultural population (practice.md, Indicators).

Persons of registered households whose status is 未脱贫 or 返贫; not those whose indicator fails. 预脱贫 is a household
that has not exited yet: poor now, gone after this batch. The batch is who is planned to exit in the year.
"""

from decimal import Decimal

from django.db.models import (
    DecimalField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf, Round

from households.models import ExitCase, Household
from households.options.exit_options import MARKED
from households.options.poverty_status import POVERTY_STATUSES, PRE_EXIT

POOR = (*POVERTY_STATUSES.keys_where(lambda status: status.is_poor), PRE_EXIT)


def poor_households() -> QuerySet[Household]:
    """Households that count as poor now, everywhere."""
    return Household.objects.on_register().registered_poor().filter(status__in=POOR)


def leaving(year: int) -> Q:
    """Which of them exit with this year's batch: an exit of the year under way; without any of the year, planned for it,
    or 预脱贫 without a plan for another year.

    A household whose exit was given up, or is worked on for another year, does not count, 预脱贫 or not: the word of the
    national system is older than ours.
    """
    exits = ExitCase.objects.filter(household=OuterRef("pk"))
    of_the_year = exits.filter(year=year)
    about_to = Q(status=PRE_EXIT, planned_exit_year=None) & ~Exists(exits.exclude(state=MARKED))
    return Exists(of_the_year.open()) | (~Exists(of_the_year) & (Q(planned_exit_year=year) | about_to))


def persons(rows: QuerySet[Household]) -> Expression:
    """How many persons live in those of `rows` that stand in the village of the outer query (`village__area_id`)."""
    here = rows.filter(area_id=OuterRef("village__area_id")).order_by()
    total = here.values("area_id").annotate(total=Sum("size")).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))


def share(part: Expression | F, whole: str) -> Expression:
    """Percent of a whole, to 0.01, half up; NULL where the whole is unknown or 0, or the part is unknown."""
    exact = DecimalField(max_digits=20, decimal_places=6)
    hundred = Value(Decimal(100), output_field=exact)
    divisor = NullIf(Cast(F(whole), exact), Value(Decimal(0), output_field=exact))
    return Round(
        ExpressionWrapper(Cast(part, exact) * hundred / divisor, output_field=exact),
        precision=2,
        output_field=DecimalField(max_digits=9, decimal_places=2),
    )
