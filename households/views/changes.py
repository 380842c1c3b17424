"""Proposing register changes, and what becomes of one: pages of the village, and the page of a change."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.change_lines import lines_of, people_lines
from households.forms.changes import FORMS, CommentForm, may_come_back
from households.models import Household, RegisterChange
from households.options.change_kinds import (
    ADD_MEMBER,
    CHANGE_HEAD,
    CHANGE_KINDS,
    COUNTY,
    REGISTER,
    RETURN_MEMBER,
    SPLIT,
)
from households.readers import READERS
from households.services.changes import (
    propose_change,
    refuse_registration,
    return_change,
    withdraw_change,
)
from households.services.persons import lock_returning, new_person
from households.views.reaching import change_for, household_for, sent
from poverty.files.kinds import Kind
from poverty.files.services import store
from poverty.review.services import available, steps_of
from poverty.web import questions
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

STATE_COLOURS = {
    "proposed": "blue",
    "confirmed": "blue",
    "effective": "green",
    "returned": "red",
    "withdrawn": "grey",
}
_EXPLAINED = {
    "add_member": "出生、婚入、收养、迁入",
    "remove_member": "死亡、婚出、迁出、参军、服刑、失踪",
    "return_member": "退伍、刑满释放、失踪返回、迁回",
    "move_member": "从本户转到本县另一户",
    "change_head": "户主去世、年迈或外出，户编号不变",
    "split": "部分成员分出，另立一户",
    "merge": "全户并入另一户，本户保留记录",
    "close": "成员全部去世或离户",
    "clear_member": "不应纳入的人，或重复录入",
    "clear_household": "不应纳入的户",
}


@require_safe
@requires("register.propose")
def propose_start(request, pk: int):
    """Choose what to propose for a household; says who decides and what is on its way already."""
    household = household_for(request.user, pk, "register.propose")
    pending = household.state == Household.State.PENDING
    closed = household.state in {Household.State.CLOSED, Household.State.MERGED}
    kinds = [
        (kind, _EXPLAINED.get(kind.key, ""), kind.decided_at == COUNTY, _not_here(kind.key, household))
        for kind in CHANGE_KINDS
        if not closed and pending == (kind.key == REGISTER)
    ]
    context = {
        "household": household,
        "kinds": kinds,
        "waiting": household.changes.open().select_related("member"),
        "colours": STATE_COLOURS,
        "apply_url": "" if closed else reverse("households:apply-household", args=[household.pk]),
        "move_url": "" if closed or pending else reverse("households:move-apply", args=[household.pk]),
    }
    return render(request, "households/changes/start.html", context)


def _not_here(kind: str, household: Household) -> str:
    """Why a change cannot be made of this household now; "" when it can."""
    if kind in (CHANGE_HEAD, SPLIT) and household.size < 2:
        return "户内只有一人"
    if kind == RETURN_MEMBER and not may_come_back(household):
        return "没有可以回户的成员"
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def propose(request, pk: int, kind: str):
    """Propose a change of one kind; what was typed stays when it is refused, and nothing is half saved."""
    household = household_for(request.user, pk, "register.propose")
    if kind not in FORMS:
        return redirect("households:propose-start", pk)
    form = FORMS[kind](sent(request), request.FILES or None, household=household, actor=request.user)
    if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
        try:
            change = _propose(kind, household, form, request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已提出“{change.get_kind_display()}”，等乡镇确认。")
            return redirect("households:change", change.pk)
    context = {
        "form": form,
        "household": household,
        "kind": CHANGE_KINDS[kind],
        "explained": _EXPLAINED.get(kind, ""),
        "for_county": CHANGE_KINDS[kind].decided_at == COUNTY,
        "asked": [form[name] for name in form.asked],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/changes/propose.html", context, status=status)


@transaction.atomic
def _propose(kind: str, household: Household, form, actor) -> RegisterChange:
    values = form.proposal()
    if kind == ADD_MEMBER:
        person = form.person()
        lock_returning([person], beside=[household.pk])
        values["member"] = new_person(person, actor=actor, area_code=household.area_id)
    upload = form.cleaned_data.get("scan")
    if upload is not None:
        try:
            values["scan"] = store(upload, actor=actor, area_code=household.area_id, kind=Kind.SCAN)
        except ValidationError as error:
            raise ValidationError({"scan": error.messages}) from error
    return propose_change(kind, household, actor=actor, **values)


@require_safe
@requires(*READERS)
def change(request, pk: int):
    """One change: what it does, before and after, its steps, and what can be done with it now, or why not."""
    row = change_for(request.user, pk)
    context = {
        "change": row,
        "colour": STATE_COLOURS[row.state],
        "lines": lines_of(row),
        "people": people_lines(row),
        "steps": steps_of("households.registerchange", row.pk),
        "actions": _actions(row, request.user),
        "may_discard": _may_discard(row, request.user),
        "for_county": CHANGE_KINDS[row.kind].decided_at == COUNTY,
    }
    return render(request, "households/changes/change.html", context)


_ACTION_URLS = {
    "confirm_change": "households:changes",
    "forward_change": "households:changes",
    "decide_change": "households:changes",
    "return_change": "households:change-return",
    "reject_change": "households:change-return",
    "withdraw_change": "households:change-withdraw",
}


def _actions(row: RegisterChange, user) -> list[dict]:
    """What may be done now; the reasons why not only for what the person's role does at all."""
    wrong_way = {True: "confirm_change", False: "forward_change"}[CHANGE_KINDS[row.kind].decided_at == COUNTY]
    found = []
    for one in available(row, user):
        name = one.transition.name
        if name == wrong_way or not user.has_right(one.transition.right):
            continue
        by_list = name in {"confirm_change", "forward_change", "decide_change"}
        tab = "decide" if name == "decide_change" else "confirm"
        url = (
            f"{reverse('households:changes')}?tab={tab}#change-{row.pk}"
            if by_list
            else reverse(_ACTION_URLS[name], args=[row.pk])
        )
        found.append({"label": one.transition.label, "url": url, "main": by_list, "why_not": one.why_not})
    return found


