"""The paper without which a village's exit does not go on: the city's acceptance sheet (procedures.md 3)."""

from datetime import date

from poverty.review.models import RequiredPaper
from poverty.review.paper_rules import PaperRule

EXIT_RULES = (
    PaperRule(
        "villages.exitcase",
        "accept_village",
        RequiredPaper.Per.CASE,
        "sheet",
        date(2016, 4, 1),
        "关于建立贫困退出机制的意见（厅字〔2016〕16号）",
    ),
)
