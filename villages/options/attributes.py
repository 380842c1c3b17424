"""村属性 (AAD004), 发展方向属性 (AAD035), 地形地貌属性 (AAD036): forms.md 4.2.

The code tables of the national system were not found; the values are the frequent ones (from memory) and bear no
codes until somebody brings the table.
"""

from poverty.fields.options import Option, Options

VILLAGE_KINDS = Options(
    "village_kinds",
    [
        Option("poor_village", "贫困村", {}, ("建档立卡贫困村",)),
        Option("ordinary_village", "非贫困村", {}, ("一般村",)),
        Option("community", "涉农社区", {}, ("社区",)),
    ],
)
DEVELOPMENTS = Options(
    "village_developments",
    [
        Option("planting", "种植"),
        Option("breeding", "养殖"),
        Option("forest_fruit", "林果"),
        Option("tourism", "旅游", {}, ("乡村旅游",)),
        Option("processing", "加工"),
        Option("services", "服务"),
    ],
)
TERRAINS = Options(
    "village_terrains",
    [
        Option("plain", "平原"),
        Option("hills", "丘陵"),
        Option("mountains", "山区"),
        Option("plateau", "高原"),
    ],
)
