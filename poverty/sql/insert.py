"""INSERT ... SELECT from compiled ORM querysets: the one place that puts write statements together.

Only table and column names that Django's metadata knows enter the text; every value is a parameter of the
compiled query.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connections, router
from django.db.models import NOT_PROVIDED, Expression, Field, Model, QuerySet, Value
from django.db.models.functions import Cast, Now


def insert_select(
    model: type[Model],
    queryset: QuerySet,
    columns: Mapping[str, Any],
    *,
    ignore_conflicts: bool = False,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
    guard: str = "",
    returning: Sequence[str] = (),
) -> int | list[tuple]:
    """Insert one row of `model` per row of `queryset`, inside the database, and return how many were written.

    `queryset` is not a union and its own values() are replaced. `columns` maps field names of `model` to what
    they get: an expression over `queryset` (`F("area_id")`, `Subquery(...)`, `JSONObject(...)`) or a plain
    value, the same for every row (a text is a text: refer to columns with F). Fields left out get their
    default as `Model()` would give it (called once), "now" for auto_now fields, the database's for
    db_default.

    `ignore_conflicts` adds ON CONFLICT DO NOTHING. `unique` and `update` make it an upsert on these unique
    fields; `guard` names a field and lets the update happen only where the stored value is not newer than the
    incoming one.
    Filter unchanged rows out of `queryset` beforehand: an upsert locks every row that it meets.

    With `returning` the result is the list of these fields of the written rows instead of their number.
    Database errors (IntegrityError, ...) come through unchanged.
    """
    connection = connections[router.db_for_write(model)]
    fields, values = _targets(model, columns)
    aliases = {f"insert_{number}": value for number, value in enumerate(values)}
    if not (queryset.query.is_sliced or queryset.query.select_for_update):  # rows are locked in order
        queryset = queryset.order_by()
    # alias() and values_list() keep the order of the SELECT equal to the order of the columns.
    selected = queryset.using(connection.alias).annotate(**aliases).values_list(*aliases)
    try:
        sql, params = selected.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return [] if returning else 0

    quote = connection.ops.quote_name
    statement = [
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})",
        sql,
        _on_conflict(model, quote, ignore_conflicts, unique, update, guard),
    ]
    if returning:
        statement.append(f"RETURNING {', '.join(_column(model, quote, name) for name in returning)}")
    with connection.cursor() as cursor:
        cursor.execute("\n".join(part for part in statement if part), params)
        return cursor.fetchall() if returning else cursor.rowcount


def _targets(model: type[Model], columns: Mapping[str, Any]) -> tuple[list[Field], list[Expression]]:
    """Pair every column to write with its expression; unknown names raise FieldDoesNotExist."""
    given = {model._meta.get_field(name): value for name, value in columns.items()}
    if unknown := [field.name for field in given if field not in model._meta.concrete_fields]:
        raise FieldDoesNotExist(f"Not a column of {model._meta.label}: {', '.join(unknown)}")
    fields, values = [], []
    for field in model._meta.concrete_fields:
        if field in given:
            value = given[field]
        elif _filled_by_the_database(field):
            continue
        elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            value = Now()
        else:
            value = field.get_default()
        fields.append(field)
        values.append(_expression(field, value))
    return fields, values


def _filled_by_the_database(field: Field) -> bool:
    return (
        field.generated
        or field.db_default is not NOT_PROVIDED
        or field.get_internal_type().endswith("AutoField")
    )


def _expression(field: Field, value: Any) -> Expression:
    if hasattr(value, "resolve_expression"):
        return value
    target = field.target_field if field.remote_field else field
    if isinstance(value, Model):
        value = getattr(value, target.attname)
    if value is None:
        return Cast(Value(None), target)  # a typed Value(None) would be the JSON null in a JSON column
    # A literal carries its type, so that UNION, DISTINCT and NULL do not turn it into text.
    return Cast(Value(value, output_field=target), target)


def _column(model: type[Model], quote, name: str) -> str:
    return quote(model._meta.get_field(name).column)


def _on_conflict(model, quote, ignore_conflicts, unique, update, guard) -> str:
    if ignore_conflicts:
        return "ON CONFLICT DO NOTHING"
    if not unique:
        return ""
    target = ", ".join(_column(model, quote, name) for name in unique)
    if not update:
        return f"ON CONFLICT ({target}) DO NOTHING"
    changes = ", ".join(
        f"{column} = EXCLUDED.{column}" for column in (_column(model, quote, name) for name in update)
    )
    text = f"ON CONFLICT ({target}) DO UPDATE SET {changes}"
    if guard:
        column = _column(model, quote, guard)
        text += f" WHERE {quote(model._meta.db_table)}.{column} <= EXCLUDED.{column}"
    return text
