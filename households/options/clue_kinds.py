"""线索内容: what a clue says happened. The first five are also raised by judging (households/monitoring/watching.py)."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class ClueKind(Option):
    """`risk`: the 致贫返贫风险 that it points to, "" for none."""

    risk: str = ""


INCOME_FELL = "income_fell"
INCOME_LOW = "income_low"
INSURANCE_LOST = "insurance_lost"
DROPOUT = "dropout"
DANGEROUS_HOUSE = "dangerous_house"

CLUE_KINDS = Options(
    "clue_kinds",
    [
        ClueKind(INCOME_FELL, "收入大幅下降"),
        ClueKind(INCOME_LOW, "收入低于监测范围"),
        ClueKind(INSURANCE_LOST, "未参加基本医疗保险"),
        ClueKind(DROPOUT, "义务教育阶段失学辍学", risk="schooling"),
        ClueKind(DANGEROUS_HOUSE, "住房出现安全问题", risk="housing"),
        ClueKind("water", "饮水出现安全问题", risk="water"),
        ClueKind("illness", "患大病重病", risk="illness"),
        ClueKind("disability", "残疾", risk="disability"),
        ClueKind("disaster", "遭受自然灾害", risk="disaster"),
        ClueKind("accident", "意外事故", risk="accident"),
        ClueKind("unstable_work", "务工就业不稳", risk="unstable_work"),
        ClueKind("industry_failure", "产业失败", risk="industry_failure"),
        ClueKind("other", "其他", risk="other"),
    ],
)
