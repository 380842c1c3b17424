"""Kinds of units: who helps, who is responsible, who decides, who looks on. Wording (from memory)."""

from poverty.fields.options import Option, Options

UNIT_KINDS = Options(
    "unit_kinds",
    [
        Option("helping_unit", "帮扶单位", {}, ("包保单位", "包联单位", "定点帮扶单位")),
        Option("responsible_unit", "责任单位", {}, ("项目责任单位", "实施单位")),
        Option("sector_bureau", "行业部门", {}, ("行业主管部门",)),
        Option("poverty_office", "扶贫办", {}, ("扶贫开发办公室", "乡村振兴局")),
        Option("township_government", "乡镇政府", {}, ("乡（镇）政府", "街道办事处")),
        Option("village_committee", "村委会", {}, ("村民委员会", "居委会", "村两委")),
        Option("finance_office", "财政部门", {}, ("财政", "财政局")),
        Option("audit_office", "审计部门", {}, ("审计", "审计局")),
        Option("discipline_office", "纪检监察机关", {}, ("纪委监委",)),
        Option("enterprise", "企业", {}, ("龙头企业",)),
        Option("cooperative", "农民专业合作社", {}, ("合作社",)),
        Option("social_organisation", "社会组织", {}, ("社会团体", "慈善组织")),
        Option("military", "军队和武警部队", {}, ("军队", "武警")),
        Option("other", "其他", {}, ("其它",)),
    ],
)
