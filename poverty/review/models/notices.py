"""Public notices (公示, 公告): which list hung where, from which day to which."""

from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from poverty.review.models.people import person
from poverty.review.models.rosters import Roster
from poverty.review.querysets import NoticeQuerySet


class Notice(models.Model):
    """A list posted in a place. The posting day is day 1; the next step opens at 00:00 after the last day.

    `token_hash` is that of the code printed on the sheet: names are shown on the web only to who comes by it, while
    the notice runs. The photo of the wall is a file of the case "review.notice".
    """

    class Kind(models.TextChoices):
        FIRST = "first", "村内公示"
        SECOND = "second", "乡镇公示"
        ANNOUNCEMENT = "announcement", "公告"
        CORRECTION = "correction", "更正公告"

    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    roster = models.ForeignKey(
        Roster, verbose_name="名单", on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    area_code = models.CharField("张贴区划", max_length=12, db_collation="C")
    title = models.CharField("标题", max_length=100)
    place = models.CharField("张贴地点", max_length=100)
    publisher = models.CharField("公示单位", max_length=100)
    contact = models.CharField("受理异议的联系方式", max_length=100)  # an office and its public number
    posted_on = models.DateField("张贴日期")
    days = models.SmallIntegerField("公示天数")
    minimum_days = models.SmallIntegerField("最少天数")  # as the place's rule stood on the day of posting
    last_day = models.DateField("公示截止")
    corrects = models.ForeignKey(
        "self", verbose_name="更正的公示", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    households = models.IntegerField("户数")  # on the sheet as posted
    posted_by = person("张贴人", null=True)  # NULL: signed on paper by somebody without an account
    posted_by_name = models.CharField("张贴人姓名", max_length=60)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, db_collation="C")
    taken_down_on = models.DateField("撤下日期", null=True, blank=True)  # NULL: nobody has said yet
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)  # NULL: stands
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "公示"
        ordering = ["-posted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="notice_hangs_as_long_as_it_must",
                condition=Q(minimum_days__gte=1) & Q(days__gte=F("minimum_days")),
                violation_error_message="公示天数少于规定的最少天数。",
            ),
            models.CheckConstraint(
                name="notice_counts_its_first_day",
                condition=Q(
                    last_day=ExpressionWrapper(F("posted_on") + F("days") - 1, output_field=DateField())
                ),
            ),
            models.CheckConstraint(
                name="only_a_correction_corrects",
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_withdrawn_notice_has_its_reason",
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            models.CheckConstraint(
                name="a_notice_hangs_to_its_last_day",
                condition=Q(taken_down_on__isnull=True) | Q(taken_down_on__gte=F("last_day")),
                violation_error_message="公示期满前不能撤下。",
            ),
            models.UniqueConstraint(
                fields=["roster", "kind"],
                condition=Q(withdrawn_on__isnull=True) & ~Q(kind="correction"),
                name="one_notice_of_a_kind_for_a_roster",
                violation_error_message="这份名单已经公示过，请刷新后查看。",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "last_day"], name="notice_by_area")]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "review.notice", self.pk, self.area_code
