"""No status without its step: refused at commit, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from poverty.review.operations import StatusNeedsStep
from poverty.review.services import fire
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.review.cases import Case, make_case

pytestmark = pytest.mark.serial


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.fixture
def case(real_transactions):
    """A case that was begun and proposed, each in its own transaction."""
    clerk = make_actor("village_clerk", VILLAGE_A)
    with transaction.atomic():
        case = make_case()
        fire("open", case, actor=clerk)
    fire("propose", case, actor=clerk)
    return case


def test_a_row_without_its_first_step(real_transactions):
    with pytest.raises(IntegrityError, match="state draft without a step"):
        make_case()
    assert not Case.objects.exists()


def test_a_status_written_by_sql(case):
    with pytest.raises(IntegrityError, match="state approved without a step"):
        sql("UPDATE review_tests_case SET state = 'approved'")
    with pytest.raises(IntegrityError, match="without a step"):
        Case.objects.update(state="draft")
    case.state = "checked"
    with pytest.raises(IntegrityError, match="without a step"):
        case.save()
    assert Case.objects.get().state == "proposed"


def test_an_old_step_does_not_serve_again(case):
    # There is a step draft -> proposed, but of an earlier transaction.
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE review_tests_case SET state = 'draft'")
    with pytest.raises(IntegrityError, match="state proposed without a step"):
        sql("UPDATE review_tests_case SET state = 'proposed'")


def test_other_columns_are_free(case):
    Case.objects.update(persons=3, state="proposed")
    assert Case.objects.get().persons == 3


def test_two_transitions_in_one_transaction(case):
    first_secretary = make_actor("village_clerk", VILLAGE_A)
    first_secretary.name = "李秀英"
    first_secretary.save()
    township = make_actor("township_officer", VILLAGE_A)
    with transaction.atomic():
        fire("check", case, actor=first_secretary)
        fire("verify", case, actor=township)
    assert Case.objects.get().state == "verified"


def test_a_status_that_may_begin_empty(real_transactions):
    operation = StatusNeedsStep("review_tests_free", "review_tests.free", "status", initial="")
    try:
        sql("CREATE TABLE review_tests_free (id bigint PRIMARY KEY, status text NOT NULL)")
        with connection.schema_editor() as editor:
            operation.database_forwards("review_tests", editor, None, None)
        sql("INSERT INTO review_tests_free VALUES (1, '')")
        with pytest.raises(IntegrityError, match="status exited without a step"):
            sql("INSERT INTO review_tests_free VALUES (2, 'exited')")
        with pytest.raises(IntegrityError, match="status exited without a step"):
            sql("UPDATE review_tests_free SET status = 'exited'")
        with connection.schema_editor() as editor:
            operation.database_backwards("review_tests", editor, None, None)
        sql("UPDATE review_tests_free SET status = 'exited'")
    finally:
        sql("DROP TABLE review_tests_free")
