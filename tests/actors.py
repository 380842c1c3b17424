"""The people of every test: the ten roles at one county, the same again at another one, and nobody.

County A is 二道江区 with 鸭园镇 and 二道沟村; county B is 新荣区 with 新荣镇 and 新荣村. Whoever is of one
must get 404 for what lies in the other.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from poverty.accounts.models import Role
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area

COUNTY_A, TOWNSHIP_A, VILLAGE_A = "220503", "220503100", "220503100204"
COUNTY_B, TOWNSHIP_B, VILLAGE_B = "140212", "140212100", "140212100201"


def client_of(user) -> Client:
    """A browser in which this person (None or AnonymousUser: nobody) is signed in."""
    client = Client()
    if user is not None and user.is_authenticated:
        client.force_login(user)
    return client


def make_actors(village: str) -> dict[str, object]:
    """Role -> person with one posting at the level of the role, in the county of `village`."""
    make_area(village)
    return {role.value: make_actor(role, village) for role in Role}


@pytest.fixture
def actors(db):
    """Role -> person in county A."""
    return make_actors(VILLAGE_A)


@pytest.fixture
def strangers(db):
    """Role -> person of the same role in county B."""
    return make_actors(VILLAGE_B)


@pytest.fixture
def stranger(db):
    """stranger("township_officer"): a person of this role in county B."""
    return lambda role: make_actor(role, VILLAGE_B)


@pytest.fixture
def anonymous():
    """Nobody is signed in."""
    return AnonymousUser()


@pytest.fixture
def nobody(db):
    """Signed in, without any posting: sees nothing."""
    from_factory = make_actor(Role.LEADER, VILLAGE_A)
    from_factory.postings.all().delete()
    return from_factory


@pytest.fixture
def helper(db):
    """Helper posted at 二道沟村; his households are those paired with him."""
    return make_actor(Role.HELPER, VILLAGE_A)


@pytest.fixture
def village_clerk(db):
    """Clerk of 二道沟村."""
    return make_actor(Role.VILLAGE_CLERK, VILLAGE_A)


@pytest.fixture
def township_officer(db):
    """Officer of 鸭园镇."""
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def county_reviewer(db):
    """Reviewer of 二道江区."""
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def bureau_officer(db):
    """Water bureau of 二道江区."""
    return make_actor(Role.BUREAU_OFFICER, VILLAGE_A)


@pytest.fixture
def finance_officer(db):
    """Finance bureau of 二道江区."""
    return make_actor(Role.FINANCE_OFFICER, VILLAGE_A)


@pytest.fixture
def inspector(db):
    """Inspector in 二道江区."""
    return make_actor(Role.INSPECTOR, VILLAGE_A)


@pytest.fixture
def auditor(db):
    """Auditor of 二道江区."""
    return make_actor(Role.AUDITOR, VILLAGE_A)


@pytest.fixture
def leader(db):
    """Leader of 二道江区."""
    return make_actor(Role.LEADER, VILLAGE_A)


@pytest.fixture
def administrator(db):
    """Administrator of 二道江区."""
    return make_actor(Role.ADMINISTRATOR, VILLAGE_A)
