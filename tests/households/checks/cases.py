"""Truth tables of checks: a household in which no check holds, spoilt by each case in one place.

A table is a list of cases; `hit`, `miss` and `null` say what is expected, by hand. All households of a table are
checked together in one run, as a county is.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count

from django.utils import timezone

from households.models import Assessment, Finding, IncomeItem
from households.services.checks import run_checks
from poverty.standards.models import Standard
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member, make_pairing, make_year
from tests.factories.monitoring import make_watched
from tests.factories.standards import make_standard

YEAR = 2018
_numbers = count(1)
_CHARACTERS = "甲乙丙丁戊己庚辛壬癸"

GROWN_UP = {
    "work_place": "in_county",
    "work_months": 10,
    "health_states": "healthy",
    "labour_skill": "ordinary",
    "serious_illness_insurance": True,
}
EXITED = {"status": "exited", "kind": "exited"}


def unique_name() -> str:
    """A name nobody else in a test has: who is called like another of his age is a finding."""
    return "王" + "".join(_CHARACTERS[int(digit)] for digit in str(next(_numbers)))


@dataclass
class Case:
    """`expected`: hit, miss, or null (a fact is missing, so nothing is found). The rest spoils the household."""

    code: str
    expected: str
    household: dict = field(default_factory=dict)
    survey: dict | bool = field(default_factory=dict)
    head: dict | None = field(default_factory=dict)
    people: tuple[dict, ...] = ()
    items: dict = field(default_factory=dict)
    monitoring: dict | None = None
    result: dict | None = None
    helper: object = True

    def build(self, village=VILLAGE_A):
        """The household."""
        number = next(_numbers)
        fields = {
            "main_cause": "capital",
            "poor_attribute": "general_poor",
            "phone_hash": number.to_bytes(32, "big"),
            "bank_name": "农村商业银行",
            "bank_account_hash": number.to_bytes(32, "big"),
            **self.household,
        }
        made = make_household(village, None, year=YEAR, survey=self.survey, **fields)
        if self.head is not None:
            _person(made, {"relation": "head", "birth_date": date(1970, 3, 8), **self.head})
        for one in self.people:
            _person(made, one)
        for item, amount in self.items.items():
            IncomeItem.objects.create(survey=made.surveys.get(), item=item, amount=Decimal(amount))
        if self.monitoring is not None:
            make_watched(
                made,
                **{
                    "category": "unstable_exited",
                    "identified_on": date(2018, 1, 10),
                    "risks": ["accident"],
                    "whole_household_without_labour": None,
                    "source": "entered",
                    **self.monitoring,
                },
            )
        if self.result is not None:
            _result(made, self.result)
        if self.helper is True:
            make_pairing(made)
        elif self.helper:
            make_pairing(made, self.helper)
        return made


def _person(household, fields: dict):
    facts = fields.get("facts", {})
    given = {"name": unique_name(), **fields, "year": YEAR}
    if facts is not False:
        given["facts"] = {**GROWN_UP, **facts}
    make_member(household, **given)


def _result(household, fields: dict) -> None:
    standard = Standard.objects.filter(area_code=COUNTY_A, year=YEAR).first()
    Assessment.objects.create(
        household=household,
        year=YEAR,
        standard=standard or make_standard(COUNTY_A, YEAR, rows={"income": "3535"}),
        facts_version=1,
        area_id=household.area_id,
        members=1,
        judged_at=timezone.now(),
        **fields,
    )


def hit(code, **spoilt) -> Case:
    """The check holds."""
    return Case(code, "hit", **spoilt)


def miss(code, **spoilt) -> Case:
    """The check does not hold."""
    return Case(code, "miss", **spoilt)


def null(code, **spoilt) -> Case:
    """What the check asks is not known: nothing is found."""
    return Case(code, "null", **spoilt)


def child(age: int, **fields) -> dict:
    """Somebody who has this age since the spring of 2018: a member of the household at school unless told."""
    facts = {
        "school_status": "primary",
        "education_level": "",
        "work_place": "",
        "work_months": 0,
        "labour_skill": "none",
        **fields.pop("facts", {}),
    }
    return {"relation": "son", "birth_date": date(YEAR - age, 4, 1), "facts": facts, **fields}


def grown_up(age: int, **fields) -> dict:
    """Somebody who has this age since the spring of 2018."""
    return {"relation": "other", "birth_date": date(YEAR - age, 4, 1), **fields}


def workers(number: int, **facts):
    return [grown_up(30 + n, facts={"labour_skill": "ordinary", **facts}) for n in range(number)]


def check_table(table: list[Case]) -> list[str]:
    """Build and check all households of a table at once; returns what came out otherwise than expected."""
    make_area(VILLAGE_A)
    make_year(COUNTY_A, YEAR)
    made = [case.build() for case in table]
    run_checks(COUNTY_A, YEAR, trigger="command")
    rows = Finding.objects.current().values_list("household_id", "code")
    found: dict[int, set[str]] = {}
    for household, code in rows:
        found.setdefault(household, set()).add(code)
    wrong = []
    for number, (case, household) in enumerate(zip(table, made, strict=True)):
        holds = case.code in found.get(household.pk, ())
        if holds != (case.expected == "hit"):
            wrong.append(
                f"#{number} {case.code}: expected {case.expected}, found {sorted(found.get(household.pk, ()))}"
            )
    return wrong
