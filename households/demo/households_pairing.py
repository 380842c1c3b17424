"""Helpers and households of the demo county: 235 helpers, every household with one, seven with a second."""

from datetime import date

from households.demo.county_figures import COUNTY, VILLAGES
from households.demo.facts_plan import Plan
from households.demo.people_of_the_county import Home
from households.demo.staff import DEMO_VILLAGE, HANDED_OVER, LIST_OF_HELPERS, SINCE, Staff
from households.models import Household, Pairing
from poverty.audit.services import record_rows
from poverty.parameters.services import set_parameter


def helper_of(homes: list[Home], plan: Plan, staff: Staff) -> dict:
    """The first helper of each household by its number."""
    found = {}
    for village in VILLAGES:
        own = [home for home in homes if home.village == village]
        helpers = list(staff.helpers[village])
        if village == DEMO_VILLAGE:
            demo = helpers.pop(0)
            found |= {home.number: demo for home in plan.first}
            own = [home for home in own if home not in plan.first]
        found |= {home.number: helper for home, helper in zip(own, helpers, strict=False)}
    return found


def allow_second_helpers(staff: Staff) -> None:
    """235 helpers of 233 households: at least two have a second one, so this county allows it."""
    set_parameter(
        "pairing.second_allowed",
        COUNTY,
        date(2016, 1, 1),
        "1",
        LIST_OF_HELPERS,
        actor=staff.reviewers[1],
        note="235名帮扶责任人结对233户，由此推得",
        source_confirmed=False,
    )


def pair_households(homes: list[Home], first: dict, staff: Staff) -> None:
    """Store the pairings: first helpers, second ones where a village has one more, and a few who handed over."""
    actor = staff.reviewers[1]
    rows = []
    for village, helpers in staff.helpers.items():
        own = [home for home in homes if home.village == village]
        second = [helper for helper in helpers if helper not in {first[home.number] for home in own}]
        still = [home for home in own if home.group == "open"] or own
        rows += [_pairing(home, helper, 2) for home, helper in zip(still, second, strict=False)]
    handed = {
        next(home.number for home in homes if home.village == village and home.identified_on < SINCE): helper
        for village, helper in staff.former_helpers.items()
    }
    for home in homes:
        if home.number in handed:
            rows.append(_pairing(home, handed[home.number], 1, until=HANDED_OVER))
            rows.append(_pairing(home, first[home.number], 1, since=HANDED_OVER))
        else:
            rows.append(_pairing(home, first[home.number], 1))
    Pairing.objects.bulk_create(rows)
    households = Household.objects.in_bulk([home.pk for home in homes])
    record_rows(
        "households.pairing.pair",
        [
            {
                "obj": households[row.household_id],
                "changes": {"helper": [None, row.helper.name]},
                "summary": f"结对：{row.helper.name}（{row.get_order_display()}），{row.valid_from}起",
            }
            for row in rows
        ],
        actor=actor,
    )


def _pairing(home: Home, helper, order: int, *, since: date | None = None, until: date | None = None):
    return Pairing(
        household_id=home.pk,
        helper=helper,
        order=order,
        valid_from=since or max(SINCE, home.identified_on),
        valid_to=until,
        goal="稳定达到“一超过、两不愁、三保障”",
        reason="工作调动" if until else "",
        document=LIST_OF_HELPERS,
    )
