"""What a phone takes along to the yard: one's own households, what is asked of them, and what is known already.

Nothing more: no identity number, no account, no income but where the template asks for it this month; telephone
numbers only for who may call. A constant number of queries, however many households.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from households.ages import age_on
from households.duties.due import with_visit_due
from households.income_sheet import GROUP_FIELDS
from households.lacking import lacking
from households.models import (
    Assessment,
    CountyYear,
    Household,
    Measure,
    Membership,
    Need,
    Survey,
    Visit,
    VisitTemplate,
)
from households.models.survey import IncomeItem, MemberSurvey
from households.options.income_items import INCOME_ITEMS, items_for
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.services.fact_rows import carried_household
from households.services.member_surveys import member_surveys_of, year_of
from households.sight import Sight
from households.visits.asks import asks_of
from households.visits.blocks import (
    AMOUNTS,
    HOUSEHOLD,
    INCOME,
    MEMBER,
    NEEDS,
    facts_asked,
    has_block,
    meant_for,
    options_named,
)
from households.visits.services.answers import verdict_word
from households.visits.services.templates import templates_for
from households.visits.values import tell_fact
from poverty.areas.names import full_names
from poverty.sql.periods import valid_at

KEPT_FOR = timedelta(days=30)
MOST_CHOSEN = 60
VERSION = 1


def to_visit(rows: QuerySet[Household], today: date) -> list[Household]:
    """Households on the register with when their next visit is due, by village."""
    due = with_visit_due(rows.on_register(), today)
    return list(due.select_related("head").order_by("area_id", "pk"))


def year_for(households: Sequence[Household], today: date) -> int:
    """The year that a visit of today is entered for: this year where it is open, else the latest open one."""
    counties = {one.area_id[:6] for one in households}
    years = CountyYear.objects.filter(area__in=counties, state=CountyYear.State.OPEN)
    opened = set(years.values_list("year", flat=True))
    return today.year if today.year in opened or not opened else max(opened)


def pack(user, households: Sequence[Household], now: datetime) -> dict[str, Any]:
    """The pack of a person for some of the households that he visits (rows of `to_visit`). Everything but `made_at`
    and `expires_at` stays the same as long as nothing in it changes.
    """
    today = timezone.localdate(now)
    year = year_for(households, today)
    templates = templates_for({one.area_id for one in households}, year)
    asked = [one for one in households if one.area_id in templates]
    known = _Known(user, asked, templates, year, today)
    used = {one.pk: one for one in templates.values()}
    return {
        "version": VERSION,
        "made_at": now.isoformat(timespec="seconds"),
        "expires_at": (now + KEPT_FOR).isoformat(timespec="seconds"),
        "user": {"id": user.pk, "name": user.name, "unit": _unit(user)},
        "year": year,
        "today": today.isoformat(),
        "asks": asks_of((one.area_id for one in asked), today),
        "templates": [_template(used[key]) for key in sorted(used)],
        "options": options_used(used.values(), year, today.month),
        "households": [known.told(one) for one in asked],
    }


def options_used(templates: Iterable[VisitTemplate], year: int, month: int) -> dict[str, list[list[str]]]:
    """The option lists that the templates ask from this month, by name: [key, label]; of income items the group too."""
    found: dict[str, list[list[str]]] = {}
    for one in templates:
        for block in one.blocks:
            if not meant_for(block, month=month):
                continue
            for question in block.get("questions", ()):
                name = question.get("options")
                if isinstance(name, str) and name and (options := options_named(name)):
                    found[name] = [list(pair) for pair in options.choices]
        if any(has_block(one.blocks, key, month=month) for key in (AMOUNTS, INCOME)):
            found["income_items"] = [[item.key, item.label, item.group] for item in items_for(year)]
        if has_block(one.blocks, NEEDS, month=month):
            found["need_kinds"] = [list(pair) for pair in NEED_KINDS.choices]
            found["need_parties"] = [list(pair) for pair in NEED_PARTIES.choices]
    return found


class _Known:
    """Everything that is told of some households, read once for all of them."""

    def __init__(self, user, households, templates: Mapping[str, VisitTemplate], year: int, today: date):
        self.templates, self.year, self.today = templates, year, today
        self.sight = Sight(user)
        self.keys = [one.pk for one in households]
        self.places = full_names({one.area_id for one in households})
        self.results = {
            one.household_id: one for one in Assessment.objects.filter(household__in=self.keys, year=year)
        }
        self.surveys = self._surveys()
        self.members = self._members()
        people = [one.member_id for rows in self.members.values() for one in rows]
        self.member_facts = member_surveys_of(people, year)
        self.visits = self._visits()
        self.needs = self._needs()
        self.measures = self._measures()
        self.items = self._items()

    def _surveys(self) -> dict[int, Survey]:
        rows = Survey.objects.filter(household__in=self.keys, year__lte=self.year)
        last = rows.order_by("household_id", "-year").distinct("household_id")
        return {one.household_id: one for one in last}

    def _members(self) -> dict[int, list[Membership]]:
        rows = Membership.objects.filter(valid_at(self.today), household__in=self.keys)
        found: dict[int, list[Membership]] = {}
        for one in rows.select_related("member").order_by("household_id", "pk"):
            found.setdefault(one.household_id, []).append(one)
        return found

    def _visits(self) -> dict[int, Visit]:
        rows = Visit.objects.counted().filter(household__in=self.keys)
        last = rows.order_by("household_id", "-happened_on", "-id").distinct("household_id")
        return {
            one.household_id: one
            for one in last.only("household_id", "happened_on", "next_promise", "next_on")
        }

    def _needs(self) -> dict[int, list[Need]]:
        found: dict[int, list[Need]] = {}
        for one in Need.objects.filter(household__in=self.keys).open().order_by("pk"):
            found.setdefault(one.household_id, []).append(one)
        return found

    def _measures(self) -> dict[int, list[Measure]]:
        rows = Measure.objects.filter(state__in=(Measure.State.PLANNED, Measure.State.UNDER_WAY))
        found: dict[int, list[Measure]] = {}
        for one in rows.filter(household__in=self.keys).order_by("planned_until", "pk"):
            found.setdefault(one.household_id, []).append(one)
        return found

    def _items(self) -> dict[int, list[IncomeItem]]:
        wanted = [
            one.pk
            for one in self.surveys.values()
            if one.year == self.year and self._asks_income(self.templates.get(one.area_id))
        ]
        found: dict[int, list[IncomeItem]] = {}
        for one in IncomeItem.objects.filter(survey__in=wanted).order_by("pk"):
            found.setdefault(one.survey_id, []).append(one)
        return found

    def _asks_income(self, template: VisitTemplate | None) -> bool:
        return template is not None and has_block(template.blocks, INCOME, month=self.today.month)

    def told(self, home: Household) -> dict[str, Any]:
        """One household."""
        template = self.templates[home.area_id]
        result, visit = self.results.get(home.pk), self.visits.get(home.pk)
        survey = self._year(home)
        short = lacking(result, visited=survey.year == self.year and survey.visited_on is not None)
        last = [one for one in (visit and visit.happened_on, survey.visited_on) if one]
        return {
            "id": home.pk,
            "no": home.household_no or home.own_no,
            "template": template.pk,
            "head": home.head_name,
            "place": self.places.get(home.area_id, ""),
            "area": home.area_id,
            "address": home.address,
            "phone": self._phone(home),
            "size": home.size,
            "status_label": home.get_status_display() or home.get_kind_display(),
            "verdict": verdict_word(result),
            "lacking": {"unmet": list(short.unmet), "unknown": list(short.unknown)},
            "last_visit": max(last).isoformat() if last else None,
            "due": {"by": home.due_by.isoformat(), "late_days": home.late_days or 0} if home.due_by else None,
            "promised": _promised(visit),
            "measures": [
                {
                    "label": f"{one.get_group_display()}：{one.content}",
                    "due": one.planned_until.isoformat() if one.planned_until else None,
                }
                for one in self.measures.get(home.pk, ())
            ],
            "needs": [
                {"id": one.pk, "text": one.text, "state_label": one.get_state_display()}
                for one in self.needs.get(home.pk, ())
            ],
            "facts": {
                name: tell_fact(name, getattr(survey, name))
                for name in facts_asked(template.blocks, HOUSEHOLD)
            },
            "members": [self._member(row, home, template) for row in self.members.get(home.pk, ())],
            "income": self._income(survey) if self._asks_income(template) else None,
        }

    def _year(self, home: Household) -> Survey:
        """The household's facts of the year; not begun: what the year will take over from the last."""
        known = self.surveys.get(home.pk)
        if known is not None and known.year == self.year:
            return known
        return Survey(household=home, year=self.year, **carried_household(known))

    def _member(self, row: Membership, home: Household, template: VisitTemplate) -> dict[str, Any]:
        member = row.member
        facts: MemberSurvey = year_of(member, self.member_facts.get(member.pk), self.year, home.area_id)
        return {
            "id": member.pk,
            "name": member.name,
            "relation": row.get_relation_display(),
            "sex": member.get_sex_display(),
            "age": age_on(member.birth_date, self.today),
            "facts": {
                name: tell_fact(name, getattr(facts, name)) for name in facts_asked(template.blocks, MEMBER)
            },
        }

    def _income(self, survey: Survey) -> dict[str, Any]:
        items = self.items.get(survey.pk, ())
        filled = {INCOME_ITEMS[one.item].group for one in items}
        return {
            "items": {one.item: [format(one.amount, ".2f"), one.note] for one in items},
            "none_groups": sorted(
                group
                for group, column in GROUP_FIELDS.items()
                if group not in filled and getattr(survey, column) == 0
            ),
        }

    def _phone(self, home: Household) -> str:
        if home.phone is None:
            return ""
        return home.phone.reveal() if self.sight.may("phone.view", home) else home.phone.masked


def _promised(visit: Visit | None) -> dict[str, Any] | None:
    if visit is None or not (visit.next_promise or visit.next_on):
        return None
    return {"text": visit.next_promise, "on": visit.next_on.isoformat() if visit.next_on else None}


def _template(one: VisitTemplate) -> dict[str, Any]:
    return {"id": one.pk, "version": one.version, "name": one.name, "blocks": one.blocks}


def _unit(user) -> str:
    return user.unit.name if getattr(user, "unit", None) else ""
