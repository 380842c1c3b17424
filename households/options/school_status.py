"""在校生状况, AAB009 (forms.md 2.4): the system's 01 to 16 and the values of the 2021 export.

NULL means not asked. In the 2021 export an empty cell means not at school, so its import writes
`not_at_school`. 高职一年级 of the system and 高职高专一年级 of the export are one value each.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

STAGES = ("none", "preschool", "primary", "junior", "senior", "higher")


@dataclass(frozen=True)
class SchoolStatus(Option):
    """`stage` is one of STAGES; everything else follows from it."""

    stage: str = "none"

    @property
    def is_preschool(self) -> bool:
        """Kindergarten, or below school age: says nothing about compulsory schooling."""
        return self.stage == "preschool"

    @property
    def is_compulsory_school(self) -> bool:
        """小学 to 九年级."""
        return self.stage in {"primary", "junior"}

    @property
    def is_enrolled(self) -> bool:
        """At a school from 小学 upwards; kindergarten does not count."""
        return self.stage in {"primary", "junior", "senior", "higher"}

    @property
    def is_above_compulsory(self) -> bool:
        """High school or above: the schooling that costs a family (因学)."""
        return self.stage in {"senior", "higher"}


NOT_AT_SCHOOL = "not_at_school"

_YEARS = "一二三四五"


def _grades(
    key: str, label: str, stage: str, years: int, first_code: int | None = None, other: str = ""
) -> list[SchoolStatus]:
    """One option a year; `other` is the label of the other system."""
    return [
        SchoolStatus(
            f"{key}_{year}",
            f"{label}{_YEARS[year - 1]}年级",
            {"national": f"{first_code + year - 1:02d}"} if first_code else {},
            (f"{other}{_YEARS[year - 1]}年级",) if other else (),
            stage=stage,
        )
        for year in range(1, years + 1)
    ]


SCHOOL_STATUSES = Options(
    "school_statuses",
    [
        SchoolStatus(NOT_AT_SCHOOL, "非在校生", {"national": "01"}, ("不在校",)),
        SchoolStatus("preschool_age", "学龄前儿童", stage="preschool"),
        SchoolStatus("preschool", "学前教育", {"national": "02"}, ("幼儿园",), stage="preschool"),
        SchoolStatus("primary", "小学", {"national": "03"}, stage="primary"),
        SchoolStatus("grade_7", "七年级", {"national": "04"}, ("初中一年级", "初一"), stage="junior"),
        SchoolStatus("grade_8", "八年级", {"national": "05"}, ("初中二年级", "初二"), stage="junior"),
        SchoolStatus("grade_9", "九年级", {"national": "06"}, ("初中三年级", "初三"), stage="junior"),
        *_grades("high", "普通高中", "senior", 3, 7, "高中"),
        *_grades("vocational_secondary", "中职", "senior", 3, 10),
        *_grades("vocational_higher", "高职高专", "higher", 3, 13, "高职"),
        *_grades("technician", "技师学院", "higher", 4),
        *_grades("undergraduate", "本科", "higher", 5),
        SchoolStatus("postgraduate", "硕士研究生及以上", stage="higher"),
        SchoolStatus("college_or_above", "大专及以上", {"national": "16"}, stage="higher"),
    ],
)
