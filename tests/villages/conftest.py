"""The exits of villages: the day that all their steps are behind, who takes them, an exit to take."""

import pytest

from tests.villages.path import exit_of, people, standard


@pytest.fixture
def after_all_of_it(time_machine):
    time_machine.move_to("2018-11-26 09:00 +08:00", tick=False)


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def case(db):
    standard()
    return exit_of()
