"""Signing in and out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from poverty.accounts import leaving, middleware, services
from poverty.accounts.demo import PASSWORD, shown_accounts
from poverty.accounts.forms import SignInForm
from poverty.audit.context import client_address
from poverty.web.form_errors import take_over
from poverty.web.rights import public, signed_in

LANDING = "/"  # 我的工作


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
@public
def sign_in(request):
    """GET: the form, with the reason when a session has just ended. POST: check, then on."""
    target = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.check_sign_in(
                form.cleaned_data["username"],
                form.cleaned_data["password"],
                address=client_address(request),
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            return _enter(request, user, target)
    demo = shown_accounts()
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "reason": middleware.REASONS.get(request.session_ended or ""),
        "demo": demo,
        "demo_password": PASSWORD if demo else "",
    }
    response = render(request, "accounts/sign_in.html", context)
    if request.session_ended:
        middleware.forget(response)
    return response


@require_POST
@signed_in
def sign_out(request):
    """End this session and go back to the sign-in page, unless something must be settled in this browser first."""
    if address := leaving.first(request):
        return HttpResponseRedirect(address)
    services.record_sign_out(request.user)
    logout(request)
    messages.success(request, "已退出登录。")
    response = HttpResponseRedirect(reverse(settings.LOGIN_URL))
    middleware.forget(response)
    return response


def _enter(request, user, target):
    last = user.last_login
    login(request, user)  # a new session key: whoever knew the old one knows nothing
    if last:
        messages.info(
            request, f"上次登录：{timezone.localtime(last):%Y-%m-%d %H:%M}。如不是本人，请立即修改密码。"
        )
    response = HttpResponseRedirect(
        reverse("accounts:change-password") if user.must_change_password else target
    )
    middleware.mark(response)
    return response


def _safe(request, url):
    """Only an address of our own; else the landing page."""
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return url
    return LANDING
