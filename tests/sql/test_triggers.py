import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import ProjectState

from poverty.audit.models import Entry
from poverty.sql.triggers import AppendOnly, Function, Trigger

pytestmark = pytest.mark.django_db


def forwards(*operations):
    for operation in operations:
        with connection.schema_editor() as editor:
            operation.database_forwards("audit", editor, ProjectState(), ProjectState())


def backwards(*operations):
    for operation in reversed(operations):
        with connection.schema_editor() as editor:
            operation.database_backwards("audit", editor, ProjectState(), ProjectState())


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def table():
    execute("CREATE TABLE trigger_trial (n integer)")
    return "trigger_trial"


def test_the_log_refuses_update_delete_and_truncate_and_says_so():
    entry = Entry.objects.create(action="test")
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # no foreign key check waits, which would stop TRUNCATE first
    with (
        pytest.raises(DatabaseError, match="audit_entry is append-only: UPDATE refused"),
        transaction.atomic(),
    ):
        Entry.objects.update(action="other")
    with pytest.raises(DatabaseError, match="append-only: DELETE refused"), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError, match="append-only: TRUNCATE refused"), transaction.atomic():
        execute("TRUNCATE audit_entry")
    assert Entry.objects.get().action == "test"


def test_append_only_can_be_taken_back(table):
    operation = AppendOnly(table)
    forwards(operation)
    execute("INSERT INTO trigger_trial VALUES (1)")
    with pytest.raises(DatabaseError), transaction.atomic():
        execute("DELETE FROM trigger_trial")
    backwards(operation)
    execute("DELETE FROM trigger_trial")
    assert execute("SELECT count(*) FROM trigger_trial") == [(0,)]


def test_a_function_and_its_trigger_come_and_go(table):
    body = "BEGIN NEW.n := NEW.n % 10; RETURN NEW; END"
    operations = [
        Function("trial_digit", body),
        Trigger("trial", table, "trial_digit", when="BEFORE INSERT", condition="NEW.n > 20"),
    ]
    forwards(*operations)
    execute("INSERT INTO trigger_trial VALUES (37), (15)")
    assert execute("SELECT n FROM trigger_trial ORDER BY n") == [(7,), (15,)]
    newer = Function("trial_digit", "BEGIN NEW.n := 0; RETURN NEW; END", previous=body)
    forwards(newer)
    execute("INSERT INTO trigger_trial VALUES (48)")
    backwards(newer)
    execute("INSERT INTO trigger_trial VALUES (59)")
    assert execute("SELECT n FROM trigger_trial ORDER BY n") == [(0,), (7,), (9,), (15,)]
    backwards(*operations)
    assert execute("SELECT count(*) FROM pg_proc WHERE proname = 'trial_digit'") == [(0,)]


def test_a_deferred_trigger_waits_for_the_end_of_the_transaction(table):
    forwards(
        Function("trial_refuse", "BEGIN RAISE EXCEPTION 'refused at the end'; END"),
        Trigger("trial", table, "trial_refuse", when="AFTER INSERT", deferred=True),
    )
    reached = []

    def insert_and_commit():
        with transaction.atomic():
            execute("INSERT INTO trigger_trial VALUES (1)")
            reached.append("inserted")
            execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit would

    with pytest.raises(DatabaseError, match="refused at the end"):
        insert_and_commit()
    assert reached == ["inserted"]
    with pytest.raises(ValueError, match="AFTER"):
        Trigger("trial", table, "trial_refuse", when="BEFORE INSERT", deferred=True)
