"""What is answered about a visit: what stands of it, what became of each fact, the verdict before and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from households.indicators import INDICATORS
from households.lacking import lacking
from households.models import INDICATOR_COLUMNS, Assessment, Survey
from households.options.visits import UNDECIDED
from households.visits.models import Visit, VisitFact, VisitPhoto
from poverty.fields.states import MET, UNKNOWN, UNMET, State

RECEIVED, WAITING_PHOTOS, INBOX, REFUSED = "received", "waiting_photos", "inbox", "refused"
LATER = (
    "later"  # nothing is kept, and nothing is wrong with it that anybody could put right: to be sent again
)
NO_VERDICT = "none"


@dataclass
class Received:
    """The answer to one visit. `visit` None: nothing is kept (refused or later, see `errors`)."""

    identity: UUID | str
    state: str
    visit: int | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    missing_photos: list[UUID] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    before: str = NO_VERDICT
    after: str = NO_VERDICT
    closed: list[str] = field(default_factory=list)  # labels of indicators reached by it
    open: list[str] = field(default_factory=list)  # labels of what is not reached, or not known, now

    @property
    def undecided(self) -> int:
        """How many facts wait for a person."""
        return sum(one["outcome"] in UNDECIDED for one in self.facts)


def refused(identity, errors: Mapping[str, Sequence[str]]) -> Received:
    """The answer to a visit of which nothing is kept."""
    return Received(identity, REFUSED, errors={name: list(texts) for name, texts in errors.items()})


def later(identity, said: str) -> Received:
    """The answer to a visit that the system could not keep; sent again it may be."""
    return Received(identity, LATER, errors={"": [said]})


def verdict_word(assessment: Assessment | None) -> str:
    """met, unmet, unknown, not_assessed, or none where nothing was judged."""
    if assessment is None or assessment.verdict is None:
        return NO_VERDICT
    return State(assessment.verdict).name.lower()


def judged_words(before: Assessment | None, after: Assessment | None) -> dict[str, Any]:
    """What is kept of the judging with a visit: verdicts, and the indicators it closed or opened."""
    closed, opened = [], []
    for code in INDICATOR_COLUMNS if before is not None and after is not None else ():
        was, now = getattr(before, code), getattr(after, code)
        if was in (UNMET, UNKNOWN) and now == MET:
            closed.append(code)
        elif was == MET and now in (UNMET, UNKNOWN):
            opened.append(code)
    return {
        "before": verdict_word(before),
        "after": verdict_word(after),
        "closed": closed,
        "opened": opened,
    }


def labels(codes: Iterable[str]) -> list[str]:
    """Indicators in words, in their order."""
    wanted = set(codes)
    return [one.label for code, one in INDICATORS.items() if code in wanted]


def answers(visits: Sequence[Visit]) -> dict[UUID, Received]:
    """What stands of visits, by identity; five queries for all of them."""
    keys = [one.pk for one in visits]
    homes = {one.household_id for one in visits}
    years = {one.year for one in visits}
    facts: dict[int, list[dict]] = {}
    for row in VisitFact.objects.filter(visit__in=keys).order_by("pk"):
        facts.setdefault(row.visit_id, []).append(
            {"member": row.member_id, "field": row.field, "outcome": row.outcome, "said": row.said}
        )
    missing: dict[int, list[UUID]] = {}
    rows = VisitPhoto.objects.awaited().filter(visit__in=keys).order_by("pk")
    for visit, identity in rows.values_list("visit_id", "identity"):
        missing.setdefault(visit, []).append(identity)
    results = {
        (one.household_id, one.year): one
        for one in Assessment.objects.filter(household__in=homes, year__in=years)
    }
    surveys = Survey.objects.filter(household__in=homes, year__in=years, visited_on__isnull=False)
    visited = set(surveys.values_list("household_id", "year"))
    return {
        one.identity: _answer(one, facts.get(one.pk, []), missing.get(one.pk, []), results, visited)
        for one in visits
    }


def state_of(visit_id: int) -> str:
    """received, waiting_photos or inbox, as `answers` says it; one query."""
    photos = VisitPhoto.objects.awaited().filter(visit=OuterRef("pk"))
    facts = VisitFact.objects.filter(visit=OuterRef("pk"), outcome__in=UNDECIDED)
    row = Visit.objects.annotate(lacks=Exists(photos), waits=Exists(facts)).get(pk=visit_id)
    return _state(row, row.lacks, row.waits)


def _state(visit: Visit, lacks: bool, waits: bool) -> str:
    """By whether photos have not come, and whether facts wait for a person."""
    if lacks:
        return WAITING_PHOTOS
    return INBOX if waits or (visit.held and visit.held_decided_at is None) else RECEIVED


def _answer(visit: Visit, facts, missing, results, visited) -> Received:
    place = (visit.household_id, visit.year)
    now = lacking(results.get(place), visited=place in visited)
    answer = Received(
        visit.identity,
        RECEIVED,
        visit.pk,
        missing_photos=missing,
        facts=facts,
        before=visit.judged.get("before", NO_VERDICT),
        after=visit.judged.get("after", NO_VERDICT),
        closed=labels(visit.judged.get("closed", ())),
        open=[*now.unmet, *now.unknown],
    )
    answer.state = _state(visit, bool(missing), bool(answer.undecided))
    return answer
