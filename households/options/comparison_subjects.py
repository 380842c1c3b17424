"""信息比对项目: what the bureaus are asked about a household that has authorised it (procedures.md 1.4).

`sector` is the bureau that answers, as in poverty/accounts/options/sectors.py; "" the county office asks itself.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class ComparisonSubject(Option):
    """`sector`: the bureau that answers, "" where none of those with accounts does."""

    sector: str = ""


COMPARISON_SUBJECTS = Options(
    "comparison_subjects",
    [
        ComparisonSubject("vehicles", "车辆"),
        ComparisonSubject("real_estate", "房产"),
        ComparisonSubject("business", "工商登记"),
        ComparisonSubject("public_payroll", "财政供养"),
        ComparisonSubject("medical_insurance", "医保参保", sector="medical_insurance"),
        ComparisonSubject("education", "学籍", sector="education"),
        ComparisonSubject("housing", "住房鉴定", sector="housing"),
        ComparisonSubject("water", "饮水", sector="water"),
    ],
)
