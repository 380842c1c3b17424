"""The clock of the desk tests: 24 December 2018, the second notice over since the day before, nothing late."""

import pytest
import time_machine

from tests.factories.exits import Walk


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel("2018-12-24T12:00:00+08:00", tick=True) as clock:
        yield clock


@pytest.fixture
def walk(db):
    return Walk()


@pytest.fixture
def waiting(walk):
    """Three households that wait for the county's review: 王建国, 王建军, 王建民."""
    return walk.to("second")
