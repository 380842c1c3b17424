"""Which port the web listens on."""

import errno
import socket

from poverty.local.trouble import Trouble

TRIED = 100


def listen(first: int, *, address: str = "127.0.0.1") -> socket.socket:
    """A listening socket on `first` or, where that is taken, the next free port.

    The socket is handed on to the web server, so nobody can take the port in between and a restart of the
    web server keeps it.
    """
    if not 0 < first < 65536:
        raise Trouble(f"PORT={first} is no port: choose one between 1024 and 65535.")
    for port in range(first, min(first + TRIED, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen(512)
        except OSError as error:
            listener.close()
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {port} is reserved for root: set PORT to one above 1023.") from error
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return listener
    raise Trouble(f"Ports {first} to {first + TRIED - 1} are all taken: set PORT to a free one.")


def wanted_port(environ: dict[str, str]) -> int:
    """The port asked for by PORT, else 8000."""
    text = environ.get("PORT") or "8000"
    if not text.isdigit():
        raise Trouble(f"PORT={text} is not a number.")
    return int(text)
