"""Exits of the demo county's villages, carried as far as the plan says, by different people, through the services."""

from households.demo.exits import drawn_sheet
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from villages.demo.people import People
from villages.demo.plan import (
    ANNOUNCED_ON,
    ANNOUNCEMENT,
    CERTIFIED_ON,
    CITY_ON,
    CITY_PAPER,
    COUNTY_ON,
    EXITS,
    LATE,
    MARKED_ON,
    POSTED_ON,
    SELF_ON,
    TOWNSHIP_ON,
)
from villages.exit_readiness import requirements_of, rows_to_check, sectors_of
from villages.models import ExitCase, Stage
from villages.services.certificates import certify
from villages.services.exiting import STEP_OF, Found, save_sheet, take_step
from villages.services.publishing import announce, mark, post_township_notice

_ORDER = ("selfchecked", "reviewed", "posted", "checked", "accepted", "announced", "marked")
_WAITS_FOR_EDUCATION = "220503101203"


def carry_exits(people: People) -> None:
    """Carry every planned exit to where EXITS says."""
    cases = {
        one.village.area_id: one
        for one in ExitCase.objects.filter(village__area_id__in=EXITS).select_related("village__area")
    }
    for code, until in EXITS.items():
        case = cases[code]
        if until == "dropped":
            take_step(
                "drop_village",
                case,
                actor=people.first,
                comment="特色产业未落地，推迟到下年度（演示）",
                happened_on=SELF_ON,
                late_reason=LATE,
            )
            continue
        _certificates(case, people)
        if until == "faulty":
            _look(case, Stage.SELF, people.clerks[code], SELF_ON, {"doctor": "村医已退休，正在招聘"})
        elif until != "planned":
            for step in _ORDER[: _ORDER.index(until) + 1]:
                _STEPS[step](case, people)
                case.refresh_from_db()


def _certificates(case: ExitCase, people: People) -> None:
    for sector in sectors_of(requirements_of(case)):
        if sector == "education" and case.village.area_id == _WAITS_FOR_EDUCATION:
            continue  # waits for the demo account hangye
        actor = people.education if sector == "education" else people.third
        certify(
            case,
            sector,
            certified=True,
            document_name="贫困村行业部门认定表（演示）",
            issued_on=CERTIFIED_ON,
            signed_by="局长（演示）",
            actor=actor,
        )


def _look(case: ExitCase, stage: str, actor, on, failing: dict[str, str] | None = None) -> None:
    failing = failing or {}
    save_sheet(
        case,
        stage,
        {
            one.indicator: Found(one.indicator not in failing, failing.get(one.indicator, ""))
            for one in rows_to_check(requirements_of(case))
        },
        actor=actor,
        checked_on=on,
        team="核查组三人（演示）",
        opinion="逐项查看资料和现场" if not failing else "先整改，再核查",
        late_reason=LATE,
    )


def _pass(case: ExitCase, stage: str, actor, on, **entry) -> None:
    _look(case, stage, actor, on)
    take_step(STEP_OF[stage], case, actor=actor, happened_on=on, late_reason=LATE, **entry)


def _selfcheck(case: ExitCase, people: People) -> None:
    _pass(case, Stage.SELF, people.clerks[case.village.area_id], SELF_ON)


def _review(case: ExitCase, people: People) -> None:
    # The first officer of the demo township is the demo account; another one of the township reviews.
    _pass(case, Stage.TOWNSHIP, people.officers[case.village.area_id[:9]][-1], TOWNSHIP_ON)


def _post(case: ExitCase, people: People) -> None:
    township = case.village.area_id[:9]
    name = case.village.area.parent.name
    post_township_notice(
        ExitCase.objects.filter(pk=case.pk),
        township,
        actor=people.officers[township][-1],
        place=f"{name}政府公示栏",
        contact=f"{name}扶贫办（演示）",
        publisher=f"{name}人民政府",
        posted_on=POSTED_ON,
        late_reason=LATE,
    )


def _check(case: ExitCase, people: People) -> None:
    _pass(case, Stage.COUNTY, people.first, COUNTY_ON)


def _accept(case: ExitCase, people: People) -> None:
    place = case.area_code
    scan = store(drawn_sheet(place), actor=people.second, area_code=place, kind=Kind.SCAN)
    link(scan, case, role="sheet", actor=people.second)
    _pass(
        case,
        Stage.CITY,
        people.second,
        CITY_ON,
        decided_by_name="市验收组组长（演示）",
        document_name=CITY_PAPER,
    )


def _announce(case: ExitCase, people: People) -> None:
    announce(
        ExitCase.objects.filter(pk=case.pk),
        case.village.area_id[:6],
        actor=people.second,
        document_name=ANNOUNCEMENT,
        place="各乡镇公示栏",
        contact="二道江区扶贫办（演示）",
        publisher="二道江区扶贫开发领导小组办公室",
        posted_on=ANNOUNCED_ON,
        late_reason=LATE,
    )


def _mark(case: ExitCase, people: People) -> None:
    mark(case, actor=people.first, document_name=ANNOUNCEMENT, happened_on=MARKED_ON, late_reason=LATE)


_STEPS = {
    "selfchecked": _selfcheck,
    "reviewed": _review,
    "posted": _post,
    "checked": _check,
    "accepted": _accept,
    "announced": _announce,
    "marked": _mark,
}
