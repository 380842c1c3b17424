"""扶贫小额信贷: loans without security, with what was paid back."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.benefits.querysets import LoanQuerySet
from households.models.household import Household
from households.models.member import Member
from households.options.work_options import LOAN_USES
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class Loan(models.Model):
    """One loan of a household: who borrowed how much from whom, for what, until when. Never altered (trigger) but by
    being repaid, extended (`due_on`, once, with reason) or taken back as wrongly entered.

    How much and how long is allowed are dated parameters (loan.*), asked when it is entered (seed-facts.md A32).
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="loans")
    member = models.ForeignKey(
        Member, verbose_name="借款人", on_delete=models.PROTECT, related_name="loans", db_index=False
    )
    bank = models.CharField("贷款机构", max_length=60)
    contract = models.CharField("合同号", max_length=60, blank=True)
    amount = models.DecimalField("贷款金额（元）", max_digits=12, decimal_places=2)
    rate = models.DecimalField("年利率（%）", max_digits=5, decimal_places=2)
    subsidy = models.DecimalField("贴息比例（%）", max_digits=5, decimal_places=2)
    use = OptionField("用途", LOAN_USES, blank=False)
    use_note = models.CharField("用途说明", max_length=200, blank=True)
    starts_on = models.DateField("放款日期")
    due_on = models.DateField("到期日期")
    extended_from = models.DateField("原到期日期", null=True, blank=True)  # NULL: not extended
    extension_reason = models.CharField("展期原因", max_length=200, blank=True)
    # Written with the repayment that completes it (trigger keeps both together). NULL: not repaid.
    repaid_on = models.DateField("还清日期", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_by = person("撤销人", null=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)
    # Of the form it was typed in: sent twice it counts once. NULL: not from a form.
    identity = models.UUIDField(null=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "扶贫小额信贷"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_loan_is_due_after_it_starts",
                condition=Q(due_on__gt=F("starts_on")),
                violation_error_message="到期日期须晚于放款日期。",
            ),
            models.CheckConstraint(
                name="a_loan_is_of_some_money",
                condition=Q(amount__gt=0, rate__gte=0, rate__lte=36, subsidy__gte=0, subsidy__lte=100),
                violation_error_message="贷款金额须大于 0，利率和贴息比例须合理。",
            ),
            models.CheckConstraint(
                name="an_extension_has_its_reason",
                condition=Q(extended_from__isnull=True, extension_reason="")
                | (Q(extended_from__isnull=False, due_on__gt=F("extended_from")) & ~Q(extension_reason="")),
                violation_error_message="展期须写明原因，新的到期日期须晚于原到期日期。",
            ),
            models.CheckConstraint(
                name="a_withdrawn_loan_says_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                violation_error_message="撤销须写明原因。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(repaid_on__isnull=True, withdrawn_at__isnull=True),
                name="loan_open_by_due_day",
            ),
        ]

    def __str__(self):
        return f"{self.bank} {self.amount}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id


class LoanRepayment(models.Model):
    """Principal paid back on a day. Append-only (trigger), all of them together never more than the loan; what was
    mistyped is taken back by a row of its own (`reverses`, the whole negative amount, reason), so that the sum stays true.
    """

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="repayments")
    paid_on = models.DateField("还款日期")  # of a reversal: the day it was taken back
    amount = models.DecimalField("还本金额（元）", max_digits=12, decimal_places=2)
    document = models.CharField("凭证号", max_length=60, blank=True)
    reverses = models.OneToOneField(
        "self", verbose_name="冲销", null=True, on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    # Of the form it was typed in: sent twice it counts once. NULL: not from a form.
    identity = models.UUIDField(null=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "还款"
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_repayment_is_of_some_money",
                condition=Q(reverses__isnull=True, reason="", amount__gt=0)
                | (Q(reverses__isnull=False, amount__lt=0) & ~Q(reason="")),
                violation_error_message="还本金额须大于 0；冲销须写明原因。",
            )
        ]

    def __str__(self):
        return f"{self.paid_on} {self.amount}"
