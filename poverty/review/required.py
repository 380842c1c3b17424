"""Which papers cases still lack for a transition: the rules are dated rows by place (models/papers.py)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from poverty.files import cases as file_cases
from poverty.files.models import FileLink
from poverty.review.models import MeetingItem, RequiredPaper, RosterEntry
from poverty.review.rounds import Beginning, beginnings
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

    The rule of the nearest place counts, per kind of holder, meeting and role. A paper of a list is had when the list on
    which the case stands has it, one of a meeting when the last meeting of that kind has it; what was uploaded before the
    case was returned belongs to an earlier round, unless the rule says that it serves on. One query where no rule asks
    for anything, else a handful, whatever the number of cases.
    """
    rules = list(
        RequiredPaper.objects.filter(
            valid_at(on), case_type=workflow.case_type, transition=transition
        ).order_by("area_code")
    )
    if not rules:
        return {}
    places = dict(cases.order_by().values_list("pk", workflow.area_field))
    had, before = _had(workflow.case_type, list(places), rules)
    found: dict[int, list[Lacking]] = {}
    for case_id, place in places.items():
        # In "C" order a longer prefix comes later and takes the place of the shorter one.
        nearest = {_key(rule): rule for rule in rules if (place or "").startswith(rule.area_code)}
        lacking = [
            _lacking(workflow, rule)
            for key, rule in nearest.items()
            if key not in had.get(case_id, ()) and (rule.each_round or key not in before.get(case_id, ()))
        ]
        if lacking:
            found[case_id] = lacking
    return found


def _key(rule: RequiredPaper) -> tuple[str, str, str]:
    return (rule.per, rule.meeting, rule.role)


Had = dict[int, set[tuple[str, str, str]]]


def _had(case_type: str, ids: list[int], rules: list[RequiredPaper]) -> tuple[Had, Had]:
    """(per, meeting, role) of the files that each case, its list or its meetings have, of the open round; and of those
    of cases themselves that are of an earlier round.
    """
    had: Had = defaultdict(set)
    before: Had = defaultdict(set)
    links = FileLink.objects.open().filter(role__in={rule.role for rule in rules})
    began = beginnings(case_type, ids)
    pers = {rule.per for rule in rules}
    if RequiredPaper.Per.CASE in pers:
        own = links.filter(case_type=case_type, case_id__in=ids)
        for case_id, role, linked_at in own.values_list("case_id", "role", "at"):
            is_of_round = case_id not in began or linked_at >= began[case_id].recorded_at
            (had if is_of_round else before)[case_id].add((RequiredPaper.Per.CASE, "", role))
    if RequiredPaper.Per.ROSTER in pers:
        standing = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=ids)
        lists = dict(standing.values_list("case_id", "roster_id"))
        hung = _roles(links, "review.roster", set(lists.values()))
        for case_id, roster_id in lists.items():
            for role, linked_at in hung.get(roster_id, ()):
                if case_id not in began or linked_at >= began[case_id].recorded_at:
                    had[case_id].add((RequiredPaper.Per.ROSTER, "", role))
    if RequiredPaper.Per.MEETING in pers:
        last = _last_meetings(case_type, ids, began)
        hung = _roles(links, "review.meeting", set(last.values()))
        for (case_id, kind), meeting_id in last.items():
            had[case_id] |= {(RequiredPaper.Per.MEETING, kind, role) for role, _ in hung.get(meeting_id, ())}
    return had, before


def _roles(links: QuerySet, holder: str, ids: set[int]) -> dict[int, list[tuple[str, datetime]]]:
    """Role and time of the files of lists or meetings, by list or meeting."""
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = links.filter(case_type=holder, case_id__in=ids)
    for holder_id, role, linked_at in rows.values_list("case_id", "role", "at"):
        found[holder_id].append((role, linked_at))
    return found


def _last_meetings(case_type: str, ids: list[int], began: dict[int, Beginning]) -> dict[tuple[int, str], int]:
    """The last closed meeting of each kind that spoke of a case in its open round."""
    items = MeetingItem.objects.filter(
        case_type=case_type, case_id__in=ids, meeting__closed_at__isnull=False
    ).order_by("meeting__held_on", "meeting_id")
    rows = items.values_list(
        "case_id", "meeting__kind", "meeting_id", "meeting__held_on", "meeting__recorded_at"
    )
    return {
        (case_id, kind): meeting_id
        for case_id, kind, meeting_id, held_on, recorded_at in rows
        if case_id not in began or began[case_id].precedes(held_on, recorded_at)
    }


def _lacking(workflow: Workflow, rule: RequiredPaper) -> Lacking:
    holder = _HOLDERS.get(rule.per, workflow.case_type)
    label = file_cases.role_label(holder, rule.role)
    return Lacking(label, rule.per, rule.role, rule.blocking, rule.document_name)
