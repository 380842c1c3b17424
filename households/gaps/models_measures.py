"""帮扶措施 and the yearly plans (帮扶计划, 巩固计划) whose rows they are."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from households.models.household import Household
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from households.options.risk_types import RISK_TYPES
from households.querysets_monitoring import HelpPlanQuerySet, MeasureQuerySet
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class HelpPlan(models.Model):
    """What is to be done for a household in a year: 帮扶措施 while it is poor, 稳定脱贫措施 once it has exited (A8).

    Its rows are measures. Signed by the helper and by the household, where the county wants it (NULL: not signed).
    """

    class Kind(models.TextChoices):
        HELP = "help", "帮扶措施计划"
        STABLE = "stable", "稳定脱贫措施计划"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="plans", db_index=False)
    year = models.SmallIntegerField("年度")
    kind = models.CharField("计划种类", max_length=8, choices=Kind.choices)
    goal = models.CharField("帮扶目标", max_length=300, blank=True)
    drawn_up_on = models.DateField("制定日期")
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签字的帮扶责任人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    helper_signed_on = models.DateField("帮扶责任人签字日期", null=True, blank=True)
    signer = models.CharField("农户签字人", max_length=60, blank=True)
    signer_relation = models.CharField("与户主关系", max_length=20, blank=True)
    household_signed_on = models.DateField("农户签字日期", null=True, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = HelpPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶计划"
        ordering = ["-year", "household"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="one_plan_of_a_household_a_year",
                violation_error_message="该户本年度已有帮扶计划。",
            ),
            models.CheckConstraint(
                name="a_plan_signed_by_the_helper_names_him",
                condition=Q(helper__isnull=True, helper_signed_on__isnull=True)
                | Q(helper__isnull=False, helper_signed_on__gte=F("drawn_up_on")),
                violation_error_message="签字日期不能早于制定日期。",
            ),
            models.CheckConstraint(
                name="a_plan_signed_by_the_household_names_who",
                condition=Q(signer="", household_signed_on__isnull=True)
                | (~Q(signer="") & Q(household_signed_on__gte=F("drawn_up_on"))),
                violation_error_message="签字日期不能早于制定日期，并写明签字人。",
            ),
        ]
        indexes = [models.Index(fields=["year", "household"], name="plan_by_year")]

    def __str__(self):
        return f"{self.year} {self.get_kind_display()}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id

    def audit_case(self):
        return "households.helpplan", self.pk, self.area_code


class Measure(models.Model):
    """Help to a household, planned or begun: which gap or risk it answers, who does it until when, and what came of it.

    Under watch, urgent help may begin before the county has approved. `state` follows from the days. Amounts in yuan.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        UNDER_WAY = "under_way", "实施中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="measures")
    case = models.ForeignKey(
        "households.MonitoringCase", null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    plan = models.ForeignKey(
        HelpPlan,
        verbose_name="帮扶计划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
    )
    gap = models.ForeignKey(
        "households.Gap", verbose_name="针对的缺项", null=True, blank=True, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    group = OptionField("措施类别", MEASURE_GROUPS, blank=False)
    subtype = OptionField("措施小类", MEASURE_SUBTYPES)
    risk = OptionField("针对的风险", RISK_TYPES)
    content = models.CharField("帮扶内容", max_length=200)
    project = models.CharField("项目或政策名称", max_length=100, blank=True)
    planned_amount = models.DecimalField(
        "计划资金（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    actual_amount = models.DecimalField(
        "实际资金（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    planned_from = models.DateField("计划开始", null=True, blank=True)
    planned_until = models.DateField("计划完成", null=True, blank=True)
    begins_on = models.DateField("开始日期", null=True, blank=True)  # NULL: planned only
    ends_on = models.DateField("完成日期", null=True, blank=True)  # NULL: goes on
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    result = models.CharField("帮扶成效", max_length=200, blank=True)
    responsible = models.CharField("责任单位或责任人", max_length=60)
    unit = models.ForeignKey(
        "accounts.Unit", verbose_name="责任单位", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="责任人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    visit = models.ForeignKey(
        "households.Visit", verbose_name="走访核实", null=True, blank=True, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    state = models.GeneratedField(
        verbose_name="状态",
        expression=Case(
            When(cancelled_on__isnull=False, then=Value("cancelled")),
            When(ends_on__isnull=False, then=Value("done")),
            When(begins_on__isnull=False, then=Value("under_way")),
            default=Value("planned"),
        ),
        output_field=models.CharField(max_length=10, choices=State.choices),
        db_persist=True,
    )
    # Of the form it was typed in: sent twice it is planned once. NULL: not from a form.
    identity = models.UUIDField(null=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶措施"
        ordering = [F("begins_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                name="measure_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="a_measure_is_planned_or_begun",
                condition=Q(begins_on__isnull=False) | Q(planned_until__isnull=False),
                violation_error_message="请填写计划完成日期。",
            ),
            models.CheckConstraint(
                name="a_measure_ends_once_begun",
                condition=Q(ends_on__isnull=True) | Q(begins_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_measure_is_planned_forwards",
                condition=Q(planned_from__isnull=True) | Q(planned_until__gte=F("planned_from")),
                violation_error_message="计划完成日期不能早于计划开始日期。",
            ),
            models.CheckConstraint(
                name="a_cancelled_measure_says_why",
                condition=Q(cancelled_on__isnull=True, cancel_reason="")
                | (Q(cancelled_on__isnull=False, ends_on__isnull=True) & ~Q(cancel_reason="")),
                violation_error_message="请写明取消原因；已完成的措施不能取消。",
            ),
            models.CheckConstraint(
                name="measure_amounts_not_negative",
                condition=(Q(planned_amount__isnull=True) | Q(planned_amount__gte=0))
                & (Q(actual_amount__isnull=True) | Q(actual_amount__gte=0)),
                violation_error_message="金额不能为负数。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_until", "id"],
                condition=Q(cancelled_on__isnull=True, ends_on__isnull=True),
                name="measure_to_be_done",
            )
        ]

    def __str__(self):
        return f"{self.get_group_display()} {self.begins_on or self.planned_until}"

    def get_state_display(self) -> str:
        """The word for the state: a generated column gets none by itself."""
        return self.State(self.state).label if self.state else ""

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id

    def audit_case(self):
        return "households.measure", self.pk, self.area_code
