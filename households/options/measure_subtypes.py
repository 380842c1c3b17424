"""Kinds of measures below the groups of 2023: the plan groups of 《扶贫手册》 (六个一批 with details) and of a county's list
of 2018-2019 (forms.md 3.3). Which group each belongs to is inferred; 生态扶贫 mostly pays forest guards.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class MeasureSubtype(Option):
    """`group`: a key of MEASURE_GROUPS."""

    group: str = ""


def _of(group: str, *rows: tuple) -> list[MeasureSubtype]:
    return [MeasureSubtype(key, label, {}, tuple(aliases), group=group) for key, label, *aliases in rows]


MEASURE_SUBTYPES = Options(
    "measure_subtypes",
    [
        *_of(
            "industry",
            ("planting", "种植帮扶", "种植"),
            ("breeding", "养殖帮扶", "养殖"),
            ("shares", "合作社入股分红", "入股分红"),
            ("land_transfer", "土地流转"),
            ("e_commerce", "电商扶贫", "加入电商"),
            ("solar", "光伏扶贫", "光伏"),
            ("tourism", "乡村旅游扶贫", "旅游扶贫"),
        ),
        *_of(
            "employment",
            ("work_away", "务工就业", "打工"),
            ("labour_export", "劳务输出"),
            ("training", "技术培训", "技能培训"),
            ("start_up", "创业帮扶"),
        ),
        *_of("finance", ("microcredit", "小额信贷及贴息", "小额信贷", "金融贷款")),
        *_of("public_posts", ("ecology", "生态扶贫", "护林员")),
        *_of("housing", ("rebuilding", "危房改造"), ("renting", "租住、借住安置")),
        *_of("water", ("water_works", "饮水工程")),
        *_of("health", ("medical", "医疗帮扶", "医疗"), ("family_doctor", "家庭医生签约")),
        *_of("other_education", ("schooling_aid", "教育资助", "教育", "雨露计划")),
        *_of(
            "comprehensive",
            ("allowance", "低保五保", "低保", "五保", "特困供养"),
            ("policy", "政策帮扶"),
            ("insurance", "代缴保险"),
        ),
        *_of("social", ("gift", "捐助慰问", "慰问", "节日慰问"), ("supplies", "发放农资", "农资")),
        *_of("relocation", ("moving", "易地扶贫搬迁", "易迁")),
        *_of("infrastructure", ("road_works", "基础设施帮扶")),
    ],
)
