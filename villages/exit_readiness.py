"""What holds an exit of a village back at each step, in words (procedures.md 3; issue 4, item 4).

A village that is not met is let through by none of them: the stored result must say 达标. The steps up to the county's
check go by the incidence after this batch, since the households of the year exit at the same time; from the city's
acceptance on by the incidence of now. The trigger `villages_exit_is_met` (migrations) asks the same of every writer.
The services judge the village anew before they fire, so that the stored result is that of the moment.
"""

from collections.abc import Iterable

from poverty.accounts.options.sectors import SECTORS
from poverty.fields.states import LABELS, MET
from poverty.standards.models import Requirement
from villages.indicators import INDICATORS, label_of
from villages.judging import obligatory_codes
from villages.models import INDICATOR_COLUMNS, Certificate, CheckItem, ExitCase, Stage, VillageAssessment
from villages.rounds import open_round_of

AFTER = {"incidence": "incidence_after", "score": "score_after"}


def result_of(case: ExitCase) -> VillageAssessment | None:
    """The stored result of the village for the year of its exit, with its standard."""
    return (
        VillageAssessment.objects.filter(village=case.village_id, year=case.year)
        .select_related("standard")
        .first()
    )


def requirements_of(case: ExitCase) -> list[Requirement]:
    """What the standard in force asks of the village, in its order; empty when it was not judged."""
    result = result_of(case)
    return list(result.standard.requirements.all()) if result else []


def rows_to_check(requirements: Iterable[Requirement]) -> list[Requirement]:
    """What is looked at on the spot: everything but the score, which is summed."""
    return [one for one in requirements if one.indicator in INDICATORS]


def sectors_of(requirements: Iterable[Requirement]) -> list[str]:
    """The bureaus whose word is asked for, in the order of the list of sectors."""
    asked = {INDICATORS[one.indicator].spec.sector for one in rows_to_check(requirements)}
    return [sector for sector in SECTORS.keys if sector in asked]


def may_selfcheck(case: ExitCase) -> list[str]:
    """自查: every row looked at and reached, and the system says 达标 after this batch."""
    return [*_judged(case, after=True), *_checked(case, Stage.SELF)]


def may_review(case: ExitCase) -> list[str]:
    """乡镇审核: every bureau has certified, every row looked at and reached."""
    return [*_judged(case, after=True), *_certified(case), *_checked(case, Stage.TOWNSHIP)]


def may_check(case: ExitCase) -> list[str]:
    """县级核查: on the spot, every row; the certificates still stand."""
    return [*_judged(case, after=True), *_certified(case), *_checked(case, Stage.COUNTY)]


def may_accept(case: ExitCase) -> list[str]:
    """市级验收: by the incidence of now, when the households of this batch have exited."""
    return [*_judged(case, after=False), *_checked(case, Stage.CITY)]


def may_announce(case: ExitCase) -> list[str]:
    """公告 and 标注: still 达标 by the figures of now."""
    return _judged(case, after=False)


def may_leave_the_list(village) -> str:
    """出列 is carried out by the mark of an exit alone."""
    if ExitCase.objects.filter(village=village.pk, state=ExitCase.State.MARKED).exists():
        return ""
    return "该村的出列事项还没有标注，不能出列。"


def no_exit_under_way(village) -> str:
    """带入出列 waits for an exit that is worked on here: its mark takes the village off the list, or it is dropped first."""
    case = ExitCase.objects.open().filter(village=village.pk).first()
    if case is None:
        return ""
    return f"该村{case.year}年度出列正在办理（{case.get_state_display()}），请先在“村出列”中办完标注或退出计划，再带入出列。"


def not_met(result: VillageAssessment, *, after: bool) -> list[str]:
    """The requirements that hold a village back, with their states, in words."""
    found = []
    for code in obligatory_codes(result.standard.requirements.all()):
        if code not in INDICATOR_COLUMNS:
            continue
        state = getattr(result, AFTER.get(code, code) if after else code)
        if state not in (None, MET):
            found.append(f"{label_of(code)}{LABELS[state]}")
    return found


def _judged(case: ExitCase, *, after: bool) -> list[str]:
    result = result_of(case)
    if result is None:
        return [f"{case.year}年度还没有判定：先填写本年度信息，并由县扶贫办发布村的退出标准。"]
    if (result.verdict_after if after else result.verdict) == MET:
        return []
    when = "（按本批计划退出户退出后计算）" if after else "（按现在的贫困人口计算）"
    return [f"系统判定未达标{when}：{'、'.join(not_met(result, after=after))}。"]


def _checked(case: ExitCase, stage: str) -> list[str]:
    label = Stage(stage).label
    items = dict(
        CheckItem.objects.filter(
            sheet__case=case.pk, sheet__round=open_round_of(case.pk), sheet__stage=stage
        ).values_list("indicator", "passed")
    )
    rows = rows_to_check(requirements_of(case))
    missing = [one.label for one in rows if one.indicator not in items]
    failed = [one.label for one in rows if items.get(one.indicator) is False]
    found = []
    if not items:
        return [f"还没有填写{label}表。"]
    if missing:
        found.append(f"{label}还没有核查：{'、'.join(missing)}。")
    if failed:
        found.append(f"{label}认为未达到：{'、'.join(failed)}，先整改。")
    return found


def _certified(case: ExitCase) -> list[str]:
    given = dict(
        Certificate.objects.filter(
            case=case.pk, round=open_round_of(case.pk), withdrawn_on__isnull=True
        ).values_list("sector", "certified")
    )
    wanted = sectors_of(requirements_of(case))
    missing = [SECTORS.label(one) for one in wanted if one not in given]
    refused = [SECTORS.label(one) for one in wanted if given.get(one) is False]
    found = []
    if missing:
        found.append(f"还缺行业部门证明：{'、'.join(missing)}。")
    if refused:
        found.append(f"行业部门不予认定：{'、'.join(refused)}，先整改。")
    return found
