"""Monitoring cases: how a household comes under watch after 2020, and how its risk is declared removed."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.models.household import Household, Monitoring
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.risk_removal import RISK_REMOVALS
from households.options.risk_types import RISK_TYPES
from households.querysets_monitoring import ENDED, CaseComparisonQuerySet, MonitoringCaseQuerySet
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.review.models.people import person

_BEFORE_VISIT = ("opened", "dropped")
_BEFORE_COMPARISON = ("opened", "visited", "dropped")
_BEFORE_TOWNSHIP = ("opened", "visited", "compared", "appraised", *ENDED[1:])


class MonitoringCase(models.Model):
    """One pass of the procedure (practice.md, Monitoring): identifying a household, or removing its risk.

    The steps are the same for both (standards.md 9.3). What the case found stands here; from the day it is recorded
    the household's object of monitoring (`monitoring`) says what is true of it.
    """

    class Purpose(models.TextChoices):
        IDENTIFY = "identify", "纳入监测"
        REMOVE = "remove", "风险消除"

    class State(models.TextChoices):
        OPENED = "opened", "待入户核实"
        VISITED = "visited", "待信息比对"
        COMPARED = "compared", "待民主评议"
        APPRAISED = "appraised", "村内公示、待乡镇审核"
        CHECKED = "checked", "待县审批"
        APPROVED = "approved", "待公告"
        ANNOUNCED = "announced", "待录入系统"
        RECORDED = "recorded", "已办结"
        NOT_AGREED = "not_agreed", "评议未通过"
        REFUSED = "refused", "审核未通过"
        DROPPED = "dropped", "核实后不办理"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="monitoring_cases")
    purpose = models.CharField("事项", max_length=10, choices=Purpose.choices)
    monitoring = models.ForeignKey(
        Monitoring,
        verbose_name="监测对象",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPENED)
    # Counted on by a trigger whenever the case comes back to its comparison, by whatever path.
    round = models.SmallIntegerField("轮次", default=1)
    opened_on = models.DateField("启动日期")
    due_on = models.DateField("审批期限")
    reason = models.CharField("启动原因", max_length=200)
    # 入户核实
    visited_on = models.DateField("入户日期", null=True, blank=True)
    visitors = models.CharField("入户人员", max_length=100, blank=True)
    authorized_on = models.DateField("承诺授权日期", null=True, blank=True)  # NULL: not authorised
    authorized_by = models.CharField("授权书签字人", max_length=60, blank=True)
    signer_relation = models.CharField("与户主关系", max_length=20, blank=True)
    category = OptionField("监测对象类别", MONITORING_CATEGORIES)
    net_income_per_head = models.DecimalField(
        "近12个月人均纯收入（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    self_paid = models.DecimalField(
        "合规自付支出（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    # The area's 监测范围 of that day: a reference to weigh with, not a cut. NULL: none published.
    income_reference = models.DecimalField(
        "监测范围参考（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    education_issue = models.BooleanField("义务教育有问题", null=True, blank=True)
    insurance_issue = models.BooleanField("基本医疗有问题", null=True, blank=True)
    housing_issue = models.BooleanField("住房安全有问题", null=True, blank=True)
    water_issue = models.BooleanField("饮水安全有问题", null=True, blank=True)
    difficulties = models.CharField("突出困难", max_length=500, blank=True)
    ability = models.CharField("自主应对能力", max_length=500, blank=True)
    without_labour = models.BooleanField("整户无劳动能力", null=True, blank=True)
    # 监测联系人
    contact_name = models.CharField("监测联系人", max_length=40, blank=True)
    contact_phone = SealedField("联系方式", kind="phone", null=True, blank=True)
    # 风险消除 (standards.md 9.3): all four must hold.
    removal_method = OptionField("风险消除方式", RISK_REMOVALS)
    income_stable = models.BooleanField("收入稳定超过监测范围", null=True, blank=True)
    guarantees_stable = models.BooleanField("三保障和饮水持续巩固", null=True, blank=True)
    risk_gone = models.BooleanField("致贫返贫风险已稳定消除", null=True, blank=True)
    no_new_risk = models.BooleanField("没有新的风险", null=True, blank=True)
    national_entry = models.CharField("系统录入凭据", max_length=100, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = MonitoringCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "监测事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=ENDED),
                name="one_open_monitoring_case",
                violation_error_message="该户已有一件监测事项在办理。",
            ),
            models.CheckConstraint(
                name="compared_only_with_authorisation",
                condition=Q(state__in=_BEFORE_COMPARISON) | Q(authorized_on__isnull=False),
                violation_error_message="没有承诺授权书的户不能比对信息。",
            ),
            models.CheckConstraint(
                name="a_visited_case_says_what_it_is",
                condition=Q(state__in=_BEFORE_VISIT)
                | Q(purpose="remove", visited_on__isnull=False)
                | (~Q(category="") & Q(visited_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_removal_has_its_object",
                condition=Q(purpose="identify") | Q(monitoring__isnull=False),
            ),
            models.CheckConstraint(
                name="a_risk_is_removed_with_its_checks",
                condition=Q(purpose="identify")
                | Q(state__in=_BEFORE_TOWNSHIP)
                | (
                    ~Q(removal_method="")
                    & Q(income_stable=True, guarantees_stable=True, risk_gone=True, no_new_risk=True)
                ),
                violation_error_message="风险消除的各项核查须全部成立。",
            ),
            models.CheckConstraint(
                name="a_monitoring_case_is_due_after_it_opened", condition=Q(due_on__gte=F("opened_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], condition=~Q(state__in=ENDED), name="case_waiting")
        ]

    def __str__(self):
        return f"{self.household} {self.get_purpose_display()}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED

    def audit_case(self):
        return "households.monitoringcase", self.pk, self.area_code


class CaseRisk(models.Model):
    """One 致贫返贫风险 of a case; at most five, in order of weight."""

    case = models.ForeignKey(MonitoringCase, on_delete=models.PROTECT, related_name="risks", db_index=False)
    position = models.SmallIntegerField("序号")
    risk = OptionField("风险", RISK_TYPES, blank=False)

    class Meta:
        verbose_name = "致贫返贫风险"
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_risk_at_a_position"),
            models.UniqueConstraint(
                fields=["case", "risk"],
                name="one_risk_once_in_a_case",
                violation_error_message="同一风险只填一次。",
            ),
            models.CheckConstraint(
                name="at_most_five_risks_in_a_case",
                condition=Q(position__gte=1) & Q(position__lte=5),
                violation_error_message="致贫返贫风险最多五项。",
            ),
        ]

    def __str__(self):
        return self.get_risk_display()


class CaseComparison(models.Model):
    """What one bureau says of a household that authorised it. Only the answer is kept, and on what ground it was asked.

    It belongs to a round of its case: after a return the bureaus are asked anew, and what they said before stands.
    """

    class Result(models.TextChoices):
        NOTHING = "nothing", "无异常"
        HIT = "hit", "有疑点"
        EXPLAINED = "explained", "疑点已核实排除"

    case = models.ForeignKey(
        MonitoringCase, on_delete=models.PROTECT, related_name="comparisons", db_index=False
    )
    round = models.SmallIntegerField("轮次", default=1)
    subject = OptionField("比对项目", COMPARISON_SUBJECTS, blank=False)
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    legal_basis = models.CharField("依据", max_length=200)
    compared_on = models.DateField("比对日期")
    compared_by = person("比对人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = CaseComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = "信息比对"
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "subject"], name="one_comparison_of_a_subject"),
            models.CheckConstraint(
                name="a_hit_says_what",
                condition=Q(result="nothing") | ~Q(note=""),
                violation_error_message="有疑点的请写明是什么、怎么核实的。",
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.get_subject_display()}"
