"""Everything about one case side by side: required, measured, from where; then, now, last year, its neighbours."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q

from households.desk.differences import Difference, appraised_copy, content_since, since
from households.desk.stages import CASE
from households.explain import Explanation, Line, explain
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    BureauConfirmation,
    ExitCase,
    ExitCheck,
    ExitSignature,
)
from poverty.files.models import FileLink
from poverty.review.models import MeetingItem, Notice, Objection, RosterEntry

_HOUSEHOLD, _MEETING = "households.household", "review.meeting"


@dataclass
class Row:
    """One indicator: the line of today, the state when it was appraised and last year's (NULL: not asked then)."""

    line: Line
    then: int | None = None
    last_year: int | None = None

    @property
    def changed(self) -> bool:
        """Whether its state is no longer what was appraised."""
        return self.then is not None and self.then != self.line.state


@dataclass
class Neighbours:
    """Net income per head in the village: the mean of the judged, and of those whose exit is under way."""

    households: int = 0
    mean: Decimal | None = None
    cases: int = 0
    mean_of_cases: Decimal | None = None


@dataclass
class Side:
    """What the page of one case shows."""

    explanation: Explanation
    rows: list[Row] = field(default_factory=list)
    copy_on: Any = None  # the day of the appraisal that is compared with; None: no copy
    income_then: Decimal | None = None
    income_last_year: Decimal | None = None
    differences: list[Difference] = field(default_factory=list)
    neighbours: Neighbours = field(default_factory=Neighbours)
    confirmations: list = field(default_factory=list)
    checks: list = field(default_factory=list)
    signatures: list = field(default_factory=list)
    obstacles: list = field(default_factory=list)
    meetings: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    objections: list = field(default_factory=list)
    evidence: list = field(default_factory=list)


def side_of(case: ExitCase, user) -> Side:
    """Everything about a case that a person may see whole; `case.household` comes with its places."""
    explanation = explain(case.household, case.year)
    copy = appraised_copy(case)
    content = content_since(copy)
    then = content.get("result", {}).get("states", {})
    last = Assessment.objects.filter(household=case.household_id, year=case.year - 1).first()
    rows = [
        Row(line, then.get(line.code), getattr(last, line.code, None) if last else None)
        for line in explanation.lines
        if line.code in INDICATOR_COLUMNS
    ]
    return Side(
        explanation,
        rows,
        copy_on=copy.step.happened_on if copy else None,
        income_then=case.base_income,
        income_last_year=last.net_income_per_head if last else None,
        differences=since(content, case) if content and _touched(case, explanation) else [],
        neighbours=_neighbours(case),
        confirmations=list(_of_round(BureauConfirmation, case)),
        checks=list(_of_round(ExitCheck, case)),
        signatures=list(_of_round(ExitSignature, case)),
        obstacles=list(case.obstacles.filter(lifted_on__isnull=True)),
        meetings=list(
            MeetingItem.objects.filter(case_type=CASE, case_id=case.pk)
            .select_related("meeting")
            .order_by("pk")
        ),
        notices=_notices(case),
        objections=list(Objection.objects.filter(case_type=CASE, case_id=case.pk).order_by("pk")),
        evidence=_evidence(case, user),
    )


def _touched(case: ExitCase, explanation: Explanation) -> bool:
    """Whether anything was written to the household since: else there is nothing to compare."""
    result = explanation.assessment
    return case.is_held or result is None or result.facts_version != case.base_facts_version


def _of_round(model, case: ExitCase):
    return model.objects.filter(case=case, round=case.round).order_by("pk").select_related("recorded_by")


def _neighbours(case: ExitCase) -> Neighbours:
    results = Assessment.objects.filter(
        household__area_id=case.area_code, year=case.year, net_income_per_head__isnull=False
    )
    exits = ExitCase.objects.filter(area_code=case.area_code, year=case.year)
    theirs = Q(household__in=exits.values("household"))
    return Neighbours(
        **results.aggregate(
            households=Count("pk"),
            mean=Avg("net_income_per_head"),
            cases=Count("pk", filter=theirs),
            mean_of_cases=Avg("net_income_per_head", filter=theirs),
        )
    )


def _notices(case: ExitCase) -> list[Notice]:
    lists = RosterEntry.objects.filter(case_type=CASE, case_id=case.pk)
    return list(Notice.objects.standing().filter(roster__in=lists.values("roster")).order_by("posted_on"))


def _evidence(case: ExitCase, user) -> list[FileLink]:
    """Files of the case, of the household, and of the meetings that spoke of it, as far as the person may see them."""
    meetings = MeetingItem.objects.filter(case_type=CASE, case_id=case.pk).values("meeting")
    whose = (
        Q(case_type=CASE, case_id=case.pk)
        | Q(case_type=_HOUSEHOLD, case_id=case.household_id)
        | Q(case_type=_MEETING, case_id__in=meetings)
    )
    links = FileLink.objects.visible_to(user, CASE, _HOUSEHOLD, _MEETING).filter(whose)
    return list(links.select_related("file").order_by("-case_type", "pk")[:60])
