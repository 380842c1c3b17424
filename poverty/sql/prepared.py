"""Large statements that PostgreSQL parses and plans once for each connection.

For a statement of several hundred lines that touches one household, reading the text and planning it cost more
than doing it. A prepared statement lives as long as its connection (CONN_MAX_AGE), outlasts a transaction that was
undone, and is planned anew by PostgreSQL itself when tables or their statistics change.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_LIMIT = 50  # statements kept by one connection; a county has one for each open year and standard

_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def execute_prepared(text: str, types: Sequence[str], values: Sequence[Any]) -> list[tuple]:
    """Run a statement whose parameters are written $1, $2, ... and return its rows.

    `types` are the PostgreSQL types of the parameters, `values` what they get this time. The text is trusted: it is
    compiled by us, never typed by somebody. Stands in a transaction, so that both steps meet one connection.
    """
    with connection.cursor() as cursor:
        known = _prepared.setdefault(connection.connection, {})
        name = known.get(text)
        if name is None:
            if len(known) >= _LIMIT:
                cursor.execute("DEALLOCATE ALL")
                known.clear()
            name = f"prepared_{len(known)}"
            cursor.execute(f"PREPARE {name} ({', '.join(types)}) AS\n{text}")
            known[text] = name
        cursor.execute(f"EXECUTE {name} ({', '.join(['%s'] * len(values))})", values)
        return cursor.fetchall()
