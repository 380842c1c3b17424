"""The income sheets of the demo county: items by group for a household and year, in yuan, plausible and repeatable.

A household without trouble stands above the line of its year; one with the trouble "low" below, "line" exactly on it,
"near" a little above.
"""

from decimal import Decimal
from random import Random

from households.demo.county_figures import SEED
from households.demo.facts_people import YEAR_ENDS, has_post, is_student, labour, school_status, works
from households.demo.people_of_the_county import Home
from households.options.income_items import BESIDE, INCOME_ITEMS

LINES = {2017: 3335, 2018: 3535}  # practice.md, Indicators, Income
GROWTH = {2017: 1.0, 2018: 1.06}
PENSION = {2017: 1116, 2018: 1236}  # of the basic resident pension, a year (from memory)
SOLAR = 4000  # about, per household and year (seed-facts.md A36)
EDUCATION_2017 = 70_000  # for the 62 of 2017 together (seed-facts.md A27)
_BY_STAGE = (("primary", 750), ("grade", 950), ("high", 1500), ("vocational_secondary", 1500), ("", 2000))
# What shrinks together when a household is to stand at a certain figure, each expense with its production; and what
# gives way only when nothing else is left.
_FLEXIBLE = (
    "wage_work",
    "wage_village_post",
    "wage_gathering",
    "property_land",
    "property_dividend",
    "ecology_forest",
    "transfer_maintenance",
)
_PRODUCTION = (("production_planting", "expense_planting"), ("production_breeding", "expense_breeding"))
_LAST = ("transfer_crop_subsidy", "transfer_allowance", "transfer_disability", "transfer_land_fertility")
SMALLEST = 120  # below that an item says nothing (forms.md 8: non-zero but under 100)


def education_of_2017(homes: list[Home]) -> dict[int, int]:
    """Yuan by household number: every pupil by stage, the whole exactly the published sum."""
    amounts = {
        home.number: sum(_school_money(school_of(one, 2017)) for one in home.pupils)
        for home in homes
        if home.pupils
    }
    left = EDUCATION_2017 - sum(amounts.values())
    numbers = sorted(amounts)
    step = 10 if left > 0 else -10
    place = 0
    while left:
        amount = step if abs(left) >= 10 else left
        amounts[numbers[place % len(numbers)]] += amount
        left -= amount
        place += 1
    return amounts


def school_of(one, year: int) -> str:
    """The school of a pupil in a year; "" when done with it."""
    return school_status(one, year, Random(f"{SEED} school {one.identity[:14]}"))


def _school_money(status: str) -> int:
    if not status:
        return 0
    return next(amount for stage, amount in _BY_STAGE if status.startswith(stage))


def sheet(
    home: Home, year: int, trouble: str, education: dict[int, int], other_year: str = ""
) -> dict[str, Decimal]:
    """Amounts by income item, those that do not count included. `other_year`: the trouble of the year beside."""
    rng = Random(f"{SEED} income {home.number}")
    items = _items(home, year, trouble, rng)
    if year == 2017:
        schooling = education.get(home.number, 0)
    else:
        schooling = sum(_school_money(school_of(one, year)) for one in home.pupils)
    if schooling:
        items["transfer_education"] = schooling
    items = {key: value for key, value in items.items() if value > 0}
    rng_of_year = Random(f"{SEED} fit {home.number} {year}")
    _fit(items, home, _target(items, home, year, trouble, other_year, rng_of_year), year)
    items |= _beside(home, year, rng)
    return {key: Decimal(value).quantize(Decimal("0.01")) for key, value in items.items() if value > 0}


