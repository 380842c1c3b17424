"""What a person does on the page of a step, as the tests of whole exits say it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, TimeoutError

from poverty.review.models import Notice


def fill(page, **fields):
    for name, value in fields.items():
        page.fill(f"#id_{name}", str(value))


def submit(page, word, said):
    """Press a button and wait until the page says what was done; a refusal fails with its words."""
    page.get_by_role("button", name=word).click()
    outcome = page.get_by_text(said).or_(page.locator(".note-error")).first
    shown(page, outcome)
    assert said in outcome.inner_text()


def shown(page: Page, outcome: Locator):
    """Wait for what is to come; if it does not, say what the page shows in its place."""
    try:
        outcome.wait_for()
    except TimeoutError as error:
        pytest.fail(f"{error.message}\n{page.url}\n{page.locator('main').inner_text(timeout=2000)}")


def refused(page, word, said, faults):
    """Press a button that is refused: the page says why and keeps what was typed."""
    page.get_by_role("button", name=word).click()
    shown(page, page.get_by_text("没有保存"))
    assert said in page.locator(".note-error").first.inner_text()
    faults.expect("422")


def after(kind: str) -> date:
    """The first day on which a list may go on after its notice."""
    return Notice.objects.get(kind=kind).last_day + timedelta(days=1)
