"""Which papers cases still lack for a transition: the rules are dated rows by place (models/papers.py)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from poverty.files import cases as file_cases
from poverty.files.models import FileLink
from poverty.review.models import MeetingItem, RequiredPaper, RosterEntry
from poverty.review.workflows import Workflow
from poverty.sql.periods import valid_at

_HOLDERS = {RequiredPaper.Per.ROSTER: "review.roster", RequiredPaper.Per.MEETING: "review.meeting"}


@dataclass(frozen=True)
class Lacking:
    """A paper that a case has not: what it is called, on what it is to hang, whether it blocks, by which document."""

    label: str
    per: str
    role: str
    blocking: bool
    document_name: str


def missing_papers(
    workflow: Workflow, transition: str, cases: QuerySet, on: date
) -> dict[int, list[Lacking]]:
    """What each case lacks for a transition, by the rules of its place on a day; who lacks nothing is missing.

    The rule of the nearest place counts, per kind of holder and role. A paper of a list or of a meeting is had when
    the list on which the case stands, or a meeting that spoke of it, has it. One query where no rule asks for
    anything, else five at most, whatever the number of cases.
    """
    rules = list(
        RequiredPaper.objects.filter(
            valid_at(on), case_type=workflow.case_type, transition=transition
        ).order_by("area_code")
    )
    if not rules:
        return {}
    places = dict(cases.order_by().values_list("pk", workflow.area_field))
    had = _had(workflow.case_type, list(places), {rule.per for rule in rules}, {rule.role for rule in rules})
    found: dict[int, list[Lacking]] = {}
    for case_id, place in places.items():
        # In "C" order a longer prefix comes later and takes the place of the shorter one.
        nearest = {(rule.per, rule.role): rule for rule in rules if (place or "").startswith(rule.area_code)}
        lacking = [
            _lacking(workflow, rule) for key, rule in nearest.items() if key not in had.get(case_id, ())
        ]
        if lacking:
            found[case_id] = lacking
    return found


def _had(case_type: str, ids: list[int], pers: set[str], roles: set[str]) -> dict[int, set[tuple[str, str]]]:
    """(per, role) of the files that each case, its list or its meetings have."""
    had: dict[int, set[tuple[str, str]]] = defaultdict(set)
    links = FileLink.objects.open().filter(role__in=roles)
    if RequiredPaper.Per.CASE in pers:
        own = links.filter(case_type=case_type, case_id__in=ids)
        for case_id, role in own.values_list("case_id", "role"):
            had[case_id].add((RequiredPaper.Per.CASE, role))
    for per, holders in (
        (RequiredPaper.Per.ROSTER, RosterEntry.objects.standing().values_list("case_id", "roster_id")),
        (
            RequiredPaper.Per.MEETING,
            MeetingItem.objects.filter(meeting__closed_at__isnull=False).values_list("case_id", "meeting_id"),
        ),
    ):
        if per not in pers:
            continue
        pairs = list(holders.filter(case_type=case_type, case_id__in=ids))
        theirs = defaultdict(set)
        hung = links.filter(case_type=_HOLDERS[per], case_id__in={holder for _, holder in pairs})
        for holder, role in hung.values_list("case_id", "role"):
            theirs[holder].add(role)
        for case_id, holder in pairs:
            had[case_id] |= {(per, role) for role in theirs[holder]}
    return had


def _lacking(workflow: Workflow, rule: RequiredPaper) -> Lacking:
    holder = _HOLDERS.get(rule.per, workflow.case_type)
    label = file_cases.role_label(holder, rule.role)
    return Lacking(label, rule.per, rule.role, rule.blocking, rule.document_name)
