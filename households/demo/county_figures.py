"""The published figures of 二道江区 that the demo county is built from: product.md 4, seed-facts.md A10, A13, A24, A27, A36.

Village codes are the official ones; how the persons are spread over them is invented.
"""

from datetime import date

COUNTY = "220503"
SEED = "二道江区 2018"
SCHOOL_DAY = date(2017, 9, 1)
# Households by village (19 villages of the official list), 233 in all.
VILLAGES = {
    "220503100200": 14,
    "220503100201": 11,
    "220503100202": 10,
    "220503100203": 9,
    "220503100204": 13,
    "220503100205": 10,
    "220503100206": 15,
    "220503100207": 9,
    "220503101200": 14,
    "220503101201": 12,
    "220503101202": 11,
    "220503101203": 18,
    "220503102200": 17,
    "220503102202": 9,
    "220503200200": 16,
    "220503200201": 14,
    "220503200202": 9,
    "220503200203": 12,
    "220503200204": 10,
}
# How many households of each make, with the persons of each at the end of 2017: 404 in all, 62 of them pupils or
# students. "-" before a person: left in 2017 (5 of them); "+": came in 2017 (3 of them).
COMPOSITIONS = (
    ("head:elder", 67),
    ("head:elder -spouse:elder", 3),
    ("head:adult", 41),
    ("head:elder spouse:elder", 37),
    ("head:elder spouse:elder -child:adult", 1),
    ("head:adult spouse:adult", 13),
    ("head:adult spouse:adult -child:young", 1),
    ("head:adult child:pupil", 15),
    ("head:elder grandchild:pupil", 5),
    ("head:adult mother:elder", 13),
    ("head:adult spouse:adult child:pupil", 24),
    ("head:adult child:pupil child:pupil", 1),
    ("head:adult spouse:adult mother:elder", 1),
    ("head:young +spouse:young mother:elder", 1),
    ("head:adult spouse:adult child:pupil child:pupil", 4),
    ("head:adult spouse:adult child:pupil mother:elder", 2),
    ("head:adult spouse:adult child:pupil +child:baby", 2),
    ("head:adult spouse:adult child:pupil child:pupil mother:elder", 2),
)
# Ages of the 62 at the start of the school year 2017: 26 at primary school, 14 at 初中, 13 above, 9 at college.
PUPIL_AGES = (
    [6, 7, 8, 9, 10, 11] * 4
    + [8, 10]
    + [12, 13, 14] * 4
    + [12, 13]
    + [15, 16, 17] * 4
    + [16]
    + [18, 19, 20] * 3
)
EXITED_2017, NOT_EXITED = 90, 94  # persons; the other 220 exited in 2016
SOLAR_PERSONS = 127
REBUILT = ["c"] * 13 + ["d"] * 9
# Why each of the three came and the five went, with the day and the paper.
ARRIVALS = {
    "spouse": ("marriage_in", date(2017, 5, 20), "结婚证、户口本"),
    "child": ("birth", date(2017, 3, 9), "出生医学证明、户口本"),
}
DEATHS = [date(2017, 1, 23), date(2017, 4, 6), date(2017, 8, 14)]
DEPARTURES = {
    "adult": ("marriage_out", date(2017, 6, 16), "结婚证、户口迁移证明"),
    "young": ("moved_out", date(2017, 4, 25), "户口迁移证明"),
}
