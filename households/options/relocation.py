"""易地搬迁, four lists that stand together on the form (forms.md 1.3, ACR075 to ACR081).

Holds RELOCATION_METHODS, RESETTLEMENT_METHODS, RESETTLEMENT_PLACES and RELOCATION_DIFFICULTIES.
"""

from poverty.fields.options import Option, Options

RELOCATION_METHODS = Options(
    "relocation_methods",
    [
        Option("whole_village", "行政村整体搬迁", {"national": "1"}),
        Option(
            "whole_settlement",
            "自然村（村民小组）整体搬迁",
            {"national": "2"},
            ("自然村整体搬迁", "村民小组整体搬迁"),
        ),
        Option("single_household", "建档立卡贫困户个别搬迁", {"national": "3"}, ("个别搬迁",)),
    ],
)

RESETTLEMENT_METHODS = Options(
    "resettlement_methods",
    [
        Option("concentrated", "集中安置", {"national": "1"}),
        Option("scattered", "分散安置", {"national": "2"}),
    ],
)

RESETTLEMENT_PLACES = Options(
    "resettlement_places",
    [
        Option("county_town", "县城安置", {"national": "1"}),
        Option("township", "乡镇安置", {"national": "2"}),
        Option("inside_village", "村内安置", {"national": "3"}),
        Option("outside_village", "村外安置", {"national": "4"}),
        Option("outside_county", "县外安置", {"national": "5"}),
    ],
)

RELOCATION_DIFFICULTIES = Options(
    "relocation_difficulties",
    [
        Option("no_funds", "缺乏资金", {"national": "1"}),
        Option("no_work", "搬迁后找不到工作", {"national": "2"}),
        Option("no_livelihood", "搬迁后生活没着落", {"national": "3"}),
        Option("other", "其他", {"national": "4"}, ("其它",)),
    ],
)
