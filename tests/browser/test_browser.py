"""The browser itself, our fixtures, and what every page rests on."""

import pytest


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_page_opens_with_our_look(request, size):
    page = request.getfixturevalue(size)()
    page.goto("/")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    width = page.viewport_size["width"]
    assert width == {"phone": 390, "desktop": 1440}[size]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Tabler's variables are there, so its stylesheet was found and allowed.
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--tblr-primary')") != ""
    )


def test_an_inline_script_is_refused(desktop, faults):
    page = desktop()
    page.goto("/")
    page.evaluate(
        """() => { const script = document.createElement('script');
        script.textContent = 'window.ran = true'; document.body.append(script); }"""
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in faults.found)
    faults.expect("Content Security Policy")


def test_nothing_outside_is_reached(desktop, faults):
    page = desktop()
    page.goto("/")
    outcome = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'refused')")
    assert outcome == "refused"
    faults.found.clear()
