"""One assessment of a member of a village team, or of the team as a whole, for a period."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as named
from villages.evaluations.querysets import EvaluationQuerySet
from villages.models.versions import Versioned, version_rules
from villages.models.village import Village
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS


class Evaluation(Versioned):
    """How somebody who lives in a village for its team did in a period; `person` NULL: the team as a whole.

    Nobody assesses himself, his own team or one of it, nor types or withdraws that (checks and trigger). `facts`: what
    was recorded of him for the period when this was written (days in the village, leave, visits), as
    evaluations/facts.py names them.
    """

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="evaluations", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="被考评人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    year = models.SmallIntegerField("年度")
    period = OptionField("考评期", EVALUATION_PERIODS, blank=False)
    result = OptionField("考评结果", EVALUATION_RESULTS, blank=False)
    score = models.DecimalField(
        "得分", max_digits=5, decimal_places=2, null=True, blank=True
    )  # NULL: not scored
    assessor = named("考评人")
    assessed_by = models.CharField("考评单位", max_length=100)
    happened_on = models.DateField("考评日期")
    document = models.CharField("文件", max_length=200)
    remark = models.TextField("评语", max_length=1000, blank=True)
    facts = models.JSONField("考评时的记录", default=dict, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "驻村考评"
        ordering = ["-year", "period", "village", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "person", "year", "period"],
                condition=Q(is_current=True),
                nulls_distinct=False,
                name="one_evaluation_of_a_period",
                violation_error_message="这一期已登记考评，有变动请用“更正”。",
            ),
            models.CheckConstraint(
                name="nobody_evaluates_himself",
                condition=Q(person__isnull=True) | (~Q(person=F("assessor")) & ~Q(person=F("recorded_by"))),
                violation_error_message="本人的考评由他人作出、由他人登记。",
            ),
            models.CheckConstraint(
                name="nobody_withdraws_his_own_evaluation",
                condition=Q(person__isnull=True) | ~Q(person=F("withdrawn_by")),
                violation_error_message="本人的考评由他人作废。",
            ),
            models.CheckConstraint(
                name="evaluation_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="evaluation_score_within_a_hundred",
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
                violation_error_message="得分须在 0 至 100 之间。",
            ),
            models.CheckConstraint(
                name="evaluation_has_result_office_and_document",
                condition=~Q(result="") & ~Q(period="") & ~Q(assessed_by="") & ~Q(document=""),
            ),
            *version_rules("evaluation"),
        ]
        indexes = [models.Index(fields=["village", "year", "period"], name="evaluation_of_a_village")]

    def __str__(self):
        return f"{self.village_id} {self.year} {self.period}"

    @property
    def area_code(self):
        return self.village.area_id

    @property
    def whom(self) -> str:
        """Who is assessed, in words."""
        return self.person.name if self.person_id else "驻村工作队"

    @property
    def title(self) -> str:
        """2018年第三季度."""
        return title_of(self.year, self.period)

    def audit_case(self) -> tuple[str, int, str]:
        """Its own case: the village's history is read by more people than this."""
        return ("villages.evaluation", self.pk, self.village.area_id)


def title_of(year: int, period: str) -> str:
    """2018年第三季度, 2018年度."""
    label = EVALUATION_PERIODS.label(period)
    return f"{year}{label}" if period == "year" else f"{year}年{label}"
