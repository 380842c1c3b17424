"""One's own page: profile, postings, rights in words, password, keys for programs, sign-ins."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from poverty.accounts import services
from poverty.accounts.forms import ChangePasswordForm, TokenForm
from poverty.accounts.models import User
from poverty.accounts.rights import ALL
from poverty.audit.models import Entry
from poverty.web.form_errors import take_over
from poverty.web.rights import signed_in

SIGN_INS = ("accounts.sign_in", "accounts.sign_in.refused", "accounts.sign_out")


@require_http_methods(["GET"])
@never_cache
@signed_in
def me(request):
    """Own page."""
    return _page(request, TokenForm())


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@signed_in
def change_password(request):
    """Change the own password; the first one must be changed before anything else opens."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.change_password(
                request.user,
                actor=request.user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改，其他设备上的登录和接口密钥都已失效。")
            return HttpResponseRedirect(reverse("accounts:me"))
    return render(request, "accounts/change_password.html", {"form": form})


@require_POST
@never_cache
@signed_in
def add_token(request):
    """Make a key for programs; the answer itself shows it, once."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, key = services.create_token(request.user, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            return render(request, "accounts/token_created.html", {"token": token, "key": key})
    return _page(request, form, status=422)


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def revoke_token(request, pk):
    """GET asks, POST ends the key."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    if request.method == "POST":
        services.revoke_token(token, actor=request.user)
        messages.success(request, f"接口密钥“{token.name}”已停用。")
        return HttpResponseRedirect(reverse("accounts:me"))
    context = {
        "action": "停用接口密钥",
        "question": f"停用“{token.name}”？",
        "losses": ["使用它的程序立即不能再访问，且不能恢复。"],
        "cancel_url": reverse("accounts:me"),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


def _page(request, token_form, status=200):
    person = User.objects.select_related("unit").get(pk=request.user.pk)
    sign_ins = Entry.objects.for_case("accounts.user", person.pk).filter(action__in=SIGN_INS)[:20]
    held = request.user.rights_today
    rights = [right for right in ALL if right.code in held]
    context = {
        "person": person,
        "postings": person.postings.select_related("area", "unit").order_by("-valid_from", "-id"),
        "rights": [
            (concern.value, [right.label for right in group])
            for concern, group in groupby(sorted(rights, key=_concern), key=lambda right: right.concerns)
        ],
        "tokens": person.api_tokens.all(),
        "token_form": token_form,
        "sign_ins": sign_ins,
    }
    return render(request, "accounts/me.html", context, status=status)


def _concern(right):
    return list(type(right.concerns)).index(right.concerns)
