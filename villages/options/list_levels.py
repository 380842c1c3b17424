"""Who put a village on the list of poor villages: lists of the nation, a province, a city or a county differ."""

from poverty.fields.options import Option, Options

LIST_LEVELS = Options(
    "village_list_levels",
    [
        Option("national", "国家级贫困村", {}, ("国定贫困村", "国家级")),
        Option("province", "省级贫困村", {}, ("省定贫困村", "省级")),
        Option("city", "市级贫困村", {}, ("市定贫困村", "市级")),
        Option("county", "县级贫困村", {}, ("县定贫困村", "县级")),
    ],
)
