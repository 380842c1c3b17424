"""Who last changed in the register what a visit wants to change, and when: by the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from households.models import VisitFact
from households.options.income_items import INCOME_ITEMS
from households.services.member_surveys import summary_of
from households.visits.services.income import ITEM, NONE
from households.visits.services.needs import NEED
from poverty.audit.models import Entry


@dataclass(frozen=True)
class LastWord:
    """Who changed a value last, and when. `who`: "系统" when nobody did."""

    who: str
    at: datetime


def last_words(facts: Sequence[VisitFact]) -> dict[int, LastWord]:
    """Fact -> the last entry of the log that changed it; missing when there is none. One query for some facts."""
    wanted = {one.pk: found for one in facts if (found := _key(one)) is not None}
    if not wanted:
        return {}
    condition = Q(pk__in=[])
    for one in facts:
        if one.pk in wanted:
            action, key, _ = wanted[one.pk]
            condition |= Q(case_id=one.visit.household_id, action=action, changes__has_key=key)
    rows = Entry.objects.filter(condition, case_type="households.household").select_related("actor")
    entries = list(rows.order_by("-pk")[: 50 * len(wanted)])
    found = {}
    for one in facts:
        if one.pk not in wanted:
            continue
        action, key, begins = wanted[one.pk]
        for entry in entries:
            same = entry.action == action and entry.case_id == one.visit.household_id and key in entry.changes
            if same and entry.summary.startswith(begins):
                found[one.pk] = LastWord(entry.actor.name if entry.actor else "系统", entry.at)
                break
    return found


def _key(fact: VisitFact) -> tuple[str, str, str] | None:
    """(action, key of the change, beginning of the summary) by which the log tells of a fact."""
    year = fact.visit.year
    if fact.field.startswith((NEED, NONE)):
        return None
    if fact.field.startswith(ITEM):
        key = INCOME_ITEMS.label(fact.field.removeprefix(ITEM))
        return "households.income.save", key, f"{year}年度收入"
    if fact.member_id is not None:
        return "households.member_survey.save", fact.field, summary_of(fact.member, year)
    return "households.survey.save", fact.field, f"{year}年度信息"
