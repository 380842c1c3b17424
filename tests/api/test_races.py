"""Two at the same moment, in real transactions."""

import threading

import pytest
from django.db import connection, transaction

from poverty.accounts.roles import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serial]


def test_of_two_who_change_the_same_one_is_told(ask):
    """Both saw the same and change the same field: the second finds the first's value, whoever that is."""
    with transaction.atomic():
        survey = make_household().surveys.get()
        people = [make_actor(Role.VILLAGE_CLERK, VILLAGE_A) for _ in range(2)]
    askers = [ask(person) for person in people]
    start, answers = threading.Barrier(2), []

    def change(asker, area):
        body = {
            "changes": {"house_area": area},
            "base": {"house_area": None},
            "happened_on": "2018-09-25",
            "late_reason": "雨季补录",
        }
        start.wait()
        try:
            answers.append(asker.patch(f"surveys/{survey.pk}/", body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=pair) for pair in zip(askers, ("80", "90"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    survey.refresh_from_db()
    assert sorted(answers) == [200, 409]
    assert survey.version == 2
