"""How a household's housing is safe: three kinds, each with its document (practice.md, Housing;
standards.md 6). Holds HOUSING_SAFETY and HOUSING_GUARANTEES, the ways of 保障安全.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class HousingSafety(Option):
    """`ends_danger`: once recorded, 是否危房户 = 是 no longer stands against the household."""

    ends_danger: bool = True
    document: str = ""


APPRAISED = "graded"

HOUSING_SAFETY = Options(
    "housing_safety",
    [
        HousingSafety(APPRAISED, "鉴定安全", ends_danger=False, document="住房安全鉴定（认定）表，A级或B级"),
        HousingSafety("renovated", "改造安全", document="维修、重建或搬迁的竣工验收材料"),
        HousingSafety("guaranteed", "保障安全", document="租房协议、入住证明、养老机构证明或赡养承诺"),
    ],
)

HOUSING_GUARANTEES = Options(
    "housing_guarantees",
    [
        Option("rent", "长期租房", {}, ("租住", "租房")),
        Option("care_home", "机构集中供养", {}, ("敬老院", "养老机构")),
        Option("with_relatives", "与亲属同住", {}, ("投亲", "随子女居住", "与子女同住")),
        Option("other_house", "另有安全住房", {}, ("商品房", "城镇购房")),
        Option("collective", "借住集体或公有住房", {}, ("周转房", "幸福大院")),
    ],
)
