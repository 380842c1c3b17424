"""Household exit (贫困户退出): the case, what bureaus, checks and the household said of it, what stands in its way.

Steps, lists, meetings, notices and objections of a case are rows of poverty.review.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact

from households.exits.querysets import ExitCaseQuerySet, ExitPartQuerySet
from households.models.assessment import INDICATOR_COLUMNS
from households.models.household import Household
from households.options.exit_options import (
    CHECK_LEVELS,
    ENDED,
    EXIT_BUREAUS,
    EXIT_STATES,
    HOLD_KINDS,
    OBSTACLES,
    PLANNED,
)
from households.options.relations import RELATIONS
from poverty.fields.option_field import OptionField


def _person(label, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        **options,
    )


class ExitCase(models.Model):
    """The exit of one household in one year. Its state is written by review.fire alone.

    `area_code` is the village the household stands in now (a trigger keeps it so). What was appraised is kept beside
    it (base_*), written by a trigger when the case becomes 已评议 and cleared when it goes back to the plan: a change
    of it holds the case, whoever makes it. NULL: not appraised in this round.
    """

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="exits", db_index=False
    )
    year = models.SmallIntegerField("退出年度")
    area_code = models.CharField("村", max_length=12, db_collation="C")
    state = OptionField("状态", EXIT_STATES, blank=False, default=PLANNED)
    state_since = models.DateTimeField("进入本状态的时间", db_default=Now(), editable=False)  # by trigger
    # By trigger: the paper's day of its last step, from which deadlines count. NULL: no step yet.
    last_step_on = models.DateField("上一环节日期", null=True, editable=False)
    round = models.SmallIntegerField(
        "轮次", default=1
    )  # by trigger: one more each time it goes back to the plan
    planned_by = _person("列入计划的人")
    held_at = models.DateTimeField("暂缓时间", null=True, blank=True)  # NULL: goes on
    hold_kinds = ArrayField(
        models.CharField(max_length=20), verbose_name="暂缓原因", default=list, blank=True
    )
    base_standard_id = models.BigIntegerField(null=True, editable=False)
    base_facts_version = models.BigIntegerField(null=True, editable=False)
    base_states = ArrayField(models.SmallIntegerField(null=True), null=True, editable=False)
    base_income = models.DecimalField(
        "评议时人均纯收入（元）", max_digits=14, decimal_places=2, null=True, editable=False
    )
    base_members = ArrayField(models.BigIntegerField(), null=True, editable=False)  # persons, ascending
    base_head_id = models.BigIntegerField(null=True, editable=False)
    # 系统标注 is confirmed by the next national import that shows 已脱贫.
    confirmed_at = models.DateTimeField("国网确认时间", null=True, blank=True)

    objects = ExitCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "户退出"
        ordering = ["area_code", "household"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=ENDED),
                name="one_open_exit_of_a_household",
                violation_error_message="该户的退出正在办理，不能重复列入计划。",
            ),
            models.CheckConstraint(name="exit_year_within_reason", condition=Q(year__range=(2014, 2100))),
            models.CheckConstraint(name="exit_stands_in_a_village", condition=Exact(Length("area_code"), 12)),
            models.CheckConstraint(name="exit_round_begins_at_one", condition=Q(round__gte=1)),
            models.CheckConstraint(
                name="a_held_exit_has_its_reason",
                condition=Q(held_at__isnull=True, hold_kinds=[])
                | Q(held_at__isnull=False, hold_kinds__len__gte=1),
            ),
            models.CheckConstraint(
                name="exit_base_holds_every_state",
                condition=Q(base_states__isnull=True) | Q(base_states__len=len(INDICATOR_COLUMNS)),
            ),
            models.CheckConstraint(
                name="only_a_marked_exit_is_confirmed",
                condition=Q(confirmed_at__isnull=True) | Q(state="marked"),
            ),
        ]
        indexes = [
            models.Index(fields=["year", "area_code", "state"], name="exit_by_year_and_area"),
            models.Index(fields=["state", "area_code", "id"], name="exit_by_state"),
            models.Index(fields=["household", "-id"], name="exit_by_household"),
            models.Index(fields=["area_code"], name="exit_held", condition=Q(held_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.household_id} {self.year} {self.get_state_display()}"

    def audit_case(self):
        return "households.exitcase", self.pk, self.area_code

    @property
    def is_held(self) -> bool:
        """Whether something that was appraised has changed since, so that the case waits."""
        return self.held_at is not None

    @property
    def hold_reason(self) -> str:
        """Why the case waits, in words; "" when it does not."""
        return "；".join(HOLD_KINDS.label(kind) for kind in self.hold_kinds)


class _OfRound(models.Model):
    """Something said of a case in one of its rounds. Append-only: said again in the same round, the last word counts."""

    round = models.SmallIntegerField("轮次")
    recorded_by = _person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)  # "": entered in time

    class Meta:
        abstract = True


class BureauConfirmation(_OfRound):
    """What a bureau's comparison says of a case: in order, or an exception with what is wrong."""

    class Result(models.TextChoices):
        OK = "ok", "比对无异常"
        EXCEPTION = "exception", "比对有异常"

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="confirmations", db_index=False)
    bureau = OptionField("部门", EXIT_BUREAUS, blank=False)
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    note = models.CharField("异常情况", max_length=200, blank=True)
    confirmed_on = models.DateField("比对日期")
    legal_basis = models.CharField(
        "比对依据", max_length=200
    )  # each comparison names it (practice.md, Privacy)

    objects = ExitPartQuerySet.as_manager()

    class Meta:
        verbose_name = "部门认定"
        constraints = [
            models.CheckConstraint(
                name="an_exception_says_what_is_wrong",
                condition=Q(result="ok") | ~Q(note=""),
                violation_error_message="有异常的请写明情况。",
            ),
            models.CheckConstraint(name="a_comparison_has_its_basis", condition=~Q(legal_basis="")),
        ]
        indexes = [
            models.Index(fields=["case", "round"], name="exit_confirmation_by_case"),
            models.Index(fields=["bureau", "case"], name="exit_exceptions", condition=Q(result="exception")),
        ]

    def __str__(self):
        return f"{self.case_id} {self.get_bureau_display()} {self.get_result_display()}"


