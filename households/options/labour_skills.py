"""劳动技能 / 劳动能力, AAB010 (forms.md 2.5). 弱劳动力或半劳动力 comes from later exports and has no code."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class LabourSkill(Option):
    """`can_work`: some labour is there; half labour counts as labour."""

    can_work: bool = False


LABOUR_SKILLS = Options(
    "labour_skills",
    [
        LabourSkill("ordinary", "普通劳动力", {"national": "01"}, ("普通劳动能力",), can_work=True),
        LabourSkill("skilled", "技能劳动力", {"national": "02"}, can_work=True),
        LabourSkill("lost", "丧失劳动力", {"national": "03"}, ("丧失劳动能力",)),
        LabourSkill("none", "无劳动力", {"national": "04"}, ("无劳动能力",)),
        LabourSkill(
            "weak",
            "弱劳动力或半劳动力",
            {},
            ("弱劳动力", "半劳动力", "弱劳力半劳力", "弱（半）劳动力"),
            can_work=True,
        ),
    ],
)
