"""Fixtures that every test may ask for, and what differs from a running system while tests run."""

import gc
import os
from itertools import compress

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.test import TransactionTestCase

pytest_plugins = ["tests.actors"]

# What `migrate` itself writes; no test changes it, and it would be written anew each time.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# What migrations wrote into other tables (papers that steps require): table -> columns, rows as JSON.
_migrated: dict[str, tuple[str, str]] = {}


def _empty_what_was_written(self):
    """After a test with real transactions: delete the rows there are.

    Django truncates every table there is, which takes seconds; and append-only tables refuse both. The product has
    no switch for that; the test runner uses PostgreSQL's own. What migrations wrote is there again for the next test,
    as for the first.
    """
    for name in self._databases_names(include_mirrors=False):
        connection = connections[name]
        tables = [
            connection.ops.quote_name(table)
            for table in connection.introspection.django_table_names(only_existing=True, include_views=False)
            if table not in KEPT
        ]
        with transaction.atomic(using=name), connection.cursor() as cursor:
            # As TRUNCATE does: whoever has still read or written (a page that was left) comes to his end first.
            cursor.execute("SET LOCAL lock_timeout = '60s'")
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            asked = ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables)
            cursor.execute(f"SELECT {asked}")
            written = compress(tables, cursor.fetchone())
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in written:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            for table, (names, rows) in _migrated.items():
                source = f"json_populate_recordset(NULL::{table}, %s)"
                cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}", [rows])  # noqa: S608


TransactionTestCase._fixture_teardown = _empty_what_was_written


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database; what migrations wrote is laid by before the first test."""
    database = connections[DEFAULT_DB_ALIAS]
    with django_db_blocker.unblock(), database.cursor() as cursor:
        # The columns that are written, not computed.
        cursor.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_catalog, table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
            " GROUP BY table_name"
        )
        for table, names in cursor.fetchall():
            if table in KEPT:
                continue
            cursor.execute(f"SELECT json_agg(r)::text FROM (SELECT {names} FROM {table}) r")  # noqa: S608
            if (rows := cursor.fetchone()[0]) is not None:
                _migrated[table] = (names, rows)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Plain static names without collectstatic, and a Redis database of its own for each test process."""
    # pytest-django has read the settings by now; nothing has used them yet.
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.SESSION_WRITTEN_EVERY = 0  # every page costs the same, whichever second it falls into
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # `make test` migrates one database; each test process begins with a copy of it.
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = os.environ.get("TEST_DATABASE_TEMPLATE")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        number = int(worker.removeprefix("gw")) + 1
        settings.REDIS_URL = os.environ["REDIS_URL"] = _numbered(settings.REDIS_URL, number)
        settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
        settings.CELERY_BROKER_URL = _numbered(settings.CELERY_BROKER_URL, number)


def pytest_collection_finish():
    """What is there before the first test stays: looking through it for garbage again and again takes long."""
    gc.collect()
    gc.freeze()


def _numbered(url: str, number: int) -> str:
    """The same Redis, another of its databases: the number ends the address in both of its forms."""
    return url.rstrip("0123456789") + str(number)
