"""Starts processes in order, restarts what dies, and ends everything in the opposite order.

One thread: signals only set a flag, the loop looks at it. So no child can slip away between its start and
the note that it was started.
"""

import os
import select
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from poverty.local.processes import Child, die_with_parent
from poverty.local.trouble import Trouble, say

# A child that dies this often within this many seconds will not come right by itself.
DEATHS = 5
WITHIN = 60.0
STEP = 0.1


class Stopped(Exception):
    """Somebody asked us to stop while something was under way."""


class Supervisor:
    """The children of one run, in the order they were started."""

    def __init__(self):
        self.children: list[Child] = []
        self.stopping: int | None = None
        self.impatient = False
        self._asked_at = 0.0
        self._terminal: int | None = None
        self._deaths: dict[str, deque[float]] = {}
        self._due: dict[str, float] = {}

    def listen_to_signals(self) -> None:
        """Ctrl-C, a polite kill, a closed terminal and the death of `make` all mean: stop in order."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._asked)
        if os.environ.get("MAKELEVEL"):
            die_with_parent(signal.SIGTERM)
        # Where `make` itself leads the session (a terminal that runs it directly), it alone is told that the
        # terminal was closed, and tells nobody.
        self._terminal = next((number for number in (0, 1, 2) if os.isatty(number)), None)

    def _asked(self, signum: int, _frame) -> None:
        now = time.monotonic()
        if self.stopping is None:
            self.stopping, self._asked_at = signum, now
        elif signum == signal.SIGINT and now - self._asked_at > 1.0:
            self.impatient = True

    def go_on(self) -> None:
        """Raise Stopped if somebody asked us to stop; called wherever we wait."""
        if self._terminal is not None and _hung_up(self._terminal):
            self._terminal = None
            self._asked(signal.SIGHUP, None)
        if self.stopping is not None:
            raise Stopped

    def start(self, child: Child) -> Child:
        """Start a child and watch over it from now on."""
        self.go_on()
        self.children.append(child)
        child.start()
        return child

    def run(self, child: Child) -> int:
        """Run something that ends by itself and return its exit code; ends it when asked to stop."""
        with self.beside(child) as wait:
            return wait()

    @contextmanager
    def beside(self, child: Child) -> Iterator[Callable[[], int]]:
        """Let something that ends by itself run while other things are done.

        Gives a function that waits for it and returns its exit code. It is ended when asked to stop, and with the
        block at the latest.
        """
        self.go_on()
        child.start()
        try:
            yield lambda: self._outcome(child)
        finally:
            self._stop([child])

    def _outcome(self, child: Child) -> int:
        while child.ended() is None:
            self.go_on()
            self.look_after()
            time.sleep(0.02)
        return child.ended() or 0

    def look_after(self) -> None:
        """Restart every child that has ended; Trouble when one keeps dying."""
        now = time.monotonic()
        for child in self.children:
            code = child.ended()
            if code is None:
                continue
            due = self._due.get(child.name)
            if due is None:
                self._due[child.name] = now + self._note_death(child, code, now)
            elif now >= due:
                del self._due[child.name]
                child.start()

    def _note_death(self, child: Child, code: int, now: float) -> float:
        """Note that a child ended and return how long to wait before it starts again (seconds)."""
        deaths = self._deaths.setdefault(child.name, deque(maxlen=DEATHS))
        deaths.append(now)
        child.kill_all()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if len(deaths) == DEATHS and now - deaths[0] <= WITHIN:
            raise Trouble(
                f"{child.name} ended {DEATHS} times within {WITHIN:.0f} seconds ({how}): "
                f"{child.last_words()} (see {child.log})"
            )
        say(f"{child.name} ended ({how}) and is started again; why stands in {child.log}")
        return 0.0 if len(deaths) == 1 else 0.5 * 2 ** len(deaths)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look after the children until `until` is true; raises Stopped when asked to stop."""
        while not until():
            self.go_on()
            self.look_after()
            time.sleep(STEP)

    def stop_all(self, *, groups: tuple[tuple[str, ...], ...] = ()) -> None:
        """End every child: those named in `groups` together, group by group, the rest from last to first."""
        for names in groups:
            self._stop([child for child in self.children if child.name in names])
        for child in reversed(self.children):
            self._stop([child])
        self.children.clear()
        sys.stdout.flush() if not sys.stdout.closed else None

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.signal(child.stop_with)
        deadline = time.monotonic() + max((child.patience for child in children), default=0.0)
        while any(child.running() for child in children):
            if self.impatient or time.monotonic() > deadline:
                for child in children:
                    # PostgreSQL's immediate shutdown; for the others the same as being told again.
                    child.signal(signal.SIGQUIT)
                time.sleep(0.5)
                break
            time.sleep(0.02)
        for child in children:
            child.kill_all()


def _hung_up(terminal: int) -> bool:
    """Whether the terminal behind a descriptor was closed."""
    poll = select.poll()
    poll.register(terminal, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))
