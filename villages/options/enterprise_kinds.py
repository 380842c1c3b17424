"""How an enterprise helps a village (万企帮万村; seed-facts.md C28, F21). The list is that of the campaign (from memory)."""

from poverty.fields.options import Option, Options

ENTERPRISE_KINDS = Options(
    "enterprise_kinds",
    [
        Option("industry", "产业帮扶"),
        Option("employment", "就业帮扶"),
        Option("welfare", "公益帮扶", {}, ("捐赠帮扶", "公益捐赠")),
        Option("consumption", "消费帮扶", {}, ("消费扶贫",)),
        Option("skills", "技能帮扶", {}, ("技能培训",)),
        Option("trade", "商贸帮扶"),
        Option("knowledge", "智力帮扶"),
        Option("other", "其他帮扶"),
    ],
)
