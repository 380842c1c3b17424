"""A household's application to move (易地扶贫搬迁申请), and who of it moves."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from households.models.household import Household
from households.models.member import Member
from households.options.relocation import RESETTLEMENT_METHODS, RESETTLEMENT_PLACES
from households.options.relocation_reasons import RELOCATION_REASONS
from households.relocation.applications.querysets import RelocationApplicationQuerySet
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class RelocationApplication(models.Model):
    """One household's way from its application to the new house.

    `state` is written by review.fire only; a trigger lets it go along the procedure and nowhere else. What was applied
    for is corrected only while the application lies with the village. It lies where its household does.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        APPRAISED = "appraised", "村已评议"
        REPORTED = "reported", "乡镇已呈报"
        APPROVED = "approved", "县已批准"
        ANNOUNCED = "announced", "已公告"
        MOVED = "moved", "已入住"
        CLEARED = "cleared", "旧房已拆除"
        REFUSED = "refused", "不予批准"
        WITHDRAWN = "withdrawn", "已撤回"

    household = models.ForeignKey(
        Household,
        verbose_name="户",
        on_delete=models.PROTECT,
        related_name="relocation_applications",
        db_index=False,
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.APPLIED)
    round = models.SmallIntegerField("轮次", default=1)
    # Meeting items up to this one were said of an earlier round.
    said_before = models.BigIntegerField(default=0)
    applicant = models.CharField("申请人", max_length=60)
    applied_on = models.DateField("申请日期")
    reason = OptionField("搬迁原因", RELOCATION_REASONS, blank=False)
    situation = models.CharField("情况说明", max_length=500)
    method = OptionField("安置方式", RESETTLEMENT_METHODS, blank=False)
    place = OptionField("安置地点", RESETTLEMENT_PLACES, blank=False)
    destination = models.CharField("安置点或地址", max_length=100)
    old_house_goes = models.BooleanField("旧房是否拆除")
    promised_on = models.DateField("拆旧复垦承诺日期", null=True, blank=True)  # NULL: the house stays
    house_stays_for = models.CharField("不拆旧房的原因", max_length=200, blank=True)
    # Written with the step that they belong to, once. NULL: has not happened.
    moved_on = models.DateField("入住日期", null=True, blank=True)
    moved_to = models.CharField("入住地址", max_length=100, blank=True)
    cleared_on = models.DateField("旧房拆除日期", null=True, blank=True)
    refused_reason = models.CharField("不予批准的原因", max_length=500, blank=True)
    contact = models.CharField("申诉受理单位和电话", max_length=100, blank=True)
    told_on = models.DateField("告知日期", null=True, blank=True)
    told_to = models.CharField("接收人", max_length=60, blank=True)
    told_by = person("告知录入人", null=True)
    created_by = person("录入人")
    created_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = RelocationApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "搬迁申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="one_relocation_application_of_a_household",
                violation_error_message="该户已有一件搬迁申请在办理，或已经搬迁入住。",
            ),
            models.CheckConstraint(
                name="a_relocation_application_says_all",
                condition=~Q(applicant="") & ~Q(situation="") & ~Q(destination="") & ~Q(reason=""),
                violation_error_message="请填写申请人、搬迁原因、情况说明和安置点。",
            ),
            models.CheckConstraint(
                name="relocation_is_applied_for_since_2014",
                condition=Q(applied_on__gte=date(2014, 1, 1)),
                violation_error_message="申请日期不能早于 2014 年。",
            ),
            models.CheckConstraint(
                name="an_old_house_goes_by_promise",
                condition=Q(old_house_goes=True, promised_on__isnull=False, house_stays_for="")
                | (Q(old_house_goes=False, promised_on__isnull=True) & ~Q(house_stays_for="")),
                violation_error_message="拆除旧房的须有拆旧复垦承诺，不拆的须写明原因。",
            ),
            models.CheckConstraint(
                name="who_moved_in_lives_somewhere",
                condition=Q(moved_on__isnull=True, moved_to="")
                | (Q(moved_on__isnull=False) & ~Q(moved_to="")),
                violation_error_message="请填写入住日期和地址。",
            ),
            models.CheckConstraint(
                name="a_refused_move_is_told_whole",
                condition=Q(told_on__isnull=True, told_to="", told_by__isnull=True)
                | (Q(told_on__isnull=False, told_by__isnull=False) & ~Q(told_to="")),
                violation_error_message="请写明告知日期和接收人。",
            ),
            models.CheckConstraint(name="relocation_round_begins_at_one", condition=Q(round__gte=1)),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="relocation_by_state"),
            models.Index(fields=["household", "id"], name="relocation_by_household"),
        ]

    def __str__(self):
        return f"搬迁申请 {self.household_id}"

    @property
    def area_code(self) -> str:
        return self.household.area_id


class RelocationMover(models.Model):
    """One person of the household who moves (搬迁人口)."""

    application = models.ForeignKey(
        RelocationApplication, on_delete=models.PROTECT, related_name="movers", db_index=False
    )
    member = models.ForeignKey(Member, verbose_name="搬迁人口", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "搬迁人口"
        ordering = ["application", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "member"], name="one_mover_once"),
        ]

    def __str__(self):
        return f"{self.application_id} {self.member_id}"
