"""A real Chromium against Django's live server, on a phone and on a desktop."""

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from poverty.local.chromium import HOME, NAMES, works

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
# A click that finds nothing fails sooner than after Playwright's half minute.
PATIENCE_MS = 20_000

# Playwright's synchronous interface runs an event loop in this thread; Django takes that for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items):
    """Everything in this directory drives the browser."""
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that `make test` found or brought; without one the tests fail, they are never skipped."""
    asked = os.environ.get("CHROMIUM_PATH")
    candidates = [asked] if asked else [*filter(None, map(shutil.which, NAMES)), str(HOME / "start")]
    for candidate in candidates:
        if works(candidate):
            return candidate
    pytest.fail("No Chromium on this machine: `make test` brings one.")


@pytest.fixture(scope="session")
def chromium(chromium_path):
    """The running browser, one for each test process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Faults:
    """What a person would not see but the browser complained about: failed scripts, refused styles."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on(
            "console",
            lambda line: self.found.append(f"console: {line.text}") if line.type == "error" else None,
        )
        page.on("response", lambda answer: self._note(answer.status, answer.url))

    def _note_line(self, line) -> None:
        if line.type == "error":
            self.found.append(f"console: {line.text}")

    def _note(self, status: int, url: str) -> None:
        if status >= 500 or (status == 404 and f"/{settings.STATIC_URL.strip('/')}/" in url):
            self.found.append(f"{status}: {urlsplit(url).path}")

    def expect(self, part: str) -> None:
        """Strike out what a test provokes on purpose, e.g. the console line of a 403."""
        self.found = [text for text in self.found if part not in text]


@pytest.fixture
def faults() -> Faults:
    """The complaints so far; what is left at the end of the test fails it."""
    return Faults()


@pytest.fixture
def open_page(chromium, live_server, faults):
    """open_page(PHONE or DESKTOP, user=None) -> a page in a context of its own, signed in as `user`.

    Addresses are relative to the live server; nothing else is reachable.
    """
    contexts = []

    def open_one(size: dict, user=None) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **size
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.route(
            lambda url: not url.startswith((live_server.url, "data:", "blob:")), lambda route: route.abort()
        )
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults.found == []


@pytest.fixture
def phone(open_page):
    """phone(user=None) -> a page of 390 x 844."""
    return lambda user=None: open_page(PHONE, user)


@pytest.fixture
def desktop(open_page):
    """desktop(user=None) -> a page of 1440 x 900."""
    return lambda user=None: open_page(DESKTOP, user)


@pytest.fixture
def clock():
    """The clock of the place, at nine in the morning of the first day."""
    with time_machine.travel("2018-12-01T09:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def on(clock, open_page):
    """on(day, user) -> his page, at nine in the morning of that day; he has signed in on it."""

    @contextmanager
    def working(day: date, user):
        clock.move_to(f"{day}T09:00:00+08:00")
        page = open_page(DESKTOP, user)
        yield page
        page.context.close()

    return working


def session_cookie(user, url: str) -> dict:
    """The cookie of somebody who has signed in, for tests that are not about signing in."""
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
