"""Results of judging: the stored verdicts, the runs that wrote them, and what changed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from households.models.household import Household
from households.querysets import AssessmentRunQuerySet, ResultQuerySet
from poverty.areas.models import Area
from poverty.fields.states import State
from poverty.jobs.models import Job
from poverty.standards.models import Standard

INDICATOR_COLUMNS = (
    "income",
    "food",
    "clothing",
    "education",
    "medical",
    "housing",
    "water",
    "power",
    "broadcasting",
    "road",
    "stable_income",
)


# Anything else in these columns would be shown as no state at all and counted nowhere.
_STATES = (int(min(State)), int(max(State)))


def _is_state(*columns):
    """The condition that each column holds a state; NULL passes where the column takes it."""
    return Q(*[Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__range": _STATES}) for column in columns])


def _are_states(column):
    """The condition that an array holds a state, or NULL, for each indicator; NULL as a whole passes."""
    # Whoever adds an indicator lets the rows of before keep their length.
    each = (f"{column}__{place}" for place in range(len(INDICATOR_COLUMNS)))
    whole = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__len": len(INDICATOR_COLUMNS)})
    return whole & _is_state(*each)


def _state(label, **kwargs):
    # NULL: the standard in force does not have this indicator.
    return models.SmallIntegerField(label, null=True, choices=State.choices, **kwargs)


class Assessment(models.Model):
    """The verdict of a household for a year under the standard in force: one small column per indicator."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="assessments", db_index=False
    )
    year = models.SmallIntegerField("年度")
    # Standard and area are looked up once for a statement by a trigger (migration 0018): a foreign key asks again for
    # each of a million rows.
    standard = models.ForeignKey(
        Standard,
        verbose_name="标准",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    facts_version = models.BigIntegerField()  # the household's, as of the snapshot that was judged
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
        db_constraint=False,
    )
    members = models.SmallIntegerField("核算人口（人）")
    # Wider than the groups it is made of: four of the largest for one person must fit, or one typing error
    # would stop the judging of a county.
    net_income_per_head = models.DecimalField("人均纯收入（元）", max_digits=14, decimal_places=2, null=True)
    income = _state("收入")
    food = _state("不愁吃")
    clothing = _state("不愁穿")
    education = _state("义务教育")
    medical = _state("基本医疗")
    housing = _state("住房安全")
    water = _state("饮水安全")
    power = _state("生活用电")
    broadcasting = _state("广播电视")
    road = _state("通路")
    stable_income = _state("稳定收入")
    verdict = models.SmallIntegerField("结论", choices=State.choices)
    judged_at = models.DateTimeField("判定时间")

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "判定"
        constraints = [
            # With what lists are sorted and narrowed by, beside the households of a place.
            models.UniqueConstraint(
                fields=["household", "year"],
                include=["net_income_per_head", "verdict"],
                name="one_verdict_a_year",
            ),
            models.CheckConstraint(
                name="assessment_holds_states", condition=_is_state("verdict", *INDICATOR_COLUMNS)
            ),
        ]
        indexes = [
            models.Index(
                fields=["year", "verdict", "net_income_per_head", "household"], name="assessment_by_verdict"
            ),
            models.Index(
                fields=["year", "net_income_per_head", "household"], name="assessment_by_net_income"
            ),
            *[
                models.Index(
                    fields=["year", column, "area", "household"],
                    name=f"failing_{column}",
                    condition=Q(**{f"{column}__in": [0, 1]}),
                )
                for column in INDICATOR_COLUMNS
            ],
        ]

    def __str__(self):
        return f"{self.household} {self.year} {self.get_verdict_display()}"


