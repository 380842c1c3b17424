"""Needs (诉求) told on a visit: taken in at once, or kept with the visit until a person has looked at them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError

from households.gaps.needs import raise_need
from households.models import Visit, VisitFact
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.options.visits import REFUSED
from households.visits.sent import SentNeed
from households.visits.services.merging import Told

NEED = "need."


def need_fact(one: SentNeed, area_code: str, **fields) -> VisitFact:
    """A need as a fact of its visit."""
    value = [one.kind, one.text, one.whom]
    return VisitFact(area_code=area_code, field=f"{NEED}{one.identity}", value=value, **fields)


def raise_needs(told: Told, visit: Visit, *, actor) -> None:
    """Take in what the household asked for; what is refused joins the facts of the visit, for the inbox."""
    for one in told.sent.needs:
        try:
            raise_need(
                told.home,
                kind=one.kind,
                text=one.text,
                whom=one.whom,
                raised_on=told.sent.happened_on,
                actor=actor,
                visit=visit,
                identity=one.identity,
                late_reason=told.late_reason,
            )
        except (ValidationError, PermissionDenied) as error:
            said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            told.facts.append(need_fact(one, told.home.area_id, outcome=REFUSED, said=said[:300]))


def take_need(fact: VisitFact, *, actor, late_reason: str) -> None:
    """Take in a need that waited; raises as raise_need does."""
    kind, text, whom = fact.value
    visit = fact.visit
    raise_need(
        visit.household,
        kind=kind,
        text=text,
        whom=whom,
        raised_on=visit.happened_on,
        actor=actor,
        visit=visit,
        identity=UUID(fact.field.removeprefix(NEED)),
        late_reason=late_reason,
    )


def need_words(value: Any) -> str:
    """A need that waits, in words."""
    kind, text, whom = value
    return f"{NEED_KINDS.label(kind)}：{text}（{NEED_PARTIES.label(whom)}答复）"
