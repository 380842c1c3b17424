"""致贫/返贫风险 (standards.md 9.3), up to five a household. The codes are of one list found; 因安全住房
and 因安全饮水 come from checkers and have none. Disasters carry a sub-kind (`parent`).
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class RiskType(Option):
    """`parent` is the key of the risk that a sub-kind belongs to, "" for a risk of its own."""

    parent: str = ""


RISK_TYPES = Options(
    "risk_types",
    [
        RiskType("illness", "因病", {"monitoring": "01"}),
        RiskType("disaster", "因自然灾害", {"monitoring": "02"}, ("因灾",)),
        RiskType("disaster_flood", "洪涝灾害", {"monitoring": "0201"}, ("洪涝",), parent="disaster"),
        RiskType("disaster_geological", "地质灾害", {"monitoring": "0202"}, ("地质",), parent="disaster"),
        RiskType("disaster_drought", "旱灾", {"monitoring": "0203"}, ("干旱",), parent="disaster"),
        RiskType("disaster_biological", "生物灾害", {"monitoring": "0204"}, ("生物",), parent="disaster"),
        RiskType("disaster_weather", "气象灾害", {"monitoring": "0205"}, ("气象",), parent="disaster"),
        RiskType("disaster_earthquake", "地震灾害", {"monitoring": "0206"}, ("地震",), parent="disaster"),
        RiskType("disaster_other", "其他自然灾害", {"monitoring": "0299"}, ("其他灾害",), parent="disaster"),
        RiskType("disability", "因残", {"monitoring": "03"}),
        RiskType("labour", "因缺劳动力", {"monitoring": "04"}, ("缺劳动力", "因缺劳力")),
        RiskType("accident", "因意外事故", {"monitoring": "05"}, ("意外事故",)),
        RiskType("industry_failure", "因产业失败", {"monitoring": "06"}, ("因产业项目失败",)),
        RiskType("unstable_work", "因务工就业不稳", {"monitoring": "07"}, ("因就业不稳", "因务工不稳")),
        RiskType("schooling", "因学", {"monitoring": "09"}),
        RiskType("housing", "因安全住房", {}, ("因住房安全", "因房")),
        RiskType("water", "因安全饮水", {}, ("因饮水安全", "因水")),
        RiskType("other", "其他", {"monitoring": "99"}, ("其它",)),
    ],
)
