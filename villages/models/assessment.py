"""Results of judging villages: the stored verdicts, and what changed."""

from django.db import models
from django.db.models import Q

from poverty.areas.models import Area
from poverty.fields.states import State
from poverty.standards.models import Standard
from villages.models.village import Village
from villages.querysets import OfVillageQuerySet

# In the order in which pages show them; `score` is the sum of weights where a standard has some.
INDICATOR_COLUMNS = (
    "incidence",
    "collective_income",
    "collective_economy",
    "farm_income",
    "industry",
    "cooperative",
    "paved_road",
    "road_width",
    "settlement_roads",
    "bus",
    "water",
    "power",
    "production_power",
    "housing",
    "medical",
    "education",
    "clinic",
    "doctor",
    "culture_room",
    "broadcasting",
    "network",
    "public_services",
    "service_center",
    "kindergarten",
    "committee",
    "score",
)


def _state(label: str):
    # NULL: the standard in force does not have this indicator.
    return models.SmallIntegerField(label, null=True, choices=State.choices)


def _are_states(*columns: str) -> Q:
    low, high = int(min(State)), int(max(State))
    return Q(
        *[Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__range": (low, high)}) for column in columns]
    )


class VillageAssessment(models.Model):
    """The verdict of a village for a year under the standard in force: one small column per indicator.

    Twice where the incidence counts: as of now, and after this batch, when the households that are planned to exit
    this year have done so. The persons behind both figures are kept; everything else measured stands in the facts.
    """

    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    year = models.SmallIntegerField("年度")
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )
    standard = models.ForeignKey(
        Standard, verbose_name="标准", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    poor_persons = models.IntegerField("未脱贫人口（人）")
    leaving_persons = models.IntegerField("本批计划退出人口（人）")
    # Percent; NULL: the agricultural population is not known.
    incidence_now = models.DecimalField("贫困发生率（%）", max_digits=7, decimal_places=2, null=True)
    incidence_then = models.DecimalField(
        "本批退出后贫困发生率（%）", max_digits=7, decimal_places=2, null=True
    )
    score_now = models.DecimalField("综合得分（分）", max_digits=6, decimal_places=2, null=True)
    score_then = models.DecimalField("本批退出后综合得分（分）", max_digits=6, decimal_places=2, null=True)

    incidence = _state("贫困发生率")
    collective_income = _state("村集体经济收入")
    collective_economy = _state("有集体经济")
    farm_income = _state("农民人均纯收入")
    industry = _state("特色产业")
    cooperative = _state("农民专业合作社")
    paved_road = _state("通硬化路")
    road_width = _state("通村路路面宽度")
    settlement_roads = _state("自然村通硬化路")
    bus = _state("通客运班车")
    water = _state("安全饮水")
    power = _state("生活用电")
    production_power = _state("生产用电")
    housing = _state("住房保障")
    medical = _state("基本医疗保险")
    education = _state("义务教育")
    clinic = _state("卫生室")
    doctor = _state("合格村医")
    culture_room = _state("文化室")
    broadcasting = _state("广播电视")
    network = _state("通信网络")
    public_services = _state("公共服务设施")
    service_center = _state("便民服务中心")
    kindergarten = _state("幼儿园")
    committee = _state("村“两委”班子")
    score = _state("综合得分")
    incidence_after = _state("本批退出后贫困发生率")
    score_after = _state("本批退出后综合得分")
    verdict = models.SmallIntegerField("结论", choices=State.choices)
    verdict_after = models.SmallIntegerField("本批退出后结论", choices=State.choices)
    judged_at = models.DateTimeField("判定时间")

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = "村判定"
        constraints = [
            models.UniqueConstraint(fields=["village", "year"], name="one_verdict_of_a_village_a_year"),
            models.CheckConstraint(
                name="village_assessment_holds_states",
                condition=_are_states(
                    "verdict", "verdict_after", "incidence_after", "score_after", *INDICATOR_COLUMNS
                ),
            ),
            models.CheckConstraint(
                name="no_more_leave_than_are_poor",
                condition=Q(leaving_persons__gte=0, leaving_persons__lte=models.F("poor_persons")),
            ),
        ]
        indexes = [models.Index(fields=["year", "verdict", "area"], name="village_by_verdict")]

    def __str__(self):
        return f"{self.village_id} {self.year} {self.get_verdict_display()}"


class VillageChange(models.Model):
    """A verdict or an indicator of a village changed: before and after. Append-only."""

    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="changes", db_index=False)
    year = models.SmallIntegerField("年度")
    at = models.DateTimeField("时间")
    verdict_before = models.SmallIntegerField(
        "原结论", null=True, choices=State.choices
    )  # NULL: not judged before
    verdict_after = models.SmallIntegerField("现结论", null=True, choices=State.choices)  # NULL: withdrawn
    incidence_before = models.DecimalField("原贫困发生率（%）", max_digits=7, decimal_places=2, null=True)
    incidence_after = models.DecimalField("现贫困发生率（%）", max_digits=7, decimal_places=2, null=True)
    indicators = models.JSONField("有变化的指标", default=dict)  # code -> [before, after]

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = "村判定变化"
        ordering = ["-id"]
        indexes = [models.Index(fields=["village", "-id"], name="village_change_by_village")]

    def __str__(self):
        return f"{self.village_id} {self.year} {self.verdict_before}→{self.verdict_after}"
