"""Who may be entered as the visitor of a household, whether the visit is typed from a sheet or into the office's form."""

from django.db.models import Q
from django.utils import timezone

from households.models import Household, Pairing
from households.visits.services.access import RECORD
from poverty.accounts.models import Role, User
from poverty.areas.models import Level
from poverty.sql.periods import valid_at

_RECORDING = (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER)


def visitors_for(household: Household, actor) -> list[tuple[int, str, str]]:
    """(id, name, what he is) of those who may be entered as visitor of a household: its helpers, also of before a
    hand-over, who types, village and township. A helper writes down his own visits only.
    """
    today = timezone.localdate()
    pairings = (
        Pairing.objects.filter(household=household).select_related("helper").order_by("order", "-valid_from")
    )
    found: dict[int, tuple[int, str, str]] = {}
    for row in pairings:
        over = row.valid_to is not None and row.valid_to <= today
        words = f"原帮扶责任人，至 {row.valid_to}" if over else "帮扶责任人"
        found.setdefault(row.helper_id, (row.helper_id, row.helper.name, words))
    found.setdefault(actor.pk, (actor.pk, actor.name, "我"))
    if not actor.has_right_at(RECORD, household.area_id):
        return [found[actor.pk]]
    places = [household.area_id[: Level.TOWNSHIP], household.area_id]
    posted = User.objects.filter(
        valid_at(today, prefix="postings__"),
        Q(postings__role__in=_RECORDING, postings__area__in=places),
        is_active=True,
    )
    for one in posted.order_by("name").distinct()[:60]:
        found.setdefault(one.pk, (one.pk, one.name, "村、乡镇"))
    return list(found.values())
