"""One set-up and one run at a time per checkout, by locks that vanish with their holder."""

import fcntl
import json
import os
from pathlib import Path

from poverty.local.places import LOCAL
from poverty.local.trouble import say


class Lock:
    """An exclusive lock on a file of `.local`, with a note from its holder inside."""

    def __init__(self, name: str, local: Path = LOCAL):
        self.path = local / f"{name}.lock"
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """Take it if nobody holds it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.note(pid=os.getpid())
        return True

    def wait(self, what: str) -> None:
        """Take it, waiting for its holder and saying so."""
        if self.take():
            return
        say(f"Waiting for {what} (process {self.read().get('pid', '?')}).")
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        self.note(pid=os.getpid())

    def note(self, **values) -> None:
        """Write down what the next one who comes should be told."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(values).encode(), 0)

    def read(self) -> dict:
        """The holder's note; {} while it is being written."""
        try:
            return json.loads(self.path.read_text() or "{}")
        except ValueError:
            return {}

    def release(self) -> None:
        os.close(self._descriptor)
