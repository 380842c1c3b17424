"""How much the phone pages weigh when they are opened for the first time, over a village's network."""

import gzip
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

from households.field import shell
from tests.bench.output import figure

PAGES = ("/field/", "/sw.js", "/field/app.webmanifest")
KILO = 1024
MOST = 400  # kilobytes


def first_load() -> tuple[int, int]:
    """(files, bytes): the page, its worker and manifest, and every file they name, compressed as they are sent."""
    names = (*shell.STYLES, *shell.script_names(), *shell.PICTURES)
    sent = [Path(finders.find(name)).read_bytes() for name in names]
    client = Client(SERVER_NAME="localhost")
    answers = [client.get(path) for path in PAGES]
    assert all(one.status_code == 200 for one in answers)
    sent += [one.content for one in answers]
    return len(sent), sum(len(gzip.compress(one)) for one in sent)


def measure() -> None:
    """The first load of the phone pages."""
    files, weight = first_load()
    figure("phone_first_load", files, weight / KILO, "KB", reach=f"value <= {MOST}")