class AssessmentRun(models.Model):
    """One judging of all households of an area for a year, with its counts."""

    class Trigger(models.TextChoices):
        NIGHTLY = "nightly", "夜间例行"
        PUBLISH = "publish", "标准发布"
        BUTTON = "button", "手动发起"
        COMMAND = "command", "命令行"
        YEAR = "year", "年度开启或关闭"
        PARAMETER = "parameter", "参数变更"

    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    year = models.SmallIntegerField("年度")
    trigger = models.CharField("起因", max_length=12, choices=Trigger.choices)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("完成", null=True)
    assessed = models.IntegerField("判定户数", default=0)
    met = models.IntegerField("达标", default=0)
    unmet = models.IntegerField("未达标", default=0)
    unknown = models.IntegerField("待核实", default=0)
    left_out = models.IntegerField("未判定（数据有误）", default=0)
    no_standard = models.IntegerField("本年未发布标准", default=0)
    changed = models.IntegerField("变化户数", default=0)
    written = models.IntegerField("写入行数", default=0)
    seconds = models.DecimalField("用时（秒）", max_digits=10, decimal_places=2, null=True)
    # Digest of the standards and dated rules it judged by (services.batches); "" on runs before it was kept.
    basis = models.CharField(max_length=64, blank=True, default="", editable=False)
    # Whether that differs from the run before over the same area and year: then the change explains itself.
    basis_is_new = models.BooleanField(default=False, editable=False)

    objects = AssessmentRunQuerySet.as_manager()

    class Meta:
        verbose_name = "判定运行"
        indexes = [models.Index(fields=["area_code", "year", "-id"], name="run_by_area")]

    def __str__(self):
        return f"{self.area_code} {self.year} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def alarm(self) -> str:
        """What a nightly run says when it had to write: whatever is saved is judged at once, so it should not."""
        if self.trigger != self.Trigger.NIGHTLY or not self.written:
            return ""
        found = f"夜间例行发现 {self.written} 户与保存时判定不一致"
        return (
            f"{found}：判定依据（标准或地方参数）在上次判定后有变化。" if self.basis_is_new else f"{found}。"
        )


class AssessmentChange(models.Model):
    """A verdict or an indicator of a household changed: before and after, in a run or at a save."""

    run = models.ForeignKey(
        AssessmentRun, null=True, on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="assessment_changes", db_index=False
    )
    year = models.SmallIntegerField("年度")
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )
    at = models.DateTimeField("时间")
    verdict_before = models.SmallIntegerField(
        "原结论", null=True, choices=State.choices
    )  # NULL: not judged before
    verdict_after = models.SmallIntegerField("现结论", null=True, choices=State.choices)  # NULL: withdrawn
    # In the order of INDICATOR_COLUMNS; NULL elements as on the assessment.
    states_before = ArrayField(models.SmallIntegerField(null=True), null=True)
    states_after = ArrayField(models.SmallIntegerField(null=True), null=True)
    income_before = models.DecimalField("原人均纯收入（元）", max_digits=14, decimal_places=2, null=True)
    income_after = models.DecimalField("现人均纯收入（元）", max_digits=14, decimal_places=2, null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "判定变化"
        constraints = [
            models.CheckConstraint(
                name="assessment_change_holds_states", condition=_is_state("verdict_before", "verdict_after")
            ),
            models.CheckConstraint(
                name="assessment_change_holds_every_state",
                condition=_are_states("states_before") & _are_states("states_after"),
            ),
        ]
        indexes = [
            models.Index(fields=["run", "area", "id"], name="change_by_run"),
            models.Index(fields=["household", "-id"], name="change_by_household"),
        ]

    def __str__(self):
        return f"{self.household_id} {self.verdict_before}→{self.verdict_after}"


class LeftOut(models.Model):
    """A household that a run could not judge, and why."""

    class Reason(models.TextChoices):
        NO_SURVEY = "no_survey", "本年度没有年度信息"
        REGISTERED_LATER = "registered_later", "登记日期晚于核算期末"
        NO_MEMBER = "no_member", "核算期末没有在册成员"
        NO_HEAD = "no_head", "没有户主"
        TWO_HEADS = "two_heads", "有两个户主"

    run = models.ForeignKey(AssessmentRun, on_delete=models.PROTECT, related_name="left_out_rows")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )
    reason = models.CharField("原因", max_length=20, choices=Reason.choices)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "未判定户"
        constraints = [models.UniqueConstraint(fields=["run", "household"], name="left_out_once_a_run")]

    def __str__(self):
        return f"{self.household_id} {self.get_reason_display()}"
