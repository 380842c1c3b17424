"""The page of a person, and corrections of what is on record about persons and households."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.ages import age_on
from households.disclosure import disclosure, may, whole_to
from households.forms.persons import CorrectPersonForm, RecordForm
from households.models import Household, Member, MemberSurvey
from households.options.health_states import HEALTH_STATES
from households.services.locking import lock_for_members
from households.services.persons import update_person
from households.services.registration import update_record
from households.views.reaching import household_for, person_for, sent, was_among
from poverty.audit.models import Entry
from poverty.fields.faults import messages as fault_messages
from poverty.fields.identity import FAULTS
from poverty.web import questions
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires


@require_safe
@requires("household.view")
def person(request, pk: int):
    """Who a person is, where he belonged when, his facts by year, and what was corrected."""
    member = person_for(request.user, pk)
    user = request.user
    seen = Household.objects.visible_to(user).filter(whole_to(user))
    memberships = (
        member.memberships.filter(household__in=seen)
        .select_related("household__area")
        .order_by("-valid_from", "-pk")
    )
    own = member.household
    surveys = MemberSurvey.objects.filter(member=member).order_by("-year")
    if own is None and not was_among(seen, member):
        # Only proposed here so far: who he was elsewhere is not told before he has come.
        surveys = surveys.none()
    paired = own is not None and disclosure(user, own).paired
    entries = Entry.objects.filter(case_type="households.member", case_id=member.pk)
    context = {
        "person": member,
        "age": age_on(member.birth_date, timezone.localdate()),
        "memberships": memberships,
        "facts": [_facts(row) for row in surveys],
        "faults": fault_messages(FAULTS, member.identity_faults),
        "log": entries.select_related("actor").order_by("-pk")[:20],
        "may_edit": own is not None and user.has_right_at("member.edit", own.area_id),
        "sees_phone": own is not None and may(user, "phone.view", own, paired=paired),
        "sees_birth": own is not None and may(user, "member.edit", own, paired=paired),
        "elsewhere": member.memberships.exclude(household__in=seen).exists(),
    }
    return render(request, "households/persons/person.html", context)


def _facts(row: MemberSurvey) -> dict:
    """One year of a person in words; None where nobody asked."""
    medical = (row.resident_insurance, row.employee_insurance)
    return {
        "year": row.year,
        "school": row.get_school_status_display(),
        "education": row.get_education_level_display(),
        "health": HEALTH_STATES.labels(row.health_states.split(",") if row.health_states else ()),
        "labour": row.get_labour_skill_display(),
        "work_months": row.work_months,
        "insured": True if True in medical else (None if None in medical else False),
        "allowances": [
            label
            for label, value in (("低保", row.receives_dibao), ("特困供养", row.receives_tekun))
            if value
        ],
        "source": row.get_source_display(),
        "on": row.happened_on,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires("member.edit")
def person_edit(request, pk: int):
    """Correct what is on record about a person. Two people at once are asked field by field."""
    person_for(request.user, pk)
    with transaction.atomic():
        lock_for_members([pk])  # before the person, as every service does
        member = Member.objects.select_for_update(of=("self",)).select_related("household").get(pk=pk)
        if member.household is None or not request.user.has_right_at("member.edit", member.household.area_id):
            raise Http404
        form = CorrectPersonForm(sent(request), instance=member)
        if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
            try:
                with transaction.atomic():
                    update_person(
                        member, form.person(), actor=request.user, reason=form.cleaned_data["reason"]
                    )
            except ValidationError as error:
                take_over(form, error)
            else:
                messages.success(request, "已保存。")
                return redirect("households:person", pk)
        context = {"form": form, "person": Member.objects.get(pk=pk)}
        status = 422 if request.method == "POST" else 200
        return render(request, "households/persons/edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("member.edit")
def record_edit(request, pk: int):
    """Correct what is on record about a household itself. Two people at once are asked field by field."""
    household_for(request.user, pk, "member.edit")
    with transaction.atomic():
        household = Household.objects.select_for_update(of=("self",)).select_related("area").get(pk=pk)
        form = RecordForm(sent(request), instance=household)
        if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
            try:
                with transaction.atomic():
                    update_record(household, form.record_data(), actor=request.user)
            except PermissionDenied as error:
                raise MissingRight(("member.edit",)) from error
            except ValidationError as error:
                take_over(form, error)
            else:
                messages.success(request, "已保存。")
                return redirect("households:detail", pk)
        context = {"form": form, "household": Household.objects.select_related("area").get(pk=pk)}
        status = 422 if request.method == "POST" else 200
        return render(request, "households/persons/record.html", context, status=status)
