"""What is wrong with which household of the demo county, and when: so that every indicator fails somewhere.

A trouble is a word that the modules of facts turn into facts; most households have none. Households that exited in
2017 were all checked and all met the standard of that year (seed-facts.md A11).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from households.demo.county_figures import SCHOOL_DAY, SEED, VILLAGES
from households.demo.county_places import EXCEPTIONS, groups_of
from households.demo.people_of_the_county import Home
from households.demo.staff import DEMO_HELPER_HOMES, DEMO_VILLAGE
from households.demo.standards import PILOT_TOWNSHIP

AT_MOST_IN_A_TROUBLED_GROUP = 3


@dataclass
class Plan:
    """Trouble by household number; `first` are the households of the demo helper."""

    in_2017: dict[int, str] = field(default_factory=dict)
    in_2018: dict[int, str] = field(default_factory=dict)
    first: list[Home] = field(default_factory=list)


def _poor_without_aid(home: Home) -> bool:
    return not home.solar and not home.allowance and len(home.members) <= 3


def _pupil_of(*ages: int) -> Callable[[Home], bool]:
    return lambda home: any(one.age_on(SCHOOL_DAY) in ages for one in home.pupils)


def _in_pilot(home: Home) -> bool:
    return home.township == PILOT_TOWNSHIP


def _anybody(home: Home) -> bool:
    return True


def _of_working_age(home: Home) -> bool:
    """In the pilot township, everybody of an age to work, nothing that pays without work."""
    ages = [one.age_on(SCHOOL_DAY) for one in home.members]
    return _in_pilot(home) and not home.solar and all(18 <= age < 58 for age in ages)


# (trouble, of households that have not exited, of those that have, which ones can have it)
TROUBLES_2018: tuple[tuple[str, int, int, Callable[[Home], bool]], ...] = (
    ("unstable", 0, 2, _of_working_age),
    ("no_power", 0, 1, _in_pilot),
    ("no_broadcasting", 1, 0, _in_pilot),
    ("dropout", 1, 0, _pupil_of(12, 13)),
    ("graduate_open", 1, 1, _pupil_of(14)),
    ("serving", 0, 1, _pupil_of(18)),
    ("home_teaching", 0, 1, _pupil_of(7, 8, 9)),
    ("school_open", 1, 3, _pupil_of(7, 8, 9, 10, 11, 12)),
    ("line", 1, 0, _poor_without_aid),
    ("low", 8, 3, _poor_without_aid),
    ("near", 2, 4, _poor_without_aid),
    ("housing_c", 3, 0, lambda home: home.rebuilt is None and home.allowance != "tekun"),
    ("housing_d", 2, 0, lambda home: home.rebuilt is None and home.allowance != "tekun"),
    ("housing_open", 1, 3, lambda home: home.rebuilt is None),
    ("housing_conflict", 0, 1, lambda home: home.rebuilt is None),
    ("uninsured", 2, 3, _anybody),
    ("insurance_open", 2, 6, _anybody),
    ("food", 1, 0, _anybody),
    ("clothing", 0, 1, _anybody),
    ("own_water", 1, 1, lambda home: not _in_pilot(home)),
    ("income_open", 3, 9, _anybody),
    ("unvisited", 3, 13, _anybody),
    ("no_survey", 0, 2, lambda home: not _in_pilot(home) and not home.solar),
)
# What the six households of the demo helper have, in order ("" is nothing).
FIRST_2018 = ("unvisited", "income_open", "housing_c", "insurance_open", "low", "")


def make_plan(homes: list[Home]) -> Plan:
    """Deal settlements and troubles; the same every time."""
    rng = Random(f"{SEED} plan")
    _settle(homes)
    plan = Plan()
    free = [home for home in homes if not troubled_group(home)]
    rng.shuffle(free)
    plan.first = _first(free)
    for home, trouble in zip(plan.first, FIRST_2018, strict=True):
        plan.in_2018[home.number] = trouble
        free.remove(home)
    for trouble, still, exited, fits in TROUBLES_2018:
        chosen = [home for home in free if home.group == "open" and fits(home)][:still]
        # Whom no household that has not exited fits, one that has takes.
        wanted = still + exited - len(chosen)
        chosen += [home for home in free if home.group != "open" and fits(home)][:wanted]
        if len(chosen) < still + exited:
            raise ValueError(f"{trouble}: {still + exited} wanted, {len(chosen)} households fit")
        for home in chosen:
            plan.in_2018[home.number] = trouble
            free.remove(home)
            if trouble == "unstable":
                home.allowance = ""  # 低保 would be stable income
    _last_year(rng, plan, homes)
    return plan


def troubled_group(home: Home) -> bool:
    """Whether something does not reach the group in which a household lives."""
    return any((home.village, home.settlement) == (village, number) for village, number, _ in EXCEPTIONS)


def _settle(homes: list[Home]) -> None:
    for village in VILLAGES:
        own = [home for home in homes if home.village == village]
        troubled = {number for code, number, _ in EXCEPTIONS if code == village}
        sound = [number for number in range(groups_of(village)) if number not in troubled]
        moved = [home for home in own if home.group != "2017"][:AT_MOST_IN_A_TROUBLED_GROUP]
        for home in own:
            home.settlement = sound[home.number % len(sound)]
        for number in troubled:
            for home in moved:
                home.settlement = number


def _first(free: list[Home]) -> list[Home]:
    """Six households of the demo village: two that have not exited, whom the worse troubles fit, and four that have."""
    own = [home for home in free if home.village == DEMO_VILLAGE]
    still = [home for home in own if home.group == "open"]
    exited = [home for home in own if home.group != "open"]
    repaired = next(home for home in still if home.rebuilt is None and home.allowance != "tekun")
    low = next(home for home in [*still, *exited] if _poor_without_aid(home) and home is not repaired)
    family = [home for home in exited if home not in (repaired, low)]
    family.sort(key=lambda home: -len(home.members))
    first = [family[0], family[1], repaired, family[2], low, family[3]]
    if len(first) != DEMO_HELPER_HOMES:
        raise ValueError("the demo helper has another number of households")
    return first


def _last_year(rng: Random, plan: Plan, homes: list[Home]) -> None:
    """2017: why those who have not exited had not, and the few who fell behind after their exit of 2016."""
    still = [home for home in homes if home.group == "open"]
    for home in still:
        now = plan.in_2018.get(home.number, "")
        if now in ("housing_c", "housing_d"):
            plan.in_2017[home.number] = now
        elif not home.solar and home.allowance != "tekun":
            plan.in_2017[home.number] = "low"
        else:
            plan.in_2017[home.number] = rng.choice(("uninsured", "unvisited", "income_open", ""))
    before = [home for home in homes if home.group == "2016" and not troubled_group(home)]
    rng.shuffle(before)
    poor = [home for home in before if _poor_without_aid(home)]
    for trouble, chosen in (("low", poor[:2]), ("uninsured", before[:1]), ("unvisited", before[1:4])):
        for home in chosen:
            plan.in_2017.setdefault(home.number, trouble)
