"""带动主体类型: which kind of business buys of a household. Wording (from memory); seed-facts.md A44."""

from poverty.fields.options import Option, Options

BUSINESS_KINDS = Options(
    "business_kinds",
    [
        Option("online_shop", "网店"),
        Option("ecommerce", "电商企业"),
        Option("cooperative", "合作社"),
        Option("leading_enterprise", "龙头企业"),
        Option("other", "其他"),
    ],
)
