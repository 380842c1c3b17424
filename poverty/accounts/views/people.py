"""The people on record and their accounts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from poverty.accounts import services
from poverty.accounts.account_names import may_be_account_name
from poverty.accounts.filters import UserFilter
from poverty.accounts.forms import AccountForm, UserForm, areas_for
from poverty.accounts.models import Posting, Unit, User
from poverty.audit import actions
from poverty.audit.models import Entry
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires
from poverty.web.typed import led_on

LOG_LINES = 30


@require_http_methods(["GET", "POST"])
@requires("user.view")
def users(request):
    """People of the own area, by name in pinyin order."""
    if led := led_on(
        request,
        UserFilter.base_filters,
        may_stand=may_be_account_name,
        instead="请按姓名、拼音或账号查找。",
    ):
        return led
    viewer = request.user
    shown = UserFilter(
        request.GET,
        User.objects.visible_to(viewer),
        areas=areas_for(viewer, "user.view", chosen(request).area_code),
        units=Unit.objects.visible_to(viewer, "user.view"),
    )
    rows = shown.qs.select_related("unit").prefetch_related(_postings_today(viewer))
    page = keyset_page(rows, order=(("pinyin", "asc"), ("id", "asc")), after=request.GET.get("page"))
    count, exact = count_up_to(shown.qs)
    context = {
        "filter": shown,
        "page": page,
        "count": count,
        "exact": exact,
        "may_add": viewer.has_right("user.edit"),
    }
    return render(request, "accounts/users.html", context)


@require_http_methods(["GET"])
@requires("user.view")
def user(request, pk):
    """One person: profile, postings through time, what was done to the account."""
    person = _visible(request, pk)
    postings = person.postings.visible_to(request.user).select_related("area", "unit")
    shown = list(postings.order_by("-valid_from", "-id"))
    context = {
        "person": person,
        "postings": shown,
        "elsewhere": person.postings.count() - len(shown),
        "may_manage": services.may_manage(request.user, person),
        "may_post": request.user.has_right("posting.edit") and request.user.pk != person.pk,
        "is_self": request.user.pk == person.pk,
        "log": _log(request.user, person),
    }
    return render(request, "accounts/user.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires("user.edit")
def user_add(request):
    """Put a person on record; with an account name the answer shows the first password, once."""
    form = UserForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"]
        password = services.one_time_password() if username else None
        try:
            person = services.create_user(
                actor=request.user, username=username, password=password, **form.profile()
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            if password:
                return _show_password(request, person, password, "账号已开通")
            messages.success(request, f"{person.name}已登记在册。")
            return _to(person)
    return render(request, "accounts/user_form.html", {"form": form, "person": None})


@require_http_methods(["GET", "POST"])
@requires("user.edit")
def user_edit(request, pk):
    """Change what is on record; somebody else's simultaneous change is shown, not overwritten."""
    person = _managed(request, pk)
    with transaction.atomic():
        if request.method == "POST":
            person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        form = UserForm(request.POST or None, instance=person, actor=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                services.update_user(person, actor=request.user, **form.profile())
            except ValidationError as error:
                take_over(form, error)
            else:
                messages.success(request, "已保存。")
                return _to(person)
    return render(request, "accounts/user_form.html", {"form": form, "person": person})


@require_http_methods(["GET", "POST"])
@never_cache
@requires("user.edit")
def user_give_account(request, pk):
    """Open an account for a person on record."""
    person = _managed(request, pk)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = services.one_time_password()
        try:
            person = services.give_account(
                person, actor=request.user, username=form.cleaned_data["username"], password=password
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            return _show_password(request, person, password, "账号已开通")
    context = _question(
        person, "开通账号", f"给{person.name}开通账号？", ["系统给出一次性密码，首次登录须修改。"], form
    )
    return render(request, "accounts/user_confirm.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires("user.edit")
def user_reset_password(request, pk):
    """Give a new first password; the answer shows it, once."""
    person = _managed(request, pk)
    form = None
    if request.method == "POST":
        try:
            password = services.reset_password(person, actor=request.user)
        except ValidationError as error:
            form = _refused(error)
        else:
            return _show_password(request, person, password, "密码已重置")
    losses = [
        "原密码立即失效，已登录的设备全部退出，接口密钥全部停用。",
        "新密码只显示一次，首次登录须修改。",
    ]
    context = _question(person, "重置密码", f"重置{person.name}的密码？", losses, form)
    return render(request, "accounts/user_confirm.html", context)


@require_http_methods(["GET", "POST"])
@requires("user.edit")
def user_deactivate(request, pk):
    """Switch an account off."""
    person = _managed(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.deactivate_user(person, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{person.name}的账号已停用。")
            return _to(person)
    losses = ["立即不能登录，已登录的设备全部退出，接口密钥全部停用。", "任职记录和做过的事保留。"]
    context = _question(person, "停用账号", f"停用{person.name}的账号？", losses, form, danger=True)
    return render(request, "accounts/user_confirm.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires("user.edit")
def user_reactivate(request, pk):
    """Switch an account on again, with a new first password."""
    person = _managed(request, pk)
    form = None
    if request.method == "POST":
        password = services.one_time_password()
        try:
            services.reactivate_user(person, actor=request.user, password=password)
        except ValidationError as error:
            form = _refused(error)
        else:
            return _show_password(request, person, password, "账号已启用")
    losses = ["系统给出新的一次性密码，首次登录须修改。", "未终止的任职重新生效。"]
    context = _question(person, "启用账号", f"启用{person.name}的账号？", losses, form)
    return render(request, "accounts/user_confirm.html", context)


# --- parts ------------------------------------------------------------------------------------------------


def _postings_today(viewer):
    """Postings open today that the viewer may see, as `open_postings` on each person."""
    rows = Posting.objects.visible_to(viewer).open_on().select_related("area").order_by("valid_from", "id")
    return Prefetch("postings", rows, to_attr="open_postings")


def _visible(request, pk, right="user.view"):
    people = User.objects.visible_to(request.user, right).select_related("unit__area")
    return get_object_or_404(people, pk=pk)


def _managed(request, pk):
    """The person, when in the area (else 404) and nowhere else (else 403 with the reason)."""
    person = _visible(request, pk, "user.edit")
    if not services.may_manage(request.user, person):
        raise PermissionDenied(
            "该人员的任职或单位在您管理的区划以外，请由上级或其单位所在地的系统管理员办理。"
        )
    return person


def _log(viewer, person):
    """(entry, what it is called) of what was done to the account, as far as the viewer may read the log."""
    entries = Entry.objects.visible_to(viewer).for_case("accounts.user", person.pk).select_related("actor")
    return [(entry, actions.label(entry.action)) for entry in entries[:LOG_LINES]]


def _to(person):
    return HttpResponseRedirect(reverse("accounts:user", args=[person.pk]))


def _show_password(request, person, password, title):
    context = {"person": person, "password": password, "title": title}
    return render(request, "accounts/first_password.html", context)


def _question(person, action, question, losses, form, danger=False):
    return {
        "person": person,
        "action": action,
        "question": question,
        "losses": losses,
        "form": form,
        "danger": danger,
        "cancel_url": reverse("accounts:user", args=[person.pk]),
    }


def _refused(error):
    """A form without fields that shows why a service refused."""
    form = AccountForm({"username": "-"})
    form.fields.clear()
    form.is_valid()
    take_over(form, error)
    return form
