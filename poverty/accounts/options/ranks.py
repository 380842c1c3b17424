"""职务级别, AAF031 (forms.md 3.1)."""

from poverty.fields.options import Option, Options

RANKS = Options(
    "ranks",
    [
        Option("state_chief", "国家级正职", {"national": "101"}),
        Option("state_deputy", "国家级副职", {"national": "102"}),
        Option("province_chief", "省部级正职", {"national": "111"}, ("正省级", "正部级")),
        Option("province_deputy", "省部级副职", {"national": "112"}, ("副省级", "副部级")),
        Option("department_chief", "厅局级正职", {"national": "121"}, ("正厅级",)),
        Option("department_deputy", "厅局级副职", {"national": "122"}, ("副厅级",)),
        Option("county_chief", "县处级正职", {"national": "131"}, ("正县级", "正处级")),
        Option("county_deputy", "县处级副职", {"national": "132"}, ("副县级", "副处级")),
        Option("township_chief", "乡科级正职", {"national": "141"}, ("正科级",)),
        Option("township_deputy", "乡科级副职", {"national": "142"}, ("副科级",)),
        Option("section_member", "科员级", {"national": "150"}, ("科员",)),
        Option("clerk", "办事员级", {"national": "160"}, ("办事员",)),
        Option("unranked", "未定职", {"national": "199"}),
    ],
)
