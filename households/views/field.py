"""The shell of the phone pages, its manifest, its service worker. None of them holds anything about anybody.

They are public, so that a phone may fetch and keep them whoever is signed in; data come from the API alone.
"""

import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from households.field.leaving import COOKIE, COOKIE_SECONDS
from households.field.shell import ICONS, SCRIPT, STYLES, current
from poverty.web.rights import public


@require_safe
@public
def shell(request):
    """The one HTML page of the phone pages."""
    now = current()
    context = {
        "version": now.version,
        "styles": [static(name) for name in STYLES],
        "script": static(SCRIPT),
        "scripts": now.scripts,
        "icons": static(ICONS),
    }
    response = render(request, "field/shell.html", context)
    return _used(request, _fresh(response))


@require_safe
@public
def worker(request):
    """The service worker: always asked for anew, so that a new version is found the day it is there."""
    now = current()
    context = {
        "version": now.version,
        "files_json": json.dumps(now.files, indent=0),
        "shell": reverse("field:shell"),
    }
    return _fresh(render(request, "field/sw.js", context, content_type="text/javascript; charset=utf-8"))


@require_safe
@public
def manifest(request):
    """What makes the pages installable. Signing in lies inside its scope: it happens in the same window."""
    icons = [{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    icons += [
        {"src": static(f"field/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        for side in (192, 512)
    ]
    content = {
        "id": reverse("field:shell"),
        "name": "脱贫攻坚 走访",
        "short_name": "走访",
        "lang": "zh-Hans",
        "start_url": reverse("field:shell"),
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f5f7fa",
        "theme_color": "#b3202a",
        "icons": icons,
    }
    return _fresh(JsonResponse(content, content_type="application/manifest+json"))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response


def _used(request, response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        COOKIE, "1", max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
