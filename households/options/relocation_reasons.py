"""Why a household applies to move (易地扶贫搬迁 "十三五" plan: the kinds of places from which people are moved; wording
(from memory)).
"""

from poverty.fields.options import Option, Options

OTHER = "other"

RELOCATION_REASONS = Options(
    "relocation_reasons",
    [
        Option("hard_living", "生存条件恶劣、资源承载力不足", {}, ("生存条件恶劣", "资源匮乏")),
        Option("geological_hazard", "地质灾害频发易发", {}, ("地质灾害",)),
        Option("fragile_nature", "生态脆弱、限制或禁止开发", {}, ("生态脆弱", "限制开发")),
        Option("far_from_services", "交通闭塞、公共服务严重滞后", {}, ("交通不便", "基础设施落后")),
        Option("endemic_disease", "地方病高发", {}, ("地方病",)),
        Option(OTHER, "其他", {}, ("其它",)),
    ],
)
