"""文化程度, AAB008 (forms.md 2.3): the system's list, then the values of the 2021 export.

Exactly one of 文化程度 and 在校生状况 is filled. 文盲 and 文盲或半文盲 are one value; 大专及以上 of the
system is not the same as the export's 大专 or 本科及以上, so all three stand here.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class EducationLevel(Option):
    """`finished_compulsory`: 初中 or above, so that nine years are behind (practice.md, Education)."""

    finished_compulsory: bool = False


EDUCATION_LEVELS = Options(
    "education_levels",
    [
        EducationLevel("illiterate", "文盲或半文盲", {"national": "01"}, ("文盲", "半文盲")),
        EducationLevel("primary", "小学", {"national": "02"}),
        EducationLevel("junior_middle", "初中", {"national": "03"}, finished_compulsory=True),
        EducationLevel(
            "senior_middle",
            "高中",
            {"national": "04"},
            ("中专", "中职", "高中或中专"),
            finished_compulsory=True,
        ),
        EducationLevel("college_or_above", "大专及以上", {"national": "05"}, finished_compulsory=True),
        EducationLevel("preschool_age", "学龄前儿童", {"national": "06"}),
        EducationLevel("junior_college", "大专", {}, ("高职",), finished_compulsory=True),
        EducationLevel("bachelor_or_above", "本科及以上", {}, ("本科",), finished_compulsory=True),
    ],
)
