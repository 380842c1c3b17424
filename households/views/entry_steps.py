"""What is done with cases one by one or as a list: compared, appraised, passed on, decided, finished, refused, returned,
withdrawn.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from households.entries.basis import figures
from households.entries.models import EntryCase, EntryComparison
from households.entries.next_steps import BY_LIST
from households.entries.services import lists
from households.entries.services.comparing import Answer, compare
from households.entries.services.entering import enter
from households.entries.services.refusing import (
    Grounds,
    measured_grounds,
    refuse,
    send_back,
    withdraw,
)
from households.forms.entries import (
    BackForm,
    ComparisonForm,
    GroundsForm,
    RefuseForm,
    SittingForm,
    VoteForm,
)
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.services.case_lists import Appraised
from households.services.decision import Decision
from households.services.sittings import Sitting
from households.views.entries import ACTS, case_for, form_of, in_view, page, step_page, visible
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.review.errors import NotAllOfThem
from poverty.review.services.meetings import Said
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

_ANY = ("register.propose", "register.confirm", "register.decide")
_DONE = {
    "appraised": "已审核通过 {n} 户，乡镇可以张贴第二次公示。",
    "checked": "已审核通过 {n} 户，等领导小组审定。",
    "reviewed": "已登记审定 {n} 户，可以张贴公告。",
    "decided": "{n} 户已公告，公告期满后办结。",
    "announced": "已办结 {n} 户，户的登记已随之变更。",
}


def sitting_of(form: SittingForm) -> Sitting:
    """The minutes that a form tells."""
    data = form.cleaned_data
    return Sitting(
        data["held_on"],
        data["place"],
        data["chair"],
        data["due"],
        data["present"],
        data["summary"],
        data.get("document_number", ""),
        data["late_reason"],
    )


def decision_of(form, actor, *, comment: str = "") -> Decision:
    """The decision that a form tells."""
    data = form.cleaned_data
    return Decision(
        actor,
        data.get("document_name", ""),
        data.get("happened_on"),
        comment or data.get("comment", ""),
        data.get("late_reason", ""),
        None,
        data.get("decided_by_name", ""),
    )


@require_POST
@requires("register.confirm", "register.decide")
def act(request, tab: str):
    """Pass the ticked cases of a tab on, as one list: all or none."""
    if tab not in ACTS:
        raise Http404
    if not request.user.has_right(ACTS[tab][0]):
        raise MissingRight((ACTS[tab][0],))
    form = form_of(tab, request.POST)
    typed = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19]
    ids = list(in_view(request).filter(pk__in=typed).values_list("pk", flat=True))
    problems: list[str] = []
    if not ids:
        form.is_valid()
        form.add_error(None, "请先勾选要办理的户。")
    elif form.is_valid():
        try:
            done = _act(tab, ids, form, request.user)
        except PermissionDenied as error:
            raise MissingRight((ACTS[tab][0],)) from error
        except NotAllOfThem as error:
            problems = _named(error, request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, _DONE[tab].format(n=done))
            return redirect(f"{reverse('households:entries')}?tab={tab}")
    return page(request, tab, form, frozenset(ids), problems)


def _act(tab: str, ids: list[int], form, actor) -> int:
    if tab == "reviewed":
        return lists.decide(
            ids, sitting_of(form), actor=actor, decided_by_name=form.cleaned_data["decided_by_name"]
        )
    decision = decision_of(form, actor)
    if tab == "announced":
        if not decision.document_name:
            raise ValidationError({"document_name": "请注明公告或审定文号。"})
        return enter(ids, decision)
    return lists.pass_on(BY_LIST[tab], ids, decision)


def _named(error: NotAllOfThem, user) -> list[str]:
    names = dict(visible(user).filter(pk__in=error.refused).values_list("pk", "household__head_name"))
    return [f"{names.get(pk) or '（无户主）'}户：{text}" for pk, text in error.refused.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm")
def entry_compare(request, pk: int):
    """What the bureaus answered; what is known already stands in the form."""
    case = case_for(request.user, pk)
    known = {one.bureau: one for one in case.comparisons.filter(round=case.round)}
    initial = {f"result_{key}": one.result for key, one in known.items()}
    initial |= {f"note_{key}": one.note for key, one in known.items()}
    last = next(iter(known.values()), None)
    if last is not None:
        initial |= {"document_name": last.document}
    form = ComparisonForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answers = [
            Answer(one.key, data[f"result_{one.key}"], data[f"note_{one.key}"])
            for one in ENTRY_BUREAUS
            if data[f"result_{one.key}"]
        ]
        try:
            whole = compare(
                case,
                answers,
                actor=request.user,
                compared_on=data["compared_on"],
                document_name=data["document_name"],
                late_reason=data["late_reason"],
                decided_by_name=data["decided_by_name"],
            )
        except PermissionDenied as error:
            raise MissingRight(("register.confirm",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(
                request, "各部门都已反馈，等村里评议。" if whole else "已保存，其余部门反馈后再登记。"
            )
            return redirect("households:entry", pk)
    why = ""
    if case.state != "applied":
        why = f"该件{case.get_state_display()}，比对结果不能再改。"
    elif case.authorised_on is None and case.kind != EntryCase.Kind.CLEARANCE:
        why = "农户还没有签授权书，不能比对信息；由村里登记授权后再办。"
    context = {"form": form, "case": case, "why": why, "hit": EntryComparison.Result.HIT}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/entries/compare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def appraise(request):
    """The minutes of a village's appraisal: once, with the votes on every compared case."""
    waiting = visible(request.user).visible_to(request.user, "register.propose").filter(state="compared")
    codes = sorted(set(waiting.values_list("household__area_id", flat=True)))
    asked = request.GET.get("village", "")
    village = asked if asked in codes else codes[0] if codes else ""
    cases = list(
        waiting.filter(household__area_id=village)
        .select_related("household")
        .order_by("household__head_pinyin")
    )
    bound = sent(request)
    form, grounds = SittingForm(bound, numbered=False), GroundsForm(bound, prefix="paper")
    votes = [VoteForm(bound, case=case) for case in cases]
    if bound is not None:
        # Each is asked, so that everything that is wrong is told at once.
        wrong = [one for one in (form, grounds, *votes) if not one.is_valid()]
        if not wrong and (done := _appraise(village, form, grounds, votes, request.user)):
            messages.success(request, _told(done))
            for text in done.warnings:
                messages.warning(request, text)
            if done.roster:
                return redirect("households:entry-list", done.roster.pk)
            return redirect(f"{reverse('households:entries')}?tab=compared")
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    context = {
        "form": form,
        "grounds": grounds,
        "votes": votes,
        "village": names.get(village, ""),
        "others": [(code, names[code]) for code in codes if code != village],
    }
    status = 422 if bound is not None else 200
    return render(request, "households/entries/appraise.html", context, status=status)


