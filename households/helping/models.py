"""Papers by which units, leaders and helpers answer for a place or a household; training of cadres."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.helping.querysets import CadreTrainingQuerySet, ResponsibilityQuerySet
from households.models.household import Household
from households.options.responsibility_kinds import AGREEMENT, RESPONSIBILITY_KINDS
from poverty.accounts.models import Unit
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.files.models import StoredFile
from poverty.review.models.people import person as typist


class Responsibility(models.Model):
    """One paper with two sides: who answers (a unit or a person) and to whom (the office of a place, or a household).

    What it says stays as it was registered; it is corrected by a further version that `replaces` it. `is_current`:
    neither replaced nor withdrawn. Signed: both days and the scan, which come together or in turn, and stay.
    """

    kind = OptionField("种类", RESPONSIBILITY_KINDS, blank=False)
    year = models.SmallIntegerField("年度")
    # Of a household its village at the signing, else the county, township or village that is the other side.
    area = models.ForeignKey(
        Area,
        verbose_name="区划",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    household = models.ForeignKey(
        Household,
        verbose_name="户",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsibilities",
        db_index=False,
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="责任人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsibilities",
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name="责任单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsibilities",
    )
    other_side = models.CharField("签约对方", max_length=100)  # as on the paper
    targets = models.TextField("目标任务", max_length=2000)
    period_from = models.DateField("责任期起")
    period_to = models.DateField("责任期止")  # the last day
    number = models.CharField("编号", max_length=60, blank=True)
    signed_on = models.DateField("责任方签订日期", null=True, blank=True)  # NULL: not signed yet
    other_signed_on = models.DateField("对方签订日期", null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        verbose_name="扫描件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version = models.SmallIntegerField("版本", default=1)
    replaces = models.OneToOneField(
        "self",
        verbose_name="更正",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    correction = models.CharField("更正原因", max_length=200, blank=True)
    is_current = models.BooleanField("有效", default=True)
    withdrawn_on = models.DateField("作废日期", null=True, blank=True)  # NULL: not withdrawn
    withdrawn_reason = models.CharField("作废原因", max_length=200, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = "责任书"
        ordering = ["-year", "area", "id"]
        indexes = [
            models.Index(fields=["area", "year", "kind"], name="responsibility_by_area"),
            models.Index(fields=["household", "year"], name="responsibility_of_a_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "area", "household", "person", "unit"],
                condition=Q(is_current=True),
                nulls_distinct=False,
                name="one_responsibility_of_two_sides_a_year",
                violation_error_message="同一责任方与同一对方本年度已登记过这种责任书；有变动请用“更正”。",
            ),
            models.CheckConstraint(
                name="responsibility_has_one_who_answers",
                condition=Q(person__isnull=False) | Q(unit__isnull=False),
                violation_error_message="请填责任单位或责任人。",
            ),
            models.CheckConstraint(
                name="an_agreement_is_between_a_helper_and_a_household",
                condition=Q(kind=AGREEMENT, household__isnull=False, person__isnull=False)
                | (~Q(kind=AGREEMENT) & Q(household__isnull=True)),
                violation_error_message="结对帮扶协议由帮扶责任人与户签订；其他责任书与县、乡镇、村签订。",
            ),
            models.CheckConstraint(
                name="responsibility_says_what_and_with_whom",
                condition=~Q(targets="") & ~Q(other_side=""),
            ),
            models.CheckConstraint(
                name="responsibility_period_runs_forward",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message="责任期止不能早于责任期起。",
            ),
            models.CheckConstraint(
                name="responsibility_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="signed_by_both_with_a_scan",
                condition=Q(scan__isnull=False) | Q(signed_on__isnull=True) | Q(other_signed_on__isnull=True),
                violation_error_message="双方都签了的责任书须有扫描件。",
            ),
            models.CheckConstraint(
                name="a_correction_has_its_reason",
                condition=Q(replaces__isnull=True, correction="", version=1)
                | (Q(replaces__isnull=False, version__gt=1) & ~Q(correction="")),
            ),
            models.CheckConstraint(
                name="a_withdrawn_responsibility_has_its_reason",
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False, is_current=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.kind}"

    @property
    def area_code(self):
        return self.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("households.responsibility", self.pk, self.area_id)

    @property
    def side(self) -> str:
        """Who answers, in words."""
        if self.person_id is None:
            return self.unit.name
        return f"{self.person.name}（{self.unit.name}）" if self.unit_id else self.person.name

    @property
    def is_signed(self) -> bool:
        """Signed by both sides, with its scan."""
        return self.signed_on is not None and self.other_signed_on is not None

    @property
    def standing(self) -> str:
        """How far the signing has come, in words."""
        if self.withdrawn_on is not None:
            return "已作废"
        if not self.is_current:
            return "已更正"
        if self.is_signed:
            return "双方已签"
        if self.signed_on is None and self.other_signed_on is None:
            return "未签"
        return "一方已签"


class CadreTraining(models.Model):
    """One training of cadres (脱贫攻坚专题培训, 退出验收考核工作培训, 扶贫干部专题培训; seed-facts.md F23)."""

    area = models.ForeignKey(
        Area,
        verbose_name="举办的县、乡镇",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    topic = models.CharField("培训主题", max_length=100)
    held_from = models.DateField("开始日期")
    held_to = models.DateField("结束日期")  # the last day
    place = models.CharField("地点", max_length=100)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    organiser = models.CharField("主办单位", max_length=100)
    teacher = models.CharField("授课人", max_length=100, blank=True)
    content = models.CharField("培训内容", max_length=500, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    closed_at = models.DateTimeField("签到完成时间", null=True, blank=True)  # NULL: attendance still open
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = CadreTrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "干部培训"
        ordering = ["-held_from", "-id"]
        indexes = [models.Index(fields=["area", "-held_from"], name="cadre_training_by_area")]
        constraints = [
            models.CheckConstraint(
                name="cadre_training_runs_forward",
                condition=Q(held_to__gte=F("held_from")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="cadre_training_takes_time",
                condition=Q(hours__gt=0),
                violation_error_message="学时须大于 0。",
            ),
            models.CheckConstraint(
                name="cadre_training_says_what_and_where", condition=~Q(topic="") & ~Q(place="")
            ),
        ]

    def __str__(self):
        return self.topic

    @property
    def area_code(self):
        return self.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("households.cadretraining", self.pk, self.area_id)


class CadreAttendance(models.Model):
    """Who was called to a training, and whether he came (NULL: not noted yet)."""

    training = models.ForeignKey(
        CadreTraining, on_delete=models.PROTECT, related_name="attendances", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="参训人员",
        on_delete=models.PROTECT,
        related_name="cadre_trainings",
    )
    role = models.CharField("身份", max_length=20, blank=True)  # as what he was called; "" by name
    attended = models.BooleanField("到场", null=True)
    note = models.CharField("说明", max_length=100, blank=True)  # why he did not come

    class Meta:
        verbose_name = "参训"
        ordering = ["training", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "person"],
                name="a_person_is_called_to_a_training_once",
                violation_error_message="该人员已在名单上。",
            ),
        ]

    def __str__(self):
        return f"{self.training_id} {self.person_id}"
