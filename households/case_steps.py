"""The page of a case that goes a way on lists: its row of steps, its buttons or why there is none, what it waits to post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from poverty.review.holds import refusals
from poverty.review.models import Notice, RosterEntry
from poverty.review.workflows import Workflow, workflows


@dataclass(frozen=True)
class Stage:
    """One step of the way; `when`: "done" (`on` its day, where it is told), "now", "later" or "not" (ended before)."""

    label: str
    when: str
    on: date | None = None


@dataclass(frozen=True)
class Action:
    """A button, or why there is none."""

    label: str
    url: str = ""
    why_not: str = ""
    main: bool = False
    danger: bool = False


def posted_at(workflow: Workflow) -> dict[Notice.Kind, tuple[tuple[str, ...], str]]:
    """Kind of notice -> the states of who is posted (also again, when the sheet was taken back), and who posts."""
    return {
        Notice.Kind(kind): ((post.state, *post.again), post.right) for kind, post in workflow.posts.items()
    }


def postings(
    case: Model, user, page: str, why_not: Callable[[QuerySet], Mapping[int, str]] | None = None
) -> list[Action]:
    """Notices that wait for this person to post them. `page`: name of the page that posts a list as a kind of notice,
    `why_not`: what keeps cases off the wall, by primary key.
    """
    workflow = workflows.get(case._meta.label_lower)
    area_code, found = workflow.area_of(case), []
    for kind, (states, right) in posted_at(workflow).items():
        if workflow.state_of(case) not in states or not user.has_right_at(right, area_code):
            continue
        notices = Notice.objects.standing().filter(roster=OuterRef("roster"), kind=kind)
        entry = (
            RosterEntry.objects.standing()
            .filter(case_type=workflow.case_type, case_id=case.pk)
            .annotate(hangs=Exists(notices))
            .first()
        )
        if entry is not None and not entry.hangs:
            url = reverse(page, args=[entry.roster_id, kind])
            why = why_not(type(case).objects.filter(pk=case.pk)).get(case.pk, "") if why_not else ""
            found.append(Action(f"张贴{kind.label}", "" if why else url, why, main=True))
    return found


def held_at(workflow: Workflow, name: str, cases: QuerySet, *, met: bool = False) -> dict[int, str]:
    """Why cases cannot take a step today, by primary key; set-based. `met`: its meeting is entered with the step itself."""
    transition = workflow.get(name)
    found = dict(transition.precondition_many(cases)) if transition.precondition_many else {}
    asked = replace(transition, after_meeting=None) if met else transition
    for pk, text in refusals(workflow, asked, cases, timezone.localdate()).items():
        found.setdefault(pk, text)
    return found
