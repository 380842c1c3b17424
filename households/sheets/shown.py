"""What a sheet shows of a household: the last values of what the template of the month asks, for many at once.

The last value of a fact is the register's of the year; where the year says nothing yet, that of the last year that says
something, which the paper marks with its year. What carries over by itself (住房, 饮水, ...) is of the year already.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from households.ages import age_on
from households.income_sheet import GROUP_FIELDS
from households.models import Household, IncomeItem, Member, MemberSurvey, Survey
from households.options.income_items import BESIDE, INCOME_ITEMS
from households.services.fact_rows import CARRIED_MEMBER_FIELDS, carried, carried_household, is_known
from households.services.merged import none_groups_of
from households.visits.blocks import HOUSEHOLD, INCOME, MEMBER, facts_asked, has_block, meant_for
from households.visits.models import VisitTemplate
from households.visits.values import tell_fact


def shown_of(
    homes: Iterable[Household], template: VisitTemplate, *, year: int, visited_from: date
) -> dict[int, dict[str, Any]]:
    """{household id: what its sheet shows}, as VisitSheet.shown keeps it. Seven queries, however many households.

    `year`: of the facts; `visited_from`: the first day of the month of the visits, on which ages are counted.
    """
    homes = list(homes)
    ids = [one.pk for one in homes]
    blocks = template.blocks
    day, month = visited_from, visited_from.month
    of_household = facts_asked(blocks, HOUSEHOLD, month=month)
    now, before = _rows(Survey, "household", ids, year)
    members = _members(ids)
    people = [one.pk for rows in members.values() for one in rows]
    person_now, person_before = _rows(MemberSurvey, "member", people, year)
    incomes = _incomes(now, before) if has_block(blocks, INCOME, month=month) else {}
    found = {}
    for home in homes:
        own, last = now.get(home.pk), before.get(home.pk)
        taken = own or Survey(**carried_household(last))
        people = [
            [one.pk, _facts(_asked_of(one, blocks, month, day), *_sides(one, person_now, person_before))]
            for one in members.get(home.pk, ())
        ]
        found[home.pk] = {"household": _facts(of_household, taken, last), "members": people}
        if home.pk in incomes:
            found[home.pk]["income"] = incomes[home.pk]
    return found


def empty_shown(blocks, *, month: int) -> dict[str, Any]:
    """A sheet without values, of a household with one person (0) of whom everything is asked: the form to look at."""
    empty = [None, None, None]
    members = dict.fromkeys(facts_asked(blocks, MEMBER, month=month), empty)
    return {
        "household": dict.fromkeys(facts_asked(blocks, HOUSEHOLD, month=month), empty),
        "members": [[0, members]] if members else [],
    }


def _rows(model, owner: str, ids: list[int], year: int) -> tuple[dict, dict]:
    """The row of the year, and the last one before it, by owner."""
    rows = model.objects.filter(**{f"{owner}__in": ids}, year__lte=year)
    now, before = {}, {}
    # Of the years before the last one is enough: two rows of each owner.
    latest = rows.filter(year__lt=year).order_by(f"{owner}_id", "-year").distinct(f"{owner}_id")
    for one in rows.filter(year=year):
        now[getattr(one, f"{owner}_id")] = one
    for one in latest:
        before[getattr(one, f"{owner}_id")] = one
    return now, before


def _sides(member: Member, now: Mapping, before: Mapping) -> tuple[MemberSurvey, MemberSurvey | None]:
    last = before.get(member.pk)
    return now.get(member.pk) or MemberSurvey(**carried(last, CARRIED_MEMBER_FIELDS)), last


def _members(ids: list[int]) -> dict[int, list[Member]]:
    """Who is in each household now, the head first, then as they came."""
    found: dict[int, list[Member]] = {}
    heads = dict(Household.objects.filter(pk__in=ids).values_list("pk", "head_id"))
    for one in Member.objects.filter(household__in=ids).order_by("household_id", "pk"):
        found.setdefault(one.household_id, []).append(one)
    for pk, rows in found.items():
        rows.sort(key=lambda one: one.pk != heads[pk])
    return found


def _asked_of(member: Member, blocks, month: int, day: date) -> list[str]:
    age = age_on(member.birth_date, day)
    found = []
    for block in blocks:
        if block["of"] == MEMBER and meant_for(block, month=month, age=age):
            found += [one["field"] for one in block["questions"]]
    return list(dict.fromkeys(found))


def _facts(names: Iterable[str], row, last) -> dict[str, list]:
    """{field: [the register's value of the year, the value to print, the year it is of (null: this one)]}."""
    found = {}
    for name in names:
        base = tell_fact(name, getattr(row, name))
        if last is not None and not is_known(getattr(row, name)) and is_known(getattr(last, name)):
            found[name] = [base, tell_fact(name, getattr(last, name)), last.year]
        else:
            found[name] = [base, base, None]
    return found


def _incomes(now: Mapping[int, Survey], before: Mapping[int, Survey]) -> dict[int, dict[str, Any]]:
    """The income sheet by household: what stands for the year (base), what is printed with the year of what is of an
    earlier one, and the groups that the year has not answered (open): income is of its year, nothing carries over.
    """
    surveys = {one.pk: one for one in (*now.values(), *before.values())}
    items: dict[int, dict[str, tuple[Decimal, str]]] = {pk: {} for pk in surveys}
    for one in IncomeItem.objects.filter(survey__in=surveys):
        items[one.survey_id][one.item] = (one.amount, one.note)
    found = {}
    for pk in now.keys() | before.keys():
        own, last = now.get(pk), before.get(pk)
        base = _sheet(own, items[own.pk]) if own is not None else {"items": {}, "none_groups": []}
        left = [key for key, column in GROUP_FIELDS.items() if own is None or getattr(own, column) is None]
        earlier = _left(_sheet(last, items[last.pk]), left, base) if last is not None else _NOTHING
        shows = {
            "items": base["items"] | earlier["items"],
            "none_groups": sorted({*base["none_groups"], *earlier["none_groups"]}),
        }
        of_year = last.year if earlier["items"] or earlier["none_groups"] else None
        found[pk] = {"base": base, "shown": shows, "year": of_year, "open": left}
    return found


_NOTHING: dict[str, Any] = {"items": {}, "none_groups": []}


def _left(earlier: Mapping[str, Any], left: Iterable[str], base: Mapping[str, Any]) -> dict[str, Any]:
    """What an earlier year says of the groups that this one has not answered, and of what counts in no group where this
    one names nothing of it.
    """
    groups = set(left)
    if not any(INCOME_ITEMS[key].group == BESIDE for key in base["items"]):
        groups.add(BESIDE)
    items = {
        key: value
        for key, value in earlier["items"].items()
        if INCOME_ITEMS[key].group in groups and key not in base["items"]
    }
    return {"items": items, "none_groups": [one for one in earlier["none_groups"] if one in groups]}


def _sheet(survey: Survey, items: Mapping[str, tuple[Decimal, str]]) -> dict[str, Any]:
    return {
        "items": {key: [str(amount), note] for key, (amount, note) in items.items()},
        "none_groups": sorted(none_groups_of(survey, items)),
    }
