"""四个好 of the demo county: what comes with the system, ticked for most households of 2018, invented."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from households.demo.county_figures import COUNTY
from households.demo.staff import SECOND_REVIEWER
from households.goods.items import items_for
from households.models import GoodsEntry, Household
from households.options.kinds import GENERAL_RURAL
from poverty.accounts.models import User
from poverty.audit.services import record_select
from poverty.sql.prefix import within

YEAR, FROM = 2018, date(2018, 9, 3)
# Every so-many-th household: nobody looked yet; one item is no; one item was not seen.
_NOBODY_OF, _NO_OF, _OPEN_OF = 9, 5, 7


@transaction.atomic
def tell_of_goods() -> str:
    """Write an entry for most households; twice does nothing."""
    if GoodsEntry.objects.exists():
        return "四个好已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    asked = [one.key for one in items_for(COUNTY, YEAR).to_tick()]
    homes = Household.objects.on_register().filter(within("area_id", [COUNTY])).exclude(kind=GENERAL_RURAL)
    entries = []
    for number, pk in enumerate(homes.order_by("area_id", "pk").values_list("pk", flat=True), 1):
        if number % _NOBODY_OF == 0:
            continue
        answers = dict.fromkeys(asked, True)
        if number % _NO_OF == 0:
            answers[asked[number % len(asked)]] = False
        if number % _OPEN_OF == 0:
            answers.pop(asked[(number + 3) % len(asked)])
        day = FROM + timedelta(days=number % 40)
        entries.append(
            GoodsEntry(household_id=pk, year=YEAR, happened_on=day, answers=answers, recorded_by=actor)
        )
    GoodsEntry.objects.bulk_create(entries)
    record_select(
        "households.goods.enter",
        GoodsEntry.objects.all(),
        actor=actor,
        case_type="households.household",
        case_id=F("household_id"),
        area_code=F("household__area_id"),
        summary="登记四个好（演示）",
    )
    return f"四个好 {len(entries)} 户"
