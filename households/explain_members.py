"""The words of an explanation that concern single members: school, insurance, what brings stable income."""

from collections.abc import Sequence
from types import SimpleNamespace

from households.indicators import Indicator
from households.models import MemberSurvey
from households.options.dropout_reasons import DROPOUT_REASONS
from households.options.education_levels import EDUCATION_LEVELS
from households.options.school_exemptions import SCHOOL_EXEMPTIONS
from households.options.school_status import NOT_AT_SCHOOL, SCHOOL_STATUSES
from households.options.special_states import SPECIAL_STATES
from households.rules import Rules
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET

# Facts whose source and date stand behind an indicator.
MEMBER_FACTS = {
    "education": ("school_status", "school_exemption", "dropout_reason", "graduated_grade_nine"),
    "medical": ("resident_insurance", "employee_insurance", "special_state"),
    "stable_income": (
        "work_months",
        "receives_dibao",
        "receives_tekun",
        "resident_pension",
        "employee_pension",
    ),
}
_SCHOOL_RULES = ("education.start_age", "education.end_age", "education.reference_month_day")
_EXEMPT_RULES = {
    "active_service": "medical.exempt_serving",
    "imprisoned": "medical.exempt_imprisoned",
    "missing": "medical.exempt_missing",
}
_NEWBORN_RULE = "medical.newborn_grace_days"


def actual_of_members(code: str, row: SimpleNamespace) -> str:
    """How many of those who are assessed are reached."""
    if code == "education":
        total = row.schooling_met + row.schooling_unmet + row.schooling_unknown
        return f"适龄 {total} 人，已保障 {row.schooling_met} 人" if total else ""
    total = row.insurance_met + row.insurance_unmet + row.insurance_unknown
    return f"应参保 {total} 人，已参保 {row.insurance_met} 人" if total else ""


def sources_of_members(members: Sequence, indicator: Indicator) -> list[tuple[str, str]]:
    """(source key, ISO day or "") of every answered fact of the members whom the indicator concerns."""
    found = []
    for one in members:
        if one.facts is None or getattr(one, indicator.member_state) == NOT_ASSESSED:
            continue
        for name in MEMBER_FACTS[indicator.code]:
            if getattr(one.facts, name) not in (None, ""):
                found.append(_source_of(one.facts, name))
    return found


def _source_of(facts: MemberSurvey, name: str) -> tuple[str, str]:
    own = facts.sources.get(name)
    if own:
        return own["source"], own.get("on", "")
    return facts.source, facts.happened_on.isoformat() if facts.happened_on else ""


def rules_of_members(members: Sequence, indicator: Indicator) -> list[str]:
    """Codes of the parameters by which members are not assessed; for school only when nobody is."""
    states = [getattr(one, indicator.member_state) for one in members] if indicator.member_state else []
    if indicator.code == "education":
        return list(_SCHOOL_RULES) if states and set(states) == {NOT_ASSESSED} else []
    if indicator.code != "medical":
        return []
    found = []
    for one in members:
        if one.insurance == NOT_ASSESSED:
            special = one.facts.special_state if one.facts else ""
            found.append(_EXEMPT_RULES.get(special, _NEWBORN_RULE))
    return list(dict.fromkeys(found))


def note_of_member(one, code: str, rules: Rules) -> str:
    """What a reader must know of this member for an indicator, his name first; "" when nothing."""
    words = {"education": _schooling, "medical": _insurance, "stable_income": _earning}
    if code not in words:
        return ""
    said = words[code](one, rules)
    return f"{one.membership.member.name}：{said}" if said else ""


def _schooling(one, rules: Rules) -> str:
    facts = one.facts
    if one.schooling == NOT_ASSESSED:
        return ""
    if one.membership.member.birth_date is None:
        return "未填出生日期，不能判断是否适龄"
    if facts is None or not (facts.school_status or facts.school_exemption):
        return "在校情况未填"
    leaver = one.membership.member.birth_date <= rules.finished_born_until
    if one.schooling == MET:
        return _schooling_met(facts)
    if one.schooling == UNMET:
        reason = DROPOUT_REASONS.label(facts.dropout_reason)
        if leaver and facts.graduated_grade_nine is False:
            return "不在校，学籍比对九年级未毕业"
        if reason:
            return f"不在校，{reason}"
        return "不在校，未填失学原因；因病因残或已批准送教、缓学、休学的，请补填"
    if SCHOOL_STATUSES[facts.school_status].is_preschool:
        return f"仍为{SCHOOL_STATUSES.label(facts.school_status)}，请核对是否已入小学"
    if facts.graduated_grade_nine:
        return f"学籍比对九年级已毕业，文化程度却为{EDUCATION_LEVELS.label(facts.education_level)}，请核对"
    if not facts.education_level:
        return "不在校，文化程度未填，是否九年级毕业请教育部门比对学籍"
    return f"文化程度{EDUCATION_LEVELS.label(facts.education_level)}，是否九年级毕业请教育部门比对学籍"


def _schooling_met(facts: MemberSurvey) -> str:
    if facts.school_exemption:
        return SCHOOL_EXEMPTIONS.label(facts.school_exemption)
    if facts.school_status != NOT_AT_SCHOOL:
        return ""
    if facts.graduated_grade_nine:
        return "九年级已毕业（学籍比对）"
    return f"{DROPOUT_REASONS.label(facts.dropout_reason)}不在校"


def _insurance(one, rules: Rules) -> str:
    facts = one.facts
    if one.insurance == NOT_ASSESSED:
        special = SPECIAL_STATES.label(facts.special_state) if facts and facts.special_state else ""
        return f"{special or '新生儿宽限期内'}，不考核"
    if one.insurance == UNMET:
        return "居民医保、职工医保都未参加"
    if one.insurance != UNKNOWN:
        return ""
    if facts is None or (facts.resident_insurance is None and facts.employee_insurance is None):
        return "参保情况未填"
    if facts.resident_insurance is None:
        return "未参加职工医保，是否参加居民医保未填"
    if facts.employee_insurance is None:
        return "未参加居民医保，是否参加职工医保未填"
    return "未参保，且未填出生日期，不能判断是否新生儿"


def _earning(one, rules: Rules) -> str:
    facts = one.facts
    if one.earning == UNKNOWN:
        return _earning_gap(one, rules)
    if one.earning != MET or facts is None:
        return ""
    if facts.receives_dibao or facts.receives_tekun:
        return "享受低保" if facts.receives_dibao else "特困供养"
    if facts.work_months is not None and facts.work_months >= rules.stable_months:
        return f"务工{facts.work_months}个月"
    return "领取养老金"


def _earning_gap(one, rules: Rules) -> str:
    facts, born = one.facts, one.membership.member.birth_date
    if facts is None:
        return "务工、低保、养老金情况未填"
    blank = [
        label
        for name, label in (
            ("work_months", "务工月数"),
            ("receives_dibao", "低保"),
            ("receives_tekun", "特困"),
        )
        if getattr(facts, name) is None
    ]
    if born is None:
        blank.insert(0, "出生日期")
    elif born <= rules.pensioner_born_until and None in (facts.resident_pension, facts.employee_pension):
        blank.append("养老保险")
    return f"{'、'.join(blank)}未填"
