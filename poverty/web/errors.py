"""Error pages. Each says what happened and what to do; a failure of ours carries an id to quote."""

import logging
import secrets

from django.http import (
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
    JsonResponse,
)
from django.template import loader
from django.utils import timezone

from poverty.web import rights
from poverty.web.api_errors import error_of

logger = logging.getLogger("poverty.errors")


def error_id() -> str:
    """Short, readable aloud, with the day: 1121-7F3K9Q."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return timezone.localtime().strftime("%m%d-") + "".join(secrets.choice(alphabet) for _ in range(6))


def bad_request(request, exception=None):
    """400: the address or what was sent cannot be read."""
    return _answer(request, HttpResponseBadRequest, "400.html", "请求有误，无法处理。", {})


def forbidden(request, exception=None):
    """403: names the missing right and the roles that hold it."""
    codes = getattr(exception, "codes", ())
    missing = [rights.who_can(code) for code in codes]
    reason = "" if codes or exception is None else str(exception)
    message = "没有权限" + ("：" + "、".join(label for label, _ in missing) if missing else "") + "。"
    return _answer(
        request, HttpResponseForbidden, "403.html", message, {"missing": missing, "reason": reason}
    )


def not_found(request, exception=None):
    """404: not there, or not in this person's area; it is never said which."""
    return _answer(request, HttpResponseNotFound, "404.html", "没有找到，或不在您的范围内。", {})


def server_error(request):
    """500: our fault. The id stands on the page and in the log beside the traceback that Django writes."""
    number = error_id()
    logger.error("error id %s at %s %s", number, request.method, request.path)
    message = f"系统出错，错误编号 {number}。"
    try:
        return _answer(request, HttpResponseServerError, "500.html", message, {"error_id": number})
    except Exception:
        # The frame itself may be what fails (database away): a page that needs nothing.
        logger.exception("error page failed, error id %s", number)
        html = loader.render_to_string("web/bare_error.html", {"error_id": number})
        return HttpResponseServerError(html)


def csrf_failure(request, reason=""):
    """403 of the cross-site check: mostly a page left open over a sign-out. Nothing typed is lost."""
    logger.warning("csrf: %s at %s", reason, request.path)
    return _answer(request, HttpResponseForbidden, "web/csrf.html", "页面已过期，请重新打开后再提交。", {})


def _answer(request, response, template, message, context):
    if request.path.startswith("/api/"):
        status = response.status_code
        return JsonResponse(error_of(status, message, error_id=context.get("error_id")), status=status)
    return response(loader.render_to_string(template, context, request))
