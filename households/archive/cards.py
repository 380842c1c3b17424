"""The household's card (户有证): one A4 page with head, members, cause, helper, income, indicators and exit.

Cards are read for many households at once: ten queries for a village as for one household.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from households.ages import age_on
from households.income_sheet import GROUP_FIELDS, net_of
from households.indicators import INDICATORS
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    Household,
    HouseholdStatus,
    Membership,
    MemberSurvey,
    Monitoring,
    Pairing,
    Survey,
)
from households.options.causes import CAUSES
from households.options.health_states import HEALTH_STATES
from households.options.income_items import INCOME_GROUPS
from poverty.areas.names import full_names
from poverty.fields.crypto import SealedDataError
from poverty.fields.sealed import UNREADABLE, Sealed
from poverty.fields.states import LABELS


@dataclass(frozen=True)
class Person:
    """A member now in the household, with the facts of the year; "" and None: not answered."""

    name: str
    relation: str
    sex: str
    born: date | None
    age: int | None
    identity: str
    facts: MemberSurvey | None
    health: str

    @property
    def insured(self) -> str:
        """参保: as resident or employee; "" when nobody knows."""
        if self.facts is None:
            return ""
        answers = (self.facts.resident_insurance, self.facts.employee_insurance)
        return "是" if True in answers else "" if None in answers else "否"


@dataclass
class Card:
    """Everything on a card. `states`: (indicator, state) of the year, only those that the standard has."""

    household: Household
    year: int
    place: str
    people: list[Person] = field(default_factory=list)
    helpers: list[Pairing] = field(default_factory=list)
    statuses: list[HouseholdStatus] = field(default_factory=list)
    monitorings: list[Monitoring] = field(default_factory=list)
    survey: Survey | None = None
    assessment: Assessment | None = None
    incomes: list[tuple[str, Decimal | None]] = field(default_factory=list)
    net: Decimal | None = None
    phone: str = ""
    bank_account: str = ""
    causes: str = ""
    states: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def number(self) -> str:
        """户编号, or our own number while the national system has not given one."""
        return self.household.household_no or self.household.own_no


def cards(households: Iterable[Household], year: int, *, full: bool = False) -> list[Card]:
    """The cards of households, in their order. `full`: numbers in clear; the caller has seen to right and log."""
    rows = list(households)
    places = full_names({one.area_id for one in rows})
    memberships = _by_household(
        Membership.objects.filter(household__in=rows, valid_to=None)
        .select_related("member")
        .order_by("valid_from", "pk")
    )
    facts = {
        one.member_id: one
        for one in MemberSurvey.objects.filter(
            member__in=[row.member_id for found in memberships.values() for row in found], year=year
        )
    }
    today = timezone.localdate()
    pairings = _by_household(
        Pairing.objects.open_on(today)
        .filter(household__in=rows)
        .select_related("helper__unit")
        .order_by("order", "pk")
    )
    statuses = _by_household(HouseholdStatus.objects.filter(household__in=rows).order_by("valid_from", "pk"))
    monitorings = _by_household(Monitoring.objects.filter(household__in=rows).order_by("identified_on"))
    surveys = {one.household_id: one for one in Survey.objects.filter(household__in=rows, year=year)}
    results = {one.household_id: one for one in Assessment.objects.filter(household__in=rows, year=year)}
    found = []
    for row in rows:
        card = Card(row, year, places.get(row.area_id, ""))
        members = sorted(memberships[row.pk], key=lambda one: one.relation != "head")
        card.people = [_person(one, facts.get(one.member_id), today, full) for one in members]
        card.helpers, card.statuses = pairings[row.pk], statuses[row.pk]
        card.monitorings = monitorings[row.pk]
        card.survey, card.assessment = surveys.get(row.pk), results.get(row.pk)
        card.phone, card.bank_account = shown(row.phone, full), shown(row.bank_account, full)
        card.causes = "、".join(filter(None, [row.get_main_cause_display(), CAUSES.labels(row.other_causes)]))
        _add_income(card)
        _add_states(card)
        found.append(card)
    return found


def shown(value: Sealed | None, full: bool) -> str:
    """A personal number as a card prints it: masked, or in clear; "" for none."""
    if value is None:
        return ""
    if not full:
        return value.masked
    try:
        return value.reveal()
    except SealedDataError:
        return UNREADABLE  # one damaged number does not keep back the files of a county


def _by_household(rows) -> dict[int, list]:
    found = defaultdict(list)
    for one in rows:
        found[one.household_id].append(one)
    return found


def _person(row: Membership, facts: MemberSurvey | None, today: date, full: bool) -> Person:
    member = row.member
    return Person(
        name=member.name,
        relation=row.get_relation_display(),
        sex=member.get_sex_display(),
        born=member.birth_date if full else None,
        age=age_on(member.birth_date, today),
        identity=shown(member.identity, full),
        facts=facts,
        health=HEALTH_STATES.labels(facts.health_state_keys) if facts else "",
    )


def _add_income(card: Card) -> None:
    totals = {name: getattr(card.survey, name) if card.survey else None for name in GROUP_FIELDS.values()}
    card.incomes = [(INCOME_GROUPS[key].label, totals[name]) for key, name in GROUP_FIELDS.items()]
    card.net = net_of(totals)


def _add_states(card: Card) -> None:
    if card.assessment is None:
        return
    for code in INDICATOR_COLUMNS:
        state = getattr(card.assessment, code)
        if state is not None:
            card.states.append((INDICATORS[code].label, state, LABELS[state]))
