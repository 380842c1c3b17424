"""技术特长 of a helper, AAK037 (forms.md 3.1)."""

from poverty.fields.options import Option, Options

SKILLS = Options(
    "skills",
    [
        Option("planting", "种植", {"national": "01"}, ("种植业",)),
        Option("breeding", "养殖", {"national": "02"}, ("养殖业",)),
        Option("forest_fruit", "林果", {"national": "03"}, ("林果业",)),
        Option("service", "服务", {"national": "04"}, ("服务业",)),
    ],
)
