"""The facts of a year (年度信息): of the household, of its members, and its income items."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from households.models.household import Household
from households.models.member import Member
from households.options import (
    allowances,
    dangerous_grades,
    disability_kinds,
    dropout_reasons,
    education_levels,
    employment_channels,
    fuel_types,
    house_structures,
    income_items,
    labour_skills,
    political_status,
    public_post_types,
    relocation,
    road_types,
    school_exemptions,
    school_status,
    special_states,
    water_sources,
    work_places,
)
from households.options.housing_safety import HOUSING_GUARANTEES, HOUSING_SAFETY
from households.options.sources import SOURCES
from households.querysets import MemberSurveyQuerySet, SurveyQuerySet
from poverty.areas.models import Area, Settlement
from poverty.fields.option_field import OptionField


def _money(label, **kwargs):
    # NULL: not answered. 0: none. Never the one for the other.
    return models.DecimalField(
        label,
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "金额不能为负数。")],
        **kwargs,
    )


def _mu(label):
    return models.DecimalField(
        f"{label}（亩）",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "面积不能为负数。")],
    )


def _yes_no(label):
    return models.BooleanField(label, null=True, blank=True)  # NULL: unknown (待核实)


MONEY_FIELDS = (
    "wage_income",
    "production_income",
    "property_income",
    "transfer_income",
    "production_expense",
)
LAND_FIELDS = (
    "cultivated_land",
    "irrigated_land",
    "forest_land",
    "returned_forest_land",
    "orchard_land",
    "pasture_land",
    "water_surface",
)


class Survey(models.Model):
    """What is known of a household for a year. NULL or "" is not answered, shown as 待核实, never taken for no.

    Writable only while the county's year is open (trigger). `sources` names, by field, where a fact comes
    from when that differs from the survey's own source and date: {"housing_safety": {"source": "carried",
    "on": "2017-12-31"}}.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="surveys")
    year = models.SmallIntegerField("年度")
    # The village of that year: chooses the standard and the statistics of the year; scope uses the household's.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )
    settlement = models.ForeignKey(
        Settlement, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    source = OptionField("信息来源", SOURCES, blank=False, default="entered")
    happened_on = models.DateField("采集日期", null=True, blank=True)
    visited_on = models.DateField("入户日期", null=True, blank=True)  # NULL: not visited this year (未走访)
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

    # Food and clothing: from a visit only.
    food_ok = _yes_no("不愁吃")
    clothing_ok = _yes_no("不愁穿")

    # Housing (forms.md 1.3; practice.md: three kinds of safe)
    house_area = models.DecimalField(
        "住房面积（平方米）",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "面积不能为负数。")],
    )
    is_dangerous_house = _yes_no("是否危房户")
    dangerous_grade = OptionField("房屋鉴定等级", dangerous_grades.DANGEROUS_GRADES)
    housing_safety = OptionField("住房安全认定方式", HOUSING_SAFETY)
    housing_guarantee = OptionField("保障方式", HOUSING_GUARANTEES)
    housing_document = models.CharField("住房安全依据文件", max_length=200, blank=True)
    housing_document_date = models.DateField("依据文件日期", null=True, blank=True)
    rebuilt_year = models.SmallIntegerField("危改年度", null=True, blank=True)
    house_structure = OptionField("住房结构", house_structures.HOUSE_STRUCTURES)
    built_year = models.SmallIntegerField("建房时间", null=True, blank=True)
    has_sanitary_toilet = _yes_no("是否有卫生厕所")
    fuel_type = OptionField("主要燃料类型", fuel_types.FUEL_TYPES)

    # Water, power, broadcasting, road: NULL means as the natural village has it.
    water_difficult = _yes_no("饮水是否困难")
    water_safe = _yes_no("饮水是否安全")
    water_solved = _yes_no("是否解决安全饮用水")
    water_source = OptionField("饮水情况", water_sources.WATER_SOURCES)
    has_power = _yes_no("是否通生活用电")
    has_production_power = _yes_no("是否通生产用电")
    has_broadcasting = _yes_no("是否通广播电视")
    road_reached = _yes_no("是否通路（与自然村不同时填写）")
    road_type = OptionField("入户路类型", road_types.ROAD_TYPES)
    road_distance_km = models.DecimalField(
        "与村主干路距离（公里）",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "距离不能为负数。")],
    )

    # Land
    cultivated_land = _mu("耕地面积")
    irrigated_land = _mu("有效灌溉面积")
    forest_land = _mu("林地面积")
    returned_forest_land = _mu("退耕还林面积")
    orchard_land = _mu("林果面积")
    pasture_land = _mu("牧草地面积")
    water_surface = _mu("水面面积")

    # Industry and relocation
    has_industry = _yes_no("是否有产业")
    in_cooperative = _yes_no("是否加入农民专业合作社")
    led_by_enterprise = _yes_no("是否有龙头企业带动")
    led_by_entrepreneur = _yes_no("是否有创业致富带头人带动")
    industry_support = models.CharField("到户产业帮扶类型", max_length=100, blank=True)
    is_relocated = _yes_no("是否搬迁户")
    relocation_method = OptionField("搬迁方式", relocation.RELOCATION_METHODS)
    resettlement_method = OptionField("安置方式", relocation.RESETTLEMENT_METHODS)
    resettlement_place = OptionField("安置地点", relocation.RESETTLEMENT_PLACES)
    relocation_difficulty = OptionField("搬迁可能存在的困难", relocation.RELOCATION_DIFFICULTIES)

    # Income of the accounting period, yuan: group totals as answered; items stand in IncomeItem.
    wage_income = _money("工资性收入（元）")
    production_income = _money("生产经营性收入（元）")
    property_income = _money("财产性收入（元）")
    transfer_income = _money("转移性收入（元）")
    production_expense = _money("生产经营性支出（元）")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "年度信息"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="one_survey_of_a_household_a_year",
                violation_error_message="该户本年度信息已存在。",
            ),
            models.CheckConstraint(
                name="survey_year_within_reason",
                condition=Q(year__range=(2013, 2100)),
                violation_error_message="年度须在2013至2100之间。",
            ),
            models.CheckConstraint(
                name="survey_money_not_negative",
                condition=Q(
                    *[Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}) for name in MONEY_FIELDS]
                ),
                violation_error_message="金额不能为负数。",
            ),
            models.CheckConstraint(
                name="survey_land_not_negative",
                condition=Q(
                    *[Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}) for name in LAND_FIELDS]
                ),
                violation_error_message="面积不能为负数。",
            ),
            models.CheckConstraint(
                name="irrigated_land_within_cultivated_land",
                condition=Q(irrigated_land__isnull=True)
                | Q(cultivated_land__isnull=True)
                | Q(irrigated_land__lte=F("cultivated_land")),
                violation_error_message="有效灌溉面积不能大于耕地面积。",
            ),
            models.CheckConstraint(
                name="rebuilt_or_provided_house_has_a_document",
                condition=~Q(housing_safety__in=["renovated", "guaranteed"]) | ~Q(housing_document=""),
                violation_error_message="改造安全或保障安全须填写依据文件（验收单、租赁或赡养协议等）。",
            ),
            models.CheckConstraint(
                name="appraised_house_has_a_safe_grade",
                condition=~Q(housing_safety="graded") | Q(dangerous_grade__in=["a", "b"]),
                violation_error_message="鉴定安全须填写A级或B级。",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "area", "household"], name="survey_by_year_and_area"),
        ]

    def __str__(self):
        return f"{self.year}年度 {self.household}"

    @property
    def area_code(self):
        return self.area_id

    def source_of(self, field: str) -> tuple[str, str]:
        """(source key, ISO date or "") of one fact: its own where it has one, else the survey's."""
        own = self.sources.get(field)
        if own:
            return own["source"], own.get("on", "")
        return self.source, self.happened_on.isoformat() if self.happened_on else ""


