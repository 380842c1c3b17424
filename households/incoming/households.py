"""户与户主信息: the national export with one row per household (forms.md 7.2); it carries no year."""

from households.incoming.persons import (
    HEAD_IDENTITY,
    HEAD_NAME,
    HOUSEHOLD_NO,
    IDENTITY,
    KIND,
    MEMBER_NO,
    NAME,
    PHONE,
    PLACES,
    RELATION,
    STATUS,
)
from households.options.causes import CAUSES
from households.options.fuel_types import FUEL_TYPES
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.road_types import ROAD_TYPES
from poverty.ledgers.columns import Column, Kind


def _yes_no(key: str, heading: str, *aliases: str) -> Column:
    return Column(key, heading, Kind.YES_NO, target=f"survey.{key}", aliases=aliases)


def _number(key: str, heading: str, *aliases: str) -> Column:
    return Column(key, heading, Kind.NUMBER, target=f"survey.{key}", aliases=aliases)


def _total(key: str, heading: str, *aliases: str) -> Column:
    return Column(key, heading, Kind.MONEY, target=f"survey.{key}", aliases=aliases)


def _item(key: str, heading: str, *aliases: str) -> Column:
    """Money that goes into a group or is compared with one (households.incoming.meaning); no column of its own."""
    return Column(key, heading, Kind.MONEY, aliases=aliases)


def _net(key: str, heading: str, *aliases: str) -> Column:
    """What income less expense comes to, as stated: less than nothing in a bad year. Compared, never stored."""
    return Column(key, heading, Kind.MONEY, aliases=aliases, signed=True)


COLUMNS = (
    *PLACES,
    PHONE,
    KIND,
    # Its procedure (识别, 风险消除) decides it; here it is read and not stored.
    Column("monitoring_category", "监测对象类别", Kind.OPTION, options=MONITORING_CATEGORIES),
    Column("is_military_family", "是否军烈属", Kind.YES_NO, target="household.is_military_family"),
    _total("wage_income", "工资性收入"),
    _total("transfer_income", "转移性收入"),
    _item("transfer_pension", "养老金或离退休金", "养老保险金"),
    _total("production_income", "生产经营性收入"),
    _item("transfer_family_planning", "计划生育金"),
    _item("ecology_other", "生态补偿金"),
    _total("property_income", "财产性收入"),
    _item("transfer_allowance", "最低生活保障金", "低保金"),
    _item("transfer_other", "其他转移性收入"),
    _item("property_dividend", "资产收益扶贫分红收入"),
    _item("transfer_destitute", "特困人员救助供养金", "特困供养金", "五保金"),
    _item("property_other", "其他财产性收入（旧指标）", "其他财产性收入"),
    _total("production_expense", "生产经营性支出"),
    _net("net_income", "纯收入（元）", "纯收入"),
    Column("size", "当前家庭人口数", Kind.INTEGER, aliases=("家庭人口数",)),
    _net("net_per_head", "人均纯收入（元）", "人均纯收入"),
    Column("size_of_year", "年度家庭人口数", Kind.INTEGER),
    _number("cultivated_land", "耕地面积（亩）", "耕地面积"),
    _number("pasture_land", "牧草地面积", "牧草地面积（亩）"),
    _number("water_surface", "水面面积", "水面面积（亩）"),
    _number("forest_land", "林地面积（亩）", "林地面积"),
    _number("returned_forest_land", "退耕还林面积（亩）", "退耕还林面积"),
    _number("orchard_land", "林果面积（亩）", "林果面积"),
    Column("road_type", "入户路类型", Kind.OPTION, target="survey.road_type", options=ROAD_TYPES),
    _number("road_distance_km", "与村主干路距离", "与村主干路距离（公里）"),
    _yes_no("in_cooperative", "是否加入农民专业合作组织", "是否加入农民专业合作社"),
    _yes_no("is_dangerous_house", "是否危房户"),
    _number("house_area", "住房面积", "住房面积（平方米）"),
    Column("fuel_type", "主要燃料类型", Kind.OPTION, target="survey.fuel_type", options=FUEL_TYPES),
    _yes_no("led_by_enterprise", "是否有龙头企业带动"),
    _yes_no("led_by_entrepreneur", "是否有创业致富带头人带动"),
    _yes_no("has_power", "是否通生活用电"),
    _yes_no("has_broadcasting", "是否通广播电视"),
    Column("industry_support", "到户产业帮扶类型", target="survey.industry_support"),
    _yes_no("water_solved", "是否解决安全饮用水"),
    _yes_no("has_production_power", "是否通生产用电"),
    HOUSEHOLD_NO,
    MEMBER_NO,
    NAME,
    IDENTITY,
    RELATION,
    _item("wage_public_post", "公益性岗位收入"),
    _item("wage_other", "其他工资性收入"),
    _item("beside_industry_award", "产业奖励"),
    _item("beside_employment_award", "就业奖励"),
    _item("expense_total", "生产经营性支出（合计）"),
    _item("expense_subsidy", "专项用于减少生产经营性支出的补贴"),
    _item("gross_income", "年收入（元）", "年收入"),
    _yes_no("has_sanitary_toilet", "是否有卫生厕所", "有无卫生厕所"),
    HEAD_NAME,
    HEAD_IDENTITY,
    # Not in this export, but in the other lists of households (forms.md 7.4).
    STATUS,
    Column(
        "poor_attribute",
        "贫困户属性",
        Kind.OPTION,
        target="household.poor_attribute",
        options=POOR_ATTRIBUTES,
    ),
    Column(
        "main_cause",
        "主要致贫原因",
        Kind.OPTION,
        target="household.main_cause",
        options=CAUSES,
        aliases=("致贫原因1",),
    ),
    Column("bank_name", "开户银行", target="household.bank_name", aliases=("开户银行名称",)),
    Column(
        "bank_account",
        "银行卡号",
        Kind.BANK,
        target="household.bank_account",
        aliases=("银行账号",),
        width=22,
    ),
)
