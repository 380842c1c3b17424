"""The table of the test case, its workflow, and real transactions."""

import pytest
from django.db import connection

from poverty.review.operations import StatusNeedsStep
from poverty.review.workflows import workflows
from tests.review.cases import WORKFLOW, Case

TRIGGERS = StatusNeedsStep("review_tests_case", "review_tests.case", "state")
WRITTEN = (
    "review_tests_case, review_step, review_factentry, audit_entry, accounts_posting, accounts_unit,"
    " accounts_user, areas_area"
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the table of the test case and its triggers."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Case)
        with connection.schema_editor() as editor:
            TRIGGERS.database_forwards("review_tests", editor, None, None)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE review_tests_case")
        cursor.execute("DROP FUNCTION review_tests_case_state_needs_step")


@pytest.fixture(autouse=True)
def workflow():
    """The test workflow, known while a test of this folder runs."""
    workflows.register(WORKFLOW)
    yield WORKFLOW
    workflows.unregister(WORKFLOW)


@pytest.fixture
def real_transactions(django_db_setup, django_db_blocker):
    """Tests that commit: nothing is rolled back, what they wrote is emptied afterwards.

    Emptying needs the one thing only a test runner may do: switch off the append-only triggers.
    """
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {WRITTEN} CASCADE")
            cursor.execute("SET session_replication_role = origin")
        connection.close()
