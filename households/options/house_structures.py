"""住房结构 (forms.md 1.3): a provincial form and a county platform, whose codes 01 to 04 stand here."""

from poverty.fields.options import Option, Options

HOUSE_STRUCTURES = Options(
    "house_structures",
    [
        Option("reinforced_concrete", "钢筋混凝土", {"county_platform": "01"}, ("钢混",)),
        Option("brick_concrete", "砖混材料", {"county_platform": "02"}, ("砖混", "砖混结构")),
        Option(
            "brick_tile_wood",
            "砖瓦砖木，砖、石窑洞",
            {"county_platform": "03"},
            ("砖瓦砖木", "砖木", "砖木结构"),
        ),
        Option(
            "earth_straw",
            "竹草土坯、土窑洞",
            {"county_platform": "04"},
            ("竹草土坯", "土坯", "土木", "土木结构"),
        ),
        Option("other", "其他", {}, ("其它",)),
    ],
)
