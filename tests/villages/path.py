"""One village through all the steps of its exit, by as many people as it takes; stops where a test wants."""

from dataclasses import dataclass
from datetime import date

from poverty.accounts.models import Role, User
from poverty.files.services import link
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.files import make_file
from tests.factories.villages import make_exit, make_village, make_village_standard, make_village_year
from villages.exit_readiness import requirements_of, rows_to_check, sectors_of
from villages.models import ExitCase, Stage, VillageYear
from villages.services.assess import judge_villages
from villages.services.certificates import certify
from villages.services.exiting import STEP_OF, Found, save_sheet, take_step
from villages.services.publishing import announce, mark, post_township_notice

# A path in days; every test that walks it travels to the last of them.
SELF = date(2018, 10, 10)
TOWNSHIP = date(2018, 10, 20)
POSTED = date(2018, 10, 21)
COUNTY = date(2018, 10, 28)  # the first day after seven days of notice
CITY = date(2018, 11, 10)
ANNOUNCED = date(2018, 11, 20)
MARKED = date(2018, 11, 25)  # the first day after five days of announcement
LATE = "集中录入"


@dataclass
class People:
    """Who does what: nobody does two things that check each other."""

    clerk: User
    officer: User
    reviewer: User
    second: User
    bureaus: dict[str, User]


def people(village=VILLAGE_A) -> People:
    """A clerk, a township officer, two of the county office, a man of each bureau."""
    sectors = ("agriculture", "transport", "water", "health")
    return People(
        make_actor(Role.VILLAGE_CLERK, village),
        make_actor(Role.TOWNSHIP_OFFICER, village),
        make_actor(Role.COUNTY_REVIEWER, village),
        make_actor(Role.COUNTY_REVIEWER, village),
        {one: make_actor(Role.BUREAU_OFFICER, village, sector=one) for one in sectors},
    )


def exit_of(code=VILLAGE_A, **facts) -> ExitCase:
    """A planned exit of a village that is met, or not by `facts`; judged by the county's standard."""
    village = make_village(code)
    make_village_year(village, **facts)
    judge_villages([village.pk], 2018)
    return make_exit(village)


def standard():
    """The county's standard of villages."""
    return make_village_standard()


def all_passed(case, *failing) -> dict[str, Found]:
    """Everything reached but what is named."""
    return {
        one.indicator: Found(one.indicator not in failing, "" if one.indicator not in failing else "还在施工")
        for one in rows_to_check(requirements_of(case))
    }


def looked(case, stage, actor, on, *failing):
    """A sheet of a stage, filled in."""
    return save_sheet(
        case,
        stage,
        all_passed(case, *failing),
        actor=actor,
        checked_on=on,
        team="张三、李四、王五",
        late_reason=LATE,
    )


def passed(case, stage, actor, on, **entry):
    """A sheet and the step on it."""
    looked(case, stage, actor, on)
    return take_step(STEP_OF[stage], case, actor=actor, happened_on=on, late_reason=LATE, **entry)


def certified(case, who: People):
    """A certificate of every bureau that the standard asks."""
    for sector in sectors_of(requirements_of(case)):
        certify(
            case,
            sector,
            certified=True,
            document_name="行业部门认定表",
            issued_on=SELF,
            signed_by="局长",
            actor=who.bureaus[sector],
        )


def walk(case, who: People, until: str) -> ExitCase:
    """Carry an exit on to a state."""
    states = ("selfchecked", "reviewed", "posted", "checked", "accepted", "announced", "marked")
    for state in states[: states.index(until) + 1]:
        _STEPS[state](case, who)
        case.refresh_from_db()
    return case


def _selfcheck(case, who):
    certified(case, who)
    passed(case, Stage.SELF, who.clerk, SELF)


def _post(case, who):
    post_township_notice(
        ExitCase.objects.filter(pk=case.pk),
        case.village.area_id[:9],
        actor=who.officer,
        place="镇政府公示栏",
        contact="镇扶贫办 0435-0000000",
        publisher="鸭园镇人民政府",
        posted_on=POSTED,
        late_reason=LATE,
    )


def scanned(case, actor):
    """The city's acceptance sheet, without which the step is not taken."""
    link(make_file(actor, area_code=case.area_code, kind="scan"), case, role="sheet", actor=actor)


def _accept(case, who):
    looked(case, Stage.CITY, who.second, CITY)
    scanned(case, who.second)
    take_step(
        "accept_village",
        case,
        actor=who.second,
        decided_by_name="钱组长",
        document_name="市级验收表",
        happened_on=CITY,
        late_reason=LATE,
    )


def _announce(case, who):
    announce(
        ExitCase.objects.filter(pk=case.pk),
        case.village.area_id[:6],
        actor=who.second,
        document_name="二脱贫办〔2018〕9号",
        place="各乡镇公示栏",
        contact="县扶贫办 0435-0000000",
        publisher="二道江区扶贫办",
        posted_on=ANNOUNCED,
        late_reason=LATE,
    )


def mark_on(case, who: People, day: date):
    """Marked as exited on a day."""
    mark(case, actor=who.reviewer, document_name="二脱贫办〔2018〕9号", happened_on=day, late_reason=LATE)


_STEPS = {
    "selfchecked": _selfcheck,
    "reviewed": lambda case, who: passed(case, Stage.TOWNSHIP, who.officer, TOWNSHIP),
    "posted": _post,
    "checked": lambda case, who: passed(case, Stage.COUNTY, who.reviewer, COUNTY),
    "accepted": _accept,
    "announced": _announce,
    "marked": lambda case, who: mark_on(case, who, MARKED),
}


def spoil(case, **facts):
    """Change facts behind the services' back."""
    VillageYear.objects.filter(village=case.village_id).update(**facts)
