"""Queries as text with their values in it, to stand inside a larger statement; for one household, or a few, compiled
once.

Compiling the judging SELECT from its expressions costs several times what PostgreSQL needs to judge one household.
The text depends only on rules, requirements and place, so a save takes it from here, values and all, with the
household as parameter $1 of a prepared statement.
"""

from collections.abc import Callable, Hashable
from threading import Lock

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# Stands for the household while compiling; no key of ours is negative.
_PLACEHOLDER = -(2**62)
_LITERAL = f" {_PLACEHOLDER}"  # as the driver writes it: apart from what stands before the sign
_PARAMETER = "$1"
_AMONG, _AMONG_PARAMETER = f"IN ({_LITERAL})", "= ANY ($1)"
_LIMIT = 500  # texts kept; a county has one for each open year and standard

_texts: dict[Hashable, str] = {}
_lock = Lock()


def bound(rows: QuerySet) -> str:
    """The compiled query with its values in it, "%" doubled; "" when it selects nothing.

    The compiled select has positional parameters, the statement around it named ones, and psycopg2 wants one
    style.
    """
    compiled = _compiled(rows)
    return "" if compiled is None else _mogrified(compiled).replace("%", "%%")


def compiled_for(
    key: Hashable,
    build: Callable[[int], QuerySet],
    around: Callable[[str], str] = lambda select: select,
) -> str:
    """The text of a query for one household, which is written $1 in it; "" when it selects nothing.

    `build` gives the query for a household and `around` the statement that the select stands in; both are asked
    once for each `key`, which names everything else that they depend on. "%" stands once.
    """
    return _kept(key, build, around, _LITERAL, _PARAMETER)


def compiled_for_some(
    key: Hashable,
    build: Callable[[int], QuerySet],
    around: Callable[[str], str] = lambda select: select,
) -> str:
    """The same for a few households, an array written $1: the query must ask for them as "among these" everywhere."""
    return _kept(key, build, around, _AMONG, _AMONG_PARAMETER)


def _kept(key, build, around, literal: str, parameter: str) -> str:
    text = _texts.get(key)
    if text is None:
        compiled = _compiled(build(_PLACEHOLDER))
        if compiled is None:
            return ""
        if _PLACEHOLDER not in compiled[1]:
            raise ValueError("The query does not name the household.")
        select = _mogrified(compiled)
        if literal not in select:
            raise ValueError("The driver writes the household in another way.")
        select = select.replace(literal, parameter)
        if _LITERAL in select:
            raise ValueError("The query names the household in two ways.")
        text = around(select)
        with _lock:
            if len(_texts) >= _LIMIT:
                _texts.clear()
            _texts[key] = text
    return text


def _compiled(rows: QuerySet) -> tuple[str, tuple] | None:
    try:
        select, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return select, tuple(params)


def _mogrified(compiled: tuple[str, tuple]) -> str:
    with connection.cursor() as cursor:
        return cursor.mogrify(*compiled).decode()
