"""残疾类别 and 残疾等级 (forms.md 2 names the field without values). Holds DISABILITY_KINDS and
DISABILITY_GRADES. The values and the codes, which stand as digits 19 and 20 of a 残疾人证 number
(system "card"), are (from memory, GB/T 26341).
"""

from poverty.fields.options import Option, Options

DISABILITY_KINDS = Options(
    "disability_kinds",
    [
        Option("sight", "视力残疾", {"card": "1"}, ("视力",)),
        Option("hearing", "听力残疾", {"card": "2"}, ("听力",)),
        Option("speech", "言语残疾", {"card": "3"}, ("言语", "语言残疾")),
        Option("limbs", "肢体残疾", {"card": "4"}, ("肢体",)),
        Option("intellectual", "智力残疾", {"card": "5"}, ("智力",)),
        Option("mental", "精神残疾", {"card": "6"}, ("精神",)),
        Option("multiple", "多重残疾", {"card": "7"}, ("多重",)),
    ],
)

DISABILITY_GRADES = Options(
    "disability_grades",
    [
        Option("grade_1", "一级", {"card": "1"}, ("壹级",)),
        Option("grade_2", "二级", {"card": "2"}, ("贰级",)),
        Option("grade_3", "三级", {"card": "3"}, ("叁级",)),
        Option("grade_4", "四级", {"card": "4"}, ("肆级",)),
    ],
)
