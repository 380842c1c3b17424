"""The people of the demo county, invented: 233 households with 404 persons, as plain values before anything is stored.

The figures are the published ones of 二道江区 (product.md 4, seed-facts.md A10, A13, A24, A27, A36); everybody is
invented, always the same, no two alike. Nothing here touches the database.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from households.demo.county_figures import (
    ARRIVALS,
    COMPOSITIONS,
    COUNTY,
    DEATHS,
    DEPARTURES,
    EXITED_2017,
    NOT_EXITED,
    PUPIL_AGES,
    REBUILT,
    SCHOOL_DAY,
    SEED,
    SOLAR_PERSONS,
    VILLAGES,
)
from households.demo.names import KOREAN_SURNAMES, LOCAL_SURNAMES, MANCHU_SURNAMES, given_names
from poverty.fields.identity import resident_number


@dataclass
class Person:
    """One invented person. `came`/`left`: (reason, day, paper) of a change of 2017. `pk` once stored."""

    name: str
    male: bool
    born: date
    relation: str
    make: str  # elder, adult, young, pupil, baby
    identity: str
    ethnic_group: str = "han"
    came: tuple[str, date, str] | None = None
    left: tuple[str, date, str] | None = None
    health: list[str] = field(default_factory=lambda: ["healthy"])
    disability: str = ""
    pk: int = 0

    def age_on(self, day: date) -> int:
        """Full years on a day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    @property
    def is_ill(self) -> bool:
        return "chronic" in self.health or "serious" in self.health


@dataclass
class Home:
    """One invented household. `group`: "2016" and "2017" exited in that year, "open" has not. `pk` once stored."""

    number: int
    village: str
    people: list[Person]
    group: str = "2016"
    settlement: int = 0  # which group of the village, from 0
    identified_on: date = date(2014, 4, 1)
    cause: str = ""
    other_causes: list[str] = field(default_factory=list)
    allowance: str = ""  # "", "dibao" or "tekun"
    solar: bool = False
    rebuilt: tuple[str, int] | None = None  # grade before, year
    mu: float = 0.0
    pk: int = 0

    @property
    def members(self) -> list[Person]:
        """Who is there at the end of 2017 and in 2018."""
        return [one for one in self.people if one.left is None]

    @property
    def pupils(self) -> list[Person]:
        return [one for one in self.members if one.make == "pupil"]

    @property
    def has_change(self) -> bool:
        return any(one.came or one.left for one in self.people)

    @property
    def township(self) -> str:
        return self.village[:9]


