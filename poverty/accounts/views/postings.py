"""Postings of a person: added and ended, never changed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poverty.accounts import services
from poverty.accounts.forms import EndPostingForm, PostingForm
from poverty.accounts.models import Posting, User
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import requires


@require_http_methods(["GET", "POST"])
@requires("posting.edit")
def posting_add(request, pk):
    """Post a person of the own area to a role."""
    person = get_object_or_404(User.objects.visible_to(request.user, "posting.edit"), pk=pk)
    form = PostingForm(
        request.POST or None,
        actor=request.user,
        opened=chosen(request).area_code,
        initial={"valid_from": timezone.localdate(), "unit": person.unit_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            posting = services.add_posting(person, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(
                request, f"已安排{person.name}任{posting.area.name}{posting.get_role_display()}。"
            )
            return _to(person)
    return render(request, "accounts/posting_form.html", {"form": form, "person": person})


@require_http_methods(["GET", "POST"])
@requires("posting.edit")
def posting_end(request, pk):
    """End a posting from a day on."""
    postings = Posting.objects.visible_to(request.user, "posting.edit").select_related("user", "area")
    posting = get_object_or_404(postings, pk=pk)
    form = EndPostingForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_posting(posting, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "任职已终止。")
            return _to(posting.user)
    context = {
        "form": form,
        "person": posting.user,
        "action": "终止任职",
        "question": f"终止{posting.user.name}的任职“{posting.area.name} {posting.get_role_display()}”？",
        "losses": ["从终止时间起，这项任职的权限全部失效；今天及以前的，立即退出登录。"],
        "cancel_url": reverse("accounts:user", args=[posting.user_id]),
        "danger": True,
    }
    return render(request, "accounts/user_confirm.html", context)


def _to(person):
    return HttpResponseRedirect(reverse("accounts:user", args=[person.pk]))
