"""扶贫小额信贷: what is due, overdue, lent and repaid."""

from datetime import timedelta
from functools import partial

from django.db.models import Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.benefits.models import Loan, LoanRepayment
from households.benefits.querysets import VIEW
from households.benefits.services import loans as services
from households.forms.benefits.policies import ReasonForm
from households.forms.benefits.work import ExtendForm, FindHouseholdForm, LoanForm, RepayForm
from households.models import Member
from households.views.benefits.reaching import home_for, one_of, tabs
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.parameters.services import value_for
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acting, asking
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

_RECORD = "benefit.record"


@require_safe
@requires(VIEW)
def loans(request):
    """Loans of the place: ?show= overdue, due (within loan.due_days), open, repaid."""
    now, today = chosen(request), timezone.localdate()
    rows = Loan.objects.visible_to(request.user).filter(within("household__area_id", [now.area_code]))
    until = today + timedelta(days=value_for("loan.due_days", now.area_code, today))
    lists = {
        "overdue": ("已逾期", rows.overdue(today)),
        "due": (f"{until:%Y-%m-%d}前到期", rows.due_by(until, today)),
        "open": ("未还清", rows.open()),
        "repaid": ("已还清", rows.standing().filter(repaid_on__isnull=False)),
    }
    show = request.GET.get("show", "")
    show = show if show in lists else "open"
    found = lists[show][1].select_related("household", "member").annotate(paid=Sum("repayments__amount"))
    page = keyset_page(
        found, order=(("due_on", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
    )
    places = short_names(one.household.area_id for one in page.rows)
    context = {
        "tabs": tabs(request, "loans"),
        "shown": [(label, f"?show={key}", own.count(), key == show) for key, (label, own) in lists.items()],
        "now": now,
        "today": today,
        "owed": services.left_of(rows.open()),
        "page": page,
        "lines": [
            (one, places.get(one.household.area_id, ""), one.amount - (one.paid or 0)) for one in page.rows
        ],
        "may_record": request.user.has_right(_RECORD),
    }
    return render(request, "households/benefits/loans.html", context)


@require_safe
@requires(VIEW)
def loan(request, pk: int):
    """One loan with what was paid back."""
    row = one_of(
        Loan.objects.visible_to(request.user).select_related("household__area", "member", "withdrawn_by"), pk
    )
    repayments = list(row.repayments.select_related("recorded_by", "reversal"))
    open_ = row.repaid_on is None and row.withdrawn_at is None
    may = services.may_lend(request.user, row.household.area_id)
    context = {
        "loan": row,
        "repayments": repayments,
        "left": row.amount - sum(one.amount for one in repayments),
        "overdue": open_ and row.due_on < timezone.localdate(),
        "yearly": (row.amount * row.rate / 100).quantize(row.amount),
        "may": open_ and may,
        "may_reverse": row.withdrawn_at is None and may,
        "unpaid": not sum(one.amount for one in repayments),
    }
    return render(request, "households/benefits/loan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def repayment_reverse(request, pk: int):
    """Take a repayment back that was entered wrongly."""
    loans_seen = Loan.objects.visible_to(request.user) & Loan.objects.visible_to(request.user, _RECORD)
    rows = LoanRepayment.objects.filter(loan__in=loans_seen.values("pk"), reverses=None)
    row = one_of(rows.select_related("loan__household"), pk)
    told = f"{row.paid_on:%Y-%m-%d} 还本 {row.amount:,.2f} 元。"
    return acting(
        request,
        ReasonForm(sent(request)),
        partial(services.reverse_repayment, row, actor=request.user),
        right=_RECORD,
        back=reverse("households:loan", args=[row.loan_id]),
        told="已冲销；还款有误的，请重新登记。",
        title="冲销还款",
        button="冲销",
        back_label=f"{row.loan.household.head_name}户的贷款",
        help=f"{told}登记错了的才冲销：原记录保留，另记一笔冲销；已还清的贷款重新列为未还清。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def loan_start(request):
    """Find who borrowed: a household on the poverty register, or under watch."""
    form = FindHouseholdForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and (home := form.cleaned_data["household"]):
        if services.may_borrow(home, timezone.localdate()):
            return redirect("households:loan-new", home.pk)
        form.add_error("household", "扶贫小额信贷只发放给建档立卡户和监测对象，这一户现在都不是。")
    back = reverse("households:loans")
    return asking(
        request,
        form,
        title="登记小额信贷",
        button="下一步",
        back=back,
        back_label="小额信贷",
        help="先找到借款的户。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def loan_new(request, pk: int):
    """Record a loan."""
    household = home_for(request.user, pk, _RECORD)
    if not services.may_lend(request.user, household.area_id):
        raise MissingRight((_RECORD,))

    def record(member, identity, **terms):
        borrower = Member.objects.get(pk=member)
        return services.record_loan(
            household, borrower, services.Terms(**terms), actor=request.user, identity=identity
        )

    value = {
        code: value_for(code, household.area_id, timezone.localdate())
        for code in ("loan.limit", "loan.years")
    }
    owed = services.owed_by(household)
    beside = f"，该户还有 {owed:,.2f} 元未还" if owed else ""
    return acting(
        request,
        LoanForm(sent(request), household=household),
        record,
        right=_RECORD,
        back=reverse("households:loans"),
        then=lambda row: reverse("households:loan", args=[row.pk]),
        told="已登记。",
        title=f"登记小额信贷：{household.head_name}户",
        button="登记",
        back_label="小额信贷",
        help=f"免抵押、免担保，每户最多 {value['loan.limit']:,.0f} 元，最长 {value['loan.years']} 年{beside}；"
        "贷款只能用于生产经营。",
    )


_ACTS = {
    "repay": ("登记还款", "登记", RepayForm, services.repay, ""),
    "extend": ("展期", "登记展期", ExtendForm, services.extend, "一笔贷款只能展期一次。"),
    "withdraw": ("撤销登记", "撤销", ReasonForm, services.withdraw_loan, "登记错了的才撤销；记录保留。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def loan_act(request, pk: int, act: str):
    """Repay, extend, take back."""
    rows = Loan.objects.visible_to(request.user) & Loan.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("household"), pk)
    back = reverse("households:loan", args=[pk])
    if act not in _ACTS:
        return redirect(back)
    title, button, form_class, service, help_text = _ACTS[act]
    return acting(
        request,
        form_class(sent(request)),
        partial(service, row, actor=request.user),
        right=_RECORD,
        back=back,
        told=f"{title}：已登记。",
        title=title,
        button=button,
        back_label=f"{row.household.head_name}户的贷款",
        help=help_text,
        danger=act == "withdraw",
    )
