"""发放记录: what was received, recording and taking back; and where payments and the income sheet wait for a word."""

from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.benefits.coverage import policies_for
from households.benefits.in_force import in_order, policies_in_force
from households.benefits.models import Benefit, BenefitIncome
from households.benefits.querysets import VIEW
from households.benefits.services.answering import answer_flow
from households.benefits.services.benefits import (
    Given,
    may_record,
    record_benefit,
    reverse_benefit,
)
from households.benefits.services.waiting import KIND, RIGHT, is_open, may_flow, request_flow, waiting
from households.forms.benefits.records import AnswerForm, BenefitForm, ReverseForm
from households.forms.benefits.work import FindHouseholdForm
from households.models import IncomeItem, Member
from households.options.income_items import INCOME_ITEMS
from households.views.benefits.reaching import home_for, one_of, tabs
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.jobs.models import Job
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acting, asking
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_RECORD = "benefit.record"


@require_safe
@requires(VIEW)
def benefits(request):
    """What was received in the chosen place and year, newest first; ?policy= of one policy, ?item= into one income item."""
    now = chosen(request)
    rows = Benefit.objects.visible_to(request.user).filter(
        within("household__area_id", [now.area_code]), year=now.year
    )
    code = request.GET.get("policy", "")
    if code:
        rows = rows.filter(code=code)
    item = request.GET.get("item", "")
    if item:
        rows = rows.filter(policy__income_item=item)
    page = keyset_page(
        rows.select_related("household", "member", "policy"),
        order=(("paid_on", "desc"), ("id", "desc")),
        after=request.GET.get("page"),
        size=50,
    )
    count, exact = count_up_to(rows, 10_000)
    places = short_names(one.household.area_id for one in page.rows)
    scope = request.user.scope(_RECORD)
    context = {
        "tabs": tabs(request, "records"),
        "now": now,
        "policies": policies_for(request.user, now.area_code, now.year),
        "code": code,
        "page": page,
        "count": count,
        "exact": exact,
        # Of more than that many the sum is said by policy, on the page of coverage.
        "paid": (rows.aggregate(found=Sum("amount"))["found"] or Decimal(0)) if exact else None,
        "item": item,
        "item_label": INCOME_ITEMS.label(item) if item in INCOME_ITEMS else "",
        "lines": [
            (
                one,
                places.get(one.household.area_id, ""),
                scope.covers(one.household.area_id, one.policy.sector),
            )
            for one in page.rows
        ],
        "may_record": bool(scope),
        "may_import": request.user.has_right(_RECORD),
    }
    return render(request, "households/benefits/records.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def benefit_start(request):
    """Find whose benefit is recorded."""
    form = FindHouseholdForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["household"]:
        return redirect("households:benefit-choose", form.cleaned_data["household"].pk)
    back = reverse("households:benefits")
    return asking(
        request,
        form,
        title="登记政策享受",
        button="下一步",
        back=back,
        back_label="发放记录",
        help="先找到这一户，再选哪一项政策。整批发放的，请用工作簿导入。",
    )


@require_safe
@requires(_RECORD)
def benefit_choose(request, pk: int):
    """Choose the policy: those in force where the household stands, of the person's sector."""
    household, now = home_for(request.user, pk, _RECORD), chosen(request)
    found = [
        one
        for one in policies_in_force(household.area_id, now.year)
        if may_record(request.user, household.area_id, one.sector)
    ]
    context = {"household": household, "now": now, "policies": in_order(found)}
    return render(request, "households/benefits/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def benefit_record(request, pk: int, code: str):
    """Record one benefit of a household."""
    household, now = home_for(request.user, pk, _RECORD), chosen(request)
    found = {one.code: one for one in policies_in_force(household.area_id, now.year)}
    policy = found.get(code)
    if policy is None:
        return redirect("households:benefit-choose", pk)
    if not may_record(request.user, household.area_id, policy.sector):
        raise MissingRight((_RECORD,))

    def act(**given):
        member = Member.objects.filter(pk=given["member"]).first() if given.get("member") else None
        what = Given(
            policy,
            household,
            member,
            given["year"],
            given.get("period", ""),
            given.get("amount"),
            given["paid_on"],
            units=given.get("units"),
            batch=given["batch"],
            document=given["document"],
            note=given["note"],
        )
        return record_benefit(what, actor=request.user)

    return acting(
        request,
        BenefitForm(sent(request), policy=policy, household=household, year=now.year),
        act,
        right=_RECORD,
        back=reverse("households:household-policies", args=[pk]),
        told=f"已登记：{policy.name}。",
        title=f"登记：{policy.name}",
        button="登记",
        back_label=f"{household.head_name}户",
        help=policy.content,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def benefit_reverse(request, pk: int):
    """Take a benefit back, with the reason."""
    rows = Benefit.objects.visible_to(request.user) & Benefit.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("household", "policy", "member"), pk)
    who = f"{row.household.head_name}户" + (f" {row.member.name}" if row.member else "")
    told = f"{who}，{row.policy.name}，{row.year}年{row.get_period_display()}"
    money = f"，{row.amount:,.2f} 元" if row.amount is not None else ""
    return acting(
        request,
        ReverseForm(sent(request)),
        partial(reverse_benefit, row, actor=request.user),
        right=_RECORD,
        back=reverse("households:benefits"),
        told=lambda _: reversed_words(row),
        title="冲销政策享受",
        button="冲销",
        back_label="发放记录",
        help=f"{told}{money}。原记录保留，另记一笔冲销；金额有误的，冲销后重新登记。",
        danger=True,
    )


def reversed_words(row: Benefit) -> str:
    """What became of the income after a benefit was taken back."""
    flow = BenefitIncome.objects.filter(
        household=row.household_id, year=row.income_year, item=row.policy.income_item
    ).first()
    if row.income_year is None or flow is None:
        return "已冲销。"
    if flow.state == BenefitIncome.State.CLOSED:
        return (
            f"已冲销。{row.income_year}年度未开启，收入表没有改动；年度重新开启后，请在“待核对收入”里计入。"
        )
    if flow.state == BenefitIncome.State.ASKED:
        return "已冲销。收入表里的金额有人填过，没有自动改动，请在“待核对收入”里核对。"
    return "已冲销；计入收入的部分已同时退出。"


@require_safe
@requires("income.edit")
def benefit_asked(request):
    """Households whose typed income and payments do not agree, and payments that fell into no open year."""
    now = chosen(request)
    rows = BenefitIncome.objects.visible_to(request.user, "income.edit").filter(
        within("household__area_id", [now.area_code]), year=now.year
    )
    shows_waiting = request.GET.get("show") == "waiting"
    waits = waiting(request.user, now.area_code, now.year, "income.edit")
    number, exact = count_up_to(waits, 10_000)
    page = keyset_page(
        (waits if shows_waiting else rows.asked()).select_related("household"),
        order=(("household", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    amounts = {
        (one.survey.household_id, one.item): one.amount
        for one in IncomeItem.objects.filter(
            survey__household__in=[row.household_id for row in page.rows], survey__year=now.year
        ).select_related("survey")
    }
    places = short_names(one.household.area_id for one in page.rows)
    context = {
        "tabs": tabs(request, "asked"),
        "now": now,
        "page": page,
        "lines": [
            (one, places.get(one.household.area_id, ""), amounts.get((one.household_id, one.item)))
            for one in page.rows
        ],
        "shows_waiting": shows_waiting,
        "waiting": number,
        "exact": exact,
        "opened": is_open(now.area_code, now.year),
        "may_flow": may_flow(request.user, now.area_code),
        "jobs": Job.objects.visible_to(request.user).live().filter(kind=KIND).order_by("pk")[:3],
    }
    return render(request, "households/benefits/asked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("income.edit")
def benefit_answer(request, pk: int):
    """Say how the typed amount and the payments go together."""
    row = one_of(
        BenefitIncome.objects.visible_to(request.user, "income.edit").select_related("household"), pk
    )
    item = IncomeItem.objects.filter(
        survey__household=row.household_id, survey__year=row.year, item=row.item
    ).first()
    now = item.amount if item else None
    form = AnswerForm(
        sent(request),
        taken_back=not row.paid,
        initial={"seen": "" if now is None else str(now), "paid": str(row.paid)},
    )
    told = "没有填这一项" if now is None else f"填了 {now:,.2f} 元"
    paid = f"政策发放 {row.paid:,.2f} 元" if row.paid else "政策发放已全部冲销"

    def act(answer, seen, paid, note):
        row.paid = paid  # as it stood on the page that was answered
        return answer_flow(row, answer, seen=seen, note=note, actor=request.user)

    return acting(
        request,
        form,
        act,
        right="income.edit",
        back=reverse("households:benefit-asked"),
        told="已核对，收入已按您的选择计入。",
        title=f"{row.household.head_name}户 {row.get_item_display()}",
        button="确定",
        back_label="待核对收入",
        help=f"{row.year}年度{paid}；收入表里{told}。",
    )


@require_POST
@requires(_RECORD)
def benefit_flow(request):
    """Put bringing payments that waited for the year to be open into its income in line."""
    now = chosen(request)
    try:
        request_flow(now.area_code, now.year, actor=request.user)
    except PermissionDenied as error:
        raise MissingRight((RIGHT,)) from error
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        messages.success(request, f"{now.year}年度：已排队计入收入，可以离开本页。")
    return redirect(
        "households:benefit-asked" if request.user.has_right("income.edit") else "households:benefits"
    )
