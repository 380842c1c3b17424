"""The people of the tests of jobs, and the runners."""

import pytest
from celery import Celery

from poverty.celery import app as celery_app
from tests.jobs import runners  # noqa: F401 - registers the test runners


@pytest.fixture
def reviewer(county_reviewer):
    """Of 二道江区: may start, retry and cancel judging runs."""
    return county_reviewer


@pytest.fixture
def neighbour(stranger):
    """The same role in another county."""
    return stranger("county_reviewer")


@pytest.fixture
def township(township_officer):
    """Of 鸭园镇: sees jobs of the township, may not start judging."""
    return township_officer


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
