"""A list of three checked cases in 二道沟村, and its notice."""

from datetime import date

from django.utils import timezone

from poverty.review.batch import fire_many
from poverty.review.models import RosterEntry
from poverty.review.services.notices import post_notice
from poverty.review.services.rosters import make_roster
from tests.actors import VILLAGE_A
from tests.review.cases import Case, make_case

CASE = "review_tests.case"


def checked_cases(actors, checker, count=3, on: date | None = date(2018, 10, 8)):
    """So many cases that the village has proposed and checked, long ago or on a day (None: today)."""
    paper = {"happened_on": on, "late_reason": "村里没有网络" if on else ""}
    for _ in range(count):
        make_case()
    for name in ("open", "propose"):
        fire_many(name, Case.objects.filter(state="draft"), actor=actors["village_clerk"], **paper)
    fire_many("check", Case.objects.filter(state="proposed"), actor=checker, **paper)
    return list(Case.objects.order_by("pk"))


def listed(actors, cases, **fields):
    """The list of these cases."""
    fields = {
        "area_code": VILLAGE_A,
        "year": 2018,
        "title": "二道沟村2018年拟退出名单",
        "late_reason": "村里没有网络",
    } | fields
    rows = Case.objects.filter(pk__in=[one.pk for one in cases])
    return make_roster(CASE, rows, actor=actors["village_clerk"], **fields)


def posted(actors, roster, posted_on: date | None = None, kind="first", **fields):
    """The list hangs from a day on (None: today)."""
    fields = {
        "title": "二道沟村2018年拟退出贫困户公示",
        "place": "村务公开栏",
        "publisher": "二道沟村民委员会",
        "contact": "鸭园镇扶贫办 0435-1234567",
        "late_reason": "村里没有网络" if posted_on and posted_on < timezone.localdate() else "",
    } | fields
    return post_notice(roster, kind, posted_on=posted_on, actor=actors["village_clerk"], **fields)


def fire_roster(name, roster, rows, **entry):
    """A transition of every case of `rows` that stands on a list, as services of procedures fire it; how many."""
    standing = RosterEntry.objects.standing().filter(roster=roster)
    return fire_many(name, rows.filter(pk__in=standing.values("case_id")), **entry)
