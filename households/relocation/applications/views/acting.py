"""Applying, appraising, passing on, sending back, refusing, moving in: each page is one form."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from households.forms.entries import BackForm, SittingForm, VoteForm
from households.models import RelocationApplication
from households.relocation.applications.conditions import movers_gone
from households.relocation.applications.forms import (
    ApplyForm,
    AskedForm,
    ClearForm,
    ContactForm,
    FindForm,
    MoveInForm,
    RefuseForm,
    TellForm,
    said_of,
)
from households.relocation.applications.next_steps import appraisal_held, why_not_apply
from households.relocation.applications.services import ending, lists, moving
from households.relocation.applications.services.applying import amend, apply
from households.relocation.applications.views.reading import ACTS, case_for, form_of, in_view, page, visible
from households.services.case_lists import Appraised
from households.views.entries import scans_of
from households.views.entry_steps import decision_of, sitting_of
from households.views.reaching import household_for, sent
from poverty.areas.models import Area
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.services.meetings import Said
from poverty.web import questions
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

PROPOSE, CONFIRM, DECIDE = "register.propose", "register.confirm", "register.decide"
# What was voted on one application, as VoteForm names it.
_VOTE = re.compile(r"case-([0-9]{1,18})-(?:result|votes_for|votes_against|abstained)")
_DONE = {
    "appraised": "已呈报 {n} 户，请张贴公示。",
    "reported": "已批准 {n} 户，可以张贴公告。",
    "approved": "{n} 户已公告，公告期满、农户入住后登记。",
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_start(request):
    """Choose whom a new application is about."""
    form = FindForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["household"]:
        return redirect("households:move-apply", form.cleaned_data["household"].pk)
    context = {
        "form": form,
        "title": "登记搬迁申请",
        "button": "下一步",
        "back": reverse("households:moves"),
        "back_label": "搬迁申请",
        "help": "先找到提出申请的建档立卡户。",
    }
    return _asked(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_apply(request, pk: int):
    """The application; what was typed stays when it is refused."""
    household = household_for(request.user, pk, PROPOSE)
    why = why_not_apply(household)
    form = ApplyForm(
        sent(request),
        request.FILES or None,
        household=household,
        initial={
            "applicant": household.head_name,
            "movers": [
                str(key)
                for key in household.memberships.filter(valid_to=None).values_list("member", flat=True)
            ],
        },
    )

    def enter():
        names = ("applied_on", "document_name", "late_reason", "decided_by_name")
        return apply(
            household,
            form.asked(),
            form.movers_chosen(),
            actor=request.user,
            scans=scans_of(form, ("application", "promise"), household.area_id, request.user),
            **{name: form.cleaned_data[name] for name in names},
        )

    ready = request.method == "POST" and form.is_valid() and not questions.unanswered(form)
    if ready and (case := _carried_out(form, enter, (PROPOSE,))) is not None:
        messages.success(request, "已登记搬迁申请，等村里评议。")
        return redirect("households:move", case.pk)
    context = {
        "form": form,
        "household": household,
        "why": why,
        "standing": household.relocation_applications.standing().first(),
    }
    return render(request, "households/relocation/apply.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_amend(request, pk: int):
    """Correct what an application says, as long as it lies with the village."""
    case = case_for(request.user, pk)
    household_for(request.user, case.household_id, PROPOSE)
    form = AskedForm(sent(request), request.FILES or None, household=case.household, initial=said_of(case))

    def correct():
        scans = scans_of(form, ("application", "promise"), case.area_code, request.user)
        return amend(case, form.asked(), form.movers_chosen(), actor=request.user, scans=scans)

    if request.method == "POST" and form.is_valid() and _carried_out(form, correct, (PROPOSE,)) is not None:
        messages.success(request, "已更正搬迁申请。")
        return redirect("households:move", pk)
    why = "" if case.state == "applied" else f"该件{case.get_state_display()}，不能再更正；有错的请退回。"
    context = {"form": form, "household": case.household, "case": case, "why": why}
    return render(request, "households/relocation/apply.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_appraise(request):
    """The minutes of a village's appraisal: once, with the votes on every application that can be appraised."""
    waiting = visible(request.user).visible_to(request.user, PROPOSE).filter(state="applied")
    codes = sorted(set(waiting.values_list("household__area_id", flat=True)))
    asked = request.GET.get("village", "")
    village = asked if asked in codes else codes[0] if codes else ""
    rows = waiting.filter(household__area_id=village)
    held = appraisal_held(rows)
    cases = list(rows.select_related("household").order_by("household__head_pinyin", "pk"))
    bound = sent(request)
    form, contact = SittingForm(bound, numbered=False), ContactForm(bound, prefix="paper")
    votes = [VoteForm(bound, case=case) for case in cases if case.pk not in held]
    if bound is not None:
        votes += _votes_astray(form, bound, {one.case.pk for one in votes}, held, request.user)
        # Each is asked, so that everything that is wrong is told at once.
        wrong = [one for one in (form, contact, *votes) if not one.is_valid()]
        if not wrong and (done := _appraise(village, form, contact, votes, request.user)):
            messages.success(request, _told(done))
            for text in done.warnings:
                messages.warning(request, text)
            if done.roster:
                return redirect("households:move-list", done.roster.pk)
            return redirect(f"{reverse('households:moves')}?tab=untold")
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    context = {
        "form": form,
        "contact": contact,
        "votes": votes,
        "held": [(case, held[case.pk]) for case in cases if case.pk in held],
        "village": names.get(village, ""),
        "others": [(code, names[code]) for code in codes if code != village],
    }
    return render(request, "households/relocation/appraise.html", context, status=_status(request))


