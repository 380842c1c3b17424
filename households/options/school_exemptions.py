"""What the education bureau approved in place of being in class (practice.md, Education).

送教上门, approved 缓学 or 休学, or assessed as unable to learn: each reaches the education indicator.
"" means that nothing is recorded. The wording of the labels is (from memory).
"""

from poverty.fields.options import Option, Options

SCHOOL_EXEMPTIONS = Options(
    "school_exemptions",
    [
        Option("home_teaching", "送教上门"),
        Option("deferred", "缓学（已批准）", {}, ("缓学", "延缓入学")),
        Option("suspended", "休学（已批准）", {}, ("休学",)),
        Option("unable_to_learn", "经评估无学习能力", {}, ("无学习能力", "不具备学习能力")),
    ],
)
