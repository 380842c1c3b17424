"""The people of the tests of jobs, and the runners."""

from datetime import date

import pytest
from celery import Celery

from poverty.accounts.models import Posting, Role, User
from poverty.celery import app as celery_app
from tests.factories.areas import make_area
from tests.jobs import runners  # noqa: F401 - registers the test runners


def posted(username, role, area_code):
    user = User.objects.create(username=username, name=username, must_change_password=False)
    Posting.objects.create(user=user, role=role, area=make_area(area_code), valid_from=date(2018, 1, 1))
    return user


@pytest.fixture
def reviewer(db):
    """Of 二道江区: may start, retry and cancel judging runs."""
    return posted("reviewer", Role.COUNTY_REVIEWER, "220503")


@pytest.fixture
def neighbour(db):
    """The same role in 东昌区."""
    return posted("neighbour", Role.COUNTY_REVIEWER, "220502")


@pytest.fixture
def township(db):
    """Of 二道江乡: sees jobs of the township, may not start judging."""
    return posted("township", Role.TOWNSHIP_OFFICER, "220503200")


@pytest.fixture
def helper(db):
    """Sees only what he started himself."""
    return posted("helper", Role.HELPER, "220503200200")


@pytest.fixture
def broker_is_away():
    """Celery's broker address is a port where nothing listens."""
    away = Celery("away", set_as_current=False)
    away.config_from_object("django.conf:settings", namespace="CELERY")
    away.conf.broker_url = "redis://127.0.0.1:1/0"
    away.set_current()
    yield
    celery_app.set_current()
    away.close()
