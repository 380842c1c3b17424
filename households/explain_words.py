"""The words of an explanation: what was found, from where, what is missing, whom it concerns, by which rule.

`result` is an Explanation whose survey, rules and members are there; `row` what judged_one measured.
"""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

from households.explain_members import actual_of_members, note_of_member, rules_of_members, sources_of_members
from households.indicators import Indicator
from households.models import Assessment, LeftOut, Survey
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import HOUSING_SAFETY
from households.options.sources import SOURCES
from households.rules import Rules
from poverty.areas.models import SettlementFact
from poverty.fields.states import LABELS, MET, UNKNOWN, UNMET
from poverty.parameters.services import Resolved
from poverty.standards.models import Requirement

YES_NO = {True: "是", False: "否", None: ""}
SUPPLIES = {
    "water": ("water_solved",),
    "power": ("has_power",),
    "broadcasting": ("has_broadcasting",),
    "road": ("road_reached",),
}
# What a yes-or-no indicator asks for, and what yes and no mean, as it is said in the field.
SAID = {
    "food": ("不愁吃", "不愁吃", "吃还有困难"),
    "clothing": ("不愁穿", "不愁穿", "穿还有困难"),
    "education": ("适龄成员都有义务教育保障", "", ""),
    "medical": ("应参保的都已参保", "", ""),
    "housing": ("住房安全", "", ""),
    "water": ("饮水安全已解决", "已解决", "未解决"),
    "power": ("通生活用电", "已通电", "未通电"),
    "broadcasting": ("能收看广播电视", "已通", "未通"),
    "road": ("通路", "已通路", "未通路"),
    "stable_income": ("有稳定收入来源", "有", "没有"),
}
WATER_FLAGS = ("water_safe", "water_difficult")
VISITED = ("food", "clothing", "stable_income")
INCOME = ("wage_income", "production_income", "property_income", "transfer_income", "production_expense")


def left_out(reason: str, rules: Rules, *, gone: str) -> str:
    """Why a household is not judged, and what to do."""
    return {
        gone: "该户尚未登记，或在核算期末前已销户，不参加判定。",
        LeftOut.Reason.REGISTERED_LATER: f"登记日期晚于核算期末（{rules.period_to}），本年度不参加判定。"
        "登记日期有误的，请先更正。",
        LeftOut.Reason.NO_MEMBER: f"核算期末（{rules.period_to}）没有在册成员，无法判定。请核对成员增减日期。",
        LeftOut.Reason.NO_HEAD: "没有户主，无法判定。请先确定户主。",
        LeftOut.Reason.TWO_HEADS: "有两个户主，无法判定。请先更正与户主关系。",
    }[reason]


def _name(field: str) -> str:
    return str(Survey._meta.get_field(field).verbose_name).replace("（元）", "")


def own_answers(survey: Survey, code: str, rules: Rules) -> dict[str, bool | None]:
    """What the household itself answers to a shared supply; all NULL: it has what its settlement has."""
    fields = WATER_FLAGS if code == "water" and rules.water_by_two_flags else SUPPLIES[code]
    return {name: getattr(survey, name) for name in fields}


def inherited(result, code: str) -> SettlementFact | None:
    """The fact of the settlement that held at the period's end, when the household has no answer of its own."""
    if any(value is not None for value in own_answers(result.survey, code, result.rules).values()):
        return None
    end = result.rules.period_to
    return next(
        (
            one
            for one in result.supplies
            if one.fact == code and one.valid_from <= end and (one.valid_to is None or one.valid_to > end)
        ),
        None,
    )


def required(requirement: Requirement) -> str:
    """What the standard asks for, with two decimals as the measured value beside it has."""
    if requirement.threshold is None:
        asked = SAID.get(requirement.indicator)
        return asked[0] if asked else requirement.get_comparison_display()
    return f"{requirement.get_comparison_display()} {requirement.threshold:,.2f} {requirement.unit}".strip()


# --- what was found ---------------------------------------------------------------------------------------


