"""Why a village has its verdict: one line per requirement, judged anew from the facts as they stand; nothing is stored."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from households.models import CountyYear
from households.options.sources import SOURCES
from poverty.fields.states import LABELS, MET, UNKNOWN, UNMET
from poverty.standards.in_force import in_force
from poverty.standards.models import Requirement, Standard
from poverty.standards.subjects import Subject
from poverty.standards.wording import figure
from villages.facts import label_of as fact_label
from villages.indicators import INDICATORS, SCORE, label_of
from villages.judging import judged, obligatory_codes
from villages.models import Village, VillageAssessment, VillageYear

YES_NO = {True: "是", False: "否", None: ""}


@dataclass
class Line:
    """One requirement: what is asked, what is found, from where; `weight` and `counts` where a score is summed."""

    code: str
    label: str
    required: str
    actual: str
    state: int | None
    evidence: str = ""
    clause: str = ""
    source: str = ""
    on: date | None = None
    sector: str = ""
    missing: str = ""
    note: str = ""
    after: str = ""
    state_after: int | None = None


@dataclass
class Explanation:
    """What judging finds of a village in a year. `problem`: why there is nothing to judge; `frozen`: the year is closed."""

    village: Village
    year: int
    facts: VillageYear | None = None
    standard: Standard | None = None
    stored: VillageAssessment | None = None
    verdict: int | None = None
    verdict_after: int | None = None
    poor_persons: int = 0
    leaving_persons: int = 0
    incidence: Decimal | None = None
    incidence_after: Decimal | None = None
    lines: list[Line] = field(default_factory=list)
    problem: str = ""
    frozen: bool = False

    @property
    def gaps(self) -> list[Line]:
        """差什么: what is not reached, then what nobody knows."""
        lacking = [one for one in self.lines if one.state == UNMET]
        return lacking + [one for one in self.lines if one.state == UNKNOWN]

    @property
    def is_stale(self) -> bool:
        """Whether households or rules have changed since the stored result."""
        if self.frozen or self.verdict is None:
            return False
        stored = self.stored
        return stored is None or (
            (stored.verdict, stored.verdict_after, stored.poor_persons, stored.leaving_persons)
            != (self.verdict, self.verdict_after, self.poor_persons, self.leaving_persons)
        )


def explain(village: Village, year: int) -> Explanation:
    """The lines of a village in a year; six queries at most."""
    result = Explanation(village, year)
    result.facts = (
        VillageYear.objects.filter(village=village, year=year).select_related("recorded_by").first()
    )
    if result.facts is None:
        result.problem = f"{year}年度信息还没有开始填写。"
        return result
    result.stored = (
        VillageAssessment.objects.filter(village=village, year=year).select_related("standard").first()
    )
    county = CountyYear.objects.filter(area_id=result.facts.area_id[:6], year=year).first()
    result.frozen = county is not None and county.state == CountyYear.State.CLOSED
    if result.frozen:
        result.standard = result.stored.standard if result.stored else None
    else:
        result.standard = in_force(Subject.VILLAGE, year, result.facts.area_id)
    if result.standard is None:
        result.problem = (
            f"{year}年度已关闭，该村当时没有判定。"
            if result.frozen
            else f"本地{year}年度还没有发布村的退出标准，由县扶贫办录入并由另一人发布后才能判定。"
        )
        return result
    row = judged(result.standard, Q(village=village), year).first()
    if row is None:
        result.problem = "该村已撤并，不再判定。"
        return result
    _take(result, row)
    return result


def _take(result: Explanation, row: VillageYear) -> None:
    stored = result.stored if result.frozen else None
    result.poor_persons = stored.poor_persons if stored else row.poor_persons
    result.leaving_persons = stored.leaving_persons if stored else row.leaving_persons
    result.incidence = stored.incidence_now if stored else row.measured_incidence
    result.incidence_after = stored.incidence_then if stored else row.measured_incidence_after
    result.verdict = stored.verdict if stored else row.verdict
    result.verdict_after = stored.verdict_after if stored else row.verdict_after
    requirements = list(result.standard.requirements.all())
    obligatory = set(obligatory_codes(requirements))
    result.lines = [_line(result, row, one, one.indicator in obligatory) for one in requirements]


def _line(result: Explanation, row: VillageYear, requirement: Requirement, obligatory: bool) -> Line:
    code = requirement.indicator
    stored = result.stored if result.frozen else None
    state = getattr(stored, code) if stored else getattr(row, f"state_{code}")
    line = Line(
        code=code,
        label=label_of(code),
        required=requirement.asked,
        actual=_actual(result, row, code),
        state=state,
        evidence=requirement.evidence,
        clause=requirement.clause,
    )
    if code in ("incidence", SCORE.code):
        after = f"{code}_after"
        line.state_after = getattr(stored, after) if stored else getattr(row, f"state_{after}")
        line.after = _actual(result, row, code, after=True)
        line.note = f"本批计划退出户退出后：{line.after or '待核实'}，{LABELS[line.state_after]}"
    if code == SCORE.code:
        return line
    indicator = INDICATORS[code]
    line.sector = indicator.spec.sector
    own = [result.facts.source_of(name) for name in indicator.facts if _known(getattr(result.facts, name))]
    if own:
        source, on = own[0]
        line.source, line.on = SOURCES.label(source), date.fromisoformat(on) if on else None
    if state == UNKNOWN:
        lacking = [name for name in indicator.facts if not _known(getattr(result.facts, name))]
        what = "、".join(fact_label(name).partition("（")[0] for name in lacking)
        line.missing = f"{what}（{indicator.filled_by}可填）"
    if not obligatory and state != MET:
        line.note = "按权重计分，不单独否决"
    return line


def _known(value: Any) -> bool:
    return value is not None and value != ""


def _actual(result: Explanation, row: VillageYear, code: str, *, after: bool = False) -> str:
    if code == "incidence":
        value = result.incidence_after if after else result.incidence
        people = result.poor_persons - (result.leaving_persons if after else 0)
        if value is None:
            return ""
        return f"{value} %（{people} 人 ÷ {result.facts.agricultural_population:,} 人）"
    if code == SCORE.code:
        value = getattr(row, "measured_score_after" if after else "measured_score")
        return "" if value is None else f"{figure(value)} 分"
    value = getattr(row, f"measured_{code}")
    spec = INDICATORS[code].spec
    if spec.is_boolean:
        return YES_NO[value]
    return "" if value is None else f"{figure(value)} {spec.unit}".strip()
