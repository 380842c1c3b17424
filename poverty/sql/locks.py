"""Named locks that end with the transaction."""

from django.db import connection


def hold(name: str) -> None:
    """Wait until no other transaction holds the lock `name`, then hold it until this transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock lives as long as its transaction: call hold() inside atomic().")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
