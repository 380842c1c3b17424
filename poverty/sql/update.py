"""UPDATE ... FROM a compiled ORM queryset: many rows get their own values in one statement.

Django's update() cannot follow a relation to another table. As in insert.py only names that Django's metadata knows
enter the text; every value is a parameter of the compiled query.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import F, Model, QuerySet


def update_from(model: type[Model], queryset: QuerySet, columns: Mapping[str, Any], *, key: Any) -> int:
    """Update one row of `model` per row of `queryset`, inside the database; returns how many rows were written.

    `key` is an expression over `queryset` that gives the primary key of the row to change, each key once; `columns`
    maps field names of `model` to expressions over `queryset`. Every row that is met is written: leave unchanged
    ones out beforehand. Database errors come through unchanged.
    """
    connection = connections[router.db_for_write(model)]
    fields = [model._meta.get_field(name) for name in columns]
    aliases = {"update_key": F(key) if isinstance(key, str) else key}
    aliases |= {f"update_{number}": value for number, value in enumerate(columns.values())}
    selected = queryset.using(connection.alias).order_by().annotate(**aliases).values_list(*aliases)
    try:
        sql, params = selected.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(name) for name in aliases)
    changes = ", ".join(
        f"{quote(field.column)} = incoming.{quote(alias)}"
        for field, alias in zip(fields, list(aliases)[1:], strict=True)
    )
    statement = (
        f"UPDATE {table} SET {changes} FROM ({sql}) AS incoming ({names}) "  # noqa: S608 - names from metadata only
        f"WHERE {table}.{quote(model._meta.pk.column)} = incoming.{quote('update_key')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount
