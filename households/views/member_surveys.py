"""The facts of a person for a year, one person in full, or school and insurance of all members in one table."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from households.ages import age_on
from households.case_year import CaseYear
from households.forms.collecting import accept
from households.forms.facts import Fact
from households.forms.member_facts import SCHOOL_AGES, MemberFactsForm
from households.models import Household, Member, Membership, MemberSurvey
from households.services.locking import people_of
from households.services.member_surveys import household_in, member_survey_for, save_member_survey
from households.views.fact_pages import (
    attempt,
    before_saving,
    case_of,
    collecting_form,
    nothing_changed,
    ready,
    refuse_if_closed,
    saved,
    shown,
)
from poverty.web.rights import requires

_WORKING_AGE = 16


@require_http_methods(["GET", "POST"])
@requires("survey.edit")
@transaction.atomic
def member_survey_edit(request, pk, year):
    """Schooling, health, insurance, work and allowances of one person in a year."""
    member = get_object_or_404(Member, pk=pk)
    own = _household_pk(member, year, request.user)
    case = case_of(request, own, year, "survey.edit", people=[member.pk])
    form = member_form(case, member, request.POST if request.method == "POST" else None)
    collecting = collecting_form(request, case, collector=False)
    if request.method == "POST" and ready(form, collecting) and not refuse_if_closed(case, form):
        changes = form.changes()
        if not changes:
            return nothing_changed(request, case, tab="members")
        before = before_saving(case)

        def save():
            save_member_survey(member, year, changes, actor=request.user, **collecting.arguments())

        refusal = attempt(save)
        if refusal is None:
            return saved(request, case, before, f"{member.name}的 {len(changes)} 项改动", tab="members")
        accept(refusal, form, collecting)
    return shown(
        request,
        "member.html",
        case,
        member=member,
        age=form.age,
        form=form,
        collecting=collecting,
        sections=form.sections(),
    )


def _household_pk(member: Member, year: int, user) -> int:
    """The household whose year this is: where he counts, since its verdict rests on his facts."""
    counted = household_in(member, year)
    mine = Household.objects.visible_to(user, "survey.edit")
    if counted is not None and mine.filter(pk=counted.pk).exists():
        return counted.pk
    if member.household_id is None or not mine.filter(pk=member.household_id).exists():
        raise Http404
    raise PermissionDenied(f"{member.name}{year}年度在原来的户核算，该年度的信息由那一户所在的村填写。")


@require_http_methods(["GET", "POST"])
@requires("survey.edit")
@transaction.atomic
def members_survey(request, pk, year):
    """School and insurance of all members on one page, saved together."""
    case = case_of(request, pk, year, "survey.edit", people=people_of(pk))
    rows = [row_of(case, one, quick_names, request) for one in case.members()]
    collecting = collecting_form(request, case, collector=False)
    answer = save_rows(request, case, rows, collecting, tab="members")
    return answer or shown(
        request, "members.html", case, rows=rows, collecting=collecting, title="全家上学、参保和务工"
    )


@dataclass
class Row:
    """A member in the table with his form."""

    membership: Membership
    form: MemberFactsForm
    age: int | None = None
    changes: dict = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        """His fields with where their values come from."""
        return [self.form.fact(name) for name in self.form.fact_names]


def quick_names(age: int | None) -> tuple[str, ...]:
    """What the table asks of a person of this age; everything else stands on his own page."""
    names = ["resident_insurance", "employee_insurance"]
    if age is None or age in SCHOOL_AGES:
        names.insert(0, "school_status")
    if age is None or age >= _WORKING_AGE:
        names += ["resident_pension", "work_months"]
    return tuple(names)


def member_form(case: CaseYear, member: Member, data, **kwargs) -> MemberFactsForm:
    """The form of a person's year."""
    instance = member_survey_for(member, case.year, case.household.area_id)
    last = MemberSurvey.objects.filter(member=member, year__lt=case.year).order_by("-year").first()
    age = age_on(member.birth_date, case.period_to)
    if "names" in kwargs:
        kwargs["names"] = kwargs["names"](age)
    return MemberFactsForm(data, instance=instance, last=last, age=age, **kwargs)


def row_of(case: CaseYear, membership: Membership, names, request) -> Row:
    """One row of the table; its fields are named after the person."""
    data = request.POST if request.method == "POST" else None
    form = member_form(case, membership.member, data, names=names, prefix=f"m{membership.member_id}")
    return Row(membership, form, form.age)


def save_rows(request, case: CaseYear, rows: list[Row], collecting, *, tab: str = "", **fixed):
    """Save what changed of all members, all or nothing; the redirect, or None when the page is to be shown."""
    if request.method != "POST" or not rows or not ready(*[row.form for row in rows], collecting):
        return None
    if refuse_if_closed(case, rows[0].form):
        return None
    for row in rows:
        row.changes = row.form.changes()
    changed = [row for row in rows if row.changes]
    if not changed:
        return nothing_changed(request, case, tab)
    before = before_saving(case)
    tried: list[Row] = []

    def save():
        for row in changed:
            tried.append(row)
            arguments = {**collecting.arguments(), **fixed}
            save_member_survey(row.membership.member, case.year, row.changes, actor=request.user, **arguments)

    refusal = attempt(save)
    if refusal is not None:
        accept(refusal, tried[-1].form, collecting)
        return None
    names = "、".join(row.membership.member.name for row in changed)
    return saved(request, case, before, f"{names}的改动", tab=tab)
