"""就业渠道 (forms.md 2 and 7.1 name the field without values; all values from memory)."""

from poverty.fields.options import Option, Options

EMPLOYMENT_CHANNELS = Options(
    "employment_channels",
    [
        Option("organised", "有组织劳务输出", {}, ("劳务输出", "劳务协作")),
        Option("self_arranged", "自主外出务工", {}, ("自主就业", "自行外出")),
        Option("workshop", "就业帮扶车间", {}, ("扶贫车间", "帮扶车间")),
        Option("local_enterprise", "本地企业吸纳", {}, ("本地企业", "龙头企业吸纳")),
        Option("public_post", "公益性岗位", {}, ("公益岗位",)),
        Option("start_up", "返乡创业", {}, ("自主创业",)),
        Option("flexible", "灵活就业", {}, ("零工",)),
        Option("other", "其他", {}, ("其它",)),
    ],
)
