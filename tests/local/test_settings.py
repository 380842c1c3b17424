"""What the settings make of addresses."""

import re

import pytest
from django.contrib.staticfiles.finders import find
from django.core.management import call_command
from django.test import override_settings

from poverty.local.browser_libraries import FILES
from poverty.settings import _database
from poverty.web.static_storage import HashedStorage


def test_a_database_behind_a_socket():
    found = _database("postgresql://poverty:p%40ss%2Fw@/poverty?host=/run/a%20b")
    assert (found["HOST"], found["PORT"]) == ("/run/a b", "")
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("poverty", "poverty", "p@ss/w")
    assert found["OPTIONS"] == {}


def test_a_database_on_another_machine():
    found = _database("postgresql://app:x@db.example.cn:6432/register?sslmode=verify-full")
    assert (found["HOST"], found["PORT"]) == ("db.example.cn", "6432")
    assert found["OPTIONS"] == {"sslmode": "verify-full"}


@pytest.mark.parametrize("name", FILES)
def test_browser_libraries_are_found(name):
    assert find(f"vendor/{name}")


def test_every_static_file_gets_a_hashed_name(tmp_path):
    """As in a deployment: each import and url() in them leads to a file that is there."""
    with override_settings(
        STATIC_ROOT=tmp_path,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "poverty.web.static_storage.HashedStorage"},
        },
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
        storage = HashedStorage(location=tmp_path, base_url="/static/")
        url = storage.url("vendor/tabler/css/tabler.min.css")
    assert re.fullmatch(r"/static/vendor/tabler/css/tabler\.min\.[0-9a-f]{12}\.css", url)
    assert (tmp_path / url.removeprefix("/static/")).exists()
