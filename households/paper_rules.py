"""Signed papers without which exits, identifications, monitoring and moves do not go on (procedures.md 1 and 2; practice.md,
Monitoring: bureaus are asked of those who authorised it, and nobody else).

Who signed stands on the sheet, not in a field that one account fills: the sheet is scanned before the step is entered.
Minutes are scanned when the meeting is closed, which carries its cases on; so the step after it asks for them.
"""

from datetime import date

from poverty.review.models import Meeting, RequiredPaper
from poverty.review.paper_rules import PaperRule

_CASE, _ROSTER, _MEETING = RequiredPaper.Per.CASE, RequiredPaper.Per.ROSTER, RequiredPaper.Per.MEETING
_EXIT = ("households.exitcase", date(2016, 4, 1), "关于建立贫困退出机制的意见（厅字〔2016〕16号）")
_ENTRY = ("households.entrycase", date(2014, 4, 2), "扶贫开发建档立卡工作方案（国开办发〔2014〕24号）")
_MONITORING = (
    "households.monitoringcase",
    date(2020, 3, 20),
    "关于建立防止返贫监测和帮扶机制的指导意见（国开发〔2020〕6号）",
)
_MOVE = (
    "households.relocationapplication",
    date(2016, 1, 1),
    "“十三五”时期易地扶贫搬迁工作方案（发改地区〔2015〕2769号）",
)


def _rule(
    procedure: tuple[str, date, str],
    transition: str,
    per: str,
    role: str,
    meeting: str = "",
    *,
    each_round: bool = True,
) -> PaperRule:
    case_type, valid_from, document = procedure
    return PaperRule(case_type, transition, per, role, valid_from, document, meeting, each_round)


EXIT_RULES = (
    _rule(_EXIT, "verify", _ROSTER, "verify_sheet"),
    _rule(_EXIT, "verify", _MEETING, "minutes", Meeting.Kind.VILLAGE),
    _rule(_EXIT, "check", _ROSTER, "check_sheet"),
    _rule(_EXIT, "review", _ROSTER, "review_sheet"),
    _rule(_EXIT, "announce", _MEETING, "minutes", Meeting.Kind.LEADING_GROUP),
)
ENTRY_RULES = (
    _rule(_ENTRY, "check", _ROSTER, "check_sheet"),
    _rule(_ENTRY, "check", _MEETING, "minutes", Meeting.Kind.VILLAGE),
    _rule(_ENTRY, "review", _ROSTER, "review_sheet"),
    _rule(_ENTRY, "announce", _MEETING, "minutes", Meeting.Kind.LEADING_GROUP),
)
MONITORING_RULES = (
    # Consent once given serves on when the case is returned and compared anew.
    _rule(_MONITORING, "compare", _CASE, "authorization", each_round=False),
    _rule(_MONITORING, "township_check", _MEETING, "minutes", Meeting.Kind.VILLAGE),
)
RELOCATION_RULES = (
    _rule(_MOVE, "appraise", _CASE, "application"),
    _rule(_MOVE, "report", _ROSTER, "check_sheet"),
    _rule(_MOVE, "report", _MEETING, "minutes", Meeting.Kind.VILLAGE),
    _rule(_MOVE, "approve", _ROSTER, "review_sheet"),
)
