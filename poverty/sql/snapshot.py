"""One moment of the database, however many statements look at it and however long they take."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[datetime]:
    """A read-only transaction at REPEATABLE READ; gives its moment, to the second.

    Inside a transaction that is open already the level of that one holds, and each statement is a moment of its own.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not nested:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # A cursor is read to its end here: plan for all rows, not for the first tenth of them.
            cursor.execute(
                "SELECT set_config('cursor_tuple_fraction', '1', true), date_trunc('second', clock_timestamp())"
            )
            moment = cursor.fetchone()[1]
        yield moment
