"""Visits to households: the form they were made by, what was seen and said, what of it changed the year's facts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.models.household import Household
from households.models.member import Member
from households.options.income_items import INCOME_ITEMS
from households.options.visits import (
    FACT_OUTCOMES,
    HOME,
    PHOTO_FLAGS,
    PHOTO_KINDS,
    UNDECIDED,
    VISIT_WAYS,
)
from households.visits.querysets import (
    VisitFactQuerySet,
    VisitPhotoQuerySet,
    VisitQuerySet,
    VisitTemplateQuerySet,
)
from poverty.fields.option_field import OptionField
from poverty.files.models import StoredFile
from poverty.review.models.people import person


class VisitTemplate(models.Model):
    """What is asked on a visit, by place and year (households/visits/blocks.py). Published it is frozen (trigger)."""

    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")  # "": the whole country
    year_from = models.SmallIntegerField("起始年度")
    year_to = models.SmallIntegerField("截止年度", null=True, blank=True)  # inclusive; NULL: still in use
    name = models.CharField("名称", max_length=60)
    version = models.IntegerField("版本", default=1)
    blocks = models.JSONField("内容")
    document = models.CharField("依据文件", max_length=200, blank=True)
    drafted_by = person("起草人", null=True, blank=True)  # NULL: comes with the system
    published_at = models.DateTimeField("发布时间", null=True, blank=True)  # NULL: a draft
    published_by = person("发布人", null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", verbose_name="替代版本", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisitTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "走访模板"
        ordering = ["area_code", "-year_from", "name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "name", "version"],
                name="one_visit_template_of_a_version",
                violation_error_message="这个区划已有同名同版本的走访模板。",
            ),
            models.CheckConstraint(
                name="visit_template_ends_after_it_begins",
                condition=Q(year_to__isnull=True) | Q(year_to__gte=F("year_from")),
                violation_error_message="截止年度不能早于起始年度。",
            ),
            models.CheckConstraint(
                name="visit_template_of_an_area_names_who_published",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False)
                | Q(published_at__isnull=False, drafted_by__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.name} 第{self.version}版"

    def audit_case(self):
        return "households.visittemplate", self.pk, self.area_code


class Visit(models.Model):
    """One visit as it was made. Nothing of it changes afterwards but photos arriving, a decision about one that was
    held, and withdrawal (trigger); nothing is deleted.
    """

    identity = models.UUIDField("走访编号", unique=True)  # made on the phone or by the page
    digest = models.CharField(max_length=64, db_collation="C", editable=False)  # of what was sent, SHA-256
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    year = models.SmallIntegerField("年度")  # whose facts it updates
    area_code = models.CharField("村", max_length=12, db_collation="C")  # on the day it was received
    template = models.ForeignKey(
        VisitTemplate, verbose_name="模板", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    visitor = person("走访人")
    recorded_by = person("录入人")  # the visitor himself on the phone
    companions = models.CharField("同行人", max_length=200, blank=True)
    happened_on = models.DateField("走访日期")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)  # by the phone's clock
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    way = OptionField("方式", VISIT_WAYS, blank=False, default=HOME)
    whole_away = models.BooleanField("整户外出", default=False)
    answers = models.JSONField("模板问题的回答", default=dict, blank=True)
    remark = models.TextField("走访情况", blank=True)
    problems = models.TextField("发现问题", blank=True)
    next_promise = models.CharField("下一步措施", max_length=500, blank=True)
    next_on = models.DateField("下次走访日期", null=True, blank=True)
    signer_name = models.CharField("签字人", max_length=60, blank=True)
    signer_relation = models.CharField("签字人与户主关系", max_length=40, blank=True)
    signed = models.BooleanField("是否签字", null=True, blank=True)  # NULL: not asked
    refusal_reason = models.CharField("未签字原因", max_length=200, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.IntegerField("定位精度（米）", null=True, blank=True)
    # Where the county asks for a position and there is none.
    position_reason = models.CharField("没有定位的原因", max_length=200, blank=True)
    device = models.CharField("设备", max_length=60, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)  # by the phone's clock
    received_at = models.DateTimeField("收到时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)
    # {"before": verdict or null, "after": ..., "closed": [indicators], "opened": [indicators]} when it was received.
    judged = models.JSONField(default=dict, editable=False)
    # Whether 入户日期 of the year stands at its day by this visit, and where it stood before (NULL: no day stood). Only
    # that is undone when the visit is withdrawn: a day typed or imported is not the visit's.
    visited_on_moved = models.BooleanField(default=False, editable=False)
    visited_on_before = models.DateField(null=True, editable=False)
    photos_expected = models.SmallIntegerField("应有照片", default=0)
    photos_arrived = models.SmallIntegerField("已到照片", default=0)
    photos_given_up = models.SmallIntegerField(
        "放弃的照片", default=0
    )  # by the visitor, each with its reason
    # Why nothing of it was taken over: the household was no longer the sender's. "": taken over at once.
    held = models.CharField("未采用原因", max_length=200, blank=True)
    held_taken = models.BooleanField("是否采用", null=True, blank=True)  # NULL: not decided, or never held
    held_decided_by = person("核对人", null=True, blank=True)
    held_decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = person("撤回人", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "走访"
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                # practice.md, Field work: a telephone or video visit counts for 整户外出 only.
                name="household_called_only_when_all_are_away",
                condition=Q(way=HOME) | Q(whole_away=True),
                violation_error_message="整户外出的才能电话或视频走访，其他户须入户。",
            ),
            models.CheckConstraint(
                name="visit_ends_after_it_begins",
                condition=Q(started_at__isnull=True)
                | Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("started_at")),
                violation_error_message="结束时间不能早于开始时间。",
            ),
            models.CheckConstraint(
                name="visit_position_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                violation_error_message="经纬度超出范围，或只填了一半。",
            ),
            models.CheckConstraint(
                name="visit_says_why_it_has_no_position",
                condition=Q(position_reason="") | Q(latitude__isnull=True),
                violation_error_message="有定位的不写没有定位的原因。",
            ),
            models.CheckConstraint(
                name="visit_signature_is_somebodys",
                condition=(Q(signed__isnull=True) | Q(signed=False) | ~Q(signer_name=""))
                & (~Q(signed=False) | ~Q(refusal_reason="")),
                violation_error_message="签字的填签字人，没有签字的填原因。",
            ),
            models.CheckConstraint(
                name="visit_moves_its_day_forward",
                condition=Q(visited_on_moved=False, visited_on_before__isnull=True)
                | Q(visited_on_moved=True, visited_on_before__isnull=True)
                | Q(visited_on_moved=True, visited_on_before__lt=F("happened_on")),
            ),
            models.CheckConstraint(
                name="visit_photos_counted",
                condition=Q(photos_arrived__gte=0, photos_given_up__gte=0)
                & Q(photos_arrived__lte=F("photos_expected") - F("photos_given_up")),
            ),
            models.CheckConstraint(
                name="visit_held_is_decided_by_somebody",
                condition=Q(
                    held_taken__isnull=True, held_decided_by__isnull=True, held_decided_at__isnull=True
                )
                | (
                    ~Q(held="")
                    & Q(
                        held_taken__isnull=False,
                        held_decided_by__isnull=False,
                        held_decided_at__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="visit_withdrawal_says_who_and_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                violation_error_message="撤回走访须填写原因。",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-happened_on", "-id"], name="visit_by_household"),
            models.Index(fields=["visitor", "-happened_on", "-id"], name="visit_by_visitor"),
            models.Index(fields=["area_code", "-happened_on", "-id"], name="visit_by_area"),
            models.Index(fields=["-happened_on", "-id"], name="visit_by_day"),
            models.Index(
                fields=["area_code", "id"],
                condition=~Q(held="") & Q(held_decided_at__isnull=True, withdrawn_at__isnull=True),
                name="visit_held_open",
            ),
            models.Index(
                fields=["household", "id"],
                condition=Q(Q(signed=False) | Q(photos_given_up__gt=0), withdrawn_at__isnull=True),
                name="visit_unsigned",
            ),
        ]

    def __str__(self):
        return f"{self.happened_on} {self.household_id}"

    @property
    def is_complete(self) -> bool:
        """Whether every photo that was announced has arrived, or was given up."""
        return self.photos_arrived + self.photos_given_up >= self.photos_expected

    def audit_case(self):
        return "households.visit", self.pk, self.area_code


class VisitFact(models.Model):
    """One fact as the visitor saw it before (`base`) and said it (`value`), what stood in the register then
    (`standing`), and what became of it. `field`: a fact of the year; "item.<key>": an income item
    ([yuan, remark] or NULL); "none.<group>": an income group answered "none"; "need.<identity>": a need
    ([kind, text, whom]) that could not be taken in at once. NULL: not answered.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="facts", db_index=False)
    member = models.ForeignKey(  # NULL: of the household
        Member, verbose_name="成员", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Where the household stood: what waits is counted by place.
    area_code = models.CharField("村", max_length=12, db_collation="C")
    field = models.CharField("项目", max_length=60, db_collation="C")
    base = models.JSONField("填写时看到的值", null=True)
    value = models.JSONField("走访填写的值", null=True)
    standing = models.JSONField("登记的值", null=True)
    outcome = OptionField("结果", FACT_OUTCOMES, blank=False)
    said = models.CharField("说明", max_length=300, blank=True)
    decided_by = person("核对人", null=True, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)

    objects = VisitFactQuerySet.as_manager()

    class Meta:
        verbose_name = "走访事实"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "member", "field"], nulls_distinct=False, name="one_value_of_a_visited_fact"
            ),
            models.CheckConstraint(
                name="visited_fact_is_decided_by_somebody",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, outcome__in=["kept", "taken"]),
            ),
            models.CheckConstraint(
                name="decided_fact_has_its_day",
                condition=~Q(outcome__in=["kept", "taken"]) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "id"],
                condition=Q(outcome__in=UNDECIDED, decided_at__isnull=True),
                name="visit_fact_undecided",
            ),
        ]

    def __str__(self):
        return f"{self.visit_id} {self.field}"


