"""Fixtures that every test may ask for, and what differs from a running system while tests run."""

import os

import pytest
from django.db import connections
from django.test import TransactionTestCase

pytest_plugins = ["tests.actors"]

# Append-only tables refuse TRUNCATE, which is how real-transaction tests are cleared. The product has no
# switch for that; the test runner uses PostgreSQL's own.
_fixture_teardown = TransactionTestCase._fixture_teardown


def _teardown_past_triggers(self):
    names = list(self._databases_names(include_mirrors=False))
    for name in names:
        with connections[name].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
    try:
        _fixture_teardown(self)
    finally:
        for name in names:
            with connections[name].cursor() as cursor:
                cursor.execute("SET session_replication_role = origin")


TransactionTestCase._fixture_teardown = _teardown_past_triggers


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Plain static names without collectstatic, and a Redis database of its own for each test process."""
    # pytest-django has read the settings by now; nothing has used them yet.
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.SESSION_WRITTEN_EVERY = 0  # every page costs the same, whichever second it falls into
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        number = int(worker.removeprefix("gw")) + 1
        settings.REDIS_URL = os.environ["REDIS_URL"] = _numbered(settings.REDIS_URL, number)
        settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
        settings.CELERY_BROKER_URL = _numbered(settings.CELERY_BROKER_URL, number)


def _numbered(url: str, number: int) -> str:
    """The same Redis, another of its databases: the number ends the address in both of its forms."""
    return url.rstrip("0123456789") + str(number)
