"""What the pages of benefits have in common: their tabs, and getting a row that the person may see."""

from django.http import Http404
from django.urls import reverse

from households.benefits.querysets import VIEW
from households.models import Household

_TABS = (
    ("policies", "政策覆盖", "benefit-coverage", VIEW),
    ("five", "五个全覆盖", "benefit-places", VIEW),
    ("records", "发放记录", "benefits", VIEW),
    ("asked", "待核对收入", "benefit-asked", "income.edit"),
    ("loans", "小额信贷", "loans", VIEW),
    ("work", "就业", "employment", VIEW),
    ("trainings", "培训", "trainings", VIEW),
    ("solar", "光伏", "solar", VIEW),
    ("sales", "电商带动", "sales", VIEW),
    ("catalogue", "政策目录", "policies", "policy.view"),
)


def tabs(request, active: str) -> list[tuple]:
    """The tabs that a person may enter: (label, url, count, active)."""
    return [
        (label, reverse(f"households:{name}"), None, key == active)
        for key, label, name, right in _TABS
        if request.user.has_right(right)
    ]


def home_for(user, pk: int, right: str = VIEW) -> Household:
    """A household that the person sees by this right, or 404."""
    rows = Household.objects.visible_to(user, right) & Household.objects.visible_to(user)
    found = rows.select_related("area", "head").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def one_of(rows, pk: int):
    """A row of a visible queryset, or 404."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
