"""就业和培训的选项: kinds of job and results of a training. Wording (from memory); seed-facts.md A33-A35."""

from poverty.fields.options import Option, Options

PUBLIC_POST, WORKSHOP, WORK, OWN_BUSINESS = "public_post", "workshop", "work", "own_business"
JOB_KINDS = Options(
    "job_kinds",
    [
        Option(PUBLIC_POST, "公益性岗位"),
        Option(WORKSHOP, "就业扶贫车间"),
        Option(WORK, "务工"),
        Option(OWN_BUSINESS, "自主创业"),
    ],
)

TRAINING_RESULTS = Options(
    "training_results",
    [
        Option("certified", "取得证书"),
        Option("passed", "结业"),
        Option("failed", "未结业"),
        Option("left", "中途退出"),
    ],
)

# 扶贫小额信贷 goes into production only, never into a company or a house (practice.md, Money).
LOAN_USES = Options(
    "loan_uses",
    [
        Option("planting", "种植业"),
        Option("breeding", "养殖业"),
        Option("forest_fruit", "林果业"),
        Option("processing", "加工业"),
        Option("trade", "商贸服务"),
        Option("tourism", "乡村旅游"),
        Option("solar", "光伏发电"),
        Option("other_production", "其他生产经营"),
    ],
)

VILLAGE_STATION, HOUSEHOLD_STATION = "village", "household"
SOLAR_KINDS = Options(
    "solar_kinds",
    [Option(VILLAGE_STATION, "村级电站"), Option(HOUSEHOLD_STATION, "户用电站")],
)
# Into which income item a station's money goes: practice.md, Money. Two kinds, two items.
SOLAR_ITEMS = {VILLAGE_STATION: "wage_solar_post", HOUSEHOLD_STATION: "property_solar"}
