"""What the phone pages consist of: one HTML page, its styles, ES modules and pictures, under one version.

The service worker keeps exactly these on the phone. The version follows their content, so that a phone takes a new
one when, and only when, something has changed.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

STYLES = ("css/tokens.css", "css/field.css")
SCRIPT = "js/field/main.js"
SCRIPTS = Path("js/field")
LIBRARY = "vendor/idb/index.js"
ICONS = "icons.svg"
PICTURES = (ICONS, "favicon.svg", "field/icon-192.png", "field/icon-512.png")
TEMPLATES = ("field/shell.html", "field/sw.js")
VERSION_LENGTH = 12  # hexadecimal digits: enough to tell versions apart, short enough to be read out


@dataclass(frozen=True)
class Shell:
    """Addresses as they are served (with the hash of their content in a deployment), and their version."""

    version: str
    scripts: tuple[str, ...]
    files: tuple[str, ...]


def current() -> Shell:
    """The shell of this process; read anew each time only while developing."""
    return _read() if settings.DEBUG else kept()


@lru_cache(maxsize=1)
def kept() -> Shell:
    """The shell as it stood when it was first asked for."""
    return _read()


def script_names() -> tuple[str, ...]:
    """Every ES module of the phone pages, the library that they use included."""
    folder = _source(SCRIPT).parent
    own = ((SCRIPTS / path.relative_to(folder)).as_posix() for path in folder.rglob("*.js") if path.is_file())
    return (*sorted(own), LIBRARY)


def _read() -> Shell:
    scripts = script_names()
    names = (*STYLES, *scripts, *PICTURES)
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + _source(name).read_bytes() + b"\0")
    for name in TEMPLATES:
        digest.update((settings.BASE_DIR / "templates" / name).read_bytes())
    return Shell(
        digest.hexdigest()[:VERSION_LENGTH],
        tuple(map(staticfiles_storage.url, scripts)),
        tuple(map(staticfiles_storage.url, names)),
    )


def _source(name: str) -> Path:
    """The file behind a static name; a missing one is a broken installation (FileNotFoundError)."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"static file {name}")
    return Path(found)
