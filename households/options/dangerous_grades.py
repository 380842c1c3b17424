"""危房级别/等级, AAC322 (forms.md 1.3; meaning in standards.md 6).

C and D are confirmed as the form's values; A and B for safe houses are (from memory) there.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class DangerousGrade(Option):
    """`is_safe`: grade A or B; C and D are dangerous until repaired or rebuilt and accepted."""

    is_safe: bool = False
    meaning: str = ""


DANGEROUS_GRADES = Options(
    "dangerous_grades",
    [
        DangerousGrade("a", "A级", {}, ("A",), is_safe=True, meaning="结构满足正常使用要求，无危险点"),
        DangerousGrade(
            "b", "B级", {}, ("B",), is_safe=True, meaning="基本满足正常使用，个别构件危险，不影响主体"
        ),
        DangerousGrade("c", "C级", {}, ("C",), meaning="部分承重结构不能满足使用，局部危房"),
        DangerousGrade("d", "D级", {}, ("D",), meaning="承重结构不能满足使用，整幢危房"),
    ],
)
