"""Every dated parameter of the system, said once: code, label, unit, kind, default and where the default
comes from.

A default marked FROM_MEMORY is common practice that no document at hand confirms; pages show it as such
until the area enters its own value with a document. A default of None means: without a value in the area
nothing is known.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from poverty.parameters.kinds import KINDS, Kind

FROM_MEMORY = "(from memory)"


@dataclass(frozen=True)
class Definition:
    """What a parameter code means. `default` has the Python type of the kind, or is None (nothing known)."""

    code: str
    label: str
    group: str
    kind_key: str
    unit: str
    default: Any
    source: str  # document of the default, or FROM_MEMORY; "" where there is no default
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # for texts with a fixed set: (stored, label)
    minimum: int | None = None
    maximum: int | None = None
    by_year: bool = False  # a line that is set for one calendar year

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_key]

    @property
    def is_flag(self) -> bool:
        return self.kind_key == "boolean"

    @property
    def is_number(self) -> bool:
        return self.kind_key in {"integer", "decimal", "money", "percent"}

    @property
    def confirmed(self) -> bool:
        """Whether a document at hand carries the default."""
        return bool(self.source) and self.source != FROM_MEMORY

    def parse(self, text: str) -> Any:
        """Read a typed or stored text; raises ValidationError with a Chinese message."""
        value = self.kind.parse(text)
        if self.choices and value not in dict(self.choices):
            raise ValidationError("请在“" + "”“".join(label for _, label in self.choices) + "”中选择。")
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(f"不能小于 {self.minimum}。")
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(f"不能大于 {self.maximum}。")
        return value

    def store(self, value: Any) -> str:
        """Return the canonical text of a typed value."""
        return self.kind.store(value)

    def show(self, value: Any) -> str:
        """Return a typed value as people read it, without unit; "" for None."""
        if value is None:
            return ""
        return dict(self.choices).get(value) or self.kind.show(value)


def _line(code: str, label: str, help: str) -> Definition:
    return Definition(code, label, "标准线", "money", "元/人·年", None, "", help, by_year=True)


def _count(code, label, group, unit, default, source, help="", **limits) -> Definition:
    return Definition(code, label, group, "integer", unit, default, source, help, **limits)


def _money(code, label, group, default, source, help="") -> Definition:
    return Definition(code, label, group, "money", "元", Decimal(default), source, help)


def _percent(code, label, group, default, source, help="") -> Definition:
    value = None if default is None else Decimal(default)
    return Definition(code, label, group, "percent", "%", value, source, help)


def _flag(code, label, group, default, source, help="") -> Definition:
    return Definition(code, label, group, "boolean", "", default, source, help)


def _coefficient(code, label, help) -> Definition:
    return Definition(code, label, "成本系数", "percent", "%", None, "", help)


_CHECK = "数据检查"
_CHECKERS = "数据核查规则"
_LAND = "数据核查规则（一种工具；另一种按人均或更大数值）"
_LAND_HEAD = "数据核查规则（另一种工具）"


def _check(code, label, unit, default, source, help="", **limits) -> Definition:
    return _count(code, label, _CHECK, unit, default, source, help, **limits)


def _measure(code, label, unit, default, source, help="") -> Definition:
    return Definition(code, label, _CHECK, "decimal", unit, Decimal(default), source, help)


_COST_HELP = "生产经营性支出占毛收入的比例，仅供测算参考，不自动代入收入。"
_NET_HELP = "纯收入占销售额的比例，仅供测算参考，不自动代入收入。"

_ALL = (
    _line("line.statistical", "国家统计标准线", "国家统计局按当年价格公布的标准，与各地退出标准分开保存。"),
    _line(
        "line.exit",
        "退出标准线",
        "当年用于识别和退出的人均纯收入标准，以省级文件为准；收入须高于此线，等于不算超过。",
    ),
    _line(
        "line.monitoring",
        "防止返贫监测范围",
        "当年监测范围的人均纯收入参考线，由省每年公布；是参考，不是硬性界限。",
    ),
    _line("dibao.line", "农村低保标准", "当地当年公布的农村低保标准。"),
    _count(
        "accounting.start_month",
        "核算期起始月",
        "核算",
        "月",
        10,
        FROM_MEMORY,
        "10 表示上年10月1日至当年9月30日；1 表示自然年度。",
        minimum=1,
        maximum=12,
    ),
    _count(
        "education.start_age",
        "义务教育起始年龄",
        "义务教育",
        "周岁",
        6,
        "义务教育法第11条",
        "条件不具备的地区可定为 7 周岁。",
        minimum=5,
        maximum=8,
    ),
    _count(
        "education.end_age",
        "义务教育截止年龄",
        "义务教育",
        "周岁",
        15,
        "6至15周岁接受义务教育（各地验收口径）",  # standards.md 4 [W24]
        minimum=14,
        maximum=18,
    ),
    Definition(
        "education.reference_month_day",
        "义务教育年龄计算日",
        "义务教育",
        "month_day",
        "",
        (9, 1),
        "义务教育法第11条",
        "在这一天满起始年龄至截止年龄的成员计入义务教育。",
    ),
    _count(
        "medical.newborn_grace_days",
        "新生儿参保宽限期",
        "基本医疗",
        "天",
        90,
        FROM_MEMORY,
        "出生后这些天内未参保的新生儿不考核。",
        maximum=365,
    ),
    _flag("medical.exempt_serving", "现役军人不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    _flag("medical.exempt_imprisoned", "服刑人员不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    _flag("medical.exempt_missing", "失踪人员不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    _count(
        "stable.months",
        "稳定收入务工月数",
        "稳定收入",
        "个月",
        6,
        FROM_MEMORY,
        "有成员全年务工达到这些月数，即视为有稳定收入来源。",
        minimum=1,
        maximum=12,
    ),
    Definition(
        "water.criteria",
        "安全饮水判定口径",
        "饮水",
        "text",
        "",
        "solved",
        "全国采集表（2018年起）",
        "2018年以前看“饮水是否困难”和“饮水是否安全”两项，2018年起看“是否解决安全饮用水”。",
        choices=(("two_fields", "饮水不困难且饮水安全"), ("solved", "已解决安全饮用水")),
    ),
    Definition(
        "housing.minimum_area",
        "住房面积核查下限",
        "住房",
        "decimal",
        "平方米",
        Decimal(10),
        "数据核查规则",
        "住房面积低于此值的户列入核查，不直接判为未达标。",
    ),
    _flag(
        "housing.flag_alone_is_safe",
        "未鉴定但登记为非危房户视为住房安全",
        "住房",
        False,
        FROM_MEMORY,
        "全国系统只有“是否危房户”；选“是”时，登记为“否”且没有鉴定结果的户按安全计，选“否”时为待核实。2019年逐户鉴定以前按“是”。",
    ),
    _flag(
        "housing.grade_alone_is_safe",
        "鉴定为A级或B级、未登记依据文件视为住房安全",
        "住房",
        True,
        FROM_MEMORY,
        "三类安全住房都应有依据文件。补登文件期间选“是”，户页面提示补登；选“否”时，有等级而没有文件的户为待核实。",
    ),
    _count("housing.rented_months", "长期租住认定月数", "住房", "个月", 8, "住房安全认定口径", maximum=12),
    Definition(
        "income.jump_ratio",
        "收入变动提示比例",
        "收入",
        "decimal",
        "倍",
        Decimal("0.5"),
        "系统约定",
        "与上年相比变动超过这一比例时请填报人确认，不拒绝保存。",
    ),
    # Bands of the export checkers: standards.md 5.6.
    _money(
        "income.low_per_head",
        "人均纯收入偏低核查值",
        "收入",
        500,
        "数据核查规则",
        "等于或低于此值列入核查。",
    ),
    _money("income.high_per_head", "人均纯收入偏高核查值", "收入", 30000, "数据核查规则"),
    _money("income.limit_per_head", "人均纯收入异常上限", "收入", 100000, "数据核查规则"),
    _money("income.high_not_exited", "未脱贫户收入偏高核查值", "收入", 20000, "数据核查规则"),
    _money("income.high_monitored", "监测对象收入偏高核查值", "收入", 20000, "数据核查规则"),
    _money(
        "income.small_group",
        "分项收入偏小核查值",
        "收入",
        100,
        "数据核查规则",
        "工资、经营、财产性收入不为零但低于此值。",
    ),
    _money("income.small_pension", "养老金偏小核查值", "收入", 70, "数据核查规则"),
    _count(
        "pairing.households_per_helper_poor",
        "每名帮扶责任人帮扶未脱贫户数",
        "结对帮扶",
        "户",
        1,
        "共青城2017年做法",
        "超过时提示，不拒绝。",
        minimum=1,
    ),
    _count(
        "pairing.households_per_helper_exited",
        "每名帮扶责任人帮扶已脱贫户数",
        "结对帮扶",
        "户",
        2,
        "共青城2017年做法",
        "超过时提示，不拒绝。",
        minimum=1,
    ),
    _count(
        "pairing.households_second_helper",
        "第二帮扶责任人帮扶户数上限",
        "结对帮扶",
        "户",
        5,
        "双帮扶责任人做法",
        minimum=1,
    ),
    _flag(
        "pairing.second_allowed",
        "允许第二帮扶责任人",
        "结对帮扶",
        False,
        FROM_MEMORY,
        "允许时，一户可同时有第一和第二帮扶责任人。",
    ),
    _count(
        "register.without_number_days",
        "新生儿暂无证件号码的期限",
        "登记",
        "天",
        365,
        FROM_MEMORY,
        "出生这些天以内可以先不填证件号码，落户后补填。",
        minimum=0,
        maximum=2200,
    ),
    _count(
        "review.late_entry_days",
        "补录期限",
        "审核",
        "天",
        3,
        FROM_MEMORY,
        "发生日期早于录入日这些天以上的，作为补录，须填写原因。",
        maximum=60,
    ),
    _percent(
        "incidence.village_limit",
        "贫困发生率标准（村）",
        "发生率",
        "2",
        "关于建立贫困退出机制的意见",
        "低于此值方可退出；西部地区为 3%。",
    ),
    _percent(
        "incidence.county_limit",
        "贫困发生率标准（县）",
        "发生率",
        "2",
        "关于建立贫困退出机制的意见",
        "低于此值方可退出；西部地区为 3%。",
    ),
    _percent(
        "incidence.wrong_exit_limit", "错退率上限", "发生率", "2", "贫困县退出专项评估检查实施办法(试行)"
    ),
    _percent("incidence.missed_limit", "漏评率上限", "发生率", "2", "贫困县退出专项评估检查实施办法(试行)"),
    _percent(
        "incidence.approval_minimum", "群众认可度下限", "发生率", "90", "贫困县退出专项评估检查实施办法(试行)"
    ),
    # Thresholds of 数据检查 (households/checks): forms.md 8. Tools and years differ; the default is one of theirs.
    _check("check.household_size", "家庭人口多的核查人数", "人", 7, _CHECKERS, "达到此数列入核查。"),
    _check(
        "check.workers_with_labour_cause",
        "缺劳力户的劳动力人数",
        "人",
        3,
        _CHECKERS,
        "致贫原因为缺劳力而劳动力达到此数，列入核查。",
    ),
    _flag(
        "check.schooling_needs_senior",
        "因学致贫须有高中及以上在校生",
        _CHECK,
        False,
        "数据核查规则（各工具不一：一种要求有在校生，一种要求高中及以上）",
        "选“是”时，只有义务教育阶段学生的因学致贫户也列入核查。",
    ),
    _money(
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
    _count(
        "ledger.keep_days",
        "导出文件保留天数",
        "台账",
        "天",
        30,
        FROM_MEMORY,
        "到期后文件清除，导出记录保留。",
        minimum=1,
        maximum=365,
    ),
    _count(
        "ledger.keep_days_full",
        "含完整号码的导出文件保留天数",
        "台账",
        "天",
        3,
        FROM_MEMORY,
        "印在水印里；到期后文件清除，导出记录保留。",
        minimum=1,
        maximum=30,
    ),
    _coefficient("cost.grain", "粮食成本系数", _COST_HELP),
    _coefficient("cost.tobacco", "烤烟成本系数", _COST_HELP),
    _coefficient("cost.livestock", "畜牧成本系数", _COST_HELP),
    _coefficient("cost.forest_fruit", "林果成本系数", _COST_HELP),
    _coefficient("cost.other_crops", "其他经济作物成本系数", _COST_HELP),
    _coefficient("net.wheat", "小麦纯收入系数", _NET_HELP),
    _coefficient("net.maize", "玉米纯收入系数", _NET_HELP),
    _coefficient("net.potato", "马铃薯纯收入系数", _NET_HELP),
    _coefficient("net.vegetables", "蔬菜纯收入系数", _NET_HELP),
    _coefficient("net.facility_vegetables", "设施蔬菜纯收入系数", _NET_HELP),
    _coefficient("net.oil_crops", "油料纯收入系数", _NET_HELP),
)

DEFINITIONS: dict[str, Definition] = {definition.code: definition for definition in _ALL}


def groups() -> dict[str, list[Definition]]:
    """Return the definitions by group, in the order in which they are written here."""
    found: dict[str, list[Definition]] = {}
    for definition in _ALL:
        found.setdefault(definition.group, []).append(definition)
    return found
