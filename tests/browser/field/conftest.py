"""A phone that can be switched off and on again, with its line; a village with three households and their helper."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import expect

from households.field.shell import kept
from households.services.assess import judge_households
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.browser.conftest import FLAGS, PATIENCE_MS, PHONE, session_cookie
from tests.browser.line import Line
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import make_template

expect.set_options(timeout=3 * PATIENCE_MS)

PIN = "248613"
NOW = "2018-12-01T09:00:00+08:00"
HEADS = ("王建国", "李秀英", "赵德福")
# What a phone without network, or with a session that has ended, writes into its console.
EXPECTED = ("net::ERR_", "401 (", "status of 401", "WebSocket")


@dataclass
class Phone:
    """One person's phone: its browser keeps what it holds when it is closed and opened again."""

    browser_type: object
    path: str
    home: Path
    line: Line
    size: dict = field(default_factory=lambda: dict(PHONE))
    context: object = None
    page: object = None
    faults: list = field(default_factory=list)

    def switch_on(self, user=None):
        """Open the browser, signed in as `user` or as it was, and the phone pages in it."""
        self.context = self.browser_type.launch_persistent_context(
            str(self.home),
            executable_path=self.path,
            args=FLAGS,
            base_url=self.line.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **self.size,
        )
        self.context.set_default_timeout(3 * PATIENCE_MS)
        self.context.clock.install(time=NOW)
        if user is not None:
            self.sign_in(user)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._note)
        self.page.goto(f"{self.line.address}/field/")
        return self.page

    def _note(self, message):
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            self.faults.append(message.text)

    def sign_in(self, user):
        """He has signed in in this browser, whoever was before."""
        self.context.add_cookies([session_cookie(user, self.line.address)])

    def end_session(self):
        """The session has ended, as it does after half an hour."""
        self.context.clear_cookies(name="sessionid")

    def switch_off(self):
        """Close the browser, whatever is open in it."""
        if self.context is not None:
            self.context.close()
            self.context = None

    def lose_network(self):
        """No signal."""
        self.line.cut()
        self.context.set_offline(True)

    def find_weak_signal(self):
        """The phone shows a signal, and still nothing gets through."""
        self.context.set_offline(False)

    def find_network(self):
        """The signal is back."""
        self.line.restore()
        self.context.set_offline(False)


@pytest.fixture
def make_phone(chromium, chromium_path, live_server, tmp_path):
    """make_phone() -> a Phone that is switched off. What its scripts complain about fails the test."""
    kept.cache_clear()
    phones = []

    def make() -> Phone:
        home = tmp_path / f"phone-{len(phones)}"
        one = Phone(chromium.browser_type, chromium_path, home, Line(live_server.url))
        phones.append(one)
        return one

    yield make
    for one in phones:
        one.switch_off()
        one.line.close()
    assert [fault for one in phones for fault in one.faults] == []


@pytest.fixture
def phone(make_phone):
    """One phone."""
    return make_phone()


@dataclass
class Village:
    """Three households of one helper; everything answered and met."""

    helper: object
    households: dict


@pytest.fixture
def village(clock) -> Village:
    with transaction.atomic():
        make_standard()
        make_area(VILLAGE_A)
        make_template()
        helper = make_actor(Role.HELPER, VILLAGE_A)
        helper.name = "周立春"
        helper.save(update_fields=["name"])
        households = {}
        for head in HEADS:
            one = make_household(
                VILLAGE_A,
                head,
                survey={"water_solved": None},
                members=[
                    {
                        "name": f"{head[0]}小明",
                        "relation": "son",
                        "birth_date": date(2008, 5, 1),
                        "facts": {"school_status": "primary", "education_level": "", "work_months": None},
                    }
                ],
            )
            make_pairing(one, helper)
            households[head] = one
        judge_households([one.pk for one in households.values()], 2018)
    return Village(helper, households)
