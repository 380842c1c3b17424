"""溯源单: everything that led to the state of a case, as plain data for a page, a sheet or a test."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from poverty.files.models import FileLink
from poverty.review.models import MeetingItem, Notice, Objection, RosterEntry, Step
from poverty.review.services.freezing import sha256_of
from poverty.review.workflows import workflows


@dataclass(frozen=True)
class Evidence:
    """A file: what it is to the case, its name, its content's SHA-256, who brought it and when."""

    label: str
    name: str
    sha256: str
    linked_by: str
    at: datetime
    file_id: int


@dataclass(frozen=True)
class Held:
    """What a meeting said of the case, with the evidence of the meeting."""

    item: MeetingItem
    evidence: list[Evidence]


@dataclass(frozen=True)
class Hung:
    """A notice on which the case stood, with the photo of the wall; `left` tells when the case left that list."""

    notice: Notice
    left: RosterEntry | None
    evidence: list[Evidence]


@dataclass
class Line:
    """One step, with what it rested on and what came in since the step before it."""

    step: Step
    meetings: list[Held] = field(default_factory=list)
    notices: list[Hung] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    frozen_sha256: str = ""  # "": nothing was frozen with this step
    frozen_is_whole: bool = True  # the copy still is what was hashed

    @property
    def needs(self):
        """The transition as the table has it now; None when it is no longer there."""
        try:
            return workflows.get(self.step.case_type).get(self.step.transition)
        except KeyError:
            return None


@dataclass
class Trace:
    """The steps of one case in the order in which they were recorded, and what belongs to none of them yet."""

    case_type: str
    case_id: int
    lines: list[Line]
    rest: Line | None  # since the last step; its `step` is that last step


def trace(case_type: str, case_id: int) -> Trace:
    """Every step of a case with document, both times, who decided and who typed, evidence, frozen copy, meeting, notice.

    A meeting or notice stands with the step that had to wait for it, else with the first step on or after its day. A
    file stands with the first step recorded after it was linked. The caller has checked that the case may be seen.
    Seven queries, whatever the number of steps. Personal numbers occur nowhere in it.
    """
    steps = list(
        Step.objects.of_case(case_type, case_id).select_related("decided_by", "recorded_by", "frozen")
    )
    lines = [_line(step) for step in steps]
    rest = Line(steps[-1]) if steps else None
    items = list(
        MeetingItem.objects.filter(
            case_type=case_type, case_id=case_id, meeting__closed_at__isnull=False
        ).select_related("meeting__recorded_by")
    )
    entries = {
        one.roster_id: one
        for one in RosterEntry.objects.filter(case_type=case_type, case_id=case_id).select_related("left_by")
    }
    notices = list(
        Notice.objects.standing()
        .filter(roster__in=entries)
        .select_related("posted_by", "recorded_by")
        .order_by("posted_on", "pk")
    )
    files = _files(
        case_type, case_id, [one.meeting_id for one in items], [one.pk for one in notices], entries
    )
    for item in sorted(items, key=lambda one: (one.meeting.held_on, one.meeting_id)):
        line = _of(lines, item.meeting.held_on, "after_meeting", item.meeting.kind) or rest
        if line:
            line.meetings.append(Held(item, files["review.meeting", item.meeting_id]))
    for notice in notices:
        line = _of(lines, notice.posted_on, "after_notice", notice.kind) or rest
        entry = entries[notice.roster_id]
        if line:
            left = entry if entry.left_on else None
            line.notices.append(Hung(notice, left, files["review.notice", notice.pk]))
    for objection in Objection.objects.filter(case_type=case_type, case_id=case_id).order_by("pk"):
        line = _of(lines, objection.received_on) or rest
        if line:
            line.objections.append(objection)
    own = files[case_type, case_id] + [one for pk in entries for one in files["review.roster", pk]]
    for evidence in sorted(own, key=lambda one: (one.at, one.file_id)):
        line = next((one for one in lines if one.step.recorded_at >= evidence.at), rest)
        if line:
            line.evidence.append(evidence)
    waits = rest and (rest.meetings or rest.notices or rest.objections or rest.evidence)
    return Trace(case_type, case_id, lines, rest if waits else None)


def _line(step: Step) -> Line:
    copy = getattr(step, "frozen", None)
    if copy is None:
        return Line(step)
    return Line(step, frozen_sha256=copy.sha256, frozen_is_whole=sha256_of(copy.content) == copy.sha256)


def _of(lines: list[Line], day: date, waits_for: str = "", kind: str = "") -> Line | None:
    """The step that waited for this kind of paper, on that day or later; else the first step on or after the day."""
    later = [line for line in lines if line.step.happened_on >= day]
    asked = [line for line in later if waits_for and getattr(line.needs, waits_for, None) == kind]
    return next(iter(asked or later), None)


def _files(case_type, case_id, meetings, notices, rosters) -> dict[tuple[str, int], list[Evidence]]:
    """The evidence of the case, its meetings, its notices and its lists, by what it hangs on; one query."""
    wanted = FileLink.objects.open().filter(case_type=case_type, case_id=case_id)
    for holder, ids in (
        ("review.meeting", meetings),
        ("review.notice", notices),
        ("review.roster", list(rosters)),
    ):
        wanted = wanted | FileLink.objects.open().filter(case_type=holder, case_id__in=ids)
    found: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for link in wanted.select_related("file", "linked_by").order_by("pk"):
        found[link.case_type, link.case_id].append(
            Evidence(link.role_label, link.name, link.file.sha256, link.linked_by.name, link.at, link.file_id)
        )
    return found
