"""A backup: one tar file with the database as pg_dump writes it, the stored files, and what it is.

The keys are not in it: whoever finds the file cannot read personal data with it. They are kept apart
(`.local/env`, or wherever a deployment keeps them); fingerprints tell whether the right ones are there.
"""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from poverty.local.archives import unpack
from poverty.local.postgres import WHEEL, site_packages
from poverty.local.trouble import Trouble

FORMAT = 1
DUMP, ABOUT, FILES = "database.dump", "about.json", "files"
# All or nothing: whatever stops the load, the database is as it was.
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


def program(name: str) -> str:
    """pg_dump, pg_restore or psql: ours, which fit our server, else the machine's."""
    try:
        own = site_packages() / WHEEL[0] / "bin" / name
    except Trouble:
        own = Path("/nonexistent")
    found = str(own) if own.exists() else shutil.which(name)
    if not found:
        raise CommandError(f"{name} is not on this machine: install PostgreSQL's client programs.")
    return found


def connection_environment() -> dict[str, str]:
    """The address of the database in libpq's variables, so that no password stands on a command line."""
    database = connection.settings_dict
    named = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
        "PGSSLMODE": database["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": database["OPTIONS"].get("sslrootcert", ""),
    }
    return os.environ | {name: str(value) for name, value in named.items() if value}


def fingerprints() -> dict[str, list[str] | str]:
    """What tells keys apart without giving them away."""

    def mark(key: str) -> str:
        return hmac.new(key.encode(), b"which key is this", hashlib.sha256).hexdigest()[:16]

    return {
        "keys": sorted(mark(f"{name}:{key}") for name, key in settings.PERSONAL_DATA_KEYS.items()),
        "hash_key": mark(settings.PERSONAL_DATA_HASH_KEY),
    }


def _run(argv: list[str], what: str, **options) -> subprocess.CompletedProcess:
    done = subprocess.run(argv, env=connection_environment(), stderr=subprocess.PIPE, check=False, **options)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise CommandError(f"{what}: {reason[0]}")
    return done


def backup(path: Path) -> int:
    """Write the backup to `path` (readable by its owner alone) and return its size in bytes.

    The file appears when it is whole. The files follow the dump: what the dump names is never deleted, so
    nothing can be missing.
    """
    if path.exists():
        raise CommandError(f"{path} is there already: a backup is never overwritten.")
    if not path.parent.is_dir():
        raise CommandError(f"{path.parent} is no directory.")
    unfinished = path.with_name(path.name + ".new")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as place:
        dump = Path(place) / DUMP
        argv = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
        _run(argv, "The database could not be dumped")
        about = Path(place) / ABOUT
        told = {"format": FORMAT, "made": timezone.now().isoformat(), **fingerprints()}
        about.write_text(json.dumps(told, indent=1))
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            archive.add(about, ABOUT)
            archive.add(dump, DUMP)
            if settings.FILES_ROOT.is_dir():
                archive.add(settings.FILES_ROOT, FILES)
            archive.close()
            stream.flush()
            os.fsync(stream.fileno())
    unfinished.rename(path)
    return path.stat().st_size


def restore(path: Path, *, replace: bool) -> dict:
    """Load a backup into the database and the store of files; returns what the backup says of itself.

    Raises CommandError, with everything as it was: not a backup, other keys, or data there and not `replace`.
    """
    try:
        archive = tarfile.open(path)  # noqa: SIM115
    except (OSError, tarfile.TarError) as error:
        raise CommandError(f"{path} is no backup: {error}") from error
    with archive, tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-") as place:
        about = _about(archive, path)
        if connection.introspection.table_names() and not replace:
            raise CommandError("The database is not empty. --replace drops all that is in it first.")
        try:
            unpack(archive, Path(place))
        except (tarfile.TarError, OSError) as error:
            raise CommandError(f"{path} is damaged: {error}") from error
        script = Path(place) / "database.sql"
        with script.open("w") as stream:
            stream.write(EMPTY)
            stream.flush()
            argv = [
                program("pg_restore"),
                "--no-owner",
                "--no-privileges",
                "--file=-",
                str(Path(place) / DUMP),
            ]
            _run(argv, f"{path} cannot be read", stdout=stream)
        connection.close()
        argv = [program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        with script.open("rb") as stream:
            _run(argv, "The database could not be loaded", stdin=stream, stdout=subprocess.DEVNULL)
        _put_back(Path(place) / FILES)
    call_command("migrate", verbosity=0, interactive=False)
    cache.clear()
    return about


def _about(archive: tarfile.TarFile, path: Path) -> dict:
    """What the backup says of itself, after checking that it can be used here."""
    try:
        about = json.load(archive.extractfile(ABOUT))
        archive.getmember(DUMP)
    except (KeyError, ValueError, tarfile.TarError, OSError) as error:
        raise CommandError(f"{path} is no backup: {ABOUT} or {DUMP} is missing or damaged.") from error
    if about.get("format") != FORMAT:
        raise CommandError(f"{path} has format {about.get('format')}, this program reads {FORMAT}.")
    here = fingerprints()
    if about["hash_key"] != here["hash_key"] or not set(about["keys"]) <= set(here["keys"]):
        raise CommandError(
            "The backup was made with other personal-data keys: set the PERSONAL_DATA_KEYS and "
            "PERSONAL_DATA_HASH_KEY of then (.local/env)."
        )
    return about


def _put_back(files: Path) -> None:
    """Put the stored files back; one that is there already stays (its name is its content's hash)."""
    for source in (path for path in files.rglob("*") if path.is_file()):
        target = settings.FILES_ROOT / source.relative_to(files)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)
