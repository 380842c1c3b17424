"""A pile of comparison sheets is typed with the keyboard: Enter moves on, one key saves, the next one opens. On paper
each household begins a page with its head and its code.
"""

import re
from datetime import date

import pytest
from django.db import transaction

from households.models import Survey, Visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.sheets import make_sheets

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pile(clock):
    """Two households' sheets, printed in December 2018 for the village's clerk."""
    with transaction.atomic():
        clerk, helper = make_actor(Role.VILLAGE_CLERK, VILLAGE_A), make_actor(Role.HELPER, VILLAGE_A)
        homes = [
            make_household(VILLAGE_A, head=name, survey={"dangerous_grade": "b"})
            for name in ("王建国", "赵二")
        ]
        for home in homes:
            make_pairing(home, helper)
        return make_sheets(VILLAGE_A, clerk, month=12), clerk, homes


def test_a_pile_is_typed_without_the_mouse(desktop, pile):
    bundle, clerk, homes = pile
    page = desktop(clerk)
    page.goto(f"/households/sheets/{bundle.pk}/next/")
    keys = page.keyboard

    assert page.evaluate("document.activeElement.name") == "visitor"
    keys.press("Enter")
    assert page.evaluate("document.activeElement.name") == "happened_on"
    page.fill("#id_happened_on", "2018-11-30")
    page.select_option("#id_h-dangerous_grade", label="A级")
    page.locator("#id_signed label").filter(has_text="已签字").locator("input").check(force=True)
    page.select_option("#id_signer", index=1)
    page.focus("#id_h-dangerous_grade")
    keys.press("Control+Enter")
    page.get_by_text("王建国户已录入").wait_for()
    page.wait_for_load_state()  # the script that puts the cursor has run

    assert page.locator("h1").inner_text().startswith("赵二户"), "the next one"
    assert page.input_value("#id_happened_on") == "2018-11-30"
    assert page.evaluate("document.activeElement.closest('.typing-part') !== null"), "who and when are known"
    with transaction.atomic():
        assert Survey.objects.get(household=homes[0]).dangerous_grade == "a"
        assert Visit.objects.get().happened_on == date(2018, 11, 30)


def test_on_paper_each_household_begins_a_page_in_large_type(desktop, pile):
    bundle, clerk, _ = pile
    page = desktop(clerk)
    page.goto(f"/households/sheets/{bundle.pk}/")
    page.get_by_role("button", name="打印 2 户").click()
    page.locator(".vsheet").first.wait_for()
    page.wait_for_load_state()  # measured before its styles are there, a page has other sizes
    page.emulate_media(media="print")

    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.vsheet *')]"
        ".filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize)))"
    )
    assert smallest >= 16, "12 pt in the browser's pixels"
    assert page.evaluate("getComputedStyle(document.querySelector('.vsheet')).breakAfter") == "page"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.vsheet thead')).display")
        == "table-header-group"
    )
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.vsheet')].map((one) => one.scrollWidth))"
    )
    assert widest <= 184 / 25.4 * 96 + 1, "fits between the margins of A4"
    pages = re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))
    assert len(pages) >= 4
