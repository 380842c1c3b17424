"""政策覆盖, 就业 and students without a teacher as they were worked out at a moment: what pages show without asking every
household again.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import In

from households.benefits.models.policy import Policy

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12  # digits of the places whose figures are kept


class CoverageRun(models.Model):
    """The figures of a county and year as of a moment. Worked out anew they are put in place of those before: figures,
    no records. `policies`: those that were counted; one published since is not among them. `with_people`: employment and
    students were counted too, as in every run but those from before they were.
    """

    area_code = models.CharField("县", max_length=6, db_collation="C")
    year = models.SmallIntegerField("年度")
    as_of = models.DateTimeField("截至")
    # What was entered in the log before was seen. Later than that it may not have been: who was still at it had not
    # committed.
    unseen_from = models.DateTimeField()
    seconds = models.DecimalField("用时（秒）", max_digits=8, decimal_places=2)
    policies = ArrayField(models.BigIntegerField())
    with_people = models.BooleanField("含就业和学生", default=False)

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


class PeopleFigure(models.Model):
    """Who works in a township or village, in households (户) and persons (人), and which students have no teacher: see
    employment.Work, gaps/labour.py, students/rows.py.

    With labour = employed + none + unknown = has + without + unsure: the same households by whether somebody works, and by
    whether they have 产业 or 就业. Beside them those where labour is not known. `trained` has everybody once, so that of a
    township it may be less than the sum of its villages.
    """

    run = models.ForeignKey(CoverageRun, on_delete=models.CASCADE, related_name="people", db_index=False)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    length = models.GeneratedField(
        expression=Length("area_code"), output_field=models.SmallIntegerField(), db_persist=True
    )
    employed = models.IntegerField("至少1人就业（户）", default=0)
    none = models.IntegerField("无人就业（户）", default=0)
    unknown = models.IntegerField("就业待核实（户）", default=0)
    labour_unknown = models.IntegerField("劳动力情况待核实（户）", default=0)
    has = models.IntegerField("已有产业或就业（户）", default=0)
    without = models.IntegerField("既无产业又无就业（户）", default=0)
    unsure = models.IntegerField("产业或就业待核实（户）", default=0)
    persons = models.IntegerField("就业人数", default=0)
    trained = models.IntegerField("参加培训（人）", default=0)
    students_without = models.IntegerField("没有结对教师的学生", default=0)

    class Meta:
        verbose_name = "就业和学生数字"
        ordering = ["run", "area_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "length", "area_code"], name="one_people_figure_of_a_place"
            ),
            models.CheckConstraint(
                name="a_people_figure_is_of_a_place", condition=In(Length("area_code"), [TOWNSHIP, VILLAGE])
            ),
            models.CheckConstraint(
                name="people_figures_are_counts",
                condition=Q(
                    employed__gte=0,
                    none__gte=0,
                    unknown__gte=0,
                    labour_unknown__gte=0,
                    has__gte=0,
                    without__gte=0,
                    unsure__gte=0,
                    persons__gte=0,
                    trained__gte=0,
                    students_without__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="work_figures_fit_together",
                condition=Q(
                    employed=F("has") + F("without") + F("unsure") - F("none") - F("unknown"),
                    persons__gte=F("employed"),
                ),
            ),
        ]

    def __str__(self):
        return f"{self.area_code} {self.employed}"
