"""What the person at the terminal is told."""

import os
import sys


class Trouble(Exception):
    """Something the person can mend; its text is one line that says what, where and what to do."""


def say(line: str) -> None:
    """Print one line. A closed terminal or a broken pipe must not stop an orderly end."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
