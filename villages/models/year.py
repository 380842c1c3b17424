"""The facts of a year of a village (forms.md 4.1). The order and words of the form stand in villages/facts.py."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from households.options.sources import SOURCES
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from villages.models.village import Village
from villages.querysets import OfVillageQuerySet

MOST = 1_000_000


def _count(label: str):
    # NULL: not answered. 0: none. Never the one for the other.
    return models.PositiveIntegerField(
        label,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0, "不能为负数。"),
            MaxValueValidator(MOST, "数字太大，请核对。"),
        ],
    )


def _measure(label: str, *, digits: int = 10):
    return models.DecimalField(
        label,
        max_digits=digits,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "不能为负数。")],
    )


def _yes_no(label: str):
    return models.BooleanField(label, null=True, blank=True)  # NULL: unknown (待核实)


# Each of the left cannot be more than the right: a village has no more dangerous houses than households.
PARTS = (
    ("poor_households", "households"),
    ("dibao_households", "households"),
    ("wubao_households", "households"),
    ("unsafe_water_households", "households"),
    ("water_short_households", "households"),
    ("unpowered_households", "households"),
    ("dangerous_households", "households"),
    ("broadcasting_households", "households"),
    ("broadband_households", "households"),
    ("mobile_internet_households", "households"),
    ("poor_population", "population"),
    ("dibao_population", "population"),
    ("wubao_population", "population"),
    ("minority_population", "population"),
    ("women", "population"),
    ("disabled", "population"),
    ("labour", "population"),
    ("migrant_workers", "population"),
    ("irrigated_land", "cultivated_land"),
)


# Decimals: counts are positive by their column.
MEASURES = (
    "cultivated_land",
    "irrigated_land",
    "forest_land",
    "returned_forest_land",
    "orchard_land",
    "pasture_land",
    "water_surface",
    "unpaved_km",
    "unconnected_km",
    "roadbed_width",
    "surface_width",
    "mutual_fund_amount",
    "farm_stay_income",
    "clinic_area",
    "farm_income",
    "collective_income",
)


def _part_rules():
    for part, whole in PARTS:
        yield models.CheckConstraint(
            name=f"village_{part}_within_{whole}",
            condition=Q(**{f"{part}__isnull": True})
            | Q(**{f"{whole}__isnull": True})
            | Q(**{f"{part}__lte": F(whole)}),
        )


class VillageYear(models.Model):
    """What is known of a village for a year. NULL or "" is not answered, shown as 待核实, never taken for no.

    Writable only while the county's year is open (trigger). `sources` names, by field, where a fact comes from when
    that differs from the row's own source and date.
    """

    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="years", db_index=False)
    year = models.SmallIntegerField("年度")
    # The village's code of that year: chooses the standard; scope uses the village's own.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )

    source = OptionField("信息来源", SOURCES, blank=False, default="entered")
    happened_on = models.DateField("采集日期", null=True, blank=True)
    decided_by_name = models.CharField("采集人", max_length=40, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    recorded_at = models.DateTimeField("录入时间", auto_now=True)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    version = models.IntegerField(default=1, editable=False)

    # People
    households = _count("总户数（户）")
    natural_villages = _count("自然村/村民小组数（个）")
    poor_households = _count("贫困户数（户）")
    dibao_households = _count("低保户数（户）")
    wubao_households = _count("五保户数（户）")
    population = _count("总人口数（人）")
    # 农业户籍人口: the divisor of the incidence, a stored figure with its source (practice.md).
    agricultural_population = _count("农业户籍人口（人）")
    agricultural_population_source = models.CharField("农业户籍人口数据来源", max_length=200, blank=True)
    poor_population = _count("贫困人口数（人）")
    dibao_population = _count("低保人口数（人）")
    wubao_population = _count("五保人口数（人）")
    minority_population = _count("少数民族人口数（人）")
    women = _count("妇女人口数（人）")
    disabled = _count("残疾人口数（人）")
    labour = _count("劳动力人数（人）")
    migrant_workers = _count("外出务工人数（人）")
    party_members = _count("中共党员人数（人）")
    graduate_officials = _count("大学生村官人数（人）")
    has_good_committee = _yes_no("村“两委”班子健全、能履职")

    # Land, 亩
    cultivated_land = _measure("耕地面积（亩）")
    irrigated_land = _measure("有效灌溉面积（亩）")
    forest_land = _measure("林地面积（亩）")
    returned_forest_land = _measure("退耕还林面积（亩）")
    orchard_land = _measure("林果面积（亩）")
    pasture_land = _measure("牧草地面积（亩）")
    water_surface = _measure("水域面积（亩）")

    # Roads
    paved_to_township = _yes_no("到乡镇是否通沥青（水泥）路")
    has_bus = _yes_no("是否通客运班车")
    unpaved_km = _measure("行政村到乡镇未通沥青（水泥）路里程（公里）")
    unconnected_settlements = _count("自然村到行政村未通沥青（水泥）路的自然村数（个）")
    unconnected_km = _measure("自然村到行政村未通沥青（水泥）路里程（公里）")
    roadbed_width = _measure("通村路路基宽度（米）", digits=5)
    surface_width = _measure("通村路路面宽度（米）", digits=5)

    # Water, power, housing
    unsafe_water_households = _count("未实现饮水安全户数（户）")
    water_short_households = _count("饮水困难户数（户）")
    unpowered_settlements = _count("未通生活用电自然村数（个）")
    unpowered_households = _count("未通生活用电户数（户）")
    no_production_power_settlements = _count("未通生产用电自然村数（个）")
    production_power_settlements = _count("已通生产用电自然村（20户以上）数（个）")
    dangerous_households = _count("危房户数（户）")
    dangerous_poor_persons = _count("危房涉及贫困人数（人）")

    # Industry, tourism
    has_industry = _yes_no("有特色产业")
    industry_name = models.CharField("特色产业名称", max_length=100, blank=True)
    cooperatives = _count("农民专业合作社个数（个）")
    cooperative_poor_households = _count("加入特色产业专业合作社的贫困户数（户）")
    mutual_fund_associations = _count("互助资金协会数量（个）")
    mutual_fund_amount = _measure("互助资金规模（元）", digits=14)
    tourism_households = _count("开展乡村旅游户数（户）")
    farm_stays = _count("经营农家乐户数（户）")
    tourism_workers = _count("乡村旅游从业人员数（人）")
    farm_stay_income = _measure("农家乐户年均收入（元）", digits=12)

    # Health, culture, network, public services, school
    clinics = _count("卫生室个数（个）")
    clinic_area = _measure("卫生室面积（平方米）")
    clinic_rooms_complete = _yes_no("是否有诊断室、治疗室、公共卫生室和药房")
    doctors = _count("执业（助理）医师数（人）")
    public_toilets = _count("公共卫生厕所个数（个）")
    rubbish_points = _count("垃圾集中堆放点个数（个）")
    culture_rooms = _count("文化（图书）室个数（个）")
    broadcasting_households = _count("通广播电视户数（户）")
    has_network = _yes_no("行政村是否通宽带或移动网络")
    broadband_households = _count("通宽带户数（户）")
    school_broadband = _count("通宽带的村小学（个）")
    mobile_internet_households = _count("能用手机上网户数（户）")
    information_officers = _count("信息员人数（人）")
    broadband_settlements = _count("已通电自然村中通宽带村数（个）")
    has_office = _yes_no("有村级组织活动场所")
    has_notice_board = _yes_no("有公示栏")
    has_service_center = _yes_no("有便民服务中心")
    has_kindergarten = _yes_no("有幼儿园（含联村办园）")
    poverty_dropouts = _count("因贫辍学学生数（人）")

    # Insurance
    medical_insured = _count("参加新农合（居民医保）人数（人）")
    medical_aid_cases = _count("医疗救助人次（人次）")
    resident_pension = _count("参加居民养老保险人数（人）")
    employee_pension = _count("参加职工养老保险人数（人）")
    pension_covered = _count("养老保险覆盖人口（人）")

    # Income, yuan. National forms ask for the village's own income in 10,000 yuan; a debt is no income.
    farm_income = _measure("农民人均纯收入（元）", digits=12)
    collective_income = _measure("村级集体经济收入（元）", digits=14)
    collective_income_from = models.CharField("集体经济收入来源", max_length=200, blank=True)

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = "村年度信息"
        ordering = ["village", "-year"]
        indexes = [models.Index(fields=["year", "area"], name="village_year_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "year"],
                name="one_row_of_facts_of_a_village_a_year",
                violation_error_message="该村本年度信息已存在。",
            ),
            models.CheckConstraint(name="village_year_within_reason", condition=Q(year__range=(2013, 2100))),
            models.CheckConstraint(
                name="agricultural_population_has_its_source",
                condition=Q(agricultural_population__isnull=True)
                | (Q(agricultural_population__gte=1) & ~Q(agricultural_population_source="")),
                violation_error_message="农业户籍人口须注明数据来源（如公安户籍年报），且不能为 0。",
            ),
            models.CheckConstraint(
                name="village_industry_has_its_name",
                condition=~Q(has_industry=True) | ~Q(industry_name=""),
                violation_error_message="有特色产业的，请写明产业名称。",
            ),
            models.CheckConstraint(
                name="village_measures_not_negative",
                condition=Q(
                    *[Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}) for name in MEASURES]
                ),
                violation_error_message="不能为负数。",
            ),
            *_part_rules(),
        ]

    def __str__(self):
        return f"{self.year}年度 {self.village}"

    @property
    def area_code(self):
        return self.area_id

    def source_of(self, field: str) -> tuple[str, str]:
        """(source key, ISO date or "") of one fact: its own where it has one, else the row's."""
        own = self.sources.get(field)
        if own:
            return own["source"], own.get("on", "")
        return self.source, self.happened_on.isoformat() if self.happened_on else ""
