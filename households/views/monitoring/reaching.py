"""Getting a clue, a case, an object of monitoring or a round for a page: out of place is 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from households.models import Clue, Monitoring, MonitoringCase, MonitoringRound

MOST_DIGITS = 18  # of a key: more fits no bigint, and thousands of digits are no number to Python either


def clue_for(user, pk: int, right: str = "clue.view") -> Clue:
    """A clue that the user sees and reaches by the right, or 404."""
    rows = Clue.objects.visible_to(user) & Clue.objects.visible_to(user, right)
    return get_object_or_404(rows.select_related("household__area", "case", "round", "recorded_by"), pk=pk)


def case_for(user, pk: int, right: str = "monitoring.view") -> MonitoringCase:
    """A case that the user reaches by the right, or 404."""
    rows = MonitoringCase.objects.visible_to(user, right)
    return get_object_or_404(
        rows.select_related("household__area", "household__settlement", "monitoring", "recorded_by"), pk=pk
    )


def watched_for(user, pk: int, right: str = "monitoring.view") -> Monitoring:
    """An object of monitoring that the user sees and reaches by the right, or 404."""
    rows = Monitoring.objects.visible_to(user) & Monitoring.objects.visible_to(user, right)
    return get_object_or_404(rows.select_related("household__area"), pk=pk)


def round_for(user, pk: int, right: str = "round.view") -> MonitoringRound:
    """A round over places of the user, or 404. `round.manage`: only of the place that he manages."""
    row = get_object_or_404(MonitoringRound.objects.visible_to(user).select_related("created_by"), pk=pk)
    if right == "round.manage" and not user.has_right_at(right, row.area_code):
        raise Http404
    return row


def own_area(user, right: str, code: str) -> str:
    """A place named in the address over which the user holds the right, or 404."""
    if not (code.isdecimal() and code.isascii() and user.has_right_at(right, code)):
        raise Http404
    return code


def typed_keys(request, name: str) -> set[int]:
    """Keys that a form of ticks sent; what is no key is left out."""
    return {int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) <= MOST_DIGITS}