class MemberSurvey(models.Model):
    """What is known of a person for a year, in whichever household he is. NULL or "": not answered."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="surveys", db_index=False)
    year = models.SmallIntegerField("年度")
    # The village of that year, for statistics and for the closed-year trigger.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )

    education_level = OptionField("文化程度", education_levels.EDUCATION_LEVELS)
    school_status = OptionField("在校生状况", school_status.SCHOOL_STATUSES)
    school_name = models.CharField("就读学校", max_length=100, blank=True)
    dropout_reason = OptionField("失学或辍学原因", dropout_reasons.DROPOUT_REASONS)
    school_exemption = OptionField("送教/缓学/休学等批准情形", school_exemptions.SCHOOL_EXEMPTIONS)
    graduated_grade_nine = _yes_no("九年级毕业（学籍比对）")
    health_states = models.CharField(
        "健康状况", max_length=120, blank=True, default=""
    )  # option keys joined by ","
    disease_name = models.CharField("疾病名称", max_length=60, blank=True)
    disability_kind = OptionField("残疾类别", disability_kinds.DISABILITY_KINDS)
    disability_card_year = models.SmallIntegerField("残疾证办证年度", null=True, blank=True)
    labour_skill = OptionField("劳动技能", labour_skills.LABOUR_SKILLS)
    work_place = OptionField("务工状况", work_places.WORK_PLACES)
    work_area = models.CharField("务工所在地", max_length=100, blank=True)
    work_months = models.SmallIntegerField(
        "务工时间（月）",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0, "务工时间为0至12个月。"),
            MaxValueValidator(12, "务工时间为0至12个月。"),
        ],
    )
    work_enterprise = models.CharField("务工企业名称", max_length=100, blank=True)
    works_abroad = _yes_no("是否国外务工")
    work_industry = models.CharField("产业分类", max_length=40, blank=True)
    employment_channel = OptionField("就业渠道", employment_channels.EMPLOYMENT_CHANNELS)
    public_post_type = OptionField("公益性岗位类型", public_post_types.PUBLIC_POST_TYPES)
    public_post_months = models.SmallIntegerField(
        "公益性岗位（月数）",
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "月数为0至12。"), MaxValueValidator(12, "月数为0至12。")],
    )
    political_status = OptionField("政治面貌", political_status.POLITICAL_STATUSES)
    special_state = OptionField("特殊情形", special_states.SPECIAL_STATES)  # 现役、服刑、失踪
    speaks_mandarin = _yes_no("是否会讲普通话")
    resident_insurance = _yes_no("是否参加城乡居民基本医疗保险")
    employee_insurance = _yes_no("是否参加城镇职工基本医疗保险")
    serious_illness_insurance = _yes_no("是否参加大病保险")
    commercial_insurance = _yes_no("是否参加商业补充医疗保险")
    resident_pension = _yes_no("是否参加城乡居民基本养老保险")
    employee_pension = _yes_no("是否参加城镇职工基本养老保险")
    accident_insurance_subsidy = _yes_no("是否享受人身意外保险补贴")
    receives_dibao = _yes_no("是否享受低保")
    dibao_kind = OptionField("享受低保政策情况", allowances.SUBSISTENCE_ALLOWANCES)
    receives_tekun = _yes_no("是否特困供养人员")
    tekun_kind = OptionField("享受特困供养政策情况", allowances.DESTITUTE_SUPPORTS)
    received_illness_aid = _yes_no("是否接受大病医疗救助")
    received_other_health_aid = _yes_no("是否接受其他健康扶贫")
    is_relocated = _yes_no("是否易地扶贫搬迁人口")
    source = OptionField("信息来源", SOURCES, blank=False, default="entered")
    happened_on = models.DateField("采集日期", null=True, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    version = models.IntegerField(default=1, editable=False)

    objects = MemberSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "成员年度信息"
        constraints = [
            models.UniqueConstraint(fields=["member", "year"], name="one_survey_of_a_member_a_year"),
            models.CheckConstraint(
                name="months_of_work_within_a_year",
                condition=(Q(work_months__isnull=True) | Q(work_months__range=(0, 12)))
                & (Q(public_post_months__isnull=True) | Q(public_post_months__range=(0, 12))),
                violation_error_message="务工时间为0至12个月。",
            ),
        ]

    def __str__(self):
        return f"{self.year}年度 {self.member}"

    @property
    def health_state_keys(self) -> list[str]:
        return [key for key in self.health_states.split(",") if key]


class IncomeItem(models.Model):
    """One item of income or expense of a survey, yuan. The group totals stand on the survey."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="income_items")
    item = OptionField("项目", income_items.INCOME_ITEMS, blank=False)
    amount = models.DecimalField(
        "金额（元）", max_digits=12, decimal_places=2, validators=[MinValueValidator(0, "金额不能为负数。")]
    )
    note = models.CharField("备注", max_length=200, blank=True)
    source = OptionField("来源", SOURCES, default="entered")

    class Meta:
        verbose_name = "收入项目"
        constraints = [
            models.UniqueConstraint(fields=["survey", "item"], name="one_amount_of_an_income_item"),
            models.CheckConstraint(
                name="income_item_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="金额不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.get_item_display()} {self.amount}"
