"""Files of exports go to a folder of the test; the household that they list."""

import pytest

from tests.actors import VILLAGE_A
from tests.factories.households import make_household


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    """Where stored and exported files stand during the test."""
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def household():
    made = make_household(VILLAGE_A, head="王建国", kind="registered_poor", household_no="22050310020400012")
    made.phone, made.bank_account = "13812345678", "6228480402564890018"
    made.save()
    return made
