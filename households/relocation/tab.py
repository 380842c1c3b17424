"""搬迁包扶 on the household's page."""

from households.models import RelocationCharge, Survey
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
