"""The income sheet of a household for a year."""

from django.db import transaction
from django.views.decorators.http import require_http_methods

from households.benefits.tab import paid_words
from households.case_year import CaseYear
from households.forms.collecting import accept
from households.forms.income import GROUP_ERRORS, IncomeForm
from households.models import Assessment, IncomeItem, Survey
from households.services.surveys import save_income
from households.views.fact_pages import (
    attempt,
    before_saving,
    case_of,
    collecting_form,
    not_started,
    nothing_changed,
    ready,
    refuse_if_closed,
    saved,
    shown,
)
from poverty.parameters.services import value_for
from poverty.web.rights import requires


@require_http_methods(["GET", "POST"])
@requires("income.edit")
@transaction.atomic
def income_edit(request, pk, year):
    """Items by group, totals, net and per head; a jump against last year is asked about, not refused."""
    case = case_of(request, pk, year, "income.edit")
    if case.survey is None:
        may_start = request.user.has_right("survey.edit")
        return not_started(request, case, then="income", may_start=may_start)
    form = _form(case, request.POST if request.method == "POST" else None)
    collecting = collecting_form(request, case)
    if request.method == "POST" and ready(form, collecting) and not refuse_if_closed(case, form):
        before = before_saving(case)
        done: list[Survey] = []

        def save():
            done.append(
                save_income(
                    case.survey,
                    form.sheet(),
                    none_groups=form.none_groups(),
                    actor=request.user,
                    **collecting.arguments(),
                )
            )

        refusal = attempt(save)
        if refusal is None and done[0].version == case.survey.version:
            return nothing_changed(request, case, tab="income")
        if refusal is None:
            return saved(request, case, before, "收入", tab="income")
        names = {**{one.key: f"amount_{one.key}" for one in form.items}, **GROUP_ERRORS}
        accept(refusal, form, collecting, names=names)
    return shown(
        request,
        "income.html",
        case,
        form=form,
        collecting=collecting,
        groups=form.groups(),
        beside=form.beside(),
    )


def _form(case: CaseYear, data) -> IncomeForm:
    last = case.before
    last_result = None
    if last is not None:
        last_result = Assessment.objects.filter(household=case.household, year=last.year).first()
    return IncomeForm(
        data,
        instance=case.survey,
        last=last,
        stored=_items(case.survey),
        last_items=_items(last),
        members=case.divisor(),
        ratio=value_for("income.jump_ratio", case.household.area_id, case.period_to),
        last_per_head=last_result.net_income_per_head if last_result else None,
        paid=paid_words(case.household.pk, case.year),
    )


def _items(survey: Survey | None) -> dict[str, IncomeItem]:
    return {one.item: one for one in survey.income_items.all()} if survey else {}
