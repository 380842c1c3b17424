"""Requests in other encodings than UTF-8 are not decoded at all.

Django decodes the address by whatever charset the request names, before any middleware or view: `zlib`, `hex`
and `idna` are charsets to it, and the request ends as a failure without a page.
"""

from collections.abc import Callable, Iterable

from django.utils.http import parse_header_parameters

_UTF8 = {"utf-8", "utf8"}


def utf8_only(application: Callable) -> Callable:
    """Wrap a WSGI application: a body that says it is not UTF-8 becomes a body of no known type."""

    def guarded(environ: dict, start_response: Callable) -> Iterable[bytes]:
        if not _is_utf8(environ.get("CONTENT_TYPE", "")):
            environ = {**environ, "CONTENT_TYPE": "application/octet-stream"}
        return application(environ, start_response)

    return guarded


def _is_utf8(content_type: str) -> bool:
    """Whether a content type names UTF-8, or no charset."""
    try:
        _, parameters = parse_header_parameters(content_type)
    except (ValueError, LookupError):  # a parameter that is itself written in a strange charset
        return False
    return parameters.get("charset", "utf-8").strip().lower() in _UTF8
