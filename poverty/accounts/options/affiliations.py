"""单位隶属关系, AAP004 (forms.md 3.1)."""

from poverty.fields.options import Option, Options

AFFILIATIONS = Options(
    "affiliations",
    [
        Option("central", "中央", {"national": "10"}),
        Option("province", "省", {"national": "20"}),
        Option("city", "市、地区", {"national": "40"}, ("市", "地区")),
        Option("county", "县（区）", {"national": "50"}),
        Option("county_district", "区", {"national": "51"}),
        Option("county_county", "县", {"national": "52"}),
        Option("township", "街道、镇、乡", {"national": "60"}),
        Option("township_street", "街道", {"national": "61"}),
        Option("township_town", "镇", {"national": "62"}),
        Option("township_township", "乡", {"national": "63"}),
        Option("committee", "居民、村民委员会", {"national": "70"}),
        Option("residents_committee", "居民委员会", {"national": "71"}, ("居委会",)),
        Option("villagers_committee", "村民委员会", {"national": "72"}, ("村委会",)),
        Option("army", "军队", {"national": "80"}),
        Option("other", "其他", {"national": "90"}, ("其它",)),
        Option("two_village_committees", "村两委", {"national": "99"}, ("村“两委”",)),
    ],
)
