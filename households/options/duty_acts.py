"""What a duty asks for (procedures.md 9)."""

from poverty.fields.options import Option, Options

VISIT = "visit"
CALL = "call"
STUDY = "study"
MEETING = "meeting"
VILLAGE = "village"
PRESENCE = "presence"

DUTY_ACTS = Options(
    "duty_acts",
    [
        Option(VISIT, "入户走访"),
        Option(CALL, "电话联系"),
        Option(STUDY, "专题研究"),
        Option(MEETING, "工作对接"),
        Option(VILLAGE, "到村调研"),
        Option(PRESENCE, "驻村"),
    ],
)
# What is written down with the record of a duty; visits and days in the village have records of their own.
RECORDED_ACTS = Options("recorded_duty_acts", [one for one in DUTY_ACTS if one.key not in (VISIT, PRESENCE)])