class ExitCheck(_OfRound):
    """Who went and looked: committees and team of the village, a joint team, or the township's team."""

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="checks", db_index=False)
    level = OptionField("核查", CHECK_LEVELS, blank=False)
    checked_on = models.DateField("核查日期")
    team = ArrayField(models.CharField(max_length=40), verbose_name="核查人员")
    minimum = models.SmallIntegerField("最少人数")  # as the place's rule stood on the day
    passed = models.BooleanField("通过")
    note = models.CharField("说明", max_length=500, blank=True)

    objects = ExitPartQuerySet.as_manager()

    class Meta:
        verbose_name = "退出核查"
        constraints = [
            models.CheckConstraint(
                name="a_check_is_made_by_a_whole_team",
                condition=Q(minimum__gte=1) & Q(team__len__gte=F("minimum")),
                violation_error_message="核查人员少于规定的人数。",
            ),
            models.CheckConstraint(
                name="a_failed_check_says_why",
                condition=Q(passed=True) | ~Q(note=""),
                violation_error_message="核查不通过的请写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["case", "round"], name="exit_check_by_case")]

    def __str__(self):
        return f"{self.case_id} {self.get_level_display()}"


class ExitSignature(_OfRound):
    """The household's word on its exit: signed and fingerprinted on paper, or refused with its reason.

    The scan is a file of the case, role "signature".
    """

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    agreed = models.BooleanField("认可退出")
    signed_on = models.DateField("签字日期")
    signer_name = models.CharField("签字人", max_length=40)
    relation = OptionField("与户主关系", RELATIONS, blank=False)
    reason = models.CharField("不认可的原因", max_length=200, blank=True)

    objects = ExitPartQuerySet.as_manager()

    class Meta:
        verbose_name = "农户认可"
        constraints = [
            models.CheckConstraint(
                name="who_refuses_to_exit_says_why",
                condition=Q(agreed=True, reason="") | (Q(agreed=False) & ~Q(reason="")),
                violation_error_message="不认可的请写明农户说的原因。",
            ),
            models.CheckConstraint(name="a_signature_has_a_name", condition=~Q(signer_name="")),
        ]
        indexes = [models.Index(fields=["case", "round"], name="exit_signature_by_case")]

    def __str__(self):
        return f"{self.case_id} {self.signed_on}"


class ExitObstacle(models.Model):
    """Something that keeps a household from exiting until it is lifted: a new disaster, an inquiry."""

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="obstacles", db_index=False)
    kind = OptionField("情形", OBSTACLES, blank=False)
    since = models.DateField("发生日期")
    note = models.CharField("情况说明", max_length=200)
    recorded_by = _person("登记人")
    recorded_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    lifted_on = models.DateField("解除日期", null=True, blank=True)  # NULL: still stands in the way
    lifted_reason = models.CharField("解除说明", max_length=200, blank=True)
    lifted_by = _person("解除人", null=True)

    objects = ExitPartQuerySet.as_manager()

    class Meta:
        verbose_name = "不得退出的情形"
        constraints = [
            models.CheckConstraint(name="an_obstacle_is_described", condition=~Q(note="")),
            models.CheckConstraint(
                name="a_lifted_obstacle_has_day_reason_and_person",
                condition=Q(lifted_on__isnull=True, lifted_reason="", lifted_by__isnull=True)
                | (Q(lifted_on__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["case"], name="exit_obstacle_by_case")]

    def __str__(self):
        return f"{self.case_id} {self.get_kind_display()}"
