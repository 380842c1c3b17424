"""What a person states when firing a transition, and the checks that need nothing but the statement
itself.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils import timezone

from poverty.accounts.models import Posting
from poverty.parameters.services import value_for
from poverty.review.levels import Level
from poverty.review.workflows import Transition, Workflow
from poverty.sql.periods import valid_at


@dataclass(frozen=True)
class Entry:
    """Who typed (`actor`), who decided, on which day, with which words and papers. Checked: every gap
    filled.
    """

    actor: AbstractBaseUser
    decided_by: AbstractBaseUser | None = None
    decided_by_name: str = ""
    happened_on: date | None = None
    comment: str = ""
    late_reason: str = ""
    document_name: str = ""


def check_entry(
    transition: Transition, area_codes: str | list[str], entry: Entry, *, own: bool = False
) -> Entry:
    """Return the entry with decider and day filled in, or raise PermissionDenied or ValidationError by field.

    `area_codes`: the places of the case or, for a list, of all its cases. `own`: the case is the actor's own
    (Workflow.own), wherever he is posted.
    """
    places = [area_codes] if isinstance(area_codes, str) else list(area_codes)
    if not own and not all(holds_right(entry.actor, transition, place) for place in places):
        raise PermissionDenied(no_right(transition))
    entry = _with_decider(entry)
    today = timezone.localdate()
    entry = replace(
        entry,
        happened_on=entry.happened_on or today,
        comment=entry.comment.strip(),
        late_reason=entry.late_reason.strip(),
        document_name=entry.document_name.strip(),
    )
    errors = _late_or_early(entry, places, today)
    if transition.needs_comment and not entry.comment:
        errors["comment"] = f"“{transition.label}”须写明意见或原因。"
    for_another = entry.decided_by is None or entry.decided_by.pk != entry.actor.pk
    if not entry.document_name and (transition.needs_document or for_another):
        errors["document_name"] = (
            "代他人录入须注明其签字的纸质材料。" if for_another else f"“{transition.label}”须注明依据文件。"
        )
    if for_another and entry.decided_by is not None and not _posted(entry, transition, places):
        errors["decided_by"] = (
            f"{entry.decided_by_name}在 {entry.happened_on} 没有在该区划任职，不能作为办理人。"
        )
    for name, limit in (
        ("comment", 500),
        ("late_reason", 200),
        ("document_name", 200),
        ("decided_by_name", 60),
    ):
        if len(getattr(entry, name)) > limit:
            errors[name] = f"最多 {limit} 个字。"
    if errors:
        raise ValidationError(errors)
    # Kept only where it says something: a step with a reason is a late one.
    return entry if _is_late(entry, places, today) else replace(entry, late_reason="")


def holds_right(user: AbstractBaseUser, transition: Transition, area_code: str) -> bool:
    """Whether one posting of the user, open today, carries the right, covers the place and stands high
    enough.
    """
    return holds_at(user, transition.right, transition.level, area_code)


def is_own(workflow: Workflow, transition: Transition, obj: Model, user: AbstractBaseUser) -> bool:
    """Whether a user acts here because the case is his own (Workflow.own); so he does at village level only."""
    return (
        workflow.own is not None
        and transition.level == Level.VILLAGE
        and workflow.own(user, transition.right, obj)
    )


def holds_at(user, right: str, level: str, area_code: str) -> bool:
    """Whether one posting of the user, open today, carries a right, covers a place and stands at a level or above."""
    length = Level(level).code_length
    return any(
        area_code.startswith(grant.area) and len(grant.area) <= length for grant in user.scope(right).grants
    )


def no_right(transition: Transition) -> str:
    """Return the words for somebody who may not fire a transition here."""
    return f"您没有在该区划办理“{transition.label}”的权限（{Level(transition.level).label}级办理）。"


def _with_decider(entry: Entry) -> Entry:
    """Fill in who decided. The actor's own name as paper signer is the actor himself."""
    name = "".join(entry.decided_by_name.split())
    decider = entry.decided_by
    if decider is None and (not name or name == entry.actor.name):
        decider = entry.actor
    if decider is not None:
        if name and name != decider.name:
            raise ValidationError({"decided_by_name": "办理人与所填姓名不一致，请只填一项。"})
        name = decider.name
    return replace(entry, decided_by=decider, decided_by_name=name)


def _late_or_early(entry: Entry, places: list[str], today: date) -> dict[str, str]:
    if entry.happened_on > today:
        return {"happened_on": "发生日期不能晚于今天。"}
    if _is_late(entry, places, today) and not entry.late_reason:
        return {"late_reason": f"{entry.happened_on} 发生的事项今天才录入，属于补录，请填写补录原因。"}
    return {}


def _is_late(entry: Entry, places: list[str], today: date) -> bool:
    if entry.happened_on >= today:
        return False
    # Places of one list lie in one county as a rule; the shortest code speaks for them all.
    days = value_for("review.late_entry_days", min(places, key=len) if places else "", today)
    return entry.happened_on < today - timedelta(days=days)


def _posted(entry: Entry, transition: Transition, places: list[str]) -> bool:
    """Whether the decider held a posting on the day that covers every place, at the level or above.

    His right on that day is not asked for: leaders sign on paper what they have no button for.
    """
    length = Level(transition.level).code_length
    codes = [
        code
        for code in Posting.objects.filter(valid_at(entry.happened_on), user=entry.decided_by).values_list(
            "area_id", flat=True
        )
        if len(code) <= length
    ]
    return all(any(place.startswith(code) for code in codes) for place in places)
