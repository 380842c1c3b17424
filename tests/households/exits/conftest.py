"""The clock of the exit tests: 31 December 2018 at noon in 二道江区."""

import pytest
import time_machine

from tests.factories.exits import Walk


@pytest.fixture(autouse=True)
def year_end():
    with time_machine.travel("2018-12-31T12:00:00+08:00", tick=True) as clock:
        yield clock


@pytest.fixture
def walk(db):
    return Walk()
