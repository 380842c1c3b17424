"""Which villages of the demo county stand where in 2018, so that every account finds one that waits for it (invented)."""

from datetime import date

YEAR = 2018
LISTED_ON = date(2014, 6, 20)
PLANNED_ON = date(2018, 2, 10)
CERTIFIED_ON = date(2018, 10, 8)
SELF_ON = date(2018, 10, 12)
TOWNSHIP_ON = date(2018, 10, 20)
POSTED_ON = date(2018, 10, 22)  # hangs to 2018-10-28
COUNTY_ON = date(2018, 10, 30)
CITY_ON = date(2018, 11, 12)
ANNOUNCED_ON = date(2018, 11, 19)  # hangs to 2018-11-23
MARKED_ON = date(2018, 11, 26)
LATE = "演示数据：按当时纸质材料补录"

LIST_PAPER = "吉林省建档立卡贫困村名单（演示）"
PLAN_PAPER = "二道江区2018年度贫困村退出计划（演示）"
CITY_PAPER = "通化市贫困村退出验收表（演示）"
ANNOUNCEMENT = "二道江区贫困村退出公告〔2018〕1号（演示）"

# Village -> how far its exit has come. The rest of the list stands outside this year's plan.
EXITS = {
    "220503101203": "planned",  # waits for cunji, and for hangye's certificate
    "220503102200": "faulty",  # a self-check found what is lacking
    "220503101200": "selfchecked",  # waits for xiangzhen
    "220503101201": "reviewed",  # waits for xiangzhen to post
    "220503102202": "posted",  # waits for xianban
    "220503100200": "checked",  # waits for the city's word, entered by xianban2
    "220503100206": "accepted",  # waits to be announced
    "220503200200": "announced",  # waits to be marked
    "220503200201": "marked",
    "220503100204": "dropped",
}
EXITED_BEFORE = {"220503200203": (2017, date(2017, 12, 22), "通化市贫困村退出批复（2017年，演示）")}
LISTED_ONLY = ("220503100207",)

# What a village lacks; everything else is reached.
LACKING = {
    "220503102200": {"doctors": 0, "unsafe_water_households": 21},
    "220503100207": {"collective_income": 0, "culture_rooms": 0, "has_network": None},
    "220503100204": {"has_industry": False, "industry_name": "", "cooperatives": 0},
}
# Here the incidence is above the limit as long as the households of this batch have not exited.
NARROW = "220503102202"
INDUSTRIES = ("食用菌种植", "蓝莓种植", "林下参种植", "生猪养殖", "中草药种植")
