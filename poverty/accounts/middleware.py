"""Tells a person why he has to sign in again: too long without doing anything, or ended from elsewhere.

An expired session leaves no trace of its own, so the sign-in leaves a cookie without any content but "1".
"""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY

COOKIE = "signed-in"
IDLE, ENDED = "idle", "ended"
REASONS = {
    IDLE: "因长时间未操作已退出，请重新登录。",
    ENDED: "登录已失效：密码、账号或任职有变动，请重新登录。",
}


def note_ended_session(get_response):
    """Middleware, after the authentication: `request.session_ended` is IDLE, ENDED or None."""

    def middleware(request):
        request.session_ended = _ended(request)
        response = get_response(request)
        if request.session_ended and COOKIE not in response.cookies:
            mark(response, request.session_ended)
        return response

    return middleware


def keep_session_alive(get_response):
    """Middleware, after the authentication: who does something stays signed in.

    The session is written at most every SESSION_WRITTEN_EVERY seconds rather than with every page: that is how
    exactly the idle limit is kept.
    """

    def middleware(request):
        if SESSION_KEY in request.session:
            now = int(time.time())
            if now - request.session.get("written_at", 0) >= settings.SESSION_WRITTEN_EVERY:
                request.session["written_at"] = now
        return get_response(request)

    return middleware


def mark(response, value: str = "1") -> None:
    """Remember in this browser that somebody is signed in ("1"), or how that ended."""
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def forget(response) -> None:
    """The reason was shown, or the person signed out himself."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _ended(request):
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return None
    # Reading the user throws a session away whose check value no longer holds; so look at it before.
    was_there = SESSION_KEY in request.session
    if request.user.is_authenticated:
        return None
    if cookie in REASONS:
        return cookie
    return ENDED if was_there else IDLE
