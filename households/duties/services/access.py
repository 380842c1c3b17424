"""Who may record what was done: a helper his own, an office what lies in its place, a unit what it did itself."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from poverty.accounts.models import Role, Unit, User
from poverty.accounts.rights import ROLE_RIGHTS

RECORD = "duty.record"
ALIEN = "只能登记本人的；代他人登记由村级信息员、乡镇或县办理。"


def offices(actor: User, right: str = RECORD) -> list[str]:
    """Places where a person types what others did: those of his postings that are no helper's."""
    return [
        posting.area_id
        for posting in actor.postings_today
        if posting.role != Role.HELPER and right in ROLE_RIGHTS[posting.role]
    ]


def keeps_for_others(actor: User, area_code: str, right: str = RECORD) -> bool:
    """Whether a person may type at a place what others did."""
    return any(area_code.startswith(place) for place in offices(actor, right))


def may_take_back(actor: User, row) -> bool:
    """Whether a person may withdraw a record of field work: who typed it, whom it names, or an office of its place."""
    own = actor.pk in (row.recorded_by_id, row.person_id)
    return (own and actor.has_right(RECORD)) or keeps_for_others(actor, getattr(row, "area_code", ""))


def check_person(actor: User, person: User, area_code: str, right: str = RECORD) -> None:
    """PermissionDenied unless what this person did in a place may be typed by the actor."""
    if keeps_for_others(actor, area_code, right):
        return
    if person.pk != actor.pk or not (actor.has_right_at(right, area_code) or helps_at(actor, area_code)):
        raise PermissionDenied(ALIEN)


def check_unit(actor: User, unit: Unit, area_code: str) -> None:
    """PermissionDenied unless what a unit did may be typed by the actor: its own people, and the offices of the place."""
    if not actor.has_right(RECORD):
        raise PermissionDenied(ALIEN)
    if actor.unit_id != unit.pk and not keeps_for_others(actor, area_code):
        raise PermissionDenied("由本单位人员登记，或由当地村、乡镇、县登记。")


def helps_at(actor: User, area_code: str) -> bool:
    """Whether a helper is paired today with a household of a village."""
    return actor.pairings.open_on(timezone.localdate()).filter(household__area=area_code).exists()
