"""The files that a set-up rests on."""

import json
import re

import pytest

from poverty.local import browser_libraries
from poverty.local.locks import Lock
from poverty.local.places import CHECKOUT


def pins(name):
    return set(re.findall(r"^([a-z0-9-]+==\S+)", (CHECKOUT / name).read_text(), re.MULTILINE))


def test_the_lock_for_tests_holds_all_of_the_other_one():
    """make test installs it alone."""
    assert pins("requirements.lock") <= pins("requirements-test.lock")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "requirements-bench.lock"])
def test_every_package_is_locked_by_hash_and_no_registry_is_named(name):
    text = (CHECKOUT / name).read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["package-lock.json", "tests/browser/package-lock.json"])
def test_every_npm_package_is_locked_by_hash_and_no_registry_is_named(name):
    packages = json.loads((CHECKOUT / name).read_text())["packages"]
    assert [key for key, entry in packages.items() if key and "integrity" not in entry] == []
    assert [key for key, entry in packages.items() if "resolved" in entry] == []


def test_what_is_served_is_copied_without_its_source_map(tmp_path):
    modules = tmp_path / "node_modules"
    for source in browser_libraries.FILES.values():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_bytes(b"a {}\n/*# sourceMappingURL=tabler.min.css.map */")
    browser_libraries.copy(modules, tmp_path / "vendor")
    assert (tmp_path / "vendor/tabler/css/tabler.min.css").read_bytes() == b"a {}\n"
    assert {str(path.relative_to(tmp_path / "vendor")) for path in (tmp_path / "vendor").rglob("*.*")} == set(
        browser_libraries.FILES
    )


def test_one_holder_at_a_time_and_its_note(tmp_path):
    first, second = Lock("run", tmp_path), Lock("run", tmp_path)
    assert first.take()
    assert not second.take()
    first.note(pid=1, address="http://127.0.0.1:8000/")
    assert second.read() == {"pid": 1, "address": "http://127.0.0.1:8000/"}
    first.release()
    assert second.take()
    second.release()
