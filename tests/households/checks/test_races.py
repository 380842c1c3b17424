"""A run beside somebody who answers, with real connections."""

import pytest
from django.db import transaction

from households.models import CheckRun, Finding, FindingAnswer, Survey
from households.services.checks import answer, run_checks
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.checks import finding_of
from tests.households.beside import Beside, held_open, wait_until_somebody_waits
from tests.households.checks.cases import Case

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2018


def test_an_answer_given_while_a_run_writes_stays():
    """The run read the finding before its facts changed; the answer is to the facts as they are now."""
    with transaction.atomic():
        household = Case("land.cultivated", "hit", survey={"cultivated_land": 15}).build()
        clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
        finding = finding_of(household, "land.cultivated")
        answer(finding, "not_true", note="确有15亩", actor=clerk)
        Survey.objects.filter(household=household).update(cultivated_land=40)
    answering, end = held_open(lambda: answer(finding, "not_true", note="承包地并入", actor=clerk))
    running = Beside(lambda: run_checks(COUNTY_A, YEAR, trigger="nightly"))
    wait_until_somebody_waits()
    end()
    given = answering.finish()
    run = running.finish()
    finding.refresh_from_db()
    assert finding.answer == given
    assert list(FindingAnswer.objects.filter(ended_at=None)) == [given]
    # The answer's own check found the facts changed and ended the first one: that counts, too.
    assert (run.open, run.answered, run.reopened) == (0, 1, 1)
    again = run_checks(COUNTY_A, YEAR, trigger="nightly")
    assert (again.open, again.answered, again.reopened, again.closed) == (0, 1, 0, 0)
    assert Finding.objects.count() == 1
    assert CheckRun.objects.count() == 2