def _may_discard(row: RegisterChange, user) -> bool:
    return (
        row.kind == REGISTER
        and row.household.state == Household.State.PENDING
        and user.has_right_at("register.confirm", row.area_id)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm", "register.decide")
def change_return(request, pk: int):
    """Send a change back to the village, with the reason."""
    row = change_for(request.user, pk)
    form = CommentForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            return_change(row, actor=request.user, comment=form.cleaned_data["comment"])
        except PermissionDenied as error:
            raise MissingRight(("register.confirm", "register.decide")) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已退回村里，村里可以改正后重新提出。")
            return redirect("households:changes")
    context = {
        "form": form,
        "title": "退回变动",
        "action": "退回",
        "change": row,
        "losses": ["变动不生效，村里会看到退回原因，可以重新提出。"],
        "back": reverse("households:change", args=[row.pk]),
    }
    return _reason(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def change_withdraw(request, pk: int):
    """Take a proposal back as long as the township has not confirmed it."""
    row = change_for(request.user, pk)
    form = CommentForm(sent(request))
    form.fields["comment"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_change(row, actor=request.user, comment=form.cleaned_data["comment"])
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已撤回。")
            return redirect("households:change", row.pk)
    context = {
        "form": form,
        "title": "撤回变动",
        "action": "撤回",
        "change": row,
        "losses": ["变动不再送乡镇确认，记录保留；需要时重新提出。"],
        "back": reverse("households:change", args=[row.pk]),
    }
    return _reason(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm")
def discard(request, pk: int):
    """Refuse to register a household that the village opened, with the reason."""
    household = household_for(request.user, pk, "register.confirm")
    form = CommentForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            refuse_registration(household, actor=request.user, comment=form.cleaned_data["comment"])
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已不予登记{household.head_name}户。")
            return redirect("households:changes")
    context = {
        "form": form,
        "title": "不予登记",
        "action": "不予登记",
        "household": household,
        "losses": ["这一户的建档记录关闭留存，户内的人可以在其他户登记。"],
        "back": reverse("households:changes"),
    }
    return _reason(request, context)


def _reason(request, context: dict):
    status = 422 if request.method == "POST" else 200
    return render(request, "households/changes/reason.html", context, status=status)
