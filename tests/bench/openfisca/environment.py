"""An environment of its own for OpenFisca-core: it must not meet what the system itself runs on."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from poverty.local.places import CHECKOUT, LOCAL

LOCK = CHECKOUT / "requirements-bench.lock"
PLACE = LOCAL / "bench-venv"
STAMP = PLACE / "installed"
# Settings that would make pip install elsewhere.
DROPPED = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}


def python() -> Path:
    """The Python that has OpenFisca-core, installed from the lock, by hashes, when it is missing or changed.

    Raises RuntimeError with pip's own words when it cannot be had.
    """
    found = PLACE / "bin" / "python"
    wanted = hashlib.sha256(LOCK.read_bytes() + str(PLACE).encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted and os.access(found, os.X_OK):
        return found
    shutil.rmtree(PLACE, ignore_errors=True)
    base = getattr(sys, "_base_executable", "") or sys.executable
    _run([base, "-m", "venv", str(PLACE)])
    pip = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", str(LOCK)])
    STAMP.write_text(wanted)
    return found


def _run(argv: list[str]) -> None:
    env = {name: value for name, value in os.environ.items() if name not in DROPPED}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env, cwd=CHECKOUT)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR")]
        raise RuntimeError((errors or said or ["no reason given"])[-1])
