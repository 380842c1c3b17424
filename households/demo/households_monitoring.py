"""Three households of the demo county that are watched against falling back (监测对象, forms.md 5)."""

from datetime import date
from decimal import Decimal

from households.demo.people_of_the_county import Home
from households.demo.staff import Staff
from households.models import Household, Monitoring
from poverty.audit.services import record

PAPER = "防止返贫监测对象名单（演示）"


def mark_monitored(homes: list[Home], ordinary: list[Household], staff: Staff) -> None:
    """Record an exited household that is unstable, one in sudden hardship, and an ordinary one at the edge."""
    ill = [home for home in homes if home.group == "2016" and home.cause == "illness" and not home.solar]
    rows = [
        ("unstable_exited", ill[0].pk, ["illness"], Decimal(6000)),
        ("sudden_hardship", ill[1].pk, ["accident", "illness"], None),
        ("edge", ordinary[0].pk, ["illness", "unstable_work"], Decimal(6000)),
    ]
    for category, key, risks, reference in rows:
        household = Household.objects.get(pk=key)
        Monitoring.objects.create(
            household=household,
            category=category,
            identified_on=date(2020, 6, 18),
            whole_household_without_labour=False,
            risks=risks,
            income_reference=reference,
            housing_issue=False,
            dropout_issue=False,
            water_issue=False,
            insurance_issue=False,
            contact_name=staff.clerks[household.area_id].name,
            source="import",
            document=PAPER,
        )
        record(
            "households.household.update",
            household,
            actor=staff.reviewers[1],
            summary=f"纳入防止返贫监测，2020-06-18起，依据：{PAPER}",
        )