def _items(home: Home, year: int, trouble: str, rng: Random) -> dict[str, int]:
    growth = GROWTH[year]
    items: dict[str, int] = {}

    def add(key: str, amount: float) -> None:
        items[key] = items.get(key, 0) + round(amount)

    able = False
    for one in home.members:
        age = one.age_on(YEAR_ENDS[year])
        rate, share, gift = rng.uniform(800, 1700), rng.uniform(1500, 2250), rng.random()
        add("wage_work", works(home, one, year, trouble) * rate * growth)
        if has_post(home, one, year) and not works(home, one, year, trouble):
            add("wage_village_post", 4800 * growth)
        able = able or labour(one, year) in ("ordinary", "skilled")
        if age >= 60:
            add("transfer_pension", PENSION[year])
        if age >= 80:
            add("transfer_old_age", 600)
        if home.allowance == "dibao":
            add("transfer_allowance", share * growth)
        elif home.allowance == "tekun":
            add("transfer_destitute", 4680 * growth)
        if one.disability:
            add("transfer_disability", 960)
        if age >= 65 and home.allowance != "tekun" and gift < 0.45:
            add("transfer_maintenance", 600 + 1800 * gift)
    gross, breeding, fruit, dividend = (
        rng.uniform(780, 1020),
        rng.random(),
        rng.random(),
        rng.random(),
    )
    if able or (home.number % 3 == 0 and any(labour(one, year) == "weak" for one in home.members)):
        add("production_planting", home.mu * gross * growth)
        add("expense_planting", home.mu * gross * growth * 0.42)
        add("transfer_crop_subsidy", home.mu * 110)
        if breeding < 0.2:
            sold = 3000 + 20000 * breeding
            add("production_breeding", sold * growth)
            add("expense_breeding", sold * growth * 0.55)
        if fruit < 0.3:
            add("wage_gathering", 400 + 3000 * fruit)
    else:
        add("property_land", home.mu * 360 * growth)
    add("transfer_land_fertility", home.mu * 68)
    if dividend < 0.45:
        add("property_dividend", 150 + 900 * dividend)
    elif dividend < 0.6:
        add("ecology_forest", 150 + 400 * dividend)
    if home.solar:
        add("property_solar", SOLAR + rng.randint(-14, 14) * 10)
    return items


def net(items: dict[str, int]) -> int:
    """Net income of items, yuan."""
    signs = {"expense": -1, BESIDE: 0}
    return sum(signs.get(INCOME_ITEMS[key].group, 1) * value for key, value in items.items())


def _target(items, home: Home, year: int, trouble: str, other_year: str, rng: Random) -> float | None:
    """Where the plan wants net income per head; None: where it is."""
    line, now = LINES[year], net(items) / len(home.members)
    fixed = {"low": line * rng.uniform(0.76, 0.97), "line": line, "near": line + rng.randint(8, 58)}
    if trouble in fixed:
        return fixed[trouble]
    if other_year in fixed and now > line * 1.6:
        return line * rng.uniform(1.08, 1.5)  # from one year to the next a family seldom trebles its income
    if now < line * 1.06:
        return line * rng.uniform(1.09, 1.45)
    return rng.uniform(9_000, 13_500) if now > 14_000 else None


def _fit(items: dict[str, int], home: Home, target: float | None, year: int) -> None:
    """Bring net income per head to where the plan wants it."""
    if target is None:
        return
    missing = round(target * len(home.members)) - net(items)
    if missing > 0:
        _raise(items, home, year, missing)
    else:
        _lower(items, -missing)


def _raise(items: dict[str, int], home: Home, year: int, amount: int) -> None:
    strong = [one for one in home.members if labour(one, year) in ("ordinary", "skilled", "weak")]
    if items.get("wage_work"):
        key = "wage_work"
    elif home.allowance == "dibao":
        key = "transfer_allowance"
    elif strong and not all(is_student(one, year) for one in strong):
        key = "wage_gathering"
    else:
        key = "transfer_maintenance" if home.allowance != "tekun" else "transfer_destitute"
    items[key] = items.get(key, 0) + amount


def _lower(items: dict[str, int], amount: int) -> None:
    goal = net(items) - amount
    keys = [*_FLEXIBLE, *(key for pair in _PRODUCTION for key in pair)]
    flexible = net({key: items[key] for key in keys if key in items})
    share = max(0.0, 1 - amount / flexible) if flexible else 0.0
    for key in keys:
        if key in items:
            items[key] = round(items[key] * share)
    for key in _FLEXIBLE:
        if items.get(key, 0) < SMALLEST:
            items.pop(key, None)
    for earned, spent in _PRODUCTION:
        if items.get(earned, 0) < SMALLEST:
            items.pop(earned, None)
            items.pop(spent, None)
    for key in _LAST:
        items[key] = items.get(key, 0) - min(items.get(key, 0), max(0, net(items) - goal))
    missing = goal - net(items)  # by rounding, and by what became too small
    if missing:
        key = max((key for key in _FLEXIBLE if key in items), key=items.get, default="transfer_other")
        items[key] = items.get(key, 0) + missing


def _beside(home: Home, year: int, rng: Random) -> dict[str, int]:
    """What was received and does not count, so that the page can say why."""
    beside: dict[str, int] = {}
    if home.rebuilt and home.rebuilt[1] == year:
        beside["beside_house_repair"] = 22_000 if home.rebuilt[0] == "d" else 9_000
    if any("serious" in one.health for one in home.members):
        beside["beside_medical_refund"] = 6_000 + rng.randint(0, 40) * 100
    if rng.random() < 0.5:
        beside["beside_condolence_money"] = 300
    return beside