def _votes_astray(form, data, asked: set[int], held, actor) -> list[VoteForm]:
    """Votes that were typed for applications that can no longer be appraised here: shown as typed, each refused with its
    reason. Nobody's vote is dropped while the meeting is closed for good.
    """
    names = ((_VOTE.fullmatch(name), value) for name, value in data.items())
    typed = {int(found[1]) for found, value in names if found and value.strip()} - asked
    rows = visible(actor).visible_to(actor, PROPOSE).filter(pk__in=typed)
    astray = [VoteForm(data, case=case) for case in rows.select_related("household").order_by("pk")]
    for one in astray:
        why = held.get(one.case.pk) or f"现在是“{one.case.get_state_display()}”，不在这次评议的户里。"
        one.add_error(
            "result", f"这一户现在不能评议：{why}请先处理好，或改为“本次未评议”并清空票数，再定稿。"
        )
    if len(astray) < len(typed):
        form.add_error(None, "有评议的户已不由您办理，没有定稿，请核对后再定稿。")
    return astray


def _appraise(village, form, contact, votes, actor):
    said = [
        Said(
            one.case.pk,
            data["result"] == "yes",
            data["votes_for"],
            data["votes_against"],
            data["abstained"],
            data["recused"],
            data["note"],
        )
        for one in votes
        if (data := one.cleaned_data)["result"]
    ]
    if not said:
        form.add_error(None, "请至少填写一户的评议结果。")
        return None
    if any(not one.agreed for one in said) and not contact.cleaned_data["contact"].strip():
        contact.add_error("contact", "有不通过的户，请写明申诉受理单位和电话。")
        return None
    return _carried_out(
        form,
        lambda: lists.appraise(
            village,
            said,
            sitting_of(form),
            actor=actor,
            contact=contact.cleaned_data["contact"],
            decided_by_name=form.cleaned_data["decided_by_name"],
        ),
        (PROPOSE,),
        {"happened_on": "held_on"},
    )


def _told(done: Appraised) -> str:
    parts = [f"评议已定稿。{done.roster.title}已列出，请张贴村内公示。" if done.roster else "评议已定稿。"]
    if done.refused:
        parts.append(f"未通过 {done.refused} 户，请打印告知书告知农户。")
    return "".join(parts)


@require_POST
@requires(CONFIRM, DECIDE)
def moves_act(request, tab: str):
    """Pass the ticked applications of a tab on, as one list: all or none."""
    if tab not in ACTS:
        raise Http404
    right = ACTS[tab][0]
    if not request.user.has_right(right):
        raise MissingRight((right,))
    form = form_of(tab, request.POST)
    typed = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19]
    ids = list(in_view(request).filter(pk__in=typed).values_list("pk", flat=True))
    problems: list[str] = []
    if not ids:
        form.is_valid()
        form.add_error(None, "请先勾选要办理的户。")
    elif form.is_valid():
        try:
            done = lists.pass_on(lists.BY_LIST[tab], ids, decision_of(form, request.user))
        except PermissionDenied as error:
            raise MissingRight((right,)) from error
        except NotAllOfThem as error:
            problems = _named(error, request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, _DONE[tab].format(n=done))
            return redirect(f"{reverse('households:moves')}?tab={tab}")
    return page(request, tab, form, frozenset(ids), problems)


def _named(error: NotAllOfThem, user) -> list[str]:
    names = dict(visible(user).filter(pk__in=error.refused).values_list("pk", "household__head_name"))
    return [f"{names.get(pk) or '（无户主）'}户：{text}" for pk, text in error.refused.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CONFIRM, DECIDE)
def move_refuse(request, pk: int):
    """Refuse an application, with the reason that its household is told."""
    words = {
        "title": "不予批准",
        "button": "不予批准",
        "danger": True,
        "losses": ["这一件到此结束，记录保留；要把原因告知农户，农户可以申诉，也可以重新申请。"],
    }

    def act(case, form):
        return ending.refuse(case, form.cleaned_data["contact"], decision_of(form, request.user))

    return _about(request, pk, RefuseForm, act, words, "已登记，请打印告知书告知农户。", (CONFIRM, DECIDE))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CONFIRM, DECIDE)
