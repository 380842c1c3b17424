"""Applying, appraising, passing on, sending back, refusing, moving in: each page is one form."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from households.forms.entries import BackForm
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
from households.relocation.applications.views.reading import ACTS, case_for, form_of, page, visible
from households.views.appraising import appraising
from households.views.case_acts import decision_of, pass_ticked_on
from households.views.entries import scans_of
from households.views.reaching import household_for, sent
from poverty.web import questions
from poverty.web.one_form import acted, acting, asking
from poverty.web.rights import requires

PROPOSE, CONFIRM, DECIDE = "register.propose", "register.confirm", "register.decide"
_STEP = "households/case_step.html"


def _page_of(case: RelocationApplication) -> str:
    return reverse("households:move", args=[case.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_start(request):
    """Choose whom a new application is about."""
    form = FindForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["household"]:
        return redirect("households:move-apply", form.cleaned_data["household"].pk)
    words = {"title": "登记搬迁申请", "button": "下一步", "help": "先找到提出申请的建档立卡户。"}
    back = {"back": reverse("households:moves"), "back_label": "搬迁申请"}
    return asking(request, form, template=_STEP, **back, **words)


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

    def enter(**_):
        names = ("applied_on", "document_name", "late_reason", "decided_by_name")
        return apply(
            household,
            form.asked(),
            form.movers_chosen(),
            actor=request.user,
            scans=scans_of(form, ("application", "promise"), household.area_id, request.user),
            **{name: form.cleaned_data[name] for name in names},
        )

    told = "已登记搬迁申请，等村里评议。"
    if answer := acted(request, form, enter, right=PROPOSE, then=_page_of, told=told):
        return answer
    standing = household.relocation_applications.standing().first()
    return _applying(request, form, household=household, why=why, standing=standing)


def _applying(request, form, **context):
    return asking(request, form, template="households/relocation/apply.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_amend(request, pk: int):
    """Correct what an application says, as long as it lies with the village."""
    case = case_for(request.user, pk)
    household_for(request.user, case.household_id, PROPOSE)
    form = AskedForm(sent(request), request.FILES or None, household=case.household, initial=said_of(case))

    def correct(**_):
        scans = scans_of(form, ("application", "promise"), case.area_code, request.user)
        return amend(case, form.asked(), form.movers_chosen(), actor=request.user, scans=scans)

    if answer := acted(request, form, correct, right=PROPOSE, then=_page_of, told="已更正搬迁申请。"):
        return answer
    why = "" if case.state == "applied" else f"该件{case.get_state_display()}，不能再更正；有错的请退回。"
    return _applying(request, form, household=case.household, case=case, why=why)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PROPOSE)
def move_appraise(request):
    """The minutes of a village's appraisal: once, with the votes on every application that can be appraised."""
    papers = ContactForm(sent(request), prefix="paper")

    def appraise(village, said, sitting, **decided):
        contact = papers.cleaned_data["contact"]
        if not contact.strip() and not all(one.agreed for one in said):
            raise ValidationError({"contact": "有不通过的户，请写明申诉受理单位和电话。"})
        return lists.appraise(village, said, sitting, contact=contact, **decided)

    return appraising(
        request,
        visible(request.user),
        state="applied",
        papers=papers,
        appraise=appraise,
        list_page="households:move-list",
        otherwise=f"{reverse('households:moves')}?tab=untold",
        refused="请打印告知书告知农户。",
        template="households/relocation/appraise.html",
        held=appraisal_held,
        what="搬迁对象村评议",
        back=f"{reverse('households:moves')}?tab=applied",
        case_page="households:move",
        paper_help="有不通过的户才填：告知书上要写明怎样申诉。",
        empty="农户的搬迁申请登记以后列在这里。",
    )


@require_POST
@requires(CONFIRM, DECIDE)
def moves_act(request, tab: str):
    """Pass the ticked applications of a tab on, as one list: all or none."""
    then = reverse("households:moves")
    return pass_ticked_on(
        request, tab, ACTS, visible(request.user), _act, form_of=form_of, page=page, then=then
    )


def _act(actor, tab: str, ids: list[int], form) -> int:
    return lists.pass_on(lists.BY_LIST[tab], ids, decision_of(form, actor))


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
    if ask and request.method == "POST" and form.is_valid():
        ask(case, form)
    return acting(
        request,
        form,
        lambda **_: act(case, form),
        right=rights,
        back=_page_of(case),
        told=told,
        template=_STEP,
        case=case,
        back_label=f"{case.household.head_name}户搬迁申请",
        **words,
    )
