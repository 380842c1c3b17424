"""Words of the county review desk (product.md 3): what stands out in a county, and the steps that wait there."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class Standing(Option):
    """`of_case`: it stands at a case of the procedure; else at a household that has none. `meaning`: for the page."""

    of_case: bool = True
    meaning: str = ""


NOT_PROPOSED, NOT_MET, CHANGED = "not_proposed", "not_met", "changed"
CONTRADICTED, EXITED_UNMET, LATE = "contradicted", "exited_unmet", "late"

# In the order in which they are shown: what would be a wrong decision first.
DESK_EXCEPTIONS = Options(
    "desk_exceptions",
    [
        Standing(NOT_MET, "已提出未达标", meaning="已经测算提出退出，现在的判定不是达标。"),
        Standing(CONTRADICTED, "部门数据矛盾", meaning="部门比对的结果与本系统的判定相反。"),
        Standing(CHANGED, "评议后有变化", meaning="评议以后，该户的信息有改动。"),
        Standing(LATE, "超期未办", meaning="在本环节等待超过了规定的期限。"),
        Standing(EXITED_UNMET, "已退出未达标", of_case=False, meaning="已经脱贫的户，本年度判定为未达标。"),
        Standing(
            NOT_PROPOSED,
            "达标未提出",
            of_case=False,
            meaning="本年度判定为达标、还没有脱贫，没有列入退出计划。",
        ),
    ],
)
CASE_EXCEPTIONS = tuple(one.key for one in DESK_EXCEPTIONS if one.of_case)
