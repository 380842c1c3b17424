"""产业分类 of a member's work and 到户产业帮扶类型 of a household (forms.md 1.3, 2 and 7.2).

Holds INDUSTRIES and INDUSTRY_SUPPORTS. The forms name the fields without values; all values are
(from memory).
"""

from poverty.fields.options import Option, Options

INDUSTRIES = Options(
    "industries",
    [
        Option("primary", "第一产业", {}, ("一产",)),
        Option("secondary", "第二产业", {}, ("二产",)),
        Option("tertiary", "第三产业", {}, ("三产",)),
    ],
)

INDUSTRY_SUPPORTS = Options(
    "industry_supports",
    [
        Option("planting", "种植业", {}, ("种植",)),
        Option("breeding", "养殖业", {}, ("养殖",)),
        Option("forest_fruit", "林果业", {}, ("林果",)),
        Option("processing", "加工业", {}, ("加工",)),
        Option("solar", "光伏", {}, ("光伏扶贫", "户用光伏")),
        Option("tourism", "乡村旅游", {}, ("旅游",)),
        Option("e_commerce", "电商", {}, ("电子商务",)),
        Option("dividend", "入股分红", {}, ("资产收益",)),
        Option("other", "其他", {}, ("其它",)),
    ],
)
