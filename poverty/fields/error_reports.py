"""What was typed never reaches an error report, a mail about an error or the log.

Numbers are known by their digits, names only as what the request brought along; so both are covered: every long row
of digits, and whatever the form or the JSON body of this request said. PostgreSQL's own words about the row
(DETAIL, CONTEXT, LINE) are left out, since they quote it.
"""

import json
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from html import escape
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

COVER = "***"
_DIGIT = "[0-9０-９]"
# Phones, identity, card and account numbers, also written in groups; a day or an area code of six digits stays.
_NUMBER = re.compile(rf"{_DIGIT}(?:[ \-]?{_DIGIT}){{10,}}[Xx]?|{_DIGIT}{{7,}}[Xx]?")
_QUERY = re.compile(r"\?[\w%.~+\-\[\]]*=[^\s\"'<>]*")
_QUOTING_THE_ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|HINT|QUERY): .*(?:\n[ \t]+\^?.*)*", re.M)
# Shorter words of Latin letters would blank out half of the program's own lines.
_NAMED = re.compile(r"name|address|words|reason|password", re.I)


def cover(text: str, typed: Iterable[str] = ()) -> str:
    """The text without long numbers, without the queries of addresses, without what was `typed`."""
    text = _QUOTING_THE_ROW.sub(rf"\1: {COVER}", text)
    for one in sorted(typed, key=len, reverse=True):
        for form in {one, escape(one), repr(one)[1:-1], json.dumps(one)[1:-1]}:
            text = text.replace(form, COVER)
    return _NUMBER.sub(COVER, _QUERY.sub(f"?{COVER}", text))


def typed_in(request: HttpRequest | None) -> set[str]:
    """What a request brought along that could tell who somebody is: texts of its query, form and JSON body.

    Only what has been read already is looked at; reading a broken request once more would fail again.
    """
    if request is None:
        return set()
    sent: list[tuple[str, Any]] = []
    for name in ("GET", "_post"):
        values = request.__dict__.get(name)
        if isinstance(values, QueryDict):
            sent += [(key, value) for key, row in values.lists() for value in row]
    if "json" in getattr(request, "content_type", "") and "_body" in request.__dict__:
        # Not JSON, or too deep for it: nobody has read it, so nobody can have told it.
        with suppress(ValueError, RecursionError):
            sent += _leaves(json.loads(request.__dict__["_body"]))
    sent += _leaves(request.__dict__.get("json_typed"))  # what the API's parser read off the stream
    return {part for key, value in sent for part in _telling(key, str(value))}


def _leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in _leaves(one, str(name))]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one, key)]
    return [(key, value)] if isinstance(value, str | int) and not isinstance(value, bool) else []


def _telling(key: str, value: str) -> set[str]:
    """The value as sent and as a form would clean it, where it may tell who somebody is."""
    forms = {value, value.strip()}
    if _NAMED.search(key):
        return {one for one in forms if len(one) > 1}
    return {one for one in forms if len(one) > 1 and (not one.isascii() or len(re.findall(_DIGIT, one)) > 5)}


class PersonalDataFilter(logging.Filter):
    """Covers a record of the log and its traceback, for every handler that comes after."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        typed = typed_in(request) if isinstance(request, HttpRequest) else set()
        record.msg, record.args = cover(record.getMessage(), typed), ()
        if record.exc_info:
            # Formatters take exc_text where there is one instead of making their own.
            record.exc_text = cover(logging.Formatter().formatException(record.exc_info), typed)
        elif record.exc_text:
            record.exc_text = cover(record.exc_text, typed)
        if record.stack_info:
            record.stack_info = cover(record.stack_info, typed)
        return True


class ReportFilter(SafeExceptionReporterFilter):
    """Leaves the values out of an error report: of forms, cookies, local variables and settings."""

    def is_active(self, request) -> bool:
        """On every machine; real data has a way of getting onto a developer's."""
        return True

    def get_post_parameters(self, request) -> dict[str, str]:
        """The names of the fields that were sent."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_safe_request_meta(self, request) -> dict[str, Any]:
        """Headers without those that hold addresses with what was searched for."""
        hidden = {"QUERY_STRING", "REQUEST_URI", "RAW_URI", "HTTP_REFERER", "HTTP_HX_CURRENT_URL"}
        meta = super().get_safe_request_meta(request)
        return {key: self.cleansed_substitute if key in hidden else value for key, value in meta.items()}

    def get_safe_cookies(self, request) -> dict[str, str]:
        """The names of the cookies."""
        return dict.fromkeys(getattr(request, "COOKIES", ()), self.cleansed_substitute)

    def get_safe_settings(self) -> dict[str, Any]:
        """None: addresses of servers carry passwords, and who reads the report has the settings."""
        return {}

    def get_traceback_frame_variables(self, request, tb_frame) -> list[tuple[str, Any]]:
        """Truth values, NULL and row numbers as they are, of the rest the type."""
        return [(name, _told(value)) for name, value in tb_frame.f_locals.items()]


class _Type:
    def __init__(self, value: Any):
        self.name = type(value).__name__

    def __repr__(self) -> str:
        return f"<{self.name}>"


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool) or (type(value) is int and abs(value) < 10_000_000):
        return value
    return _Type(value)


class Report(ExceptionReporter):
    """Django's report with everything covered that was typed, also in the words of the exception."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Django's data without the values of the query and of uploads."""
        data = super().get_traceback_data()
        data["unicode_hint"] = ""  # a piece of the text that could not be read
        if self.request is not None:
            data["request_insecure_uri"] = self.request.path
            data["request_GET_items"] = [(key, COVER) for key in self.request.GET]
            data["request_FILES_items"] = [(key, COVER) for key in self.request.FILES]
        return data

    def get_traceback_html(self) -> str:
        """The report as a page."""
        return cover(super().get_traceback_html(), typed_in(self.request))

    def get_traceback_text(self) -> str:
        """The report as a mail."""
        return cover(super().get_traceback_text(), typed_in(self.request))
