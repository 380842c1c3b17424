"""排查: rounds of looking at all rural households of a place, whom they must reach, and whom they reached."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.models.household import Household
from households.options.must_visit_reasons import MUST_VISIT_REASONS
from households.querysets_monitoring import RoundQuerySet, RoundVisitQuerySet
from poverty.areas.models import Settlement
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class MonitoringRound(models.Model):
    """One round over a place between two days. Closed, its coverage stands as it was (RoundCoverage)."""

    class Kind(models.TextChoices):
        FULL = "full", "集中排查"
        SPECIAL = "special", "专项排查"

    area_code = models.CharField("区划", max_length=12, db_collation="C")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.FULL)
    title = models.CharField("名称", max_length=100)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("截止日期")
    document_name = models.CharField("依据文件", max_length=200)
    created_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)  # NULL: goes on

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "排查"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="round_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="截止日期不能早于开始日期。",
            ),
            models.UniqueConstraint(
                fields=["area_code", "title"],
                name="one_round_of_a_title",
                violation_error_message="这个区划已有同名的排查。",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "-starts_on"], name="round_by_area")]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "households.monitoringround", self.pk, self.area_code


class MustVisit(models.Model):
    """A household that a round must reach in person, and why; several reasons are several rows."""

    round = models.ForeignKey(MonitoringRound, on_delete=models.PROTECT, related_name="must", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = OptionField("原因", MUST_VISIT_REASONS, blank=False)

    class Meta:
        verbose_name = "必访户"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "household", "reason"], name="one_reason_once_in_a_round"
            )
        ]

    def __str__(self):
        return f"{self.round_id} {self.household_id}"


class RoundVisit(models.Model):
    """A household was reached in a round: at home, or by telephone where the whole household is away."""

    class Way(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"
        VIDEO = "video", "视频"

    class Found(models.TextChoices):
        NOTHING = "nothing", "未发现风险"
        CLUE = "clue", "有线索"

    round = models.ForeignKey(
        MonitoringRound, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="round_visits")
    visited_on = models.DateField("排查日期")
    way = models.CharField("方式", max_length=10, choices=Way.choices, default=Way.HOME)
    whole_away = models.BooleanField("整户外出", default=False)
    found = models.CharField("结果", max_length=10, choices=Found.choices, default=Found.NOTHING)
    note = models.CharField("备注", max_length=200, blank=True)
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="排查人",
        null=True,  # NULL: somebody without an account, see visitor_name
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    visitor_name = models.CharField("排查人姓名", max_length=60)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = RoundVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "排查记录"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "household"], name="one_visit_of_a_household_in_a_round"
            ),
            models.CheckConstraint(
                # A telephone or video visit counts for 整户外出 only (practice.md, Field work).
                name="called_only_when_the_whole_household_is_away",
                condition=Q(way="home") | Q(whole_away=True),
                violation_error_message="整户外出的才能电话或视频排查，其他户须入户。",
            ),
            models.CheckConstraint(name="visit_has_a_visitor", condition=~Q(visitor_name="")),
        ]

    def __str__(self):
        return f"{self.round_id} {self.household_id}"


class RoundCoverage(models.Model):
    """How far a round had come in a group of a village when it was closed."""

    round = models.ForeignKey(
        MonitoringRound, on_delete=models.PROTECT, related_name="coverage", db_index=False
    )
    area_code = models.CharField("村", max_length=12, db_collation="C")
    settlement = models.ForeignKey(
        Settlement, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # NULL: households without a group
    households = models.IntegerField("户数")
    reached = models.IntegerField("已排查")
    called = models.IntegerField("其中电话或视频")
    must = models.IntegerField("必访户")
    must_reached = models.IntegerField("必访户已访")

    class Meta:
        verbose_name = "排查覆盖"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "area_code", "settlement"],
                nulls_distinct=False,
                name="one_coverage_of_a_group",
            )
        ]

    def __str__(self):
        return f"{self.round_id} {self.area_code}"
