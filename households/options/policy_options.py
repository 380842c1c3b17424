"""政策目录的选项: groups of policies, how often they are received, how their amount comes about, terms and sources.

五个全覆盖 are the first five groups (seed-facts.md A20). Other groups and all wording (from memory).
"""

from poverty.fields.options import Option, Options

EDUCATION, MEDICAL, HOUSING, EMPLOYMENT, SOLAR = "education", "medical", "housing", "employment", "solar"
# 五个全覆盖 (seed-facts.md A20).
FIVE_COVERAGES = (EDUCATION, MEDICAL, HOUSING, EMPLOYMENT, SOLAR)

POLICY_GROUPS = Options(
    "policy_groups",
    [
        Option(EDUCATION, "教育资助"),
        Option(MEDICAL, "医疗保险", {}, ("健康扶贫",)),
        Option(HOUSING, "危房改造", {}, ("住房安全",)),
        Option(EMPLOYMENT, "就业创业"),
        Option(SOLAR, "光伏扶贫"),
        Option("security", "社会保障", {}, ("兜底保障", "综合保障")),
        Option("industry", "产业帮扶"),
        Option("finance", "金融扶贫"),
        Option("ecology", "生态补偿"),
        Option("agriculture", "惠农补贴"),
        Option("relocation", "易地搬迁"),
        Option("living", "生活条件改善"),
        Option("social", "社会帮扶"),
    ],
)

HOUSEHOLD, MEMBER = "household", "member"
POLICY_LEVELS = Options("policy_levels", [Option(HOUSEHOLD, "按户"), Option(MEMBER, "按人")])

ONCE, BY_YEAR, BY_TERM, BY_MONTH = "once", "year", "term", "month"
FREQUENCIES = Options(
    "policy_frequencies",
    [
        Option(BY_YEAR, "每年一次"),
        Option(BY_TERM, "每学期一次"),
        Option(BY_MONTH, "每月一次"),
        Option(ONCE, "一次性"),
    ],
)

SPRING, AUTUMN = "spring", "autumn"
TERMS = Options(
    "policy_terms",
    [Option(SPRING, "春季学期", {}, ("春季", "春")), Option(AUTUMN, "秋季学期", {}, ("秋季", "秋"))],
)
MONTHS = Options(
    "policy_months", [Option(f"m{month:02d}", f"{month}月", {}, (str(month),)) for month in range(1, 13)]
)
# 期 of a benefit: "" where it is received once a year, or once.
PERIODS = Options("policy_periods", [*TERMS, *MONTHS])

SERVICE, FIXED, PER_UNIT, DIFFERENCE, UP_TO, ACTUAL = (
    "service",
    "fixed",
    "per_unit",
    "difference",
    "up_to",
    "actual",
)
AMOUNT_RULES = Options(
    "policy_amount_rules",
    [
        Option(FIXED, "定额"),
        Option(PER_UNIT, "按单位计算"),
        Option(DIFFERENCE, "按与标准线的差额计算"),
        Option(UP_TO, "不超过限额"),
        Option(ACTUAL, "据实"),
        Option(SERVICE, "不发钱（服务、减免）"),
    ],
)

EXIT_LINE, DIBAO_LINE = "exit_line", "dibao_line"
LINES = Options(
    "policy_lines", [Option(EXIT_LINE, "退出标准线（国定标准）"), Option(DIBAO_LINE, "农村低保标准")]
)
# Which parameter holds the line of a year.
LINE_PARAMETERS = {EXIT_LINE: "line.exit", DIBAO_LINE: "dibao.line"}

IMPORTED, OF_BUREAU, TYPED, ONE_CARD = "import", "bureau", "entered", "one_card"
BENEFIT_SOURCES = Options(
    "benefit_sources",
    [
        Option(IMPORTED, "工作簿导入"),
        Option(OF_BUREAU, "行业部门"),
        Option(TYPED, "手工录入"),
        Option(ONE_CARD, "一卡通批次"),
    ],
)
