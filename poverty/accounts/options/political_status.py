"""政治面貌, AAK033 (forms.md 2.7), of users here and of household members."""

from poverty.fields.options import Option, Options

POLITICAL_STATUSES = Options(
    "political_statuses",
    [
        Option("party_member", "中共党员", {"national": "01"}, ("党员", "中国共产党党员")),
        Option("probationary_member", "中共预备党员", {"national": "02"}, ("预备党员",)),
        Option("league_member", "共青团员", {"national": "03"}, ("团员",)),
        Option("revolutionary_committee", "民革会员", {"national": "04"}, ("民革党员", "民革")),
        Option("democratic_league", "民盟盟员", {"national": "05"}, ("民盟",)),
        Option("national_construction", "民建会员", {"national": "06"}, ("民建",)),
        Option("promoting_democracy", "民进会员", {"national": "07"}, ("民进",)),
        Option("peasants_and_workers", "农工党党员", {"national": "08"}, ("农工党",)),
        Option("zhi_gong", "致公党党员", {"national": "09"}, ("致公党",)),
        Option("jiu_san", "九三学社社员", {"national": "10"}, ("九三学社",)),
        Option("taiwan_league", "台盟盟员", {"national": "11"}, ("台盟",)),
        Option("no_party", "无党派民主人士", {"national": "12"}, ("无党派人士", "无党派")),
        Option("masses", "群众", {"national": "13"}),
    ],
)
