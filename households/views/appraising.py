"""The page of a village's appraisal: the minutes once, with the votes on every case of the village that waits for it."""

import re
from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from households.forms.entries import SittingForm, VoteForm
from households.services.case_lists import Appraised
from households.services.sittings import Sitting
from households.views.case_acts import named
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.review.errors import NotAllOfThem
from poverty.review.services.meetings import Said
from poverty.web.one_form import attempt

PROPOSE = "register.propose"
# What was voted on one case, as VoteForm names it.
_VOTE = re.compile(r"case-([0-9]{1,18})-(?:result|votes_for|votes_against|abstained)")


def sitting_of(form: SittingForm) -> Sitting:
    """The minutes that a form tells."""
    data = form.cleaned_data
    return Sitting(**{name: data[name] for name in Sitting.__dataclass_fields__ if name in data})


def said_of(votes: list[VoteForm]) -> list[Said]:
    """What the meeting said of each case that it spoke of."""
    names = ("votes_for", "votes_against", "abstained", "recused", "note")
    return [
        Said(one.case.pk, data["result"] == "yes", *(data[name] for name in names))
        for one in votes
        if (data := one.cleaned_data)["result"]
    ]


def appraising(
    request,
    cases: QuerySet,
    *,
    state: str,
    papers: forms.Form,
    appraise: Callable[..., Appraised],
    list_page: str,
    otherwise: str,
    refused: str,
    template: str,
    held: Callable[[QuerySet], Mapping[int, str]] = lambda rows: {},
    **words,
) -> HttpResponse:
    """The whole page. `cases`: those of the subject that the person sees; they are appraised in `state`.

    `papers`: what papers of refused households say besides the reason. `appraise(village, said, sitting, actor=...,
    decided_by_name=...)` carries it out; then comes the list, on the page of this name, or the address `otherwise`.
    `refused` says what is to be done with the papers, `held` why cases cannot be appraised, by primary key. `words` for
    the template: what, back (an address), case_page (the name of a case's page), paper_help, empty.
    """
    own = cases.visible_to(request.user, PROPOSE).select_related("household")
    waiting = own.filter(state=state)
    codes = sorted(set(waiting.values_list("household__area_id", flat=True)))
    asked = request.GET.get("village", "")
    village = asked if asked in codes else codes[0] if codes else ""
    here = waiting.filter(household__area_id=village)
    why, bound = held(here), sent(request)
    here = here.order_by("household__head_pinyin", "pk")
    form = SittingForm(bound, numbered=False)
    votes = [VoteForm(bound, case=case) for case in here if case.pk not in why]
    if bound is not None:
        votes += _astray(form, {one.case.pk for one in votes}, own, why)
        # Each is asked, so that everything that is wrong is told at once.
        wrong = [one for one in (form, papers, *votes) if not one.is_valid()]
        if not wrong and (done := _appraised(request.user, village, form, papers, votes, own, appraise)):
            messages.success(request, _told(done, refused))
            for text in done.warnings:
                messages.warning(request, text)
            return redirect(list_page, done.roster.pk) if done.roster else redirect(otherwise)
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    context = words | {
        "form": form,
        "papers": papers,
        "votes": votes,
        "held": [(case, why[case.pk]) for case in here if case.pk in why],
        "village": names.get(village, ""),
        "others": [(code, names[code]) for code in codes if code != village],
    }
    return render(request, template, context, status=200 if bound is None else 422)


def _astray(form: SittingForm, asked: set[int], own: QuerySet, held: Mapping[int, str]) -> list[VoteForm]:
    """Votes that were typed for cases that can no longer be appraised here: shown as typed, each refused with its reason.
    Nobody's vote is dropped while the meeting is closed for good.
    """
    fields = ((_VOTE.fullmatch(name), value) for name, value in form.data.items())
    typed = {int(found[1]) for found, value in fields if found and value.strip()} - asked
    astray = [VoteForm(form.data, case=case) for case in own.filter(pk__in=typed).order_by("pk")]
    for one in astray:
        why = held.get(one.case.pk) or f"现在是“{one.case.get_state_display()}”，不在这次评议的户里。"
        one.add_error(
            "result", f"这一户现在不能评议：{why}请先处理好，或改为“本次未评议”并清空票数，再定稿。"
        )
    if len(astray) < len(typed):
        form.add_error(None, "有评议的户已不由您办理，没有定稿，请核对后再定稿。")
    return astray


def _appraised(actor, village: str, form, papers, votes, own: QuerySet, appraise) -> Appraised | None:
    said = said_of(votes)
    if not said:
        form.add_error(None, "请至少填写一户的评议结果。")
        return None

    def act() -> Appraised:
        by = form.cleaned_data["decided_by_name"]
        try:
            return appraise(village, said, sitting_of(form), actor=actor, decided_by_name=by)
        except NotAllOfThem as error:
            raise ValidationError(named(error, own)) from error
        except ValidationError as error:
            raise _beside(papers, error) from error

    return attempt(form, act, PROPOSE)


def _beside(papers: forms.Form, error: ValidationError) -> ValidationError:
    """What is wrong with the minutes; what the papers lack is told at their fields."""
    if not hasattr(error, "error_dict"):
        return error
    rest = {}
    for name, errors in error.error_dict.items():
        if name in papers.fields:
            papers.add_error(name, errors)
        else:
            rest["held_on" if name == "happened_on" else name] = errors
    return ValidationError(rest)


def _told(done: Appraised, refused: str) -> str:
    parts = [f"评议已定稿。{done.roster.title}已列出，请张贴村内公示。" if done.roster else "评议已定稿。"]
    if done.refused:
        parts.append(f"未通过 {done.refused} 户，{refused}")
    return "".join(parts)
