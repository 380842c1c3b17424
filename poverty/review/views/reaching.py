"""What the pages of this app fetch before anything else, and how they show what a service refused."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404

from poverty.review.models import Roster, RosterEntry
from poverty.review.sight import lines_seen
from poverty.review.workflows import CaseLine
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight

UNSEEN = CaseLine("（无权查看）")


def sent(request):
    """What a form is bound to: the body of a POST; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def may_at(user, right: str, area_code: str) -> bool:
    """Whether a user holds a right in a place."""
    return user.scope(right).covers(area_code)


def roster_for(user, pk: int, right: str) -> Roster:
    """A list that the user sees and for whose place he holds a right: 404 out of sight, 403 without the right."""
    roster = get_object_or_404(Roster.objects.visible_to(user), pk=pk)
    if not may_at(user, right, roster.area_code):
        raise MissingRight((right,))
    return roster


def named_entries(roster: Roster, user, *, standing: bool = False) -> list[tuple[RosterEntry, CaseLine]]:
    """The entries of a list in order, with how the user may see them; two queries."""
    entries = RosterEntry.objects.filter(roster=roster).select_related("left_by").order_by("position")
    if standing:
        entries = entries.standing()
    entries = list(entries)
    lines = lines_seen(roster.case_type, [one.case_id for one in entries], user)
    return [(one, lines.get(one.case_id, UNSEEN)) for one in entries]


def try_service(form, call):
    """Run a service for a valid form; what it refuses stands in the form and None is returned."""
    if not form.is_valid():
        return None
    try:
        return call(form.cleaned_data) or True
    except ValidationError as error:
        take_over(form, error)
        return None
