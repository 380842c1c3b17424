"""What keeps a case from going on, asked of many cases at once: by page, API, batch and shell alike.

A household exits only when it is met on today's facts (never approve one that is no longer met: contract of the
procedure, and the same as a trigger, migrations 0029 and 0034) and when nothing of procedures.md 2.2 stands in its way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db.models import OuterRef, QuerySet, Subquery

from households.exits.blockers import blockers
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    BureauConfirmation,
    CountyYear,
    ExitCheck,
    ExitSignature,
)
from households.options.exit_options import EXIT_BUREAUS
from poverty.fields.states import LABELS, MET, UNKNOWN, UNMET
from poverty.review.models import Meeting, MeetingItem, Objection
from poverty.review.rounds import beginnings

Messages = dict[int, list[str]]
_CASE = "households.exitcase"
# The indicator each bureau compares.
COMPARED = {"education": "education", "medical_insurance": "medical", "housing": "housing", "water": "water"}


def refusals(cases: QuerySet) -> Messages:
    """Why cases are not ready to exit as their facts stand now: household, verdict, what stands in its way."""
    found: Messages = defaultdict(list)
    rows = list(
        cases.values_list(
            "pk", "household_id", "year", "area_code", "household__state", "household__facts_version"
        )
    )
    results = _results(rows)
    closed = _closed_years(rows)
    for pk, household, year, area_code, registered, version in rows:
        if registered != "registered":
            found[pk].append("该户已不在册，不能退出。")
            continue
        result = results.get((household, year))
        is_closed = (area_code[:6], year) in closed
        if message := _verdict(result, year, None if is_closed else version):
            found[pk].append(message)
    for pk, messages in blockers(cases).items():
        found[pk] += messages
    return found


def missing_comparisons(cases: QuerySet) -> Messages:
    """What the bureaus have not said of cases in their present round, or have said against them."""
    said: dict[int, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = BureauConfirmation.objects.of_round().filter(case__in=cases.order_by().values("pk"))
    for case, bureau, result, note in rows.order_by("pk").values_list("case_id", "bureau", "result", "note"):
        said[case][bureau] = (result, note)
    wanted = _asked_of(cases)
    found: Messages = {}
    for pk, bureaus in wanted.items():
        waiting = [EXIT_BUREAUS.label(one) for one in bureaus if one not in said[pk]]
        messages = [f"{'、'.join(waiting)}还没有比对认定。"] if waiting else []
        for one in bureaus:
            result, note = said[pk].get(one, ("ok", ""))
            if result != "ok":
                messages.append(f"{EXIT_BUREAUS.label(one)}比对有异常：{note}。")
        if messages:
            found[pk] = messages
    return found


def may_prepare(cases: QuerySet) -> Mapping[int, str]:
    """测算比对: met on today's facts, nothing in the way, every bureau has compared (before the appraisal)."""
    return _joined(cases, objected, refusals, missing_comparisons)


def may_appraise(cases: QuerySet) -> Mapping[int, str]:
    """民主评议通过: still so. That the village's meeting agreed is asked by the engine."""
    return may_prepare(cases)


def was_voted_down(cases: QuerySet) -> Mapping[int, str]:
    """民主评议未通过: the last closed meeting of the village in this round did not agree."""
    ids = list(cases.order_by().values_list("pk", flat=True))
    items = (
        MeetingItem.objects.filter(
            case_type=_CASE,
            case_id__in=ids,
            meeting__kind=Meeting.Kind.VILLAGE,
            meeting__closed_at__isnull=False,
        )
        .order_by("meeting__held_on", "meeting_id")
        .values_list("case_id", "agreed", "meeting__held_on", "meeting__recorded_at")
    )
    began = beginnings(_CASE, ids)
    last = {pk: agreed for pk, agreed, on, at in items if pk not in began or began[pk].precedes(on, at)}
    return {pk: "没有评议未通过该户的会议记录。" for pk in ids if last.get(pk) is not False}


def objected(cases: QuerySet) -> Messages:
    """Nobody decides on a household while an objection to it is open; a case that leaves its list is not asked."""
    found = Objection.objects.open().filter(case_type=_CASE, case_id__in=cases.order_by().values("pk"))
    return {pk: ["对该户的异议还没有核查答复。"] for pk in found.values_list("case_id", flat=True)}


def may_continue(cases: QuerySet) -> Mapping[int, str]:
    """What holds a household in the village's own steps after the appraisal: a change, an objection."""
    return _joined(cases, _held, objected)


def may_publish(cases: QuerySet) -> Mapping[int, str]:
    """公告、备案、系统标注: nothing has changed, nobody objects, met and nothing in the way on the day itself."""
    return _joined(cases, _held, objected, refusals)


def may_be_verified(cases: QuerySet) -> Mapping[int, str]:
    """村级核实: committees and team were there."""
    return _joined(
        cases,
        _held,
        objected,
        lambda rows: _unless(rows, _last_check("village"), True, "还没有登记村级核实的人员和日期。"),
    )