def actual(result, row: SimpleNamespace, code: str) -> str:
    """The measured value in words, "" when nothing is known."""
    if code == "income":
        if row.measured_income is None:
            return ""
        return f"{row.measured_income:,.2f} 元/人·年（纯收入 {result.net_income:,.2f} 元 ÷ {row.members} 人）"
    if code in VISITED and result.survey.visited_on is None:
        return "未走访"
    if code in ("education", "medical"):
        return actual_of_members(code, row)
    if code == "housing":
        return housing_words(result.survey)
    if code == "water" and result.rules.water_by_two_flags and row.measured_water is None:
        flags = own_answers(result.survey, code, result.rules)
        return "，".join(
            f"{_name(name)}：{YES_NO[value]}" for name, value in flags.items() if value is not None
        )
    _, yes, no = SAID[code]
    return {True: yes, False: no, None: ""}[getattr(row, f"measured_{code}")]


def stored(result: Assessment, indicator: Indicator) -> str:
    """What the stored result of a closed year says of an indicator, where today's records say something else."""
    state = getattr(result, indicator.code)
    if indicator.code == "income" and result.net_income_per_head is not None:
        return f"{result.net_income_per_head:,.2f} 元/人·年（核算人口 {result.members} 人）"
    return f"{LABELS[state]}（关账时）"


def housing_words(survey) -> str:
    """What is recorded of the house: how it was found safe, its grade, whether it is dangerous; "" for nothing."""
    parts = [
        HOUSING_SAFETY.label(survey.housing_safety),
        DANGEROUS_GRADES.label(survey.dangerous_grade),
        {True: "危房户", False: "非危房户"}.get(survey.is_dangerous_house, ""),
    ]
    return "，".join(part for part in parts if part)


# --- where it comes from ----------------------------------------------------------------------------------


def source(result, indicator: Indicator) -> tuple[str, date | None]:
    """Where the facts of an indicator come from, in words, and the day of the newest; ("", None): nowhere yet."""
    if indicator.code in SUPPLIES and (fact := inherited(result, indicator.code)) is not None:
        return f"{result.survey.settlement} {fact.document_name}".strip(), fact.document_date
    fields = indicator.facts
    if indicator.code in SUPPLIES:
        fields = tuple(own_answers(result.survey, indicator.code, result.rules))
    known = [name for name in fields if getattr(result.survey, name) not in (None, "")]
    pairs = [result.survey.source_of(name) for name in known]
    if indicator.member_state:
        pairs += sources_of_members(result.members, indicator)
    labels = list(
        dict.fromkeys(SOURCES.label(key) for key, _ in sorted(pairs, key=lambda pair: pair[1])[::-1])
    )
    days = [day for _, day in pairs if day]
    return "、".join(labels), date.fromisoformat(max(days)) if days else None


# --- what is missing --------------------------------------------------------------------------------------


def missing(result, indicator: Indicator) -> str:
    """What to ask for while an indicator is unknown, as exactly as the facts allow."""
    survey = result.survey
    if indicator.code == "income":
        blank = [_name(name) for name in INCOME if getattr(survey, name) is None]
        return f"{'、'.join(blank)}没有填写（没有的填0）" if blank else indicator.missing
    if indicator.code in VISITED and survey.visited_on is None:
        return f"{survey.year}年度入户走访"
    if indicator.code == "water" and result.rules.water_by_two_flags:
        flags = own_answers(survey, "water", result.rules)
        if any(value is not None for value in flags.values()):
            return "、".join(_name(name) for name, value in flags.items() if value is None)
    if indicator.code in SUPPLIES and survey.settlement_id is None:
        return "所在自然村/村民小组，或按户填写"
    return indicator.missing


# --- remarks ----------------------------------------------------------------------------------------------


