"""The exit of a village (贫困村出列): the case, what was found on the spot, certificates of the bureaus."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.accounts.options.sectors import SECTORS
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person
from villages.models.village import Village
from villages.querysets import OPEN_STATES, ExitCaseQuerySet


class ExitCase(models.Model):
    """A village on its way off the list in a year; its steps stand in poverty.review (villages/workflow.py)."""

    class State(models.TextChoices):
        PLANNED = "planned", "待自查"
        SELFCHECKED = "selfchecked", "待乡镇审核"
        REVIEWED = "reviewed", "乡镇已审核"
        CHECKED = "checked", "待市级验收"
        ACCEPTED = "accepted", "待公告"
        ANNOUNCED = "announced", "待标注"
        MARKED = "marked", "已出列"
        DROPPED = "dropped", "已退出计划"

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="exits", db_index=False
    )
    year = models.SmallIntegerField("出列年度")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PLANNED)
    plan_document = models.CharField("列入计划的依据", max_length=200)
    created_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = ExitCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "村出列"
        ordering = ["-year", "village"]
        constraints = [
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_exit_of_a_village",
                violation_error_message="该村已有在办的出列事项。",
            ),
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(state="marked"),
                name="a_village_exits_once",
                violation_error_message="该村已经出列。",
            ),
            models.CheckConstraint(
                name="village_exit_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
        ]
        indexes = [
            models.Index(fields=["state", "year"], name="village_exit_by_state"),
            models.Index(fields=["village", "-year"], name="exits_of_a_village"),
        ]

    def __str__(self):
        return f"{self.year}年度 {self.village} 出列"

    @property
    def area_code(self):
        return self.village.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("villages.exitcase", self.pk, self.village.area_id)


class Stage(models.TextChoices):
    """Who looked: each of the four fills a column of the acceptance form (验收表)."""

    SELF = "self", "村级自查"
    TOWNSHIP = "township", "乡镇审核"
    COUNTY = "county", "县级核查"
    CITY = "city", "市级验收"


class CheckSheet(models.Model):
    """What was found when a village was checked, in a round of its case; said again, the last one counts until the
    step is taken (trigger).
    """

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    round = models.SmallIntegerField("轮次")
    stage = models.CharField("环节", max_length=10, choices=Stage.choices)
    checked_on = models.DateField("核查日期")
    team = models.CharField("参加人员", max_length=200)  # names, as signed on the paper
    opinion = models.CharField("意见", max_length=500, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", auto_now=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "核查表"
        ordering = ["case", "round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "stage"], name="one_sheet_of_a_stage_in_a_round"
            ),
            models.CheckConstraint(name="check_sheet_names_its_team", condition=~Q(team="")),
        ]

    def __str__(self):
        return f"{self.case_id} {self.round} {self.stage}"


class CheckItem(models.Model):
    """One indicator as somebody found it on the spot."""

    sheet = models.ForeignKey(CheckSheet, on_delete=models.CASCADE, related_name="items", db_index=False)
    indicator = models.CharField("指标", max_length=40)
    passed = models.BooleanField("达到")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "核查项"
        ordering = ["sheet", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "indicator"], name="one_item_of_an_indicator_on_a_sheet"
            ),
            models.CheckConstraint(
                name="what_is_not_reached_has_a_reason",
                condition=Q(passed=True) | ~Q(note=""),
                violation_error_message="未达到的请写明差什么。",
            ),
        ]

    def __str__(self):
        return f"{self.sheet_id} {self.indicator}"


class Certificate(models.Model):
    """A bureau's word on its indicators of a village (行业部门证明), with its document; one counts in a round."""

    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="certificates", db_index=False)
    round = models.SmallIntegerField("轮次")
    sector = OptionField("行业部门", SECTORS, blank=False)
    certified = models.BooleanField("认定达标")
    note = models.CharField("说明", max_length=200, blank=True)
    document_name = models.CharField("证明文件", max_length=200)
    document_number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("出具日期")
    signed_by = models.CharField("签发人", max_length=60)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)  # NULL: stands
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "行业部门证明"
        ordering = ["case", "round", "sector", "id"]
        indexes = [models.Index(fields=["case", "round"], name="certificates_of_an_exit")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "sector"],
                condition=Q(withdrawn_on__isnull=True),
                name="one_certificate_of_a_sector_in_a_round",
                violation_error_message="该行业部门本轮已出具证明，请先撤回再重新出具。",
            ),
            models.CheckConstraint(
                name="who_does_not_certify_says_why",
                condition=Q(certified=True) | ~Q(note=""),
                violation_error_message="不予认定的请写明原因。",
            ),
            models.CheckConstraint(
                name="certificate_has_its_document", condition=~Q(document_name="") & ~Q(signed_by="")
            ),
            models.CheckConstraint(
                name="a_withdrawn_certificate_has_its_reason",
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.sector}"

    @property
    def area_code(self):
        return self.case.village.area_id
