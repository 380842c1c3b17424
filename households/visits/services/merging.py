"""What visits say of the year's facts, merged by field with what stands there: written, the same, or for the inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from households.models import CountyYear, Household, Survey
from households.options.sources import VISIT
from households.options.visits import CONFLICT, REFUSED, SAME, TAKEN, WRITTEN
from households.services.facts_of_many import Stated, save_facts_of_households, save_facts_of_members
from households.visits.blocks import facts_asked
from households.visits.models import Visit, VisitFact, VisitTemplate
from households.visits.sent import Sent, SentFact
from households.visits.values import of_whom, read, tell_fact
from poverty.web.merge import equal

LATER_CHANGED = "登记的值后来已改，以登记为准。"
BOTH_CHANGED = "别人在您填写期间也改了这一项，等待核对。"
_NOT_ASKED = "走访模板没有问这一项。"
_NOT_A_MEMBER = "此人现在不在该户。"
_LONGEST = 300


@dataclass
class Told:
    """One visit on its way in. `held`: why nothing of it is taken over; `facts`: as they will be kept; `moved`: whether
    it moved 入户日期 of the year, `day_before` from where (None: no day stood).
    """

    sent: Sent
    home: Household
    template: VisitTemplate
    held: str = ""
    late_reason: str = ""
    facts: list[VisitFact] = field(default_factory=list)
    moved: bool = False
    day_before: date | None = None


@dataclass
class _Read:
    """A fact that could be read, with what it was read from."""

    told: Told
    fact: SentFact
    value: Any
    base: Any
    kept: VisitFact


def merge_facts(
    visits: list[Told], year: int, *, visitor, actor, people: Mapping[int, int | None]
) -> set[int]:
    """Merge the facts of visits of one year in the order they were made, whatever the reason why one is entered late;
    returns the households to be judged.

    Each `facts` is filled in. `people`: member -> household where he is now. The caller holds the households and
    everything their members are judged in, and judges (judge_stated).
    """
    visits = sorted(visits, key=lambda one: one.sent.order)
    readable = [one for told in visits for one in _read_facts(told, people)]
    saver = _Saver(year, visitor, actor)
    judged = saver.save(visits, readable)
    again = _own_earlier(readable, visitor)
    if again:
        judged |= saver.save([], again)
    return judged


def _read_facts(told: Told, people: Mapping[int, int | None]) -> Iterable[_Read]:
    asked = {of: set(facts_asked(told.template.blocks, of)) for of in ("household", "member")}
    for one in told.sent.facts:
        of = of_whom(one.member)
        kept = VisitFact(
            member_id=one.member,
            area_code=told.home.area_id,
            field=one.field,
            base=one.base,
            value=one.value,
            outcome=REFUSED,
        )
        told.facts.append(kept)
        if one.member is not None and people.get(one.member) != told.home.pk:
            kept.said = _NOT_A_MEMBER
            continue
        if one.field not in asked[of]:
            kept.said = _NOT_ASKED
            continue
        try:
            # What was found as it was seen may be of a list that no longer has it: it stands all the same.
            found = one.value == one.base
            value, base = read(of, one.field, one.value, seen=found), read(of, one.field, one.base, seen=True)
        except ValidationError as error:
            kept.said = " ".join(error.messages)[:_LONGEST]
            continue
        kept.value, kept.base = tell_fact(one.field, value), tell_fact(one.field, base)
        yield _Read(told, one, value, base, kept)


class _Saver:
    """Saves facts of visits by the services for many, and notes what became of each."""

    def __init__(self, year: int, visitor, actor):
        self.year, self.visitor, self.actor = year, visitor, actor

    def save(self, visits: list[Told], facts: list[_Read]) -> set[int]:
        """Save these facts, and that these households were visited."""
        homes: dict[int, Stated] = {}
        days = self._visited(visits)
        for told in visits:
            homes[id(told)] = self._stated(told.home.pk, told)
            if id(told) in days:
                new, seen = days[id(told)]
                homes[id(told)].values["visited_on"] = new
                homes[id(told)].seen["visited_on"] = seen
        persons: dict[tuple[int, int], Stated] = {}
        for one in facts:
            if one.fact.member is None:
                stated = homes.setdefault(id(one.told), self._stated(one.told.home.pk, one.told))
            else:
                key = (id(one.told), one.fact.member)
                stated = persons.setdefault(key, self._stated(one.fact.member, one.told))
            stated.values[one.fact.field] = one.value
            stated.seen[one.fact.field] = one.base
            if equal(one.value, one.base):
                stated.confirmed.append(one.fact.field)
        paper = {"late_reason": "", "source": VISIT, "judge": False}  # each has its own reason
        judged = save_facts_of_households(
            list(homes.values()), self.year, decided_by_name=self.visitor.name, **paper
        )
        if persons:
            judged |= save_facts_of_members(list(persons.values()), self.year, **paper)
        for one in facts:
            stated = (
                homes[id(one.told)] if one.fact.member is None else persons[(id(one.told), one.fact.member)]
            )
            _note(one, stated)
        for told in visits:
            told.moved = _moved(homes[id(told)])
            told.day_before = homes[id(told)].seen["visited_on"] if told.moved else None
        return judged

    def _stated(self, owner: int, told: Told) -> Stated:
        day, reason = told.sent.happened_on, told.late_reason
        return Stated(owner, {}, {}, day, self.actor, confirmed=[], late_reason=reason)

    def _visited(self, visits: list[Told]) -> dict[int, tuple[date, date | None]]:
        """The day of the last visit by then, and the day before it, of each visit within the accounting period; in the
        order given, so that each moves the day from where the one before it left it.
        """
        ids = [told.home.pk for told in visits]
        rows = Survey.objects.filter(household__in=ids, year=self.year)
        stands = dict(rows.values_list("household_id", "visited_on"))
        counties = {told.home.area_id[:6] for told in visits}
        begins = dict(
            CountyYear.objects.filter(area__in=counties, year=self.year).values_list("area_id", "period_from")
        )
        found = {}
        for told in visits:
            begin = begins.get(told.home.area_id[:6])
            day = told.sent.happened_on
            if begin is None or day < begin:
                continue  # says nothing of the year (visit_faults)
            before = stands.get(told.home.pk)
            stands[told.home.pk] = max(filter(None, (before, day)))
            found[id(told)] = (stands[told.home.pk], before)
        return found


def _moved(stated: Stated) -> bool:
    outcome = stated.outcomes.get("visited_on")
    return outcome is not None and outcome.state == WRITTEN


def _note(one: _Read, stated: Stated) -> None:
    outcome = stated.outcomes[one.fact.field]
    one.kept.outcome = outcome.state
    one.kept.standing = tell_fact(one.fact.field, outcome.now)
    one.kept.said = outcome.said[:_LONGEST]
    if outcome.state != CONFLICT:
        return
    if equal(one.value, one.base):
        # He found it as he had seen it; what somebody else has changed since stays (three-way merge).
        one.kept.outcome, one.kept.said = SAME, LATER_CHANGED
    else:
        one.kept.said = BOTH_CHANGED


def _own_earlier(facts: list[_Read], visitor) -> list[_Read]:
    """Conflicts with what the same visitor said on an earlier visit: who writes two visits offline has seen the
    first one's value, though the second one's base is older. They are to be saved over it.
    """
    open_ones = [one for one in facts if one.kept.outcome == CONFLICT]
    if not open_ones:
        return []
    earlier: dict[tuple, list[tuple[Any, tuple]]] = {}
    for one in facts:
        if one.kept.outcome == WRITTEN:
            earlier.setdefault(_place(one), []).append((one.value, one.told.sent.order))
    rows = VisitFact.objects.filter(
        visit__visitor=visitor,
        visit__household__in={one.told.home.pk for one in open_ones},
        field__in={one.fact.field for one in open_ones},
        visit__year__in={one.told.sent.year for one in open_ones},
        outcome__in=(WRITTEN, TAKEN),
        visit__withdrawn_at__isnull=True,
    ).select_related("visit")
    for row in rows:
        value = read(of_whom(row.member_id), row.field, row.value, seen=True)
        place = (row.visit.household_id, row.member_id, row.field, row.visit.year)
        earlier.setdefault(place, []).append((value, order_of(row.visit)))
    found = []
    for one in open_ones:
        standing = read(of_whom(one.fact.member), one.fact.field, one.kept.standing, seen=True)
        said = earlier.get(_place(one), ())
        if any(equal(value, standing) and order <= one.told.sent.order for value, order in said):
            one.base = standing
            found.append(one)
    return found


def order_of(visit: Visit) -> tuple[date, float]:
    """Which of two visits was made later, as Sent.order says it."""
    return visit.happened_on, visit.started_at.timestamp() if visit.started_at else 0.0


def _place(one: _Read) -> tuple:
    return one.told.home.pk, one.fact.member, one.fact.field, one.told.sent.year
