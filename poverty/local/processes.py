"""Starting, recognising and ending processes.

A process is only ever ended after it was recognised as ours: by the mark in its environment, or by standing
in our data directory as postgres or redis-server. It is held by a pidfd meanwhile, so a number that the
system has given to another process is never hit.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from poverty.local.places import Account, as_account

MARK = "POVERTY_STARTED_FOR"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signum: int) -> None:
    """Ask the kernel to send this process `signum` when its parent dies, be it by kill -9."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)


class Child:
    """A process we start, watch and end, together with whatever it starts itself (its own session)."""

    def __init__(
        self,
        name: str,
        argv: list[str],
        *,
        env: dict[str, str],
        log: Path | None,
        stop_with: int = signal.SIGTERM,
        patience: float = 10.0,
        account: Account | None = None,
        cwd: Path | None = None,
        pass_fds: tuple[int, ...] = (),
        before: Callable[[], None] | None = None,
    ):
        self.name, self.argv, self.env, self.log = name, argv, env, log
        self.stop_with, self.patience = stop_with, patience
        self.account, self.cwd, self.pass_fds = account, cwd, pass_fds
        self.before = before
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it; its output goes to the log file, or to the terminal where there is none."""
        if self.before:
            self.before()
        place = as_account(self.account)
        if self.cwd and not self.account:
            place["cwd"] = str(self.cwd)
        stream = open(self.log, "ab", buffering=0) if self.log else None  # noqa: SIM115
        stop_with = self.stop_with
        try:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT if stream else None,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=lambda: die_with_parent(stop_with),
                **place,
            )
        finally:
            if stream:
                stream.close()

    def ended(self) -> int | None:
        """The exit code, or None while it runs (or before it was started)."""
        return self.process.poll() if self.process else None

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, signum: int) -> None:
        if self.running():
            self.process.send_signal(signum)

    def kill_all(self) -> None:
        """End what is left of its session at once."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()

    def last_words(self, *, lines: int = 1) -> str:
        """The end of its log, for the line that says why it ended."""
        if not self.log:
            return ""
        return last_lines(self.log, lines)


def last_lines(path: Path, lines: int = 1) -> str:
    """The last lines of a log that say anything."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 8192))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join([line.strip() for line in text.splitlines() if line.strip()][-lines:])


def _numbers() -> Iterator[int]:
    own = {os.getpid(), os.getppid()}
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in own:
            yield int(name)


def _marked_for(pid: int, mark: str) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return os.fsencode(f"{MARK}={mark}") in environment.split(b"\0")


def _serves(pid: int, data: Path) -> bool:
    try:
        program = os.path.basename(os.readlink(f"/proc/{pid}/exe")).removesuffix(" (deleted)")
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return program in {"postgres", "redis-server"} and place == os.path.realpath(data)


def marked(mark: str) -> Callable[[int], bool]:
    """Recognises what an earlier run started for the directory `mark`."""
    return lambda pid: _marked_for(pid, mark)


def serving(data: Path) -> Callable[[int], bool]:
    """Recognises a PostgreSQL or Redis that stands in the data directory `data`."""
    return lambda pid: _serves(pid, data)


def end_leftovers(ours: Callable[[int], bool], *, with_signal: int, patience: float = 10.0) -> int:
    """End every process that `ours` recognises: politely, then at once. Returns how many there were."""
    held: list[int] = []
    for pid in _numbers():
        if not ours(pid):
            continue
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            continue
        # Recognised again now that it is held: the number may have passed to another process in between.
        if ours(pid):
            held.append(descriptor)
        else:
            os.close(descriptor)
    for signum in (with_signal, signal.SIGKILL):
        for descriptor in held:
            _send(descriptor, signum)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(_alive(descriptor) for descriptor in held):
            time.sleep(0.05)
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def _send(descriptor: int, signum: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        signal.pidfd_send_signal(descriptor, signum)


def _alive(descriptor: int) -> bool:
    """A pidfd becomes readable when its process ends, also while nobody has collected it yet."""
    return not select.select([descriptor], [], [], 0)[0]
