"""Comparing values that may be missing."""

from django.db.models import BooleanField, Func


class Differs(Func):
    """IS DISTINCT FROM: like <>, but a missing value differs from a known one and not from another missing one."""

    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "
    arity = 2
    output_field = BooleanField()


class Joined(Func):
    """jsonb || jsonb: two objects become one, the second's names win; two arrays follow one another."""

    template = "(%(expressions)s)"
    arg_joiner = " || "


class WithoutNulls(Func):
    """A JSON object without the names whose value is null."""

    function = "jsonb_strip_nulls"
    arity = 1
