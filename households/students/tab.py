"""师生结对 on the household's page: its students with their teachers, and who has one still."""

from dataclasses import dataclass

from django.db.models import F

from households.models import Household, Member, TeacherPairing
from households.options.school_status import SCHOOL_STATUSES
from households.students.querysets import VIEW
from households.students.rows import students_in


@dataclass(frozen=True)
class Taught:
    """A member who is a student of the year (also one who should be at school), or has a teacher. `pairing` None: nobody
    helps him.
    """

    member: Member
    school_status: str
    school_name: str
    pairing: TeacherPairing | None
    is_away: bool = False


def students_of(head) -> list[Taught]:
    """The students of a household that is seen whole, as the lists count them: none of one that is not in question; none
    for who may not see them.
    """
    if not head.can(VIEW):
        return []
    home = head.household  # visible to whoever asks, and whole
    open_rows = TeacherPairing.objects.standing().filter(valid_to=None, member__household=home)
    pairings = {one.member_id: one for one in open_rows.select_related("teacher__school", "member")}
    rows = students_in(Household.objects.filter(pk=home.pk), home.area_id, head.year).filter(valid_to=None)
    rows = rows.annotate(status=F("facts__school_status"), school=F("facts__school_name"))
    found = [
        Taught(
            one.member,
            SCHOOL_STATUSES.label(one.status),
            one.school,
            pairings.pop(one.member_id, None),
            bool(one.is_away),
        )
        for one in rows.select_related("member").order_by("member_id")
    ]
    return found + [Taught(one.member, "", "", one) for one in pairings.values()]
