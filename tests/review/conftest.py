"""The table of the test case, its workflow, and real transactions."""

from dataclasses import replace

import pytest
from django.db import connection

from poverty.files import cases as file_cases
from poverty.files.kinds import Kind
from poverty.review.operations import StatusNeedsStep
from poverty.review.workflows import workflows
from poverty.sql.prefix import within
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
    """The test workflow, known while a test of this folder runs; its cases are seen where households are."""
    workflows.register(WORKFLOW)
    file_cases.register(
        WORKFLOW.case_type,
        rows=lambda user: Case.objects.filter(within("area_code", user.scope("household.view").areas)),
        roles={"form": file_cases.Role("审批表扫描件", Kind.SCAN)},
    )
    yield WORKFLOW
    workflows.unregister(workflows.get(WORKFLOW.case_type))
    del file_cases._cases[WORKFLOW.case_type]


@pytest.fixture
def changed(workflow):
    """changed("approve", after_meeting="village"): the transition asks for more while the test runs."""

    def change(name: str, **more):
        now = workflows.get(workflow.case_type)
        steps = tuple(replace(one, **more) if one.name == name else one for one in now.transitions)
        workflows.unregister(now)
        workflows.register(replace(now, transitions=steps))

    return change


@pytest.fixture
def told(workflow):
    """told(deadlines={...}): the workflow says more while the test runs."""

    def tell(**more):
        now = workflows.get(workflow.case_type)
        workflows.unregister(now)
        return workflows.register(replace(now, **more))

    return tell


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
