"""Registering a new household: the village opens its record and proposes it to the township in one go."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from households.forms.persons import FurtherMembers
from households.forms.registering import RegisterForm
from households.options.change_kinds import REGISTER
from households.services.changes import propose_change
from households.services.registration import register_household
from households.views.reaching import sent
from poverty.files.kinds import Kind
from poverty.files.services import store
from poverty.web import questions
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

ROWS, MORE = 2, 3
MEMBERS = "member"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def register(request):
    """Open the record of a household with head and members; 再加几行 shows the form again with more rows."""
    bound = sent(request)
    adding = bound is not None and bound.get("action") == "add"
    if adding:
        bound = bound.copy()
        rows = bound.get(f"{MEMBERS}-TOTAL_FORMS", "")
        bound[f"{MEMBERS}-TOTAL_FORMS"] = str(
            min(20, int(rows) + MORE) if rows.isdecimal() and len(rows) < 4 else ROWS
        )
    form = RegisterForm(bound, request.FILES or None, actor=request.user, opened=chosen(request).area_code)
    members = FurtherMembers(bound, prefix=MEMBERS, initial=None if bound else [{}] * ROWS)
    if bound is not None and not adding:
        valid = form.is_valid() & members.is_valid()
        if valid and not questions.unanswered(form):
            try:
                change = _register(form, members, request.user)
            except PermissionDenied as error:
                raise MissingRight(("register.propose",)) from error
            except ValidationError as error:
                _place(form, members, error)
            else:
                messages.success(request, f"已建档{change.household.head_name}户并送乡镇确认登记。")
                return redirect("households:change", change.pk)
    for number, row in enumerate(members, start=1):
        row.about = f"第{number}名成员"
    wrong = bound is not None and not adding
    context = {"form": form, "members": members, "adding": adding}
    return render(request, "households/changes/register.html", context, status=422 if wrong else 200)


@transaction.atomic
def _register(form: RegisterForm, members, actor):
    values = form.cleaned_data
    household = register_household(
        values["area"],
        head=form.person(),
        members=[row.cleaned_data for row in members if row.is_filled],
        settlement=values["settlement"],
        kind=values["kind"],
        actor=actor,
        happened_on=values["happened_on"],
        document_name=values["document_name"],
        record_data=form.record_data(),
    )
    scan = None
    if values["scan"] is not None:
        try:
            scan = store(values["scan"], actor=actor, area_code=household.area_id, kind=Kind.SCAN)
        except ValidationError as error:
            raise ValidationError({"scan": error.messages}) from error
    return propose_change(
        REGISTER,
        household,
        actor=actor,
        happened_on=values["happened_on"],
        reason=values["reason"],
        document_name=values["document_name"],
        scan=scan,
    )


def _place(form: RegisterForm, members, error: ValidationError) -> None:
    """Put a member's messages into his row, the others at the fields of the household."""
    if not hasattr(error, "error_dict"):
        take_over(form, error)
        return
    filled = [row for row in members if row.is_filled]
    rest = {}
    for name, errors in error.error_dict.items():
        row, dot, field = name.removeprefix("member_").partition(".")
        if dot and row.isdecimal():
            target = filled[int(row) - 1]
            target.add_error(field if field in target.fields else None, errors)
        else:
            rest[name] = errors
    if rest:
        take_over(form, ValidationError(rest))
