"""What may lack, what became of it, and how it was closed."""

from poverty.fields.options import Option, Options

VISIT = "visit"
# The words of the indicators (households/indicators.py, which stands above the models); a test keeps them alike.
GAP_SUBJECTS = Options(
    "gap_subjects",
    [
        Option(VISIT, "入户走访", {}, ("未走访",)),
        Option("income", "人均纯收入"),
        Option("food", "不愁吃"),
        Option("clothing", "不愁穿"),
        Option("education", "义务教育"),
        Option("medical", "基本医疗"),
        Option("housing", "住房安全"),
        Option("water", "饮水安全"),
        Option("power", "生活用电"),
        Option("broadcasting", "广播电视"),
        Option("road", "有路通"),
        Option("stable_income", "稳定收入来源"),
    ],
)
MET, NOT_ASSESSED, TURNED, LEFT, WITHDRAWN = "met", "not_assessed", "turned", "left", "withdrawn"
GAP_OUTCOMES = Options(
    "gap_outcomes",
    [
        Option(MET, "已补上"),
        Option(NOT_ASSESSED, "不再考核"),
        Option(TURNED, "情形已变，另列一项"),
        Option(LEFT, "已不在册"),
        Option(WITHDRAWN, "不再判定"),
    ],
)
RULES = "rules"
GAP_CAUSES = Options(
    "gap_causes",
    [
        Option("visit", "入户走访"),
        Option("import", "国网导入"),
        Option("bureau", "行业部门"),
        Option("entered", "手工录入"),
        Option("carried", "沿用上年"),
        Option("decision", "本县审定"),
        Option("benefit", "政策发放"),
        Option(RULES, "名册或标准变化"),
    ],
)
