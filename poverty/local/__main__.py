"""`python -m poverty.local run|test|lint|bench [arguments]`: set up first, then go on in `.venv`."""

import os
import signal
import sys

from poverty.local import bootstrap, checking, running
from poverty.local.places import CHECKOUT
from poverty.local.trouble import Trouble, say

COMMANDS = {
    "run": lambda arguments: running.run(),
    "test": checking.test,
    "lint": lambda arguments: checking.lint(),
    "bench": checking.bench,
    "setup": lambda arguments: 0,
}
# Says that the set-up is done and this is the Python of `.venv`.
READY = "POVERTY_READY"


def main(argv: list[str]) -> int:
    """Carry out one command; returns the exit code."""
    if not argv or argv[0] not in COMMANDS:
        say(f"usage: python -m poverty.local {'|'.join(COMMANDS)}")
        return 2
    os.chdir(CHECKOUT)
    os.umask(0o022)
    try:
        if os.environ.pop(READY, None) != str(os.getpid()):
            # A polite kill during the set-up unwinds like Ctrl-C, so that pip and npm end too.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.default_int_handler)
            python = bootstrap.prepare(tests=argv[0] in ("test", "lint", "bench"))
            os.environ[READY] = str(os.getpid())
            os.execv(python, [str(python), "-m", "poverty.local", *argv])  # noqa: S606
        return COMMANDS[argv[0]](argv[1:])
    except KeyboardInterrupt:
        say("Interrupted; the next start goes on where this one stopped.")
        return 130
    except (Trouble, OSError) as error:
        say(f"make {argv[0]}: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
