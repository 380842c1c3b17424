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
# Where the rows that migrations wrote into other tables (papers that steps require) lie, to be brought back from.
MIGRATED = "as_migrated"


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
            for table, columns in _columns_of(cursor, MIGRATED).items():
                names = ", ".join(map(connection.ops.quote_name, columns))
                cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {MIGRATED}.{table}")  # noqa: S608


TransactionTestCase._fixture_teardown = _empty_what_was_written


def _columns_of(cursor, schema: str) -> dict[str, list[str]]:
    """The tables of a schema with the columns that are written, not computed."""
    cursor.execute(
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_catalog, table_schema, table_name)"
        " WHERE table_schema = %s AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name",
        [schema],
    )
    return dict(cursor.fetchall())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database; what migrations wrote is laid by, once for the life of the database."""
    database = connections[DEFAULT_DB_ALIAS]
    with django_db_blocker.unblock(), transaction.atomic(), database.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NULL", [MIGRATED])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(f"CREATE SCHEMA {MIGRATED}")
        for table, columns in _columns_of(cursor, "public").items():
            if table in KEPT:
                continue
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')  # noqa: S608
            if cursor.fetchone()[0]:
                names = ", ".join(f'"{name}"' for name in columns)
                cursor.execute(f'CREATE TABLE {MIGRATED}."{table}" AS SELECT {names} FROM "{table}"')  # noqa: S608


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
