"""Locks that end with the transaction: named ones, and rows held still by many at once."""

from collections.abc import Iterable

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Model, QuerySet


def hold(name: str) -> None:
    """Wait until no other transaction holds the lock `name`, then hold it until this transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock lives as long as its transaction: call hold() inside atomic().")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def hold_beside(name: str) -> None:
    """Hold the lock `name` together with others who do so, until this transaction ends; only `hold` excludes them."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock lives as long as its transaction: call hold_beside() inside atomic().")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def hold_all_beside(names: Iterable[str]) -> None:
    """Hold several locks as `hold_beside` does, in the order of their names."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock lives as long as its transaction: call hold_all_beside() inside atomic().")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name",
            [sorted(set(names))],
        )


def share(queryset: QuerySet) -> list[Model]:
    """Return the rows as they stand now, held until the transaction ends: nobody can change them meanwhile.

    Others may hold the same rows so at the same time (FOR SHARE, which select_for_update does not offer); who
    wants to change one waits for all of them. The queryset is of one table, without values().
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("share() holds rows until the end of a transaction.")
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:
        return []
    return list(queryset.model._default_manager.raw(f"{sql} FOR SHARE", params))