def notes(result, row: SimpleNamespace, requirement: Requirement) -> list[str]:
    """What else a reader needs: how far from the line, which members, which document, what contradicts."""
    code = requirement.indicator
    if code == "income":
        return list(_income_notes(result, row, requirement))
    if code == "housing":
        return list(_housing_notes(result.survey, row.state_housing))
    if code in SUPPLIES:
        return list(_supply_notes(result, code))
    if code in VISITED and result.survey.visited_on is None:
        return []
    found = [note for one in result.members if (note := note_of_member(one, code, result.rules))]
    if code == "stable_income" and result.survey.has_industry:
        found.insert(0, "有产业")
    if code == "stable_income" and row.state_stable_income == UNMET:
        found.append(f"没有产业，也没有成员务工满{result.rules.stable_months}个月或享受低保、特困、养老金")
    return found


def _income_notes(result, row: SimpleNamespace, requirement: Requirement) -> Iterator[str]:
    if row.measured_income is not None and requirement.threshold is not None and row.state_income == UNMET:
        short = requirement.threshold - row.measured_income
        yield f"比标准低 {short:,.2f} 元/人" if short > 0 else "等于标准线，不算超过"
    if result.members:
        names = "、".join(one.membership.member.name for one in result.members)
        yield f"核算人口 {len(result.members)} 人：{names}"


def _housing_notes(survey: Survey, state: int) -> Iterator[str]:
    grade = DANGEROUS_GRADES.get(survey.dangerous_grade)
    flag = survey.is_dangerous_house
    safety = HOUSING_SAFETY.get(survey.housing_safety)
    if state == UNKNOWN and grade and flag is not None and grade.is_safe == flag:
        yield f"鉴定等级{grade.label}与“是否危房户：{YES_NO[flag]}”互相矛盾，请核对后更正"
    elif state == UNKNOWN and flag is False:
        yield "只登记为非危房户，没有鉴定等级；本地规则不能单凭这一项认定安全"
    elif state == UNKNOWN and grade and grade.is_safe and not survey.housing_document:
        yield "有鉴定等级，没有登记依据文件；本地规则要求有文件才认定安全"
    elif state == UNMET:
        why = f"鉴定为{grade.label}，属危房；" if grade and not grade.is_safe else ""
        yield f"{why}改造验收后填“改造安全”，或落实租住、赡养等后填“保障安全”，并登记依据文件，即可达标"
    if survey.housing_document:
        yield f"依据：{survey.housing_document} {survey.housing_document_date or ''}".strip()
    elif state == MET and (safety or grade):
        yield f"未登记依据文件（{safety.document if safety else '住房安全鉴定（认定）表'}），请补登"


def _supply_notes(result, code: str) -> Iterator[str]:
    survey, end = result.survey, result.rules.period_to
    if any(value is not None for value in own_answers(survey, code, result.rules).values()):
        yield "按户填写，不随自然村"
        return
    if survey.settlement is None:
        yield "未填所在自然村/村民小组，不能沿用村组的情况"
        return
    fact = inherited(result, code)
    if fact is not None:
        words = f"随{survey.settlement}" + (f"（{fact.scheme}）" if fact.scheme else "")
        yield f"{words}，{fact.valid_from} 起" + ("，登记为待核实" if fact.reached is None else "")
    later = next((one for one in result.supplies if one.fact == code and one.valid_from > end), None)
    if fact is None and later is None:
        yield f"{survey.settlement}未登记"
    elif later is not None and (fact is None or fact.reached != later.reached):
        state = {True: "达到", False: "未达到", None: "待核实"}[later.reached]
        yield f"{survey.settlement}自 {later.valid_from} 起{state}，晚于核算期末 {end}，本年度不计"


# --- rules ------------------------------------------------------------------------------------------------


def rules_behind(result, indicator: Indicator) -> list[str]:
    """Codes of the dated parameters by which the household or one of its members is not assessed."""
    return rules_of_members(result.members, indicator)


def rule(found: Resolved) -> str:
    """A dated rule in words: what it says, since when, and the document it comes from."""
    text = f"{found.definition.label} {found.shown}{found.definition.unit}".strip()
    if found.source.kind == "row":
        return f"{text}（{found.source.document_name}，{found.source.valid_from} 起）"
    return (
        f"{text}（{found.source.document_name}）"
        if found.source.confirmed
        else f"{text}（系统默认，未录入文件）"
    )
