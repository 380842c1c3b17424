"""Exit standards: what an area asks of a household, a village or a county in a year, row by row with its
source.

Thresholds, years and places are data and stand here; what is measured is code and stands with the subject's
app, which makes it known through indicators.py. Triggers (migrations) keep a published standard and its
rows as they are.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BigIntegerField, F, Func, Q
from django.utils.functional import cached_property

from poverty.areas.models import Area
from poverty.standards.comparisons import Comparison
from poverty.standards.indicators import spec
from poverty.standards.querysets import StandardQuerySet
from poverty.standards.statuses import Status
from poverty.standards.subjects import Subject
from poverty.standards.wording import figure, phrase

FIRST_YEAR, LAST_YEAR = 2014, 2100


class Standard(models.Model):
    """The exit standard of an area for a year and a subject, entered by one person and published by
    another.

    area_code "" means the whole country (there is no such row in Area). Area, year and subject never
    change: another place or year is another standard. Published it is frozen; a correction is a new version
    that replaces it.
    """

    area_code = models.CharField("适用地区", max_length=12, blank=True, db_collation="C")
    year = models.SmallIntegerField("年度")
    subject = models.CharField("对象", max_length=10, choices=Subject.choices, default=Subject.HOUSEHOLD)
    name = models.CharField("标准名称", max_length=100)
    document_name = models.CharField("文件名称", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    document_date = models.DateField("发文日期", null=True, blank=True)
    clause = models.CharField("依据条款", max_length=100, blank=True)
    # Asked for when a value differs from the standard of the area above (practice: 不拔高、不降低).
    deviation_document = models.CharField("与上级标准不一致的依据", max_length=200, blank=True)
    version = models.SmallIntegerField("版本", default=1)
    corrects = models.ForeignKey(
        "self", verbose_name="更正的版本", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="起草人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Ids of all users who drafted or altered it, the latest last: none of them may publish it.
    makers = ArrayField(BigIntegerField(), verbose_name="经手人", default=list)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发布人",
        null=True,  # NULL: not published
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    published_at = models.DateTimeField("发布时间", null=True)
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    edited_at = models.DateTimeField("修改时间", auto_now=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = "退出标准"
        ordering = ["-year", "area_code", "subject", "-version", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "year", "subject"],
                condition=Q(status=Status.PUBLISHED),
                name="one_published_standard_of_area_year_and_subject",
                violation_error_message="该地区该年度该对象已有已发布的标准，请在其上更正。",
            ),
            models.UniqueConstraint(
                fields=["area_code", "year", "subject", "version"],
                condition=Q(status__in=[Status.PUBLISHED, Status.SUPERSEDED]),
                name="one_standard_of_a_version",
                violation_error_message="该版本号已发布过，请在现行版本上重新更正。",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(status=Status.DRAFT),
                name="one_open_correction_of_a_standard",
                violation_error_message="该标准已有一份更正草稿，请在那份草稿上修改。",
            ),
            models.CheckConstraint(
                name="standard_year_is_plausible",
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_message=f"年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
            ),
            models.CheckConstraint(
                name="standard_is_published_by_someone_who_did_not_draft_it",
                condition=Q(published_by__isnull=True)
                | (
                    ~Q(published_by=F("drafted_by"))
                    & ~Q(
                        makers__contains=Func(
                            F("published_by"),
                            function="ARRAY",
                            template="%(function)s[%(expressions)s]",
                            output_field=ArrayField(BigIntegerField()),
                        )
                    )
                ),
                violation_error_message="起草或修改过标准的人不能发布，请由另一人发布。",
            ),
            models.CheckConstraint(
                name="published_standard_has_its_document_and_publisher",
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | (
                    Q(published_by__isnull=False, published_at__isnull=False, document_date__isnull=False)
                    & ~Q(document_name="")
                    & ~Q(document_number="")
                ),
                violation_error_message="发布的标准须有文件名称、文号、发文日期和发布人。",
            ),
            models.CheckConstraint(name="standard_version_counts_from_one", condition=Q(version__gte=1)),
        ]
        indexes = [models.Index(fields=["subject", "year", "area_code"], name="standard_by_place")]

    def __str__(self):
        return f"{self.year} {self.name}"

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @cached_property
    def area(self) -> Area | None:
        """The area it is for; None for the whole country. One query, kept."""
        return Area.objects.filter(pk=self.area_code).first() if self.area_code else None

    @property
    def area_label(self) -> str:
        """Name of the area in the field's words; 全国 for the whole country."""
        return self.area.name if self.area else (self.area_code or "全国")

    def audit_case(self) -> tuple[str, int, str]:
        """Return case type, id and area code for the audit log."""
        return ("standards.standard", self.pk, self.area_code)


class Requirement(models.Model):
    """One indicator of a standard with its comparison and threshold, and where the document asks for it."""

    standard = models.ForeignKey(
        Standard, verbose_name="标准", on_delete=models.PROTECT, related_name="requirements", db_index=False
    )
    indicator = models.CharField("指标", max_length=40)
    comparison = models.CharField("比较", max_length=8, choices=Comparison.choices)
    # NULL: the indicator is yes/no (comparison is_true), or a draft whose figure is not known yet.
    threshold = models.DecimalField("标准值", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)  # as it was when the row was written
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    clause = models.CharField("条款", max_length=100, blank=True)
    document = models.CharField("另行依据的文件", max_length=200, blank=True)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, null=True, blank=True)  # NULL: none
    veto = models.BooleanField("一票否决", default=False)
    order = models.SmallIntegerField("序号", default=0)

    class Meta:
        verbose_name = "标准要求"
        ordering = ["standard", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "indicator"],
                name="one_requirement_of_an_indicator_in_a_standard",
                violation_error_message="同一指标只能出现一次。",
            ),
            models.CheckConstraint(
                name="requirement_compares_with_a_known_comparison",
                condition=Q(comparison__in=Comparison.values),
            ),
            models.CheckConstraint(
                name="yes_no_requirement_has_no_threshold",
                condition=~Q(comparison=Comparison.IS_TRUE) | Q(threshold__isnull=True),
                violation_error_message="是否类指标不填标准值。",
            ),
            models.CheckConstraint(
                name="requirement_threshold_is_not_negative",
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0),
                violation_error_message="标准值不能为负。",
            ),
            models.CheckConstraint(
                name="requirement_weight_is_at_most_100",
                condition=Q(weight__isnull=True) | Q(weight__gt=0, weight__lte=100),
                violation_error_message="权重须大于 0 且不超过 100。",
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.get_comparison_display()}"

    @property
    def label(self) -> str:
        """The indicator's official label, or its code when its app is no longer installed (an old
        standard).
        """
        known = spec(self.standard.subject, self.indicator)
        return known.label if known else self.indicator

    @property
    def asks_for_figure(self) -> bool:
        """Whether it has a threshold, or, in a draft, still needs one."""
        return self.comparison != Comparison.IS_TRUE

    @property
    def asked(self) -> str:
        """What it asks for, in words: 大于 3,747 元/人·年; with weight and veto, where it has them."""
        weight = "" if self.weight is None else f"，权重 {figure(self.weight)}"
        return (
            phrase(self.comparison, self.threshold, self.unit) + weight + ("，一票否决" if self.veto else "")
        )
