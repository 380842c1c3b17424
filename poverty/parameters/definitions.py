"""Every dated parameter of the system, said once: code, label, unit, kind, default and where the default
comes from.

A default marked FROM_MEMORY is common practice that no document at hand confirms; pages show it as such
until the area enters its own value with a document. A default of None means: without a value in the area
nothing is known.
"""

from decimal import Decimal

from poverty.parameters.check_thresholds import CHECKS
from poverty.parameters.definition import FROM_MEMORY, Definition, count, flag, money, percent
from poverty.parameters.duties import DUTIES
from poverty.parameters.field_work import VISITS
from poverty.parameters.procedures import PROCEDURES
from poverty.parameters.relocation import RELOCATION


def _line(code: str, label: str, help: str) -> Definition:
    return Definition(code, label, "标准线", "money", "元/人·年", None, "", help, by_year=True)


def _coefficient(code, label, help) -> Definition:
    return Definition(code, label, "成本系数", "percent", "%", None, "", help)


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
    count(
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
    count(
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
    count(
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
    count(
        "medical.newborn_grace_days",
        "新生儿参保宽限期",
        "基本医疗",
        "天",
        90,
        FROM_MEMORY,
        "出生后这些天内未参保的新生儿不考核。",
        maximum=365,
    ),
    flag("medical.exempt_serving", "现役军人不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    flag("medical.exempt_imprisoned", "服刑人员不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    flag("medical.exempt_missing", "失踪人员不考核基本医疗", "基本医疗", True, FROM_MEMORY),
    count(
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
    flag(
        "housing.flag_alone_is_safe",
        "未鉴定但登记为非危房户视为住房安全",
        "住房",
        False,
        FROM_MEMORY,
        "全国系统只有“是否危房户”；选“是”时，登记为“否”且没有鉴定结果的户按安全计，选“否”时为待核实。2019年逐户鉴定以前按“是”。",
    ),
    flag(
        "housing.grade_alone_is_safe",
        "鉴定为A级或B级、未登记依据文件视为住房安全",
        "住房",
        True,
        FROM_MEMORY,
        "三类安全住房都应有依据文件。补登文件期间选“是”，户页面提示补登；选“否”时，有等级而没有文件的户为待核实。",
    ),
    count("housing.rented_months", "长期租住认定月数", "住房", "个月", 8, "住房安全认定口径", maximum=12),
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
    money(
        "income.low_per_head",
        "人均纯收入偏低核查值",
        "收入",
        500,
        "数据核查规则",
        "等于或低于此值列入核查。",
    ),
    money("income.high_per_head", "人均纯收入偏高核查值", "收入", 30000, "数据核查规则"),
    money("income.limit_per_head", "人均纯收入异常上限", "收入", 100000, "数据核查规则"),
    money("income.high_not_exited", "未脱贫户收入偏高核查值", "收入", 20000, "数据核查规则"),
    money("income.high_monitored", "监测对象收入偏高核查值", "收入", 20000, "数据核查规则"),
    money(
        "income.small_group",
        "分项收入偏小核查值",
        "收入",
        100,
        "数据核查规则",
        "工资、经营、财产性收入不为零但低于此值。",
    ),
    money("income.small_pension", "养老金偏小核查值", "收入", 70, "数据核查规则"),
    count(
        "pairing.households_per_helper_poor",
        "每名帮扶责任人帮扶未脱贫户数",
        "结对帮扶",
        "户",
        1,
        "共青城2017年做法",
        "超过时提示，不拒绝。",
        minimum=1,
    ),
    count(
        "pairing.households_per_helper_exited",
        "每名帮扶责任人帮扶已脱贫户数",
        "结对帮扶",
        "户",
        2,
        "共青城2017年做法",
        "超过时提示，不拒绝。",
        minimum=1,
    ),
    count(
        "pairing.households_second_helper",
        "第二帮扶责任人帮扶户数上限",
        "结对帮扶",
        "户",
        5,
        "双帮扶责任人做法",
        minimum=1,
    ),
    flag(
        "pairing.second_allowed",
        "允许第二帮扶责任人",
        "结对帮扶",
        False,
        FROM_MEMORY,
        "允许时，一户可同时有第一和第二帮扶责任人。",
    ),
    count(
        "post.team_size",
        "驻村工作队最少人数",
        "结对帮扶",
        "人",
        3,
        "驻村工作队选派管理办法",  # procedures.md 9 [W90]
        "第一书记兼任队长的计入；少于时提示，不拒绝。",
        minimum=1,
        maximum=20,
    ),
    count(
        "post.team_months",
        "驻村每期最短月数",
        "结对帮扶",
        "月",
        24,
        "驻村工作队选派管理办法",
        "第一书记和驻村队员每期不少于这些月；不足时提示，不拒绝。",
        minimum=1,
        maximum=60,
    ),
    count(
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
    *PROCEDURES,
    *RELOCATION,
    *DUTIES,
    *VISITS,
    percent(
        "incidence.village_limit",
        "贫困发生率标准（村）",
        "发生率",
        "2",
        "关于建立贫困退出机制的意见",
        "低于此值方可退出；西部地区为 3%。",
    ),
    percent(
        "incidence.county_limit",
        "贫困发生率标准（县）",
        "发生率",
        "2",
        "关于建立贫困退出机制的意见",
        "低于此值方可退出；西部地区为 3%。",
    ),
    percent(
        "incidence.wrong_exit_limit", "错退率上限", "发生率", "2", "贫困县退出专项评估检查实施办法(试行)"
    ),
    percent("incidence.missed_limit", "漏评率上限", "发生率", "2", "贫困县退出专项评估检查实施办法(试行)"),
    percent(
        "incidence.approval_minimum", "群众认可度下限", "发生率", "90", "贫困县退出专项评估检查实施办法(试行)"
    ),
    *CHECKS,
    count(
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
    count(
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
    count(
        "import.keep_days",
        "导入和任务表原文件保留天数",
        "台账",
        "天",
        30,
        FROM_MEMORY,
        "导入从上传起算，任务表的来表从结束填报起算；到期后工作簿和逐行核对结果删除，记录保留。",
        minimum=1,
        maximum=365,
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
