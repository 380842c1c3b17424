"""Getting a gap, a measure, a plan or a need for a page: out of place is 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from households.disclosure import whole_to
from households.models import Gap, HelpPlan, Household, Measure, Need


def gap_for(user, pk: int) -> Gap:
    """A gap that the user sees, or 404."""
    rows = Gap.objects.visible_to(user)
    return get_object_or_404(rows.select_related("household__area", "assigned_to", "assigned_by"), pk=pk)


def need_for(user, pk: int) -> Need:
    """A need that the user sees, or 404."""
    rows = Need.objects.visible_to(user)
    return get_object_or_404(rows.select_related("household__area", "recorded_by", "visit"), pk=pk)


def measure_for(user, pk: int, right: str = "measure.view") -> Measure:
    """A measure that the user sees and reaches by the right, or 404."""
    rows = Measure.objects.visible_to(user) & Measure.objects.visible_to(user, right)
    return get_object_or_404(
        rows.select_related("household__area", "unit", "officer", "gap", "plan", "visit"), pk=pk
    )


def plan_for(user, pk: int, right: str = "measure.view") -> HelpPlan:
    """A plan that the user sees and reaches by the right, or 404."""
    rows = HelpPlan.objects.visible_to(user) & HelpPlan.objects.visible_to(user, right)
    return get_object_or_404(rows.select_related("household__area", "helper", "recorded_by"), pk=pk)


def household_from(request, right: str) -> Household | None:
    """The household that ?household= names and the user reaches by the right; None: the address names none."""
    text = request.GET.get("household", "")
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 18):
        raise Http404
    user = request.user
    rows = Household.objects.visible_to(user, right) & Household.objects.visible_to(user)
    return get_object_or_404(rows.filter(whole_to(user)).select_related("area"), pk=int(text))
