"""Opening a household's year, and the living and production conditions of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from households.forms.collecting import accept
from households.forms.housing_and_life import LivingForm
from households.models import Survey
from households.services.fact_rows import non_field
from households.services.surveys import save_survey, start_survey
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
from poverty.web.rights import requires

# Where to go on after a year was started.
_THEN = {"survey": "households:survey-edit", "income": "households:income-edit"}


@require_POST
@requires("survey.edit")
@transaction.atomic
def survey_start(request, pk, year):
    """Open a household's year: what carries over is taken from last year, marked 沿用上年."""
    case = case_of(request, pk, year, "survey.edit")
    then = request.POST.get("then", "survey")
    try:
        with transaction.atomic():
            survey = start_survey(case.household, year, actor=request.user)
    except ValidationError as error:
        text = " ".join(non_field(error) or error.messages)
        context = {"case": case, "then": then, "may_start": False, "refused": text}
        return render(request, "households/surveys/start.html", context, status=422)
    taken = len(survey.sources)
    messages.success(
        request,
        f"已开始{year}年度信息。"
        + (f"沿用上年 {taken} 项，请核对；其余待填写。" if taken else "请逐项填写。"),
    )
    return HttpResponseRedirect(reverse(_THEN.get(then, _THEN["survey"]), args=[pk, year]))


@require_http_methods(["GET", "POST"])
@requires("survey.edit")
@transaction.atomic
def survey_edit(request, pk, year):
    """The living and production conditions of a household; saving judges at once and says what changed."""
    case = case_of(request, pk, year, "survey.edit")
    if case.survey is None:
        return not_started(request, case, then="survey")
    form = LivingForm(
        request.POST if request.method == "POST" else None,
        instance=case.survey,
        last=case.before,
        two_flags=case.two_water_flags,
        supplies=case.supplies(),
    )
    collecting = collecting_form(request, case, carried=bool(form.carried_names))
    if request.method == "POST" and ready(form, collecting) and not refuse_if_closed(case, form):
        before = before_saving(case)
        changes = form.changes()
        confirmed = form.carried_names if collecting.cleaned_data.get("confirmed") else []

        done: list[Survey] = []

        def save():
            done.append(
                save_survey(
                    case.survey, changes, actor=request.user, confirmed=confirmed, **collecting.arguments()
                )
            )

        refusal = attempt(save)
        if refusal is None and done[0].version == case.survey.version:
            return nothing_changed(request, case)
        if refusal is None:
            return saved(request, case, before, _what(changes, confirmed))
        accept(refusal, form, collecting)
    return shown(request, "survey.html", case, form=form, collecting=collecting, sections=form.sections())


def _what(changes, confirmed) -> str:
    parts = []
    if changes:
        parts.append(f" {len(changes)} 项改动")
    if again := len(set(confirmed) - set(changes)):
        parts.append(f" {again} 项核对")
    return "、".join(parts) or "入户日期"
