"""性别, AAB003 (forms.md 2). Also what an identity number says about a person."""

from poverty.fields.options import Option, Options

MALE = "male"
FEMALE = "female"
UNKNOWN_SEX = "unknown"

SEXES = Options(
    "sexes",
    [
        Option(MALE, "男", {"national": "1"}, ("男性",)),
        Option(FEMALE, "女", {"national": "2"}, ("女性",)),
        Option(UNKNOWN_SEX, "未知", {"national": "9"}),
    ],
)
