"""The telephone line between a phone and the server: it can be cut, also in the middle of what is being sent.

Bytes only: the server at its other end is the real one.
"""

import socket
import threading
from contextlib import closing, suppress
from urllib.parse import urlsplit

_PIECE = 4096


class Line:
    """A port of its own on this machine, led on to a server. `address`: where the phone finds it."""

    def __init__(self, target: str):
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://localhost:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._up = True
        self._cut_at: tuple[bytes, int] | None = None
        self.cuts = 0
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        """Nothing gets through any more."""
        with self._lock:
            self._up = False
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """The line is whole again."""
        with self._lock:
            self._up = True

    def cut_in(self, request: bytes, after: int) -> None:
        """Cut once, when `after` bytes have gone through since a request that begins with these bytes."""
        self._cut_at = (request, after)

    def close(self) -> None:
        """Take the line down."""
        self.cut()
        self._listener.close()

    def _answer(self):
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            if not self._up:
                phone.close()
                continue
            threading.Thread(target=self._lead, args=(phone,), daemon=True).start()

    def _lead(self, phone):
        with closing(phone), closing(socket.create_connection(self._target)) as server:
            with self._lock:
                self._open |= {phone, server}
            back = threading.Thread(target=self._pour, args=(server, phone), daemon=True)
            back.start()
            self._pour(phone, server, watched=True)
            back.join()
            with self._lock:
                self._open -= {phone, server}

    def _pour(self, source, target, *, watched=False):
        gone = None
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if watched and self._cut_at:
                    beginning, after = self._cut_at
                    if gone is None and beginning in piece:
                        gone = 0
                    if gone is not None:
                        gone += len(piece)
                        if gone > after:
                            self._cut_at = None
                            self.cuts += 1
                            self.cut()
                            return
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
