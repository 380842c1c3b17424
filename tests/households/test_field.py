"""The phone pages as the server gives them: whole, light, without anything about anybody, and left with care."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from households.field import shell
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, client_of
from tests.bench.field import KILO, MOST, first_load
from tests.factories.accounts import make_actor

IMPORT = re.compile(r'(?:from|import)\s+"([^"]+)"')
KEPT_FILES = re.compile(r"const FILES = (\[.*?\]);", re.DOTALL)


@pytest.fixture(autouse=True)
def fresh_shell():
    shell.kept.cache_clear()
    yield
    shell.kept.cache_clear()


def get(path: str):
    return Client().get(path)


def test_the_shell_is_for_everybody_and_asked_for_anew(db):
    answer = get("/field/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    assert answer.cookies["field"]["httponly"]
    page = answer.content.decode()
    assert f'name="field-version" content="{shell.current().version}"' in page
    assert not re.search(r"<style|style=|<script(?![^>]+src=)", page)


def test_the_worker_stands_at_the_root_and_keeps_every_file(db):
    answer = get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    code = answer.content.decode()
    kept = json.loads(KEPT_FILES.search(code).group(1))
    page = get("/field/").content.decode()
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page) + re.findall(r'data-icons="([^"]+)"', page)
    assert set(named) <= set(kept)
    assert f'VERSION = "{shell.current().version}"' in code


def test_every_module_that_is_imported_is_kept():
    names = set(shell.script_names())
    for name in names - {shell.LIBRARY}:
        source = Path(finders.find(name))
        for target in IMPORT.findall(source.read_text()):
            static = (Path("/") / Path(name).parent / target).as_posix()
            parts: list[str] = []
            for part in static.strip("/").split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in names, f"{name} imports {target}"


def test_the_version_follows_the_content(tmp_path, settings):
    before = shell.current().version
    assert shell.current().version == before
    shell.kept.cache_clear()
    assert shell.current().version == before
    changed = tmp_path / "css"
    changed.mkdir()
    (changed / "field.css").write_text(Path(finders.find("css/field.css")).read_text() + "\n/* anew */\n")
    with override_settings(STATICFILES_DIRS=[tmp_path, *settings.STATICFILES_DIRS]):
        finders.get_finder.cache_clear()
        shell.kept.cache_clear()
        try:
            assert shell.current().version != before
        finally:
            finders.get_finder.cache_clear()


def test_the_first_load_is_light(db):
    files, weight = first_load()
    assert files > len(shell.current().scripts)
    assert weight < MOST * KILO


def test_the_manifest_makes_it_installable(db):
    manifest = get("/field/app.webmanifest").json()
    assert manifest["start_url"] == "/field/"
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_a_browser_that_may_hold_visits_is_asked_before_the_session_ends(db):
    client = client_of(make_actor(Role.HELPER, VILLAGE_A))
    client.get("/field/")
    answer = client.post("/sign-out/")
    assert answer.status_code == 302
    assert answer["Location"] == "/field/#/leave"
    assert SESSION_KEY in client.session
    answer = client.post("/sign-out/", {"visits": "settled"})
    assert answer["Location"] == "/sign-in/"
    assert SESSION_KEY not in client.session


def test_a_browser_without_visits_signs_out_at_once(db):
    client = client_of(make_actor(Role.HELPER, VILLAGE_A))
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.HELPER, True), (Role.VILLAGE_CLERK, True), (Role.AUDITOR, False)]
)
def test_whoever_visits_finds_the_phone_pages_from_his_work(db, role, shown):
    page = client_of(make_actor(role, VILLAGE_A)).get("/").content.decode()
    assert ('href="/field/"' in page) is shown
