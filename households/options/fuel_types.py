"""主要燃料类型, AAC320 (forms.md 1.3). No codes were found."""

from poverty.fields.options import Option, Options

FUEL_TYPES = Options(
    "fuel_types",
    [
        Option("firewood", "柴草"),
        Option("dung", "干畜粪"),
        Option("coal", "煤炭"),
        Option("clean", "清洁能源"),
        Option("other", "其他", {}, ("其它",)),
    ],
)
