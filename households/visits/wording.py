"""Visits in words, for pages, ledgers and the log: what a fact is called, what its values say."""

from typing import Any

from households.models import MemberSurvey, Survey, VisitFact
from households.visits.services.income import line_label
from households.visits.services.needs import NEED, need_words
from households.visits.services.standing import is_sheet
from households.visits.values import in_words, of_whom

_LABELS = {
    model: {one.name: str(one.verbose_name) for one in model._meta.concrete_fields}
    for model in (Survey, MemberSurvey)
}


def label_of(fact: VisitFact) -> str:
    """What a fact is called."""
    if fact.field.startswith(NEED):
        return "诉求"
    if is_sheet(fact.field):
        return line_label(fact.field)
    return _LABELS[Survey if fact.member_id is None else MemberSurvey].get(fact.field, fact.field)


def words_of(fact: VisitFact, told: Any) -> str:
    """A value of a fact in words."""
    if fact.field.startswith(NEED):
        return need_words(told) if told else "（未登记）"
    if is_sheet(fact.field):
        if isinstance(told, list):
            return f"{told[0]} 元" + (f"（{told[1]}）" if told[1] else "")
        return "（未填）" if told is None else "是" if told else "否"
    return in_words(of_whom(fact.member_id), fact.field, told)
