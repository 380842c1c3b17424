"""One shape for every error of the API, in Chinese: {"code", "message", "fields", "error_id"}.

`code` is for programs and stable, `message` for people, `fields` names what is wrong with which field,
`error_id` is set only when it is our fault (it finds the traceback in the log).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, SuspiciousOperation, ValidationError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from poverty.web import rights
from poverty.web.conflicts import MergeConflict
from poverty.web.questions import Questioned
from poverty.web.refusals import BadQuery

NOT_FOUND = "没有找到，或不在您的范围内。"
WRONG = "填写有误，请看各项说明。"
ASKED = "有需要核对的数，请看各项说明；核对无误的，在 confirmed_jumps 里写明后重新提交。"
_LONGEST = 200
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,80}")
_WHOLE = {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY, ""}

# By status: the stable code, and the message (None: the exception's own).
_KINDS: dict[int, tuple[str, str | None]] = {
    400: ("malformed", None),
    401: ("not_authenticated", None),
    403: ("forbidden", None),
    404: ("not_found", NOT_FOUND),
    405: ("method_not_allowed", "此地址不支持这种请求方法。"),
    406: ("not_acceptable", "只能以 JSON 回答，请检查 Accept 请求头。"),
    413: ("too_large", None),
    415: ("unsupported_media_type", "请求内容须为 UTF-8 编码的 JSON（Content-Type: application/json）。"),
    429: ("throttled", "请求过于频繁，请稍后再试。"),
    500: ("server_error", None),
}


def error_body(
    code: str, message: str, *, fields: Mapping[str, list[str]] | None = None, error_id: str | None = None
) -> dict[str, Any]:
    """The body of an error answer."""
    return {"code": code, "message": message, "fields": dict(fields or {}), "error_id": error_id}


def error_of(status: int, message: str, *, error_id: str | None = None) -> dict[str, Any]:
    """The body for a status that a page handler (poverty.web.errors) answers with."""
    code, _ = _KINDS.get(status, (f"http_{status}", None))
    return error_body(code, message, error_id=error_id)


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler; None for our own failures, which handler500 answers and logs."""
    exc = _translated(exc)
    response = exception_handler(exc, context)
    if response is None:
        return None
    code, message = _KINDS.get(response.status_code, (f"http_{response.status_code}", None))
    fields: dict[str, list[str]] = {}
    if isinstance(exc, exceptions.ValidationError):
        response.status_code = 422
        code, (message, fields) = "invalid", _readable(exc.detail)
    elif isinstance(exc, BadQuery):
        code, fields = "bad_query", _flat(exc.fields)
    response.data = error_body(code, message or _text(exc.detail), fields=fields)
    if isinstance(exc, _Conflict):
        response.data |= {"code": exc.code, "conflicts": exc.conflicts}
    if isinstance(exc, _Questions):
        response.data |= {"code": "needs_confirmation", "message": ASKED}
    return response


class _Conflict(exceptions.APIException):
    """Somebody was faster: 409. `conflicts` is empty when only the state of the case has moved on."""

    status_code = 409

    def __init__(self, message: str, code: str, conflicts: Mapping[str, Any]):
        super().__init__(message)
        self.code, self.conflicts = code, dict(conflicts)


class _Questions(exceptions.ValidationError):
    """422, to be sent again with a yes for each of the fields."""


def _translated(exc: Exception) -> Exception:
    """What services raise, as REST framework knows it."""
    if isinstance(exc, MergeConflict):
        return _Conflict(exc.messages[0], "conflict", exc.conflicts)
    if isinstance(exc, Questioned):
        return _Questions(exc.message_dict)
    if isinstance(exc, ValidationError):
        if getattr(exc, "code", None) == "changed_meanwhile":
            return _Conflict(exc.messages[0], "changed_meanwhile", {})
        return exceptions.ValidationError(exc.message_dict if hasattr(exc, "error_dict") else exc.messages)
    if isinstance(exc, rights.MissingRight):
        return exceptions.PermissionDenied(missing(exc.codes))
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(str(exc) or None)
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF Failed"):
        return exceptions.PermissionDenied("缺少或不符的 CSRF 令牌：以网页登录身份修改数据须带 X-CSRFToken。")
    if isinstance(exc, SuspiciousOperation):
        return exceptions.ParseError("请求有误，无法处理。")
    return exc


def missing(codes: tuple[str, ...]) -> str:
    """The sentence that names the rights of which one would do."""
    return "没有权限：需要" + "或".join(f"“{rights.who_can(code)[0]}”" for code in codes) + "。"


def fields_of(detail) -> dict[str, list[str]]:
    """{"items.wage_work.amount": ["…"]} of a serializer's errors, for answers that hold several."""
    return _flat(detail)


def _readable(detail) -> tuple[str, dict[str, list[str]]]:
    """(message, fields) of a validation error: what belongs to no field is the message."""
    fields = _flat(detail)
    whole = [text for name in list(fields) if name in _WHOLE for text in fields.pop(name)]
    return "；".join(whole) or WRONG, fields


def _flat(detail, path: str = "") -> dict[str, list[str]]:
    """{"items.wage_work.amount": ["…"]} of nested details, names and texts fit to be sent back."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            name = str(key)
            own = path if name in _WHOLE else f"{path}.{name}".lstrip(".")
            for inner, texts in _flat(value, own).items():
                found.setdefault(inner, []).extend(texts)
        return found
    if isinstance(detail, list | tuple):
        found = {}
        for number, value in enumerate(detail):
            nested = isinstance(value, Mapping | list | tuple)
            for inner, texts in _flat(value, f"{path}.{number}".lstrip(".") if nested else path).items():
                found.setdefault(inner, []).extend(texts)
        return found
    # What somebody sent as a field name is sent back only when it looks like one.
    return {path if path == "" or _PLAIN_NAME.fullmatch(path) else "（未知）": [_text(detail)]}


def _text(detail) -> str:
    if isinstance(detail, Mapping | list | tuple):
        return _readable(detail)[0]
    text = str(detail)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
