"""扶贫小额信贷: lent within the dated limits, repaid to the last yuan, extended once, or taken back as a mistake."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from households.benefits.models import Loan, LoanRepayment
from households.models import Household, Member, Membership, RegisterChange
from households.options.kinds import GENERAL_RURAL
from households.options.work_options import LOAN_USES
from households.rules import years_before
from households.services.locking import lock_households, require_registered
from households.services.once import sent_before
from poverty.audit.services import record
from poverty.parameters.services import values_for
from poverty.review.errors import ChangedMeanwhile
from poverty.sql.periods import valid_at

RIGHT = "benefit.record"
SECTORS = ("poverty_office", "finance")
PARAMETERS = ("loan.limit", "loan.years", "loan.age_from", "loan.age_to")


@dataclass(frozen=True)
class Terms:
    """What is lent: yuan, percent a year, percent of the interest that is paid for the household."""

    bank: str
    amount: Decimal
    rate: Decimal
    subsidy: Decimal
    use: str
    starts_on: date
    due_on: date
    contract: str = ""
    use_note: str = ""


def may_lend(actor, area_code: str) -> bool:
    """Whether a person may record loans at a place: township, county, and of bureaus 扶贫 and 财政."""
    scope = actor.scope(RIGHT)
    return any(scope.covers(area_code, sector) for sector in SECTORS)


@transaction.atomic
def record_loan(
    household: Household, member: Member, terms: Terms, *, actor, identity: UUID | None = None
) -> Loan:
    """Record a loan of a household. All that it owes at once stays within loan.limit, the term within loan.years, the
    borrower's age within loan.age_from and loan.age_to on the day it starts; the dated values of the place on that day.

    `identity`: of the form; the same form sent twice counts once. Raises PermissionDenied, ValidationError by field.
    """
    home = lock_households([household.pk])[household.pk]
    _may(actor, home.area_id)
    loan = Loan(
        household=home,
        member=member,
        bank=terms.bank.strip(),
        contract=terms.contract.strip(),
        amount=terms.amount,
        rate=terms.rate,
        subsidy=terms.subsidy,
        use=terms.use,
        use_note=terms.use_note.strip(),
        starts_on=terms.starts_on,
        due_on=terms.due_on,
        identity=identity,
        recorded_by=actor,
    )
    if (stands := sent_before(loan, later=("repaid_on",))) is not None:
        return stands
    require_registered(home)
    if not may_borrow(home, terms.starts_on):
        raise ValidationError("扶贫小额信贷只发放给建档立卡户和监测对象，这一户放款那天都不是。")
    value = values_for(PARAMETERS, home.area_id, terms.starts_on)
    errors = _day_faults(terms) | _amount_faults(home, terms, value["loan.limit"])
    if "due_on" not in errors and terms.starts_on < years_before(terms.due_on, value["loan.years"]):
        errors["due_on"] = f"贷款期限最长{value['loan.years']}年。"
    if not Membership.objects.filter(household=home, member=member, valid_to=None).exists():
        errors["member"] = "借款人须是该户在册成员。"
    elif member.birth_date is not None:
        low, high = value["loan.age_from"], value["loan.age_to"]
        oldest, youngest = years_before(terms.starts_on, high + 1), years_before(terms.starts_on, low)
        if not oldest < member.birth_date <= youngest:
            errors["member"] = f"借款人须年满{low}周岁、不超过{high}周岁。"
    if not terms.bank.strip():
        errors["bank"] = "请填写贷款机构。"
    if terms.use not in LOAN_USES:
        errors["use"] = "请选择用途；小额信贷只能用于生产经营。"
    if errors:
        raise ValidationError(errors)
    loan.save(force_insert=True)
    record(
        "households.loan.record",
        home,
        actor=actor,
        changes={"贷款金额": [None, f"{loan.amount:.2f}"]},
        summary=f"小额信贷 {loan.bank} {loan.amount:,.2f} 元，{loan.starts_on} 至 {loan.due_on}",
    )
    return loan


def may_borrow(home: Household, on: date) -> bool:
    """Whether a household was on the poverty register, exited or not, or under watch on a day; or is today, for loans
    from before its first dated row (seed-facts.md A32: loans are for poor households).
    """
    watched = home.monitorings.filter(
        Q(removed_on__isnull=True) | Q(removed_on__gt=on), identified_on__lte=on
    ).exists()
    if home.kind != GENERAL_RURAL or watched:
        return True
    return home.statuses.filter(valid_at(on)).exclude(kind=GENERAL_RURAL).exists()


def _day_faults(terms: Terms) -> dict[str, str]:
    errors = {}
    if terms.starts_on > timezone.localdate():
        errors["starts_on"] = "放款日期不能晚于今天。"
    if terms.due_on <= terms.starts_on:
        errors["due_on"] = "到期日期须晚于放款日期。"
    if not 0 <= terms.rate <= 36:
        errors["rate"] = "年利率须在 0 至 36 之间。"
    if not 0 <= terms.subsidy <= 100:
        errors["subsidy"] = "贴息比例须在 0 至 100 之间。"
    return errors


def _amount_faults(home: Household, terms: Terms, limit: Decimal) -> dict[str, str]:
    if terms.amount <= 0:
        return {"amount": "贷款金额须大于 0。"}
    owed = owed_by(home)
    if owed + terms.amount <= limit:
        return {}
    beside = f"，该户还有 {owed:,.2f} 元未还" if owed else ""
    return {"amount": f"每户最多 {limit:,.2f} 元{beside}。"}


def owed_by(home: Household) -> Decimal:
    """What a household owes, yuan: borrowed and not paid back by it, by those who are its members now, wherever they
    lived then, and by households that were merged into it.
    """
    open_ones = Loan.objects.open().filter(
        Q(household__in=_with_merged(home)) | Q(member__in=Member.objects.filter(household=home))
    )
    return left_of(open_ones)


def left_of(loans: QuerySet[Loan]) -> Decimal:
    """What is still to be paid back of loans, yuan of principal. Two queries."""
    lent = loans.aggregate(found=Sum("amount"))["found"] or Decimal(0)
    paid = LoanRepayment.objects.filter(loan__in=loans.order_by().values("pk"))
    return lent - (paid.aggregate(found=Sum("amount"))["found"] or Decimal(0))


def _with_merged(home: Household) -> set[int]:
    """Keys of a household and of those merged into it, also by way of others."""
    found = last = {home.pk}
    while last:
        mergers = RegisterChange.objects.filter(
            kind="merge", state=RegisterChange.State.EFFECTIVE, target__in=last
        )
        last = set(mergers.values_list("household", flat=True)) - found
        found = found | last
    return found


@transaction.atomic
def repay(
    loan: Loan, *, amount: Decimal, paid_on: date, actor, document: str = "", identity: UUID | None = None
) -> Loan:
    """Record principal paid back; the last yuan makes the loan repaid on that day.

    `identity`: of the form; the same form sent twice counts once. Raises PermissionDenied, ValidationError by field,
    ChangedMeanwhile where the loan is repaid or taken back.
    """
    row = _held(loan, actor)
    if identity is not None and (before := row.repayments.filter(identity=identity).first()) is not None:
        if (before.amount, before.paid_on, before.document) == (amount, paid_on, document.strip()):
            return row
        raise ValidationError("这一页已登记过一笔还款；另有还款的，请返回贷款页面重新打开再登记。")
    _open(row)
    paid = row.repayments.aggregate(found=Sum("amount"))["found"] or Decimal(0)
    left = row.amount - paid
    errors = {}
    if not 0 < amount <= left:
        errors["amount"] = f"还本金额须大于 0、不超过未还的 {left:,.2f} 元。"
    if not row.starts_on <= paid_on <= timezone.localdate():
        errors["paid_on"] = "还款日期须在放款日期以后，不晚于今天。"
    if errors:
        raise ValidationError(errors)
    LoanRepayment.objects.create(
        loan=row,
        amount=amount,
        paid_on=paid_on,
        document=document.strip(),
        identity=identity,
        recorded_by=actor,
    )
    if amount == left:
        standing = row.repayments.filter(reverses=None, reversal=None)
        row.repaid_on = standing.order_by("-paid_on").values_list("paid_on", flat=True)[0]
        row.save(update_fields=["repaid_on"])
    record(
        "households.loan.repay",
        row.household,
        actor=actor,
        summary=f"小额信贷还本 {amount:,.2f} 元"
        + ("，已还清" if row.repaid_on else f"，尚欠 {left - amount:,.2f} 元"),
    )
    return row


@transaction.atomic
def reverse_repayment(repayment: LoanRepayment, *, reason: str, actor) -> Loan:
    """Take a repayment back by a row of its own, with the reason: a wrong amount, a wrong loan. A loan that counted as
    repaid is open again, and overdue where its day has passed.

    Raises PermissionDenied, ValidationError ("reason"), ChangedMeanwhile where it was taken back already.
    """
    row = _held(Loan(pk=repayment.loan_id), actor)
    wrong = LoanRepayment.objects.select_related("reversal").get(pk=repayment.pk)
    if wrong.reverses_id is not None or hasattr(wrong, "reversal"):
        raise ChangedMeanwhile("已冲销")
    if not reason.strip():
        raise ValidationError({"reason": "请填写冲销原因。"})
    LoanRepayment.objects.create(
        loan=row,
        amount=-wrong.amount,
        paid_on=timezone.localdate(),
        reverses=wrong,
        reason=reason.strip(),
        recorded_by=actor,
    )
    changes = {"还本金额": [f"{wrong.amount:.2f}", None]}
    if row.repaid_on is not None:
        changes["还清日期"] = [row.repaid_on, None]
        row.repaid_on = None
        row.save(update_fields=["repaid_on"])
    record(
        "households.loan.reverse",
        row.household,
        actor=actor,
        changes=changes,
        summary=f"冲销小额信贷还款 {wrong.amount:,.2f} 元，原因：{reason.strip()}",
    )
    return row


@transaction.atomic
def extend(loan: Loan, *, due_on: date, reason: str, actor) -> Loan:
    """Move the day a loan is due, once, with the reason; the whole term stays within loan.years and one year more."""
    row = _locked(loan, actor)
    if row.extended_from is not None:
        raise ValidationError("这笔贷款已展期一次，不能再展期。")
    errors = {}
    if not reason.strip():
        errors["reason"] = "请填写展期原因。"
    if due_on <= row.due_on:
        errors["due_on"] = "新的到期日期须晚于原到期日期。"
    years = values_for(PARAMETERS, row.household.area_id, row.starts_on)["loan.years"] + 1
    if row.starts_on < years_before(due_on, years):
        errors["due_on"] = f"展期后总期限不超过{years}年。"
    if errors:
        raise ValidationError(errors)
    before = row.due_on
    row.extended_from, row.due_on, row.extension_reason = before, due_on, reason.strip()
    row.save(update_fields=["extended_from", "due_on", "extension_reason"])
    record(
        "households.loan.extend",
        row.household,
        actor=actor,
        changes={"到期日期": [before, due_on]},
        summary=f"小额信贷展期：{reason.strip()}",
    )
    return row


@transaction.atomic
def withdraw_loan(loan: Loan, *, reason: str, actor) -> Loan:
    """Take a loan back that was entered by mistake; one of which something is paid back, even in part, is none."""
    row = _locked(loan, actor)
    if row.repayments.filter(reverses=None, reversal=None).exists():
        raise ValidationError("已有还款记录，不能撤销；还款也是登记错的，请先冲销还款。")
    if not reason.strip():
        raise ValidationError({"reason": "请填写撤销原因。"})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record("households.loan.withdraw", row.household, actor=actor, summary=f"撤销贷款登记：{reason.strip()}")
    return row


def _locked(loan: Loan, actor) -> Loan:
    row = _held(loan, actor)
    _open(row)
    return row


def _held(loan: Loan, actor) -> Loan:
    row = Loan.objects.select_for_update(of=("self",)).select_related("household").get(pk=loan.pk)
    _may(actor, row.household.area_id)
    return row


def _open(row: Loan) -> None:
    if row.withdrawn_at is not None or row.repaid_on is not None:
        raise ChangedMeanwhile("已撤销" if row.withdrawn_at else "已还清")


def _may(actor, area_code: str) -> None:
    if not may_lend(actor, area_code):
        raise PermissionDenied("您没有登记小额信贷的权限。")