def failed_verification(cases: QuerySet) -> Mapping[int, str]:
    """村级核实不通过: committees and team were there, and say why not."""
    return _joined(
        cases,
        lambda rows: _unless(rows, _last_check("village"), False, "还没有登记村级核实不通过的情况。"),
    )


def was_jointly_checked(cases: QuerySet) -> Mapping[int, str]:
    """联合核查: the township went to the household that refused."""
    return _joined(
        cases, lambda rows: _unless(rows, _last_check("joint"), True, "还没有登记联合核查的情况。")
    )


def may_sign(cases: QuerySet) -> Mapping[int, str]:
    """农户认可: the signed paper is recorded."""
    return _joined(
        cases, _held, objected, lambda rows: _unless(rows, _last_word(), True, "还没有登记农户签字认可。")
    )


def was_refused(cases: QuerySet) -> Mapping[int, str]:
    """农户不认可: with the household's reason."""
    return _joined(cases, lambda rows: _unless(rows, _last_word(), False, "还没有登记农户不认可的原因。"))


def may_check(cases: QuerySet) -> Mapping[int, str]:
    """乡镇核查通过: met today, and a whole team has been in the house."""
    return _joined(
        cases,
        _held,
        objected,
        refusals,
        lambda rows: _unless(rows, _last_check("township"), True, "还没有登记乡镇核查组入户核查通过。"),
    )


def may_review(cases: QuerySet) -> Mapping[int, str]:
    """县级审核 and 领导小组审定: met today, whatever was found before."""
    return _joined(cases, _held, objected, refusals)


def _joined(cases: QuerySet, *questions: Callable[[QuerySet], Mapping[int, Iterable[str]]]) -> dict[int, str]:
    found: Messages = defaultdict(list)
    for question in questions:
        for pk, messages in question(cases).items():
            found[pk] += messages
    return {pk: "".join(messages) for pk, messages in found.items() if messages}


def _held(cases: QuerySet) -> Messages:
    return {
        one.pk: [f"已暂缓：{one.hold_reason}，须先核实变化或退回重办。"]
        for one in cases.filter(held_at__isnull=False).only("pk", "held_at", "hold_kinds")
    }


def _unless(cases: QuerySet, word: Subquery, wanted: bool, message: str) -> Messages:
    return {
        pk: [message]
        for pk, said in cases.annotate(said=word).values_list("pk", "said")
        if said is not wanted
    }


def _last_check(level: str) -> Subquery:
    """Whether the last check of a level in this round was passed; NULL: nobody went."""
    checks = ExitCheck.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), level=level)
    return Subquery(checks.order_by("-pk").values("passed")[:1])


def _last_word() -> Subquery:
    """The last word of the household in this round; after a joint check it is asked again. NULL: not asked."""
    words = ExitSignature.objects.filter(case=OuterRef("pk"), round=OuterRef("round"))
    return Subquery(words.order_by("-pk").values("agreed")[:1])


def _results(rows: list[tuple]) -> dict[tuple[int, int], Assessment]:
    found = Assessment.objects.filter(
        household__in={row[1] for row in rows}, year__in={row[2] for row in rows}
    )
    return {(one.household_id, one.year): one for one in found}


def _closed_years(rows: list[tuple]) -> set[tuple[str, int]]:
    years = CountyYear.objects.filter(
        area__in={row[3][:6] for row in rows},
        year__in={row[2] for row in rows},
        state=CountyYear.State.CLOSED,
    )
    return set(years.values_list("area_id", "year"))


def _verdict(result: Assessment | None, year: int, version: int | None) -> str:
    """Why a verdict does not carry an exit; `version` None: the year is closed, its results stand."""
    if result is None:
        return f"没有{year}年度的判定结果。"
    if version is not None and result.facts_version != version:
        return "信息刚有改动，还没有重新判定，请稍后再办。"
    if result.verdict == MET:
        return ""
    lacking = [
        Assessment._meta.get_field(column).verbose_name
        for column in INDICATOR_COLUMNS
        if getattr(result, column) in (UNMET, UNKNOWN)
    ]
    return f"{year}年度判定为{LABELS[result.verdict]}（{'、'.join(lacking)}），不能退出。"


def _asked_of(cases: QuerySet) -> dict[int, list[str]]:
    """The bureaus that must speak of each case: those whose indicator the standard of its year has."""
    results = Assessment.objects.filter(household=OuterRef("household"), year=OuterRef("year"))
    rows = cases.annotate(
        **{f"asked_{bureau}": Subquery(results.values(column)[:1]) for bureau, column in COMPARED.items()}
    ).values_list("pk", *(f"asked_{bureau}" for bureau in COMPARED))
    return {
        pk: [bureau for bureau, state in zip(COMPARED, states, strict=True) if state is not None]
        for pk, *states in rows
    }