def move_return(request, pk: int):
    """Send an application back to the village for a new round; an approval is revoked with it."""
    words = {
        "title": "退回",
        "button": "退回",
        "danger": True,
        "losses": [
            "从村里更正、重新评议开始再办一轮，已张贴的公示不再算数；已批准的，批准随之撤销，须注明文件。"
        ],
    }

    def act(case, form):
        return ending.send_back(case, decision_of(form, request.user))

    return _about(request, pk, BackForm, act, words, "已退回村里。", (CONFIRM, DECIDE))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_withdraw(request, pk: int):
    """The household takes its application back."""
    words = {
        "title": "撤回申请",
        "button": "撤回",
        "danger": True,
        "losses": ["由农户书面提出，请注明材料；这一件到此结束，记录保留，以后可以重新申请。"],
    }

    def act(case, form):
        return ending.withdraw(case, decision_of(form, request.user))

    return _about(request, pk, BackForm, act, words, "已撤回。", (PROPOSE,))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CONFIRM)
def move_in(request, pk: int):
    """The household has moved in."""
    words = {"title": "登记入住", "button": "登记入住"}

    def act(case, form):
        scans = scans_of(form, ("moved_in",), case.area_code, request.user)
        decision = decision_of(form, request.user)
        return moving.move_in(
            case, moved_to=form.cleaned_data["moved_to"], decision=decision, scan=scans.get("moved_in")
        )

    told = "已登记入住。年度信息不会自动改变，请核对“是否搬迁户”。"
    return _about(request, pk, MoveInForm, act, words, told, (CONFIRM,), _ask_for_gone)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DECIDE)
def move_in_revoke(request, pk: int):
    """The county takes a wrongly noted move back."""
    words = {
        "title": "撤销入住",
        "button": "撤销入住",
        "danger": True,
        "losses": [
            "回到“已公告”，入住日期和地址随之清除，原来的内容留在操作日志里。",
            "须注明依据文件和原因。更正以后仍要入住的，另列名单，重新张贴公告期满再登记；不该搬的，接着撤销批准。",
        ],
    }

    def act(case, form):
        return moving.revoke_move_in(case, decision_of(form, request.user))

    told = "已撤销入住，回到已公告。"
    return _about(request, pk, BackForm, act, words, told, (DECIDE,))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CONFIRM)
def move_clear(request, pk: int):
    """The old house was taken down."""
    words = {"title": "登记旧房拆除", "button": "登记"}

    def act(case, form):
        return moving.clear_old_house(case, decision_of(form, request.user))

    return _about(request, pk, ClearForm, act, words, "已登记旧房拆除。", (CONFIRM,))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE, CONFIRM)
def move_tell(request, pk: int):
    """A refused household was told why."""
    words = {
        "title": "登记告知",
        "button": "登记",
        "losses": ["把告知书交给农户，讲清原因和申诉办法，请接收人签字。"],
    }

    def act(case, form):
        ending.tell(case, actor=request.user, **form.cleaned_data)
        return case

    return _about(request, pk, TellForm, act, words, "已登记告知。", (PROPOSE, CONFIRM))


def _ask_for_gone(case, form) -> None:
    """Question a move whose people have changed since it was approved."""
    gone = movers_gone(RelocationApplication.objects.filter(pk=case.pk))
    if names := gone.get(case.pk):
        questions.ask(form, "moved_to", f"搬迁人口里的{names}已不在该户，请核实实际入住的人，没有错再登记。")


def _about(request, pk: int, form_class, act, words: dict, told: str, rights: tuple, ask=None):
    """The page of one form about one application; `ask` questions what was typed."""
    case = case_for(request.user, pk)
    form = form_class(sent(request), request.FILES or None)
    ready = request.method == "POST" and form.is_valid()
    if ready and ask:
        ask(case, form)
        ready = not questions.unanswered(form)
    if ready and _carried_out(form, lambda: act(case, form), rights) is not None:
        messages.success(request, told)
        return redirect("households:move", pk)
    label = f"{case.household.head_name}户搬迁申请"
    back = {"back": reverse("households:move", args=[pk]), "back_label": label}
    return _asked(request, {"form": form, "case": case, **back, **words})


def _asked(request, context: dict):
    return render(request, "households/relocation/step.html", context, status=_status(request))


def _status(request) -> int:
    return 422 if request.method == "POST" else 200


def _carried_out(form, act, rights: tuple, renamed: dict[str, str] | None = None):
    """What an act gave, whole or not at all; None where it was refused, with the words at the form's fields."""
    try:
        with transaction.atomic():
            return act()
    except PermissionDenied as error:
        raise MissingRight(rights) from error
    except NotAllOfThem as error:
        form.add_error(None, "；".join(dict.fromkeys(error.refused.values())))
    except ChangedMeanwhile as error:
        form.add_error(None, f"{error}，请刷新后查看。")
    except ValidationError as error:
        _take_over(form, error, renamed or {})
    return None


def _take_over(form, error: ValidationError, renamed: dict[str, str]) -> None:
    if not hasattr(error, "error_dict"):
        take_over(form, error)
        return
    take_over(
        form, ValidationError({renamed.get(name, name): errors for name, errors in error.error_dict.items()})
    )
