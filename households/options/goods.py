"""四个好 (seed-facts.md A3, standards.md 4): a goal beside the standard of exit, never a part of it.

READ: what the facts of the year and the verdicts say already, so that nobody is asked again.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

HOUSE, LIFE, HABITS, MANNERS = "house", "life", "habits", "manners"
GOODS = Options(
    "four_goods",
    [
        Option(HOUSE, "住上好房子"),
        Option(LIFE, "过上好日子"),
        Option(HABITS, "养成好习惯"),
        Option(MANNERS, "形成好风气"),
    ],
)

AT_WORK = "at_work"


@dataclass(frozen=True)
class Reading(Option):
    """`source`: where it is read, in words."""

    source: str = ""


_VERDICT = "本年度判定"
READ = Options(
    "goods_readings",
    [
        Reading("housing", "住房安全", source=_VERDICT),
        Reading("water", "有安全饮用水", source=_VERDICT),
        Reading("power", "有生活用电", source=_VERDICT),
        Reading("broadcasting", "有广播电视", source=_VERDICT),
        Reading("income", "人均纯收入达标", source=_VERDICT),
        Reading("food", "不愁吃", source=_VERDICT),
        Reading("clothing", "不愁穿", source=_VERDICT),
        Reading(AT_WORK, "有劳动力的至少1人就业", source="成员年度信息和登记的就业"),
        Reading("education", "适龄孩子都在校", source=_VERDICT),
        Reading("medical", "全家参加基本医疗保险", source=_VERDICT),
    ],
)
