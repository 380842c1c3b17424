"""Rows on their way in: a temporary table shaped like an unmanaged model, filled by COPY.

The model can then be used in ORM expressions like any other until the transaction ends, when the table goes.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import Model

_SMALL = 1_000  # rows that may well be compared each with each
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def stage(model: type[Model], rows: Iterable[Sequence]) -> int:
    """Create the temporary table of `model` and copy `rows` into it; return how many there were.

    `model` is unmanaged. Rows are sequences in the order of its fields; None is NULL, the rest goes in as
    its text. They are taken one by one, so a generator of any length needs no memory. What it raises comes
    through, and the transaction must then be rolled back. Call it inside a transaction; a second call
    replaces the table.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A staging table lives as long as its transaction: call stage() inside atomic().")
    quote = connection.ops.quote_name
    table, fields = quote(model._meta.db_table), model._meta.concrete_fields
    columns = ", ".join(f"{quote(field.column)} {_type(field)}" for field in fields)
    reader = _Reader(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        cursor.copy_expert(f"COPY {table} FROM STDIN", reader)
    if reader.error:
        raise reader.error
    analyze(model)
    return reader.count


def copy_rows(model: type[Model], rows: Iterable[Sequence], *, columns: Sequence[str]) -> int:
    """Copy `rows` into the ordinary table of `model`; return how many there were.

    Rows are sequences in the order of `columns` (field names); columns left out get the database's default. None is
    NULL, bytes go in as bytea, the rest as its text. Taken one by one; what they raise comes through.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    reader = _Reader(rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN", reader)
    if reader.error:
        raise reader.error
    return reader.count


def analyze(model: type[Model], *names: str, new: bool = True) -> None:
    """Let the planner know what the table (or these fields of it) now holds; autovacuum would find out only later.

    Rows of the transaction that asks are counted too. Until it ends no other transaction can analyze the table, and
    none waits for it: an import may take minutes. It goes on with what was known before. Where rows are `new`, so
    that nothing is known of them, it then joins by hash and merge only until it ends: slower than with figures, but
    never each row with each.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    with connection.cursor() as cursor:
        table = quote(model._meta.db_table)
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {table}" + (f" ({columns})" if columns else ""))
        if new and not _has_analyzed(cursor, table):
            cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")


def _has_analyzed(cursor, table: str) -> bool:
    """Whether the table was not passed over: who has analyzed it holds this lock until his transaction ends."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
        " AND relation = %s::regclass AND mode = 'ShareUpdateExclusiveLock')",
        [table],
    )
    return cursor.fetchone()[0]


def analyze_if_grown(model: type[Model], added: int) -> None:
    """The same where a transaction has added more than a tenth of what the planner believes to be there: taken for
    an empty table, rows are compared each with each. Passed over while another transaction holds the table's figures.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        if added > _SMALL and added > cursor.fetchone()[0] / 10:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {table}")


def _type(field) -> str:
    parameters = field.db_parameters(connection)
    collation = parameters.get("collation")
    return f'{parameters["type"]} COLLATE "{collation}"' if collation else parameters["type"]


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    text = value if isinstance(value, str) else str(value)
    # Nearly no text has any of these, and looking for them is far cheaper than replacing nothing.
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return text


class _Reader:
    """What COPY reads from: the rows in PostgreSQL's text format."""

    def __init__(self, rows: Iterable[Sequence]):
        self.count = 0
        self.error: Exception | None = None
        self._lines = self._encoded(rows)
        self._rest = b""

    def _encoded(self, rows: Iterable[Sequence]) -> Iterator[bytes]:
        for row in rows:
            self.count += 1
            yield ("\t".join(_text(value) for value in row) + "\n").encode()

    def _next_line(self) -> bytes:
        try:
            return next(self._lines, b"")
        except Exception as error:
            # The driver would turn it into an error of its own; COPY ends here and stage() raises it.
            self.error = error
            return b""

    def read(self, size: int = 8192) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while length < size and (line := self._next_line()):
            parts.append(line)
            length += len(line)
        text = b"".join(parts)
        self._rest = text[size:]
        return text[:size]