def _appraise(village, form, grounds, votes, actor):
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
    told = grounds.cleaned_data
    try:
        return lists.appraise(
            village,
            said,
            sitting_of(form),
            actor=actor,
            grounds=Grounds("", told["clause"], told["contact"], told["issued_by"]),
            decided_by_name=form.cleaned_data["decided_by_name"],
        )
    except PermissionDenied as error:
        raise MissingRight(("register.propose",)) from error
    except ValidationError as error:
        _place(form, grounds, error)
        return None


def _place(form, grounds, error: ValidationError) -> None:
    """What the papers lack stands at their fields, the rest at those of the minutes."""
    if not hasattr(error, "error_dict"):
        take_over(form, error)
        return
    for name, errors in error.error_dict.items():
        target = grounds if name in grounds.fields else form
        target.add_error(
            {"happened_on": "held_on"}.get(name, name) if name in (*target.fields, "happened_on") else None,
            errors,
        )


def _told(done: Appraised) -> str:
    parts = [f"评议已定稿。{done.roster.title}已列出，请张贴村内公示。" if done.roster else "评议已定稿。"]
    if done.refused:
        parts.append(f"未通过 {done.refused} 户，告知书已生成，请送达。")
    return "".join(parts)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*_ANY)
def entry_refuse(request, pk: int):
    """Refuse a case, with what its paper tells the household."""
    case = case_for(request.user, pk)
    # As measured; who knows better types it.
    measured = figures(EntryCase.objects.filter(pk=pk)).get(pk)
    form = RefuseForm(sent(request), initial=measured_grounds(measured))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        grounds = Grounds(
            data["reason"], data["clause"], data["contact"], data["issued_by"], data["income"], data["line"]
        )
        try:
            paper = refuse(case, grounds, decision_of(form, request.user, comment=data["reason"]))
        except PermissionDenied as error:
            raise MissingRight(_ANY) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已不予通过，{paper.title}已生成，请打印送达。")
            return redirect("households:entry-paper", pk)
    context = {
        "form": form,
        "case": case,
        "title": "不予通过",
        "button": "不予通过并生成告知书",
        "danger": True,
        "losses": [
            "这一件到此结束，记录保留；农户收到告知书后可以申诉，也可以重新申请。",
            "户的登记不变。",
        ],
        "fields": list(form),
    }
    return step_page(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm", "register.decide")
def entry_return(request, pk: int):
    """Send a case back to the village for a new round."""
    return _back(
        request,
        pk,
        send_back,
        {
            "title": "退回重办",
            "button": "退回",
            "losses": ["从信息比对开始重新办理一轮，已张贴的公示不再算数。"],
        },
        "已退回，等乡镇重新比对。",
        ("register.confirm", "register.decide"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def entry_withdraw(request, pk: int):
    """Take an application back."""
    return _back(
        request,
        pk,
        withdraw,
        {"title": "撤回申请", "button": "撤回", "losses": ["这一件到此结束，记录保留；需要时重新申请。"]},
        "已撤回。",
        ("register.propose",),
    )


def _back(request, pk: int, service, words: dict, told: str, rights: tuple):
    case = case_for(request.user, pk)
    form = BackForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            service(case, decision_of(form, request.user))
        except PermissionDenied as error:
            raise MissingRight(rights) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, told)
            return redirect("households:entry", pk)
    return step_page(request, {"form": form, "case": case, "danger": True, "fields": list(form), **words})