class Census:
    """Deals out names, birthdays and identity numbers; no name and no number twice."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.names: set[str] = set()
        self._born: dict[date, int] = {}

    def surname(self, ethnic_group: str = "han") -> str:
        """A surname of the county, the frequent ones more often."""
        if ethnic_group == "korean":
            return self.rng.choice(KOREAN_SURNAMES)
        if ethnic_group == "manchu":
            return self.rng.choice(MANCHU_SURNAMES)
        return LOCAL_SURNAMES[int(len(LOCAL_SURNAMES) * self.rng.random() ** 1.6)]

    def name(self, surname: str, born: date, male: bool) -> str:
        """A full name nobody else here bears, of the fashion of the birth year."""
        given = given_names(born.year, male)
        while True:
            full = surname + self.rng.choice(given)
            if full not in self.names:
                self.names.add(full)
                return full

    def birthday(self, age: int, on: date = SCHOOL_DAY) -> date:
        """A birth date by which somebody is `age` years old on a day."""
        last = on.replace(year=on.year - age)
        return last - timedelta(days=self.rng.randrange(1, 360))

    def identity(self, born: date, male: bool) -> str:
        """A number of the county with a right check character; sequences from 900 on, as far from real ones as can be."""
        self._born[born] = self._born.get(born, 449) + 1
        return resident_number(COUNTY, born, 2 * self._born[born] + male)

    def person(
        self, surname: str, age: int, male: bool, relation: str, make: str, ethnic_group: str
    ) -> Person:
        born = self.birthday(age)
        return Person(
            self.name(surname, born, male),
            male,
            born,
            relation,
            make,
            self.identity(born, male),
            ethnic_group,
        )


def county_people() -> tuple[list[Home], Census]:
    """The 233 households in the order of their villages, and the census for whoever else is to be named."""
    rng = Random(SEED)
    census = Census(rng)
    # The large households first: they are the particular ones about ages.
    texts = [text for text, number in reversed(COMPOSITIONS) for _ in range(number)]
    ages = list(PUPIL_AGES)
    rng.shuffle(ages)
    deaths = list(DEATHS)
    places = [code for code, number in VILLAGES.items() for _ in range(number)]
    rng.shuffle(places)
    homes = [
        _home(census, number, code, text, ages, deaths)
        for number, (code, text) in enumerate(zip(places, texts, strict=True))
    ]
    rng.shuffle(homes)
    homes.sort(key=lambda home: home.village)
    for number, home in enumerate(homes, start=1):
        home.number = number
    _deal_status(rng, homes)
    _deal_circumstances(rng, homes)
    return homes, census


def _home(census: Census, number: int, village: str, text: str, ages: list[int], deaths: list[date]) -> Home:
    rng = census.rng
    ethnic = rng.choices(("han", "manchu", "korean"), (88, 8, 4))[0]
    surname = census.surname(ethnic)
    people: list[Person] = []
    for word in text.split():
        role, make = word.lstrip("+-").split(":")
        if make == "pupil":
            one = _pupil(census, role, people, surname, ethnic, ages, text)
        elif make == "baby":
            one = _baby(census, surname, ethnic)
        else:
            one = _grown_up(census, role, make, people, surname, ethnic, text)
        if word[0] == "+":
            one.came = one.came or ARRIVALS[role]
        elif word[0] == "-":
            one.left = ("death", deaths.pop(), "死亡证明") if role == "spouse" else DEPARTURES[make]
        people.append(one)
    return Home(number, village, people)


def _grown_up(census, role, make, people, surname, ethnic, text) -> Person:
    rng = census.rng
    head = people[0] if people else None
    age = head.age_on(SCHOOL_DAY) if head else 0
    if role == "head":
        oldest = 68 if "child:adult" in text else 84
        age = {"elder": rng.randint(61, oldest), "adult": rng.randint(45, 59), "young": rng.randint(26, 31)}[
            make
        ]
        male = "spouse" in text or rng.random() < (0.62 if make == "elder" else 0.8)
        return census.person(surname, age, male, "head", make, ethnic)
    if role == "spouse":
        return census.person(
            census.surname(), max(22, age + rng.randint(-5, 2)), not head.male, "spouse", make, "han"
        )
    if role == "mother":
        return census.person(
            census.surname(), min(90, age + rng.randint(20, 27)), False, "mother", make, ethnic
        )
    # A grown-up child who leaves in 2017: a daughter who marries, a son who moves away.
    male = make == "young"
    return census.person(
        surname,
        min(age - rng.randint(24, 29), 35),
        male,
        "son" if male else "daughter",
        "young",
        ethnic,
    )


def _pupil(census, role, people, surname, ethnic, ages, text) -> Person:
    rng = census.rng
    male = rng.random() < 0.5
    if role == "grandchild":
        age = _take(ages, lambda known: known <= 14)
        relation = "grandson" if male else "granddaughter"
        _age_by(census, people[0], age + rng.randint(52, 60))
        return census.person(surname, age, male, relation, "pupil", ethnic)
    elder = next((one.age_on(SCHOOL_DAY) for one in people if one.make == "pupil"), None)
    if elder is not None:
        age = _take(ages, lambda known: 2 <= elder - known <= 9)
    else:
        if "baby" in text:
            age = _take(ages, lambda known: known <= 9)
        else:
            age = _take(ages, lambda known: text.count("pupil") == 1 or known >= 12)
        # The parents are made to fit their child, not the other way round: the pupils are published.
        older = age + rng.randint(25, 29 if "baby" in text else 37)
        for one in people:
            _age_by(census, one, older - (rng.randint(0, 4) if one.relation == "spouse" else 0))
    return census.person(surname, age, male, "son" if male else "daughter", "pupil", ethnic)


def _baby(census, surname, ethnic) -> Person:
    rng = census.rng
    born, male = date(2017, 2, rng.randint(3, 26)), rng.random() < 0.5
    reason, _, paper = ARRIVALS["child"]
    return Person(
        census.name(surname, born, male),
        male,
        born,
        "son" if male else "daughter",
        "baby",
        census.identity(born, male),
        ethnic,
        came=(reason, born + timedelta(days=rng.randint(20, 40)), paper),
    )


def _age_by(census: Census, one: Person, age: int) -> None:
    """Give a person another age, with a number that says so and a name of that age."""
    one.born = census.birthday(age)
    one.identity = census.identity(one.born, one.male)
    census.names.discard(one.name)
    one.name = census.name(one.name[0], one.born, one.male)


def _take(ages: list[int], fits) -> int:
    for place, age in enumerate(ages):
        if fits(age):
            return ages.pop(place)
    raise ValueError("no age left that fits")


def _deal_status(rng: Random, homes: list[Home]) -> None:
    """Who exited when. Households that changed in 2017 had not exited before: so the persons who exited stay counted."""
    changed = [home for home in homes if home.has_change]
    rest = [home for home in homes if not home.has_change]
    rng.shuffle(rest)
    for home in changed[::2]:
        home.group = "2017"
    for home in changed[1::2]:
        home.group = "open"
    for group, wanted in (("2017", EXITED_2017), ("open", NOT_EXITED)):
        left = wanted - sum(len(home.members) for home in homes if home.group == group)
        _fill(rest, left, group)
    # Babies and brides live with couples who were identified early: nobody was registered anew in 2017.
    for home in homes:
        home.identified_on = rng.choices(
            (date(2014, 4, 1), date(2015, 12, 31), date(2016, 6, 30)), (62, 30, 8)
        )[0]
        if home.group == "2016":
            home.identified_on = min(home.identified_on, date(2015, 12, 31))


def _fill(rest: list[Home], persons: int, group: str) -> None:
    for home in list(rest):
        size = len(home.members)
        if size <= persons:
            home.group = group
            persons -= size
            rest.remove(home)
        if not persons:
            return
    raise ValueError("the households do not add up")


def _deal_circumstances(rng: Random, homes: list[Home]) -> None:
    for home in homes:
        _health_and_cause(rng, home)
        _allowance(rng, home)
        able = any(one.make in ("adult", "young") and not one.disability for one in home.members)
        home.mu = round(rng.uniform(2.2, 7.8 if able else 4.5), 1)
    rest = [home for home in homes if home.allowance != "tekun"]
    rng.shuffle(rest)
    persons = SOLAR_PERSONS
    for home in rest:
        if len(home.members) <= persons:
            home.solar = True
            persons -= len(home.members)
    housed = [home for home in homes if home.allowance != "tekun"]
    exited = [home for home in housed if home.group != "open"]
    still = [home for home in housed if home.group == "open"]
    chosen = rng.sample(exited, 16) + rng.sample(still, 6)
    rng.shuffle(chosen)
    for place, (home, grade) in enumerate(zip(chosen, REBUILT, strict=True)):
        home.rebuilt = (grade, 2016 if place % 2 else 2017)
        if home.group == "2016":
            home.rebuilt = (grade, 2016)


def _health_and_cause(rng: Random, home: Home) -> None:
    adults = [one for one in home.members if one.make != "pupil" and one.make != "baby"]
    beyond = any(one.age_on(SCHOOL_DAY) >= 15 for one in home.pupils)
    head = home.people[0]
    if beyond and rng.random() < 0.7:
        home.cause, weight = "schooling", ("illness", "capital", "")
    elif head.make == "elder":
        home.cause = rng.choices(("illness", "disability", "labour"), (55, 17, 28))[0]
        weight = ("labour", "illness", "")
    else:
        home.cause = rng.choices(
            ("illness", "disability", "skill", "capital", "disaster", "motivation"),
            (46, 26, 10, 9, 5, 4),
        )[0]
        weight = ("capital", "skill", "")
    second = rng.choice(weight)
    if second and second != home.cause:
        home.other_causes = [second]
    for one in adults:
        old = one.age_on(SCHOOL_DAY) >= 65
        if rng.random() < (0.5 if old else 0.16):
            one.health = ["chronic"]
    causes = [home.cause, *home.other_causes]
    if "illness" in causes and not any(one.is_ill for one in adults):
        rng.choice(adults).health = ["chronic" if rng.random() < 0.7 else "serious"]
    if "disability" in causes:
        one = rng.choice(adults)
        one.health = ["disabled"] if not one.is_ill else [one.health[0], "disabled"]
        one.disability = rng.choice(("limbs", "limbs", "sight", "hearing", "intellectual", "mental"))


def _allowance(rng: Random, home: Home) -> None:
    head = home.people[0]
    alone = len(home.members) == 1
    if alone and head.make == "elder" and not home.has_change and rng.random() < 0.3:
        home.allowance = "tekun"
    elif head.make == "elder" or head.disability or head.is_ill:
        home.allowance = "dibao" if rng.random() < 0.62 else ""
    elif rng.random() < 0.2:
        home.allowance = "dibao"
