"""Workrooms of the demo county's villages: opened in 2017 with staff and money, one village without one, one without
money of the year, so that the pages show it. Through the services that the pages use.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction

from households.demo.county_figures import COUNTY, VILLAGES
from villages.demo.people import people_of
from villages.demo.plan import YEAR
from villages.models import Village, Workroom
from villages.options.posts import IN_TEAM, SECRETARY
from villages.workrooms.services.keeping import add_fund, candidates, set_staff
from villages.workrooms.services.opening import open_workroom

SINCE = date(2017, 6, 1)
DOCUMENT = "关于设立村级扶贫工作室的通知（演示）"
WITHOUT = "220503100207"
UNFUNDED = "220503101201"
YEARLY = Decimal("20000.00")


@transaction.atomic
def tell_of_workrooms() -> str:
    """Open the workrooms; twice does nothing."""
    if Workroom.objects.exists():
        return "村级扶贫工作室已在，没有再载入。"
    actor = people_of(COUNTY).second
    rows = Village.objects.filter(area_id__in=VILLAGES, ended_on=None).exclude(status="")
    for number, village in enumerate(rows.exclude(area_id=WITHOUT).order_by("area_id")):
        room = open_workroom(
            village,
            place="村部一楼东侧" if number % 2 else "村部二楼 203 室",
            on=SINCE,
            document=DOCUMENT,
            phone=f"0435-3752{number:03d}",
            actor=actor,
        )
        staff = [one.pk for one in candidates(room) if one.post in (SECRETARY, *IN_TEAM)]
        set_staff(room, staff, on=SINCE, actor=actor)
        for year in range(SINCE.year, YEAR if village.area_id == UNFUNDED else YEAR + 1):
            add_fund(
                room,
                year=year,
                amount=YEARLY,
                given_on=date(year, 6, 20),
                source="县财政扶贫工作经费",
                document=f"{year}年村级扶贫工作室经费安排（演示）",
                actor=actor,
            )
    return f"村级扶贫工作室 {Workroom.objects.count()} 个（一个村没有）"
