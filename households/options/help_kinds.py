"""Help given on the spot (seed-facts.md F22)."""

from poverty.fields.options import Option, Options

HELP_KINDS = Options(
    "help_kinds",
    [
        Option("festival", "节日慰问"),
        Option("medicine", "送医送药"),
        Option("supplies", "发放农资"),
        Option("other", "其他帮扶"),
    ],
)
