"""Applications on their way in the demo county: at every step something that one of the demo accounts can do next.

All of autumn 2018, entered late; nothing of it has ended on the register, so the published figures stay.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.demo.exits import drawn_sheet
from households.demo.households_changes import LATE
from households.demo.people_of_the_county import Home
from households.demo.staff import DEMO_VILLAGE, Staff
from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.applying import apply
from households.entries.services.comparing import Answer, compare
from households.entries.services.refusing import Grounds, refuse
from households.models import Assessment, Household
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.services.case_lists import post
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.fields.states import MET
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.models import MeetingItem, RosterEntry
from poverty.review.services.meetings import Said

_APPLIED, _COMPARED, _MET = date(2018, 10, 8), date(2018, 10, 12), date(2018, 10, 15)
_FIRST, _CHECKED, _SECOND = date(2018, 10, 16), date(2018, 10, 24), date(2018, 10, 25)
_REVIEWED, _DECIDED, _ANNOUNCED = date(2018, 11, 2), date(2018, 11, 5), date(2018, 11, 6)
_CONTACT = "区扶贫办 0435-0000000（演示）"
_ORDER = (
    "applied",
    "compared",
    "appraised",
    "first",
    "checked",
    "second",
    "reviewed",
    "decided",
    "announced",
)
_TITLES = {"first": "拟纳入名单公示", "second": "拟纳入名单第二次公示", "announcement": "纳入名单公告"}
_REASONS = {
    "identification": "户主患病，家庭收入大幅下降",
    "return": "家庭成员重病住院，自付费用高",
    "clearance": "核查发现家庭购有商品房",
}


@dataclass
class _Desk:
    """Who does what for one household."""

    staff: Staff
    clerk: User
    officer: User

    @property
    def reviewer(self) -> User:
        """Neither of the two who sign in, so that both can decide."""
        return self.staff.reviewers[2]


def enter_cases(homes: list[Home], ordinary: list[Household], staff: Staff) -> list[EntryCase]:
    """Put cases of 新识别, 返贫 and 户清退 on the desks, each where its name says."""
    busy = {home.pk for home in homes if home.has_change}
    changing = set(
        Household.objects.filter(changes__state__in=("proposed", "confirmed")).values_list("pk", flat=True)
    )
    here = [
        home
        for home in homes
        if home.village == DEMO_VILLAGE and home.pk not in busy and home.pk not in changing
    ]
    left = [home.pk for home in here if home.group != "open"]
    met = set(
        Assessment.objects.filter(household__in=left, year=2018, verdict=MET).values_list(
            "household_id", flat=True
        )
    )
    # Who is met cannot be back in poverty: the two that shall go on are others, the refused one is met.
    left.sort(key=lambda pk: pk in met)
    poor = [home.pk for home in here if home.group == "open"]
    # The demo village's own: the clerk's and the officer's desks.
    plan = [
        ("return", left[-1], "authorise"),
        ("return", left[2], "applied"),
        ("return", left[3], "compared"),
        ("return", left[4], "compared"),
        ("clearance", poor[0], "appraised"),
        ("return", left[0], "first"),
        ("return", left[1], "checked"),
        ("return", left[-2], "refused"),
    ]
    # The county's desks. The first ordinary household is monitored.
    plan += [
        ("identification", household.pk, state)
        for household, state in zip(
            ordinary[1:], ("second", "reviewed", "reviewed", "decided", "announced"), strict=False
        )
    ]
    return [_one(kind, key, state, staff) for kind, key, state in plan]


def _one(kind: str, key: int, state: str, staff: Staff) -> EntryCase:
    household = Household.objects.get(pk=key)
    township = next(code for code in staff.officers if household.area_id.startswith(code))
    desk = _Desk(staff, staff.clerks[household.area_id], staff.officers[township][1])
    case = apply(
        kind,
        household,
        actor=desk.clerk,
        applied_by="village" if kind == "clearance" else "household",
        applicant=desk.clerk.name if kind == "clearance" else household.head_name,
        applied_on=_APPLIED,
        reason=_REASONS[kind],
        document_name="核查表（演示）" if kind == "clearance" else "申请书（演示）",
        authorised_on=None if kind == "clearance" or state == "authorise" else _APPLIED,
        late_reason=LATE,
        **({"ground": "town_property"} if kind == "clearance" else {"cause": "illness"}),
    )
    if state == "authorise":
        return case
    last = "appraised" if state == "refused" else state
    for step in _ORDER[1 : _ORDER.index(last) + 1]:
        _STEPS[step](case, desk)
    if state == "refused":
        _refuse(case, desk)
    return EntryCase.objects.get(pk=case.pk)


def _compare(case: EntryCase, desk: _Desk) -> None:
    answers = [Answer(one.key, "clear") for one in ENTRY_BUREAUS]
    if case.kind == EntryCase.Kind.CLEARANCE:
        answers[1] = Answer("property", "hit", "2017年在县城购有住房一套，入户核实属实")
    compare(
        case,
        answers,
        actor=desk.officer,
        compared_on=_COMPARED,
        document_name="区级信息比对反馈表（演示）",
        late_reason=LATE,
    )


def _sitting(on: date, **more) -> Sitting:
    return Sitting(on, late_reason=LATE, **more)


def _scanned(holder, role: str, actor: User, area_code: str) -> None:
    """A drawn sheet in place of the scan that belongs to a list or a meeting."""
    scan = store(drawn_sheet(area_code), actor=actor, area_code=area_code, kind=Kind.SCAN)
    link(scan, holder, role=role, actor=actor)


def _of_list(case: EntryCase, role: str, actor: User) -> None:
    entry = RosterEntry.objects.standing().get(case_type="households.entrycase", case_id=case.pk)
    _scanned(entry.roster, role, actor, case.household.area_id)


def _appraise(case: EntryCase, desk: _Desk) -> None:
    made = lists.appraise(
        case.household.area_id,
        [Said(case.pk, True, 27, 1, 2, recused="")],
        _sitting(_MET, place="村委会会议室", chair="村党支部书记（演示）", due=40, present=30),
        actor=desk.clerk,
    )
    _scanned(made.meeting, "minutes", desk.clerk, case.household.area_id)


def _post(kind: str, on: date, who):
    def step(case: EntryCase, desk: _Desk) -> None:
        entry = RosterEntry.objects.standing().get(case_type="households.entrycase", case_id=case.pk)
        village = Area.objects.get(pk=case.household.area_id)
        post(
            entry.roster,
            kind,
            actor=who(desk),
            title=f"{village.name}2018年{_TITLES[kind]}（演示）",
            place="村务公开栏",
            publisher=f"{village.name}民委员会（演示）" if kind == "first" else "二道江区扶贫办（演示）",
            contact=_CONTACT,
            posted_on=on,
            late_reason=LATE,
        )

    return step


def _decision(actor: User, on: date, document: str) -> Decision:
    return Decision(actor, document, on, late_reason=LATE)


def _check(case: EntryCase, desk: _Desk) -> None:
    _of_list(case, "check_sheet", desk.officer)
    lists.pass_on("check", [case.pk], _decision(desk.officer, _CHECKED, "乡镇审核表（演示）"))


def _review(case: EntryCase, desk: _Desk) -> None:
    _of_list(case, "review_sheet", desk.reviewer)
    lists.pass_on("review", [case.pk], _decision(desk.reviewer, _REVIEWED, "县级审核表（演示）"))


def _decide(case: EntryCase, desk: _Desk) -> None:
    sitting = _sitting(
        _DECIDED,
        place="区政府会议室",
        chair="领导小组组长（演示）",
        due=21,
        present=18,
        document_number="二扶领〔2018〕9号（演示）",
    )
    decider = desk.staff.reviewers[1]
    lists.decide([case.pk], sitting, actor=decider)
    items = MeetingItem.objects.filter(case_type="households.entrycase", case_id=case.pk)
    meeting = items.select_related("meeting").latest("pk").meeting
    _scanned(meeting, "minutes", decider, case.household.area_id[:6])


def _refuse(case: EntryCase, desk: _Desk) -> None:
    grounds = Grounds(
        reason="核定收入高于标准，住房、教育、医疗、饮水均有保障",
        clause="扶贫对象动态管理工作通知 第三条（演示）",
        contact=_CONTACT,
        issued_by="乡镇人民政府（演示）",
        income=Decimal("5210.00"),
        line=Decimal("3535.00"),
    )
    refuse(case, grounds, _decision(desk.officer, _CHECKED, "乡镇审核表（演示）"))


_STEPS = {
    "compared": _compare,
    "appraised": _appraise,
    "first": _post("first", _FIRST, lambda desk: desk.clerk),
    "checked": _check,
    "second": _post("second", _SECOND, lambda desk: desk.officer),
    "reviewed": _review,
    "decided": _decide,
    "announced": _post("announcement", _ANNOUNCED, lambda desk: desk.staff.reviewers[1]),
}