class VisitAmount(models.Model):
    """A large income or expense of the month that the household told, yuan; no income of the year by itself."""

    class Direction(models.TextChoices):
        INCOME = "income", "收入"
        EXPENSE = "expense", "支出"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="amounts")
    direction = models.CharField("收支", max_length=8, choices=Direction.choices)
    item = OptionField("项目", INCOME_ITEMS)  # "": none of the catalogue
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "走访收支"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="visit_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="金额须大于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.visit_id} {self.amount}"


class VisitPhoto(models.Model):
    """A photo that a visit announced; the file comes after it. What is odd about it is for the reviewer's eyes.

    One that cannot come (no photo, too large, not to be read) is given up with its reason, or another one is taken in
    its place: the visit then waits for that one. `photos_expected` counts what the visitor meant to show, so a photo
    and those taken in its place are one.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    identity = models.UUIDField("照片编号", unique=True)
    file = models.ForeignKey(  # NULL: announced, not here yet
        StoredFile, verbose_name="文件", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sha256 = models.CharField("SHA-256", max_length=64, db_collation="C")  # announced
    bytes = models.IntegerField("字节数")  # announced
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)  # by the phone; NULL: it does not say
    kind = OptionField("种类", PHOTO_KINDS, blank=False, default="other")
    arrived_at = models.DateTimeField("收到时间", null=True)
    flags = ArrayField(models.CharField(max_length=40), verbose_name="提示", default=list, blank=True)
    checked_at = models.DateTimeField("检查时间", null=True)  # by the worker; NULL: not yet
    looked_by = person("复核人", null=True)
    looked_at = models.DateTimeField("复核时间", null=True)
    looked_remark = models.CharField("复核说明", max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="replacement"
    )
    given_up_at = models.DateTimeField("放弃时间", null=True, editable=False)
    given_up_by = person("放弃人", null=True, editable=False)
    given_up_reason = models.CharField("放弃原因", max_length=200, blank=True, editable=False)

    objects = VisitPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "走访照片"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="visit_photo_has_a_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="visit_photo_arrives_with_its_file",
                condition=Q(file__isnull=True, arrived_at__isnull=True, checked_at__isnull=True)
                | Q(file__isnull=False, arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_photo_looked_at_by_somebody",
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_photo_given_up_by_somebody_with_reason",
                condition=Q(given_up_at__isnull=True, given_up_by__isnull=True, given_up_reason="")
                | (
                    Q(given_up_at__isnull=False, given_up_by__isnull=False, file__isnull=True)
                    & ~Q(given_up_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="visit_photo_by_content"),
            models.Index(
                fields=["id"],
                condition=Q(file__isnull=False, checked_at__isnull=True),
                name="visit_photo_unchecked",
            ),
            models.Index(
                fields=["visit"],
                condition=~Q(flags=[]) & Q(looked_at__isnull=True),
                name="visit_photo_flagged",
            ),
        ]

    def __str__(self):
        return f"{self.visit_id} {self.identity}"

    @property
    def is_awaited(self) -> bool:
        """Whether it has not come and still may, as VisitPhotoQuerySet.awaited says it."""
        return self.file_id is None and self.given_up_at is None and not hasattr(self, "replacement")

    @property
    def flag_labels(self) -> list[str]:
        """What is odd about it, in words."""
        return [PHOTO_FLAGS.label(one) for one in self.flags]
