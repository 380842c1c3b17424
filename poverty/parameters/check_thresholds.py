"""Thresholds of 数据检查 (households/checks): forms.md 8.

Tools and years differ; the default is one of theirs, and the area enters its own.
"""

from decimal import Decimal

from poverty.parameters.definition import FROM_MEMORY, Definition, count, flag, money

_CHECK = "数据检查"
_CHECKERS = "数据核查规则"
_LAND = "数据核查规则（一种工具；另一种按人均或更大数值）"
_LAND_HEAD = "数据核查规则（另一种工具）"


def _check(code, label, unit, default, source, help="", **limits) -> Definition:
    return count(code, label, _CHECK, unit, default, source, help, **limits)


def _measure(code, label, unit, default, source, help="") -> Definition:
    return Definition(code, label, _CHECK, "decimal", unit, Decimal(default), source, help)


CHECKS = (
    _check("check.household_size", "家庭人口多的核查人数", "人", 7, _CHECKERS, "达到此数列入核查。"),
    _check(
        "check.workers_with_labour_cause",
        "缺劳力户的劳动力人数",
        "人",
        3,
        _CHECKERS,
        "致贫原因为缺劳力而劳动力达到此数，列入核查。",
    ),
    flag(
        "check.schooling_needs_senior",
        "因学致贫须有高中及以上在校生",
        _CHECK,
        False,
        "数据核查规则（各工具不一：一种要求有在校生，一种要求高中及以上）",
        "选“是”时，只有义务教育阶段学生的因学致贫户也列入核查。",
    ),
    money(
        "check.dibao_minimum", "低保金偏小核查值", _CHECK, 100, _CHECKERS, "低保户的低保金低于此值列入核查。"
    ),
    _check(
        "check.destitute_worker_age",
        "五保户劳动力年龄上限",
        "周岁",
        59,
        "数据核查规则（各工具不一：16至59、16至65）",
        "五保户中16周岁至此年龄（含）的劳动力列入核查。",
        minimum=16,
        maximum=100,
    ),
    _check("check.labour_age_from", "劳动年龄下限", "周岁", 16, _CHECKERS, maximum=30),
    _check(
        "check.labour_age_to", "劳动年龄上限", "周岁", 65, _CHECKERS, "含此年龄。", minimum=30, maximum=100
    ),
    _check(
        "check.senior_school_age",
        "高中过早的年龄",
        "周岁",
        14,
        _CHECKERS,
        "此年龄及以下就读高中列入核查。",
        maximum=20,
    ),
    _check(
        "check.primary_school_age",
        "小学过晚的年龄",
        "周岁",
        16,
        _CHECKERS,
        "此年龄及以上就读小学列入核查。",
        maximum=30,
    ),
    _check(
        "check.student_age",
        "在校生年龄偏大",
        "周岁",
        30,
        _CHECKERS,
        "超过此年龄仍在校列入核查。",
        maximum=100,
    ),
    _check(
        "check.school_age_to",
        "健康儿童未在校的核查年龄上限",
        "周岁",
        14,
        _CHECKERS,
        "从义务教育起始年龄至此年龄（含），健康而不在校的列入核查。",
        maximum=20,
    ),
    _check("check.pension_age", "领取养老金年龄", "周岁", 60, _CHECKERS, minimum=45, maximum=80),
    _measure("check.cultivated_land", "耕地面积核查值（户）", "亩", 10, _LAND, "达到此值列入核查。"),
    _measure(
        "check.cultivated_land_per_head", "人均耕地面积核查值", "亩/人", 50, _LAND_HEAD, "超过此值列入核查。"
    ),
    _measure("check.forest_land", "林地面积核查值（户）", "亩", 50, _LAND, "达到此值列入核查。"),
    _measure(
        "check.forest_land_per_head", "人均林地面积核查值", "亩/人", 70, _LAND_HEAD, "超过此值列入核查。"
    ),
    _measure("check.water_surface", "水面面积核查值", "亩", 50, _CHECKERS, "达到此值列入核查。"),
    _measure("check.pasture_land", "牧草地面积核查值", "亩", 50, _CHECKERS, "达到此值列入核查。"),
    _measure("check.orchard_land", "林果面积核查值", "亩", 50, _CHECKERS, "达到此值列入核查。"),
    _measure("check.road_distance", "与村主干路距离核查值", "公里", 2, _LAND, "超过此值列入核查。"),
    _measure(
        "check.road_distance_limit", "与村主干路距离异常值", "公里", 50, _LAND_HEAD, "超过此值按异常列出。"
    ),
    _measure("check.house_area", "住房面积核查上限", "平方米", 500, _CHECKERS, "超过此值列入核查。"),
    _check(
        "check.monitoring_helped_months",
        "帮扶消除风险的最短月数",
        "个月",
        2,
        "省级监测数据核查规则",
        "识别后不足此月数即帮扶消除的列入核查。",
        maximum=36,
    ),
    _check(
        "check.monitoring_observed_months",
        "风险消除前的观察月数",
        "个月",
        6,
        FROM_MEMORY,
        "识别后不足此月数即消除风险的列入核查。",
        maximum=36,
    ),
    _check(
        "check.monitoring_high_income_since",
        "监测对象收入偏高核查的识别年份",
        "年",
        2023,
        "省级监测数据核查规则",
        "此年及以后识别的监测对象，按“监测对象收入偏高核查值”核查。",
        minimum=2013,
        maximum=2100,
    ),
)
