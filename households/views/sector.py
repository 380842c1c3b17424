"""A bureau fills in the facts of its own indicator, and sees nothing else of the household."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.views.decorators.http import require_http_methods

from households.case_year import CaseYear, case_year
from households.forms.collecting import accept
from households.forms.housing_and_life import HOUSING, WATER, LivingForm
from households.forms.member_facts import SCHOOL, SCHOOL_AGES
from households.models import Household
from households.options.sources import BUREAU
from households.services.locking import lock_for_members, people_of
from households.services.surveys import save_survey
from households.views.fact_pages import (
    attempt,
    before_saving,
    collecting_form,
    not_started,
    nothing_changed,
    ready,
    refuse_if_closed,
    saved,
    shown,
)
from households.views.member_surveys import row_of, save_rows
from poverty.accounts.options.sectors import SECTORS
from poverty.web.rights import requires

_RIGHT = "sector.edit"


@dataclass(frozen=True)
class Task:
    """What a sector fills in: fields of the household, or fields of members (of these ages, None: all)."""

    household: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    ages: range | None = None


TASKS = {
    "education": Task(members=SCHOOL, ages=SCHOOL_AGES),
    "medical_insurance": Task(
        members=("resident_insurance", "employee_insurance", "serious_illness_insurance")
    ),
    "housing": Task(household=HOUSING),
    "water": Task(household=WATER),
    "power": Task(household=("has_power",)),
    "broadcasting": Task(household=("has_broadcasting",)),
    "transport": Task(household=("road_reached",)),
}


@require_http_methods(["GET", "POST"])
@requires(_RIGHT)
@transaction.atomic
def sector_edit(request, pk, year):
    """The facts of the officer's sector; source 行业部门. A sector without an indicator is refused."""
    household = (
        Household.objects.visible_to(request.user, _RIGHT)
        .select_related("area", "settlement")
        .filter(pk=pk)
        .first()
    )
    if household is None:
        raise Http404
    sector = _sector(request.user, household)
    task = TASKS[sector]
    if request.method == "POST":
        lock_for_members(people_of(pk) if task.members else (), beside=[pk])
    case = case_year(household, year)
    label = SECTORS.label(sector)
    if task.household:
        return _household_facts(request, case, task, label)
    return _member_facts(request, case, task, label)


def _sector(user, household: Household) -> str:
    """The sector for which he fills in here; several: the first by name that has an indicator."""
    held = user.scope(_RIGHT).sectors_at(household.area_id) or frozenset()
    found = next((one for one in sorted(held) if one in TASKS), None)
    if found is None:
        raise PermissionDenied("您的行业没有需要填报的户指标。")
    return found


def _household_facts(request, case: CaseYear, task: Task, label: str):
    if case.survey is None:
        return not_started(request, case, then="", may_start=False)
    form = LivingForm(
        request.POST if request.method == "POST" else None,
        instance=case.survey,
        last=case.before,
        two_flags=case.two_water_flags,
        supplies=case.supplies(),
        names=task.household,
    )
    collecting = collecting_form(request, case, visits=False)
    if request.method == "POST" and ready(form, collecting) and not refuse_if_closed(case, form):
        changes = form.changes()
        if not changes:
            return nothing_changed(request, case)
        before = before_saving(case)

        def save():
            save_survey(case.survey, changes, actor=request.user, source=BUREAU, **collecting.arguments())

        refusal = attempt(save)
        if refusal is None:
            return saved(request, case, before, f"{label} {len(changes)} 项")
        accept(refusal, form, collecting)
    return shown(
        request,
        "survey.html",
        case,
        form=form,
        collecting=collecting,
        sections=form.sections(),
        sector=label,
    )


def _member_facts(request, case: CaseYear, task: Task, label: str):
    everyone = [row_of(case, one, lambda age: task.members, request) for one in case.members()]
    rows = [row for row in everyone if task.ages is None or row.age is None or row.age in task.ages]
    collecting = collecting_form(request, case, visits=False, collector=False)
    answer = save_rows(request, case, rows, collecting, source=BUREAU)
    return answer or shown(
        request, "members.html", case, rows=rows, collecting=collecting, title=f"{label}指标", sector=label
    )
