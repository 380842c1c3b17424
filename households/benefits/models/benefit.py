"""What a household or a member received under a policy, and what of it stands in the household's income."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from households.benefits.models.policy import Policy
from households.benefits.querysets import BenefitIncomeQuerySet, BenefitQuerySet
from households.models.household import Household
from households.models.member import Member
from households.options.income_items import INCOME_ITEMS
from households.options.policy_options import BENEFIT_SOURCES, PERIODS
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class Benefit(models.Model):
    """One payment or service under a policy. Rows are never altered or deleted (trigger): what was wrong is taken back
    by a row of its own (`reverses`, negative amount, reason), and then received anew.

    `standing`: counts as received; false once it was taken back, and on the row that takes it back. `income_year`: the
    accounting year into which the money falls, NULL where the policy does not count as income or no year was known.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="benefits", db_index=False
    )
    # NULL: the household's as such.
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="benefits", db_index=False
    )
    policy = models.ForeignKey(Policy, verbose_name="政策", on_delete=models.PROTECT, related_name="benefits")
    code = models.CharField(max_length=40, editable=False)  # of the policy in all versions (trigger)
    year = models.SmallIntegerField("年度")
    period = OptionField("期", PERIODS)
    units = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(
        "金额（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )  # NULL: a service
    paid_on = models.DateField("发放日期")
    source = OptionField("来源", BENEFIT_SOURCES, blank=False)
    batch = models.CharField("一卡通批次号", max_length=60, blank=True)
    document = models.CharField("依据", max_length=200, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    income_year = models.SmallIntegerField("计入的年度", null=True, editable=False)
    standing = models.BooleanField(default=True, editable=False)
    reverses = models.OneToOneField(
        "self", verbose_name="冲销", null=True, on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = BenefitQuerySet.as_manager()

    class Meta:
        verbose_name = "政策享受"
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "member", "year", "period"],
                condition=Q(standing=True, member__isnull=False),
                name="one_benefit_of_a_person_and_period",
                violation_error_message="此人这一期已登记过这项政策。",
            ),
            models.UniqueConstraint(
                fields=["code", "household", "year", "period"],
                condition=Q(standing=True, member__isnull=True),
                name="one_benefit_of_a_household_and_period",
                violation_error_message="该户这一期已登记过这项政策。",
            ),
            models.CheckConstraint(
                name="a_reversal_takes_back_with_its_reason",
                condition=(Q(reverses__isnull=True, reason="") & (Q(amount__isnull=True) | Q(amount__gt=0)))
                | (
                    Q(reverses__isnull=False, standing=False)
                    & ~Q(reason="")
                    & (Q(amount__isnull=True) | Q(amount__lt=0))
                ),
                violation_error_message="金额须大于 0；冲销须写明原因。",
            ),
            models.CheckConstraint(
                name="a_batch_has_its_number",
                condition=~Q(source="one_card") | ~Q(batch=""),
                violation_error_message="来自一卡通批次的，请填批次号。",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "year"], name="benefit_by_household"),
            models.Index(
                fields=["code", "year"],
                include=["household", "member", "amount"],
                condition=Q(standing=True),
                name="benefit_by_policy_and_year",
            ),
            models.Index(fields=["paid_on", "id"], name="benefit_by_day"),
        ]

    def __str__(self):
        return f"{self.policy_id} {self.year} {self.period}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id


class BenefitIncome(models.Model):
    """How the benefits of an income item stand in a household's income sheet of a year: once, and never unasked.

    `paid` is the sum of the standing benefits. A typed amount is neither raised nor replaced by it: where both speak, a
    person says whether the typed amount holds it (included), is something else (beside) or gives way (replaced).
    """

    class State(models.TextChoices):
        COUNTED = "counted", "已计入"
        ASKED = "asked", "待核对"
        CLOSED = "closed", "年度已关闭，未计入"

    class Answer(models.TextChoices):
        INCLUDED = "included", "表中金额已包含"
        BESIDE = "beside", "表中金额是另外的，相加"
        REPLACED = "replaced", "以发放金额为准"

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="benefit_incomes", db_index=False
    )
    year = models.SmallIntegerField("年度")
    item = OptionField("收入项目", INCOME_ITEMS, blank=False)
    paid = models.DecimalField("政策发放（元）", max_digits=12, decimal_places=2)
    # The typed amount that stands beside it; 0: none.
    other = models.DecimalField("另填（元）", max_digits=12, decimal_places=2, default=0)
    # What the item held when this row last wrote or accepted it: another amount there was typed since. Nothing paid: NULL,
    # and an amount only while a person is asked whether it still holds what was taken back.
    settled = models.DecimalField("表中金额（元）", max_digits=12, decimal_places=2, null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    answer = models.CharField("核对结果", max_length=10, choices=Answer.choices, blank=True)
    answered_by = person("核对人", null=True)
    answered_at = models.DateTimeField("核对时间", null=True)
    answer_note = models.CharField("核对说明", max_length=200, blank=True)

    objects = BenefitIncomeQuerySet.as_manager()

    class Meta:
        verbose_name = "政策发放计入收入"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year", "item"], name="one_flow_of_an_item_of_a_household_and_year"
            ),
            models.CheckConstraint(name="flowing_money_not_negative", condition=Q(paid__gte=0, other__gte=0)),
            models.CheckConstraint(
                name="an_answer_has_its_person",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "id"], condition=Q(state="asked"), name="flow_asked"),
        ]

    def __str__(self):
        return f"{self.year} {self.item} {self.paid}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id
