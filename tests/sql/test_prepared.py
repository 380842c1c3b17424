"""Prepared statements: planned once for a connection, whatever happens to the transaction."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from poverty.sql.prepared import _LIMIT, execute_prepared

pytestmark = pytest.mark.django_db


def prepares(queries):
    return [one for one in queries if one["sql"].startswith("PREPARE")]


def test_a_statement_is_prepared_once_and_executed_with_other_values():
    with CaptureQueriesContext(connection) as queries:
        assert execute_prepared("SELECT $1 * 2, '50%'", ["bigint"], [4]) == [(8, "50%")]
        assert execute_prepared("SELECT $1 * 2, '50%'", ["bigint"], [5]) == [(10, "50%")]
    assert len(prepares(queries)) == 1


def test_values_stay_values():
    text = "'); DROP TABLE areas_area; --"
    assert execute_prepared("SELECT length($1)", ["text"], [text]) == [(len(text),)]


def test_it_outlasts_a_transaction_that_was_undone():
    with transaction.atomic():
        execute_prepared("SELECT $1 + 1", ["bigint"], [1])
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as queries:
        assert execute_prepared("SELECT $1 + 1", ["bigint"], [2]) == [(3,)]
    assert not prepares(queries)


def test_a_statement_that_cannot_be_prepared_is_not_taken_for_prepared():
    for _ in range(2):
        with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic():
            execute_prepared("SELECT $1 FROM no_such_table", ["bigint"], [1])


def test_a_value_that_does_not_fit_leaves_the_statement_usable():
    with pytest.raises(DatabaseError), transaction.atomic():
        execute_prepared("SELECT 10 / $1", ["bigint"], [0])
    assert execute_prepared("SELECT 10 / $1", ["bigint"], [5]) == [(2,)]


def test_many_statements_make_room_for_each_other():
    for number in range(2 * _LIMIT + 5):
        assert execute_prepared(f"SELECT $1 + {number}", ["bigint"], [1]) == [(number + 1,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= _LIMIT
