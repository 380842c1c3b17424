"""The clock of the desk tests: 24 December 2018, the second notice over since the day before, nothing late."""

from copy import deepcopy

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction

from tests.factories.exits import Walk


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel("2018-12-24T12:00:00+08:00", tick=True) as clock:
        yield clock


@pytest.fixture(autouse=True)
def nothing_kept():
    """The order in which a person works is kept for minutes, and the people of a module are the same."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def walk(db):
    return Walk()


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """Ten steps of a list, taken once for a module and taken back at its end; each test stands in a savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel("2018-12-24T11:50:00+08:00", tick=True):
            there = Walk().to("second")
        yield there
        transaction.set_rollback(True)


@pytest.fixture
def waiting(walked, db):
    """Three households that wait for the county's review: 王建国, 王建军, 王建民. Not together with `walk`."""
    return deepcopy(walked)
