"""Every template compiles and keeps to the content security policy: nothing inline."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = settings.BASE_DIR / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*"))
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:-]\S*)\s*=", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "a javascript: address": re.compile(r"""(href|src|action)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
}


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p class="a" style="color:red">', "a style attribute"),
        ("<style>p{}</style>", "a style element"),
        ('<button onclick="go()">', "an event attribute"),
        ("<script>go()</script>", "a script in the page"),
        ('<a href="javascript:go()">', "a javascript: address"),
    ],
)
def test_what_is_inline_is_found(text, what):
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == [what]


def test_what_is_allowed_is_not_found():
    text = '<script type="module" src="{% static \'a.js\' %}"></script><p data-style="x" class="on">'
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []
