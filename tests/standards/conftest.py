import pytest

from tests.factories.accounts import make_actor
from tests.factories.standards import register_indicators

register_indicators()


@pytest.fixture
def drafter(db):
    """First person of the county office of 二道江区."""
    return make_actor("county_reviewer")


@pytest.fixture
def publisher(db):
    """Second person of the county office of 二道江区."""
    return make_actor("county_reviewer")
