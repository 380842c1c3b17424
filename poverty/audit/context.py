"""Where the current request comes from, for whoever writes the log without having the request at hand."""

import ipaddress
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Origin:
    """Address of the caller (NULL outside a request or when it cannot be told) and number of the request."""

    address: str | None = None
    request_id: str = ""


_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)


def current() -> Origin:
    """Return the origin of the request being served; commands and jobs have an empty one."""
    return _current.get()


@contextmanager
def without_address() -> Iterator[None]:
    """What is recorded meanwhile keeps the number of the request and not the caller's address: he may stay unknown."""
    token = _current.set(Origin(None, _current.get().request_id))
    try:
        yield
    finally:
        _current.reset(token)


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's IP address, or None when there is none that can be believed.

    Behind a proxy of ours (BEHIND_PROXY) it is the last entry of X-Forwarded-For, the one that the proxy
    itself added; everything before it is whatever the caller wrote. Without a proxy the header is ignored.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def remember_origin(get_response):
    """Middleware: make the origin known for as long as the request is served and number the answer."""

    def middleware(request):
        request.request_id = uuid.uuid4().hex
        token = _current.set(Origin(client_address(request), request.request_id))
        try:
            response = get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request.request_id
        return response

    return middleware
