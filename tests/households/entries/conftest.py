"""The people of 二道沟村, its township and county, who bring households onto the register and off it."""

import pytest

from tests.actors import VILLAGE_A
from tests.factories import entries as make


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)
