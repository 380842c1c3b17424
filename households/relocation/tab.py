"""搬迁申请 and 搬迁包扶 on the household's page."""

from django.urls import reverse

from households.models import RelocationCharge, Survey
from households.readers import READERS
from households.relocation.applications.next_steps import why_not_apply
from households.relocation.querysets import VIEW


def charges_of(head) -> dict:
    """Who answers for the move of a household that is seen whole, and whether it moves by the facts of the year."""
    if not head.can(VIEW):
        return {"moves": False, "charges": []}
    rows = RelocationCharge.objects.standing().filter(household=head.household, valid_to=None)
    return {
        "moves": Survey.objects.filter(household=head.household, year=head.year, is_relocated=True).exists(),
        "charges": list(rows.select_related("cadre__unit").order_by("valid_from", "pk")),
    }


def application_of(head) -> dict:
    """The last application to move of a household that is seen whole, for who works with it; and where one is entered."""
    if not any(head.can(right) for right in READERS):
        return {}
    rows = head.household.relocation_applications.order_by("-pk")
    found = rows.first()
    url = ""
    if head.can("register.propose") and not why_not_apply(head.household):
        url = reverse("households:move-apply", args=[head.household.pk])
    lags = found is not None and rows.facts_lag(head.year).filter(pk=found.pk).exists()
    return {"application": found, "application_lags": lags, "apply_to_move": url}
