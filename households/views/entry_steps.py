"""What is done with cases one by one or as a list: compared, appraised, passed on, decided, finished, refused, returned,
withdrawn.
"""

from django.core.exceptions import ValidationError
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
from households.forms.entries import BackForm, ComparisonForm, GroundsForm, RefuseForm
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.views.appraising import appraising, sitting_of
from households.views.case_acts import decision_of, pass_ticked_on
from households.views.entries import ACTS, about, case_for, form_of, page, page_of, visible
from households.views.reaching import sent
from poverty.web.one_form import acted, asking
from poverty.web.rights import requires

_ANY = ("register.propose", "register.confirm", "register.decide")


@require_POST
@requires("register.confirm", "register.decide")
def act(request, tab: str):
    """Pass the ticked cases of a tab on, as one list: all or none."""
    then = reverse("households:entries")
    return pass_ticked_on(
        request, tab, ACTS, visible(request.user), _act, form_of=form_of, page=page, then=then
    )


def _act(actor, tab: str, ids: list[int], form) -> int:
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

    def book(**data):
        answers = [
            Answer(one.key, data[f"result_{one.key}"], data[f"note_{one.key}"])
            for one in ENTRY_BUREAUS
            if data[f"result_{one.key}"]
        ]
        names = ("compared_on", "document_name", "late_reason", "decided_by_name")
        return compare(case, answers, actor=request.user, **{name: data[name] for name in names})

    def told(whole):
        return "各部门都已反馈，等村里评议。" if whole else "已保存，其余部门反馈后再登记。"

    if answer := acted(request, form, book, right="register.confirm", then=page_of(case), told=told):
        return answer
    why = ""
    if case.state != "applied":
        why = f"该件{case.get_state_display()}，比对结果不能再改。"
    elif case.authorised_on is None and case.kind != EntryCase.Kind.CLEARANCE:
        why = "农户还没有签授权书，不能比对信息；由村里登记授权后再办。"
    template, hit = "households/entries/compare.html", EntryComparison.Result.HIT
    return asking(request, form, template=template, case=case, why=why, hit=hit)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def appraise(request):
    """The minutes of a village's appraisal: once, with the votes on every compared case."""
    papers = GroundsForm(sent(request), prefix="paper")

    def carry_out(village, said, sitting, **decided):
        told = papers.cleaned_data
        grounds = Grounds("", told["clause"], told["contact"], told["issued_by"])
        return lists.appraise(village, said, sitting, grounds=grounds, **decided)

    back = f"{reverse('households:entries')}?tab=compared"
    return appraising(
        request,
        visible(request.user),
        state="compared",
        papers=papers,
        appraise=carry_out,
        list_page="households:entry-list",
        otherwise=back,
        refused="告知书已生成，请送达。",
        template="households/entries/appraise.html",
        what="民主评议",
        back=back,
        case_page="households:entry",
        paper_help="有不通过的户才填：告知书上要写明依据和申诉办法。",
        empty="比对完成的户列在这里。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*_ANY)
def entry_refuse(request, pk: int):
    """Refuse a case, with what its paper tells the household."""
    case = case_for(request.user, pk)
    # As measured; who knows better types it.
    measured = figures(EntryCase.objects.filter(pk=pk)).get(pk)
    form = RefuseForm(sent(request), initial=measured_grounds(measured))

    def act(reason, income, line, clause, contact, issued_by, **_):
        grounds = Grounds(reason, clause, contact, issued_by, income, line)
        return refuse(case, grounds, decision_of(form, request.user, comment=reason))

    return about(
        request,
        case,
        form,
        act,
        right=_ANY,
        then=reverse("households:entry-paper", args=[pk]),
        told=lambda paper: f"已不予通过，{paper.title}已生成，请打印送达。",
        title="不予通过",
        button="不予通过并生成告知书",
        danger=True,
        losses=[
            "这一件到此结束，记录保留；农户收到告知书后可以申诉，也可以重新申请。",
            "户的登记不变。",
        ],
    )


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
    case, form = case_for(request.user, pk), BackForm(sent(request))

    def act(**_):
        return service(case, decision_of(form, request.user))

    return about(request, case, form, act, right=rights, told=told, danger=True, **words)
