"""Constraints that PostgreSQL enforces without an extension."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db.models import BigIntegerField, Expression, F, Func, Q, Value


def text_key(field: str) -> Func:
    """Return a 64-bit number that stands for the text in `field`, for use as a column of `no_overlap`.

    GiST compares ranges only (there is no btree_gist), so text takes part by its hash. Two texts of one
    object could collide with a chance of 1 in 2^64; the outcome would be a refusal, never a lost row.
    """
    return Func(F(field), Value(0), function="hashtextextended", output_field=BigIntegerField())


def no_overlap(
    name: str,
    *columns: str | Expression,
    start: str = "valid_from",
    end: str | Expression = "valid_to",
    bounds: str = "[)",
    condition: Q | None = None,
    message: str = "时间与已有记录重叠。",
) -> ExclusionConstraint:
    """Forbid two rows with equal `columns` whose periods overlap.

    Periods are [start, end): a row may begin on the day on which another ends; with `bounds` "[]" the end is a
    day of the period itself. A NULL start or end is open.
    A NULL in `columns` would overlap with everything: give a `condition` that leaves such rows out.
    `end` is a field or an expression that gives a day.
    A column is an integer field, a foreign key ("household", not "household_id", so that `full_clean` can
    check it too) or an expression that gives an integer.
    """
    numbers = [F(column) if isinstance(column, str) else column for column in columns]
    equal = [
        Func(number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
        for number in numbers
    ]
    last = F(end) if isinstance(end, str) else end
    period = Func(F(start), last, Value(bounds), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[(expression, "&&") for expression in (*equal, period)],
        condition=condition,
        violation_error_message=message,
    )
