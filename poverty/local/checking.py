"""`make test` and `make lint`: everything that must pass, on throw-away servers of their own."""

import os
import shutil
import signal
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from poverty.local import chromium, environment, postgres, servers
from poverty.local.locks import Lock
from poverty.local.places import CHECKOUT, LOCAL, server_base, unprivileged
from poverty.local.processes import Child, end_leftovers, marked, serving
from poverty.local.supervisor import Stopped, Supervisor
from poverty.local.trouble import Trouble, say

# Fixed, so that a test can state an expected hash; nothing real was ever encrypted with them.
KEYS = {
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
    "PERSONAL_DATA_KEYS": "k1:" + b64encode(b"01234567890123456789012345678901").decode(),
    "PERSONAL_DATA_HASH_KEY": b64encode(b"abcdefghijklmnopqrstuvwxyzabcdef").decode(),
}
# The tests decide about these themselves, whatever the person's shell holds.
UNSET = (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "PUBLIC_ADDRESS",
    "SESSION_IDLE_SECONDS",
    "TEST_DATABASE_NAME",
    "TEST_DATABASE_TEMPLATE",
)
# worksteal: a module stays with one process, which sets up once what its tests share.
PYTEST = ("-n", "2", "--dist", "worksteal", "-q", "--tb=short")
LINT = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("templates", ("djlint", "templates", "--lint", "--quiet")),
)


def test(arguments: list[str]) -> int:
    """Lint, checks and pytest; with arguments pytest alone, with them. Returns the exit code."""
    browser = chromium.find()
    return in_throw_away("test", lambda supervisor, env: _test(supervisor, env, browser, arguments))


def _test(supervisor: Supervisor, env: dict[str, str], browser: str, arguments: list[str]) -> int:
    env = env | {"CHROMIUM_PATH": browser}
    with _template(supervisor, env) as template:
        failed = (
            [] if arguments else [name for name, step in _checks(env) if not _passes(supervisor, name, step)]
        )
        env |= template()
    if failed:
        say(f"make test: failed before pytest: {', '.join(failed)}")
    pytest = supervisor.run(_python("pytest", "pytest", *(arguments or PYTEST), env=env))
    if failed:
        say(f"make test: failed before pytest: {', '.join(failed)}")
    return pytest or (1 if failed else 0)


@contextmanager
def _template(supervisor: Supervisor, env: dict[str, str]) -> Iterator[Callable[[], dict[str, str]]]:
    """Migrate our own database while other things are done; each process of pytest begins with a copy of it.

    Gives a function that waits for it and returns what pytest must be told. A database that somebody else names is
    left as it is: there each process migrates its own. Raises Trouble when a migration fails.
    """
    if os.environ.get("TEST_DATABASE_URL"):
        yield dict
        return

    def migrated() -> dict[str, str]:
        if wait():
            raise Trouble("the migrations failed; why stands above.")
        return {"TEST_DATABASE_TEMPLATE": postgres.DATABASE}

    with supervisor.beside(_manage("migrate", "--verbosity", "0", env=env)) as wait:
        yield migrated


def _checks(env: dict[str, str]):
    for name, (module, *rest) in LINT:
        yield name, _python(name, module, *rest, env=env)
    yield "migrations", _manage("makemigrations", "--check", "--dry-run", env=env)
    secure = env | {"HTTPS": "1"}
    yield "check --deploy", _manage("check", "--deploy", "--fail-level", "WARNING", env=secure)


def _passes(supervisor: Supervisor, name: str, step: Child) -> bool:
    say(f"== {name}")
    return supervisor.run(step) == 0


def lint() -> int:
    """Ruff, templates, and the order of the house; needs no server."""
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    nowhere = {"DATABASE_URL": "postgresql:///none", "REDIS_URL": "redis://127.0.0.1:1/0", "HTTPS": "0"}
    env = servers.environment(LOCAL / "lint", KEYS, **KEYS, **nowhere)
    steps = [(name, _python(name, module, *rest, env=env)) for name, (module, *rest) in LINT]
    steps.append(
        ("house", _python("house", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_house.py", env=env))
    )
    try:
        failed = [name for name, step in steps if not _passes(supervisor, name, step)]
    except Stopped:
        return 130
    if failed:
        say(f"make lint: failed: {', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """The figures, on a fresh cluster with PostgreSQL's default settings."""

    def measure(supervisor: Supervisor, env: dict[str, str]) -> int:
        return supervisor.run(_python("bench", "tests.bench", *arguments, env=env))

    return in_throw_away("bench", measure, settings={})


def in_throw_away(kind: str, work, *, settings: dict[str, str] | None = None) -> int:
    """Do `work(supervisor, env)` with servers that are made for it and deleted after it.

    Each run has a directory of its own, so a `make run` or a second `make test` is not disturbed.
    TEST_DATABASE_URL and TEST_REDIS_URL name other servers to use; DATABASE_URL and REDIS_URL are left alone,
    because tests empty what they are given.
    """
    (LOCAL / kind).mkdir(mode=0o711, exist_ok=True)
    base = server_base(unprivileged())
    (base / kind).mkdir(mode=0o711, exist_ok=True)
    _clear_abandoned(kind, base)
    number = str(os.getpid())
    lock = Lock(f"{kind}/{number}")
    lock.take()
    home = LOCAL / kind / number
    home.mkdir(mode=0o711)
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    passwords = KEYS | {name: make() for name, make in environment.GENERATED.items() if name not in KEYS}
    try:
        urls = servers.start(
            supervisor,
            passwords,
            mark=home,
            name=f"{kind}/{number}/",
            logs=home,
            settings=postgres.THROW_AWAY if settings is None else settings,
            given={name: os.environ.get(f"TEST_{name}", "") for name in ("DATABASE_URL", "REDIS_URL")},
            throw_away=True,
        )
        places = {"STATIC_ROOT": str(home / "static"), "FILES_ROOT": str(home / "files")}
        env = servers.environment(home, KEYS, **KEYS, **urls, **places, HTTPS="0", LOG_LEVEL="WARNING")
        code = work(supervisor, {name: value for name, value in env.items() if name not in UNSET})
    except Stopped:
        code = 130
    finally:
        supervisor.stop_all()
        _delete(kind, base, number)
        lock.release()
    return code


def _clear_abandoned(kind: str, base: Path) -> None:
    """End and delete what a killed run left: a directory whose lock nobody holds."""
    for path in (LOCAL / kind).glob("*.lock"):
        lock = Lock(f"{kind}/{path.stem}")
        if lock.take():
            home = LOCAL / kind / path.stem
            end_leftovers(marked(str(home)), with_signal=signal.SIGTERM, patience=3.0)
            for data in (base / kind / path.stem / "postgres" / "data", home / "redis" / "data"):
                end_leftovers(serving(data), with_signal=signal.SIGQUIT, patience=3.0)
            _delete(kind, base, path.stem)
        lock.release()


def _delete(kind: str, base: Path, number: str) -> None:
    for home in {LOCAL / kind / number, base / kind / number}:
        shutil.rmtree(home, ignore_errors=True)
    (LOCAL / kind / f"{number}.lock").unlink(missing_ok=True)


def _python(name: str, module: str, *arguments: str, env: dict[str, str]) -> Child:
    return Child(name, [sys.executable, "-m", module, *arguments], env=env, log=None, cwd=CHECKOUT)


def _manage(*arguments: str, env: dict[str, str]) -> Child:
    argv = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    return Child(arguments[0], argv, env=env, log=None, cwd=CHECKOUT)
