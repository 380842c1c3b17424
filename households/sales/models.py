"""The agreement of a business with a household, and what was bought by it in each year."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.benefits.models.taken_back import TakenBack, says_why
from households.models.household import Household
from households.options.business_kinds import BUSINESS_KINDS
from households.sales.querysets import SaleAgreementQuerySet, SaleResultQuerySet
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.files.models import StoredFile
from poverty.review.models.people import person


class SaleAgreement(TakenBack):
    """A business buys a product of a household at not less than `price` yuan a `unit` (保护价).

    `period_to` is its last day. `amount` in units, NULL: no amount was agreed. `scan` NULL: not brought yet.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="sale_agreements", db_index=False
    )
    business = models.CharField("网店或企业名称", max_length=100)
    kind = OptionField("类型", BUSINESS_KINDS, blank=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    platform = models.CharField("电商平台", max_length=60, blank=True)
    shop = models.CharField("店铺名称或网址", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    product = models.CharField("收购产品", max_length=60)
    unit = models.CharField("计量单位", max_length=10)
    price = models.DecimalField("保护价（元）", max_digits=10, decimal_places=2)
    amount = models.DecimalField("约定数量", max_digits=12, decimal_places=2, null=True, blank=True)
    number = models.CharField("协议编号", max_length=60, blank=True)
    signed_on = models.DateField("签订日期")
    period_from = models.DateField("协议期起")
    period_to = models.DateField("协议期止")
    scan = models.ForeignKey(
        StoredFile,
        verbose_name="扫描件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    ended_on = models.DateField("终止日期", null=True, blank=True)  # exclusive; NULL: not ended early
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    # Of the form it was typed in: sent twice it counts once. NULL: not from a form.
    identity = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = SaleAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "收购协议"
        ordering = ["-signed_on", "-id"]
        indexes = [models.Index(fields=["household", "period_from"], name="sale_agreement_by_household")]
        constraints = [
            models.CheckConstraint(
                name="sale_agreement_runs_forward",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message="协议期止不能早于协议期起。",
            ),
            models.CheckConstraint(
                name="sale_agreement_says_who_and_what",
                condition=~Q(business="") & ~Q(product="") & ~Q(unit=""),
                violation_error_message="请填写网店或企业名称、收购产品和计量单位。",
            ),
            models.CheckConstraint(
                # Without one of the two nobody finds the business again.
                name="sale_agreement_says_where_the_business_is_found",
                condition=~Q(credit_code="") | ~Q(shop=""),
                violation_error_message="统一社会信用代码、店铺名称或网址至少填一项。",
            ),
            models.CheckConstraint(
                name="sale_agreement_credit_code_is_18_characters",
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUW-Y]{18}$"),
                violation_error_message="统一社会信用代码应为18位数字和大写字母。",
            ),
            models.CheckConstraint(
                name="sale_agreement_has_its_price",
                condition=Q(price__gt=0) & (Q(amount__isnull=True) | Q(amount__gt=0)),
                violation_error_message="保护价须大于 0；没有约定数量的不填数量。",
            ),
            models.CheckConstraint(
                # Equal days: over before it began. After its last day nothing is left to end.
                name="sale_agreement_ends_with_a_reason",
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("period_from"), ended_on__lte=F("period_to")) & ~Q(end_reason="")),
                violation_error_message="终止日期须在协议期内，并须写明原因。",
            ),
            models.UniqueConstraint(
                fields=["household", "business", "product", "period_from"],
                condition=Q(withdrawn_at__isnull=True, ended_on__isnull=True),
                name="a_sale_agreement_is_registered_once",
                violation_error_message="该户与这家企业的同一份收购协议已登记。",
            ),
            says_why("a_withdrawn_sale_agreement_says_why"),
        ]

    def __str__(self):
        return f"{self.household_id} {self.business}"

    @property
    def area_code(self) -> str:
        return self.household.area_id

    @property
    def last_day(self) -> date:
        """The last day on which it holds; before its first day where it never did."""
        return self.period_to if self.ended_on is None else self.ended_on - timedelta(days=1)

    def years_held(self, today: date) -> range:
        """The years in which it held on a day so far; of one that was taken back, or never held, none."""
        last = min(self.last_day, today)
        if self.withdrawn_at is not None or last < self.period_from:
            return range(0)
        return range(self.period_from.year, last.year + 1)

    def standing_on(self, day: date) -> str:
        """Where it stands on a day, in words."""
        if self.withdrawn_at is not None:
            return "已撤销"
        if self.ended_on is not None and self.ended_on <= day:
            return "已终止"
        if day > self.period_to:
            return "已期满"
        return "未开始" if day < self.period_from else "有效"


class SaleResult(TakenBack):
    """What a business bought by an agreement in a year: `quantity` in the agreement's units, `paid` in yuan; 0 is none.

    One counts (`is_current`); a correction is a further version with its reason, the one before stays (trigger).
    """

    agreement = models.ForeignKey(
        SaleAgreement,
        verbose_name="协议",
        on_delete=models.PROTECT,
        related_name="results",
        db_index=False,
    )
    year = models.SmallIntegerField("年度")
    quantity = models.DecimalField("收购数量", max_digits=12, decimal_places=2)
    paid = models.DecimalField("收购款（元）", max_digits=14, decimal_places=2)
    remark = models.CharField("说明", max_length=200, blank=True)
    is_current = models.BooleanField("有效", default=True, editable=False)
    version = models.SmallIntegerField("版本", default=1, editable=False)
    correction = models.CharField("更正原因", max_length=200, blank=True)
    identity = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = SaleResultQuerySet.as_manager()

    class Meta:
        verbose_name = "收购结果"
        ordering = ["-year", "-id"]
        indexes = [models.Index(fields=["agreement", "year"], name="sale_result_of_an_agreement")]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "year"],
                condition=Q(is_current=True),
                name="one_sale_result_of_an_agreement_a_year",
                violation_error_message="这一年的收购结果已登记，有变动请用“更正”。",
            ),
            models.CheckConstraint(
                name="sale_result_is_not_negative",
                condition=Q(quantity__gte=0, paid__gte=0) & (Q(quantity__gt=0) | Q(paid=0)),
                violation_error_message="数量、金额不能为负；没有收购的，收购款也填 0。",
            ),
            models.CheckConstraint(
                name="sale_result_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="sale_result_correction_has_its_reason",
                condition=Q(version=1, correction="") | (Q(version__gt=1) & ~Q(correction="")),
                violation_error_message="更正须写明原因。",
            ),
            models.CheckConstraint(
                name="a_withdrawn_sale_result_does_not_count",
                condition=Q(withdrawn_at__isnull=True) | Q(is_current=False),
            ),
            says_why("a_withdrawn_sale_result_says_why"),
        ]

    def __str__(self):
        return f"{self.agreement_id} {self.year}"

    @property
    def area_code(self) -> str:
        return self.agreement.household.area_id

    @property
    def state_words(self) -> str:
        """Whether this version counts, in words."""
        if self.withdrawn_at is not None:
            return "已作废"
        return "有效" if self.is_current else "已更正"

    @property
    def average(self) -> Decimal | None:
        """Yuan paid a unit, rounded down to 0.01 (never up to the protected price); None where nothing was bought."""
        if not self.quantity:
            return None
        return (self.paid * 100 // self.quantity) / 100

    def is_below(self, price: Decimal) -> bool:
        """Whether less was paid than the protected price comes to."""
        return self.paid < self.quantity * price
