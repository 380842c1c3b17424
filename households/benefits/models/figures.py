"""政策覆盖 as it was worked out at a moment: what pages show without asking every household again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import In

from households.benefits.models.policy import Policy

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12  # digits of the places whose figures are kept


class CoverageRun(models.Model):
    """The figures of a county and year as of a moment. Worked out anew they are put in place of those before: figures,
    no records. `policies`: those that were counted; one published since is not among them.
    """

    area_code = models.CharField("县", max_length=6, db_collation="C")
    year = models.SmallIntegerField("年度")
    as_of = models.DateTimeField("截至")
    # What was entered in the log before was seen. Later than that it may not have been: who was still at it had not
    # committed.
    unseen_from = models.DateTimeField()
    seconds = models.DecimalField("用时（秒）", max_digits=8, decimal_places=2)
    policies = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = "政策覆盖计算"
        ordering = ["area_code", "year"]
        constraints = [
            models.UniqueConstraint(fields=["area_code", "year"], name="one_coverage_of_a_county_and_year"),
        ]

    def __str__(self):
        return f"{self.area_code} {self.year}"


class CoverageFigure(models.Model):
    """Of one policy in a county, township or village: see coverage.Figures. `terms`: {term: entitled and not paid in it}."""

    run = models.ForeignKey(CoverageRun, on_delete=models.CASCADE, related_name="figures", db_index=False)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    length = models.GeneratedField(
        expression=Length("area_code"), output_field=models.SmallIntegerField(), db_persist=True
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    entitled = models.IntegerField("应享受")
    unknown = models.IntegerField("待核实")
    received = models.IntegerField("已享受")
    others = models.IntegerField("不属于却已发放")
    amount = models.DecimalField("发放金额（元）", max_digits=16, decimal_places=2)
    terms = models.JSONField("各期应享受未享受", default=dict)

    class Meta:
        verbose_name = "政策覆盖数字"
        ordering = ["run", "area_code", "policy"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "length", "area_code", "policy"], name="one_coverage_figure_of_a_place"
            ),
            models.CheckConstraint(
                name="a_coverage_figure_is_of_a_place",
                condition=In(Length("area_code"), [COUNTY, TOWNSHIP, VILLAGE]),
            ),
            models.CheckConstraint(
                name="coverage_figures_fit_together",
                condition=Q(
                    unknown__gte=0, received__gte=0, others__gte=0, amount__gte=0, entitled__gte=F("received")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.area_code} {self.policy_id}"
