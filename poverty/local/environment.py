"""The secrets of this machine, kept in `.local/env`, and what a `make run` under way tells other commands.

`.local/env` is generated once and never overwritten: the personal-data keys in it are the only way to read
the encrypted columns. The environment always overrides it.
"""

import base64
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path

from poverty.local.places import LOCAL
from poverty.local.trouble import Trouble

# What Django reads; the passwords of the own servers stay with the code that starts them.
DJANGO_NAMES = ("SECRET_KEY", "PERSONAL_DATA_KEYS", "PERSONAL_DATA_HASH_KEY")
# Without these, a database that exists cannot be opened or its encrypted columns not be read.
IRREPLACEABLE = ("PERSONAL_DATA_KEYS", "PERSONAL_DATA_HASH_KEY", "POSTGRES_ADMIN_PASSWORD")


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _password() -> str:
    return secrets.token_urlsafe(24)


GENERATED = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "PERSONAL_DATA_KEYS": lambda: f"k1:{_key()}",
    "PERSONAL_DATA_HASH_KEY": _key,
    "POSTGRES_ADMIN_PASSWORD": _password,
    "POSTGRES_PASSWORD": _password,
    "REDIS_PASSWORD": _password,
}


def read(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file; {} when there is none. Blank lines and # lines are passed over."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise Trouble(
            f"{path} cannot be read: an earlier start was made by another user; use that user."
        ) from error
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write(path: Path, values: dict[str, str], *, title: str) -> None:
    """Write NAME=value lines, readable by the owner alone; the file is whole or not there."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(f"# {title}\n")
        stream.writelines(f"{name}={value}\n" for name, value in values.items())
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


def secrets_of(local: Path = LOCAL, *, data: Path | None = None) -> dict[str, str]:
    """The secrets in `.local/env`; what is missing is generated and added.

    `data` is the directory of a database that may exist already: with it there, lost keys are not replaced
    by new ones, because its encrypted columns could then never be read.
    """
    path = local / "env"
    kept = read(path)
    missing = [name for name in GENERATED if name not in kept]
    lost = [name for name in IRREPLACEABLE if name in missing and not os.environ.get(name)]
    if lost and data is not None and data.exists():
        raise Trouble(
            f"{path} no longer holds {', '.join(lost)}, without which {data} cannot be read: "
            "put the file back, or delete that directory to begin with an empty database."
        )
    if missing:
        kept |= {name: GENERATED[name]() for name in missing}
        write(
            path, kept, title="Secrets of this machine. Keep a copy: without it personal data cannot be read."
        )
    elif path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return kept


def fill(environ: MutableMapping[str, str], local: Path = LOCAL) -> None:
    """Give a command started by hand (manage.py, celery) what `make run` uses; never overrides anything.

    The addresses are there only while `make run` is running.
    """
    if not os.access(local / "env", os.R_OK):
        return
    kept = read(local / "env")
    found = {name: kept[name] for name in DJANGO_NAMES if name in kept} | read(local / "servers")
    for name, value in found.items():
        environ.setdefault(name, value)
