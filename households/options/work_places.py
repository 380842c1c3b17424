"""务工状况, AAB011 (forms.md 2). 04 is printed as 县外省内务工 a second time in the source;
省外务工 is (inferred).
"""

from poverty.fields.options import Option, Options

WORK_PLACES = Options(
    "work_places",
    [
        Option("in_township", "乡（镇）内务工", {"national": "01"}, ("乡镇内务工", "乡内务工", "镇内务工")),
        Option("in_county", "乡（镇）外县内务工", {"national": "02"}, ("乡镇外县内务工", "县内务工")),
        Option("in_province", "县外省内务工", {"national": "03"}, ("省内务工",)),
        Option("outside_province", "省外务工", {"national": "04"}),
        Option("other", "其他", {"national": "99"}, ("其它",)),
    ],
)
