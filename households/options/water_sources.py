"""饮水情况 of the 2014 form (forms.md 1.3). No codes were found."""

from poverty.fields.options import Option, Options

WATER_SOURCES = Options(
    "water_sources",
    [
        Option("treated_tap", "经过净化处理的自来水", {}, ("自来水",)),
        Option("protected_well", "受保护的井水和泉水"),
        Option("unprotected_well", "不受保护的井水和泉水"),
        Option("surface", "江河湖泊水"),
        Option("rain", "收集雨水"),
        Option("barrelled", "桶装水"),
        Option("other", "其他水源", {}, ("其他", "其它水源")),
    ],
)
