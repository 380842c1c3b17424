"""The agreement of an enterprise with a village and its results of each year (万企帮万村)."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.files.models import StoredFile
from poverty.review.models.people import person as typist
from villages.enterprises.querysets import AgreementQuerySet, ResultQuerySet
from villages.models.versions import Versioned, version_rules
from villages.options.enterprise_kinds import ENTERPRISE_KINDS
from villages.posts.models import VillagePost


class EnterpriseAgreement(models.Model):
    """What an enterprise promised a village. `post`: by which it helps the village (万企帮万村); the two end together.

    `period_to` is its last day. `promised` in yuan, NULL: no sum was agreed. `scan` NULL: not brought yet.
    """

    post = models.ForeignKey(
        VillagePost, verbose_name="帮扶企业", on_delete=models.PROTECT, related_name="agreements"
    )
    kinds = ArrayField(models.CharField(max_length=40), verbose_name="帮扶方式")
    document = models.CharField("协议名称", max_length=200)
    number = models.CharField("协议编号", max_length=60, blank=True)
    signed_on = models.DateField("签订日期")
    period_from = models.DateField("协议期起")
    period_to = models.DateField("协议期止")
    promised = models.DecimalField("承诺投入（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    content = models.CharField("帮扶内容", max_length=500)
    scan = models.ForeignKey(
        StoredFile,
        verbose_name="扫描件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    ended_on = models.DateField("终止日期", null=True, blank=True)  # exclusive; NULL: not ended early
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "企业帮扶协议"
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="enterprise_agreement_runs_forward",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message="协议期止不能早于协议期起。",
            ),
            models.CheckConstraint(
                name="enterprise_agreement_says_how",
                condition=~Q(kinds=[]) & ~Q(content="") & ~Q(document=""),
                violation_error_message="请选帮扶方式，填写协议名称和帮扶内容。",
            ),
            models.CheckConstraint(
                name="enterprise_agreement_promises_something_or_no_sum",
                condition=Q(promised__isnull=True) | Q(promised__gt=0),
                violation_error_message="承诺投入须大于 0；没有约定金额的不填。",
            ),
            models.CheckConstraint(
                # Equal days: entered by mistake, never held. After its last day nothing is left to end.
                name="enterprise_agreement_ends_with_a_reason",
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("period_from"), ended_on__lte=F("period_to")) & ~Q(end_reason="")),
                violation_error_message="终止日期须在协议期内，并须写明原因。",
            ),
            models.UniqueConstraint(
                fields=["post", "period_from", "document"],
                condition=Q(ended_on__isnull=True),
                name="an_agreement_is_registered_once",
                violation_error_message="这份协议已登记。",
            ),
        ]

    def __str__(self):
        return f"{self.post_id} {self.signed_on}"

    @property
    def area_code(self):
        return self.post.village.area_id

    def years_held(self, today: date) -> range:
        """The years in which it held on a day so far, as `in_year` asks (the post is at hand); of a mistaken one, and of
        one that has not begun or was to begin after the post ended, none.
        """
        days = [self.period_to, today]
        days += [day - timedelta(days=1) for day in (self.ended_on, self.post.valid_to) if day is not None]
        last = min(days)
        return range(self.period_from.year, last.year + 1) if last >= self.period_from else range(0)

    @property
    def kinds_text(self) -> str:
        """产业帮扶、就业帮扶."""
        return ENTERPRISE_KINDS.labels(self.kinds)

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("villages.enterpriseagreement", self.pk, self.area_code)


class AgreementResult(Versioned):
    """What came of an agreement in a year: `amount` yuan put in, households helped, persons employed; 0 is none."""

    agreement = models.ForeignKey(
        EnterpriseAgreement,
        verbose_name="协议",
        on_delete=models.PROTECT,
        related_name="results",
        db_index=False,
    )
    year = models.SmallIntegerField("年度")
    amount = models.DecimalField("实际投入（元）", max_digits=14, decimal_places=2)
    households = models.IntegerField("带动贫困户（户）")
    persons = models.IntegerField("吸纳就业（人）")
    remark = models.CharField("成效说明", max_length=500, blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "企业帮扶成效"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "year"],
                condition=Q(is_current=True),
                name="one_result_of_an_agreement_a_year",
                violation_error_message="这一年的成效已登记，有变动请用“更正”。",
            ),
            models.CheckConstraint(
                name="agreement_result_is_not_negative",
                condition=Q(amount__gte=0, households__gte=0, persons__gte=0),
                violation_error_message="金额、户数、人数不能为负。",
            ),
            models.CheckConstraint(
                name="agreement_result_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
            *version_rules("agreement_result"),
        ]
        indexes = [models.Index(fields=["agreement", "year"], name="result_of_an_agreement")]

    def __str__(self):
        return f"{self.agreement_id} {self.year}"

    @property
    def area_code(self):
        return self.agreement.area_code

    def audit_case(self) -> tuple[str, int, str]:
        """A result is logged with its agreement."""
        return self.agreement.audit_case()
