"""The demo county, 二道江区 (220503), brought to life from its published figures in one transaction.

Everything goes through the services that the pages use, or through their set-based siblings; so every step, entry
of the log and verdict is the system's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import connection, transaction

import poverty.areas
from households.demo.county_figures import COUNTY, VILLAGES
from households.demo.county_places import make_places, mend_water
from households.demo.county_saves import correct_some
from households.demo.entries import enter_cases
from households.demo.exits import walk_exits
from households.demo.facts import write_facts
from households.demo.facts_plan import make_plan
from households.demo.helping import help_households
from households.demo.households import adopt_exits, store_households, take_over_others
from households.demo.households_changes import change_2017, leave_open
from households.demo.households_following import follow_up
from households.demo.households_monitoring import mark_monitored
from households.demo.households_pairing import allow_second_helpers, helper_of, pair_households
from households.demo.households_photos import add_photos
from households.demo.people_of_the_county import county_people
from households.demo.staff import make_staff
from households.demo.standards import draft_correction, publish_standards
from households.models import AssessmentRun, Household
from households.services.assess import assess
from households.services.years import close_year, open_year
from households.visits.services.templates import load_templates
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.areas.services import import_areas
from poverty.parameters.services import load_reference
from poverty.sql.prefix import within

AREAS = Path(poverty.areas.__file__).parent / "data" / "220503.csv"
YEAR_PAPER = "二道江区扶贫对象动态管理工作通知（演示）"


@dataclass(frozen=True)
class Loaded:
    """What was loaded: households and persons of the poverty register, the last run, and the time it took."""

    households: int
    persons: int
    run: AssessmentRun
    seconds: float


def nothing_here() -> bool:
    """Whether nobody works with this database yet: no household on the register, and no account."""
    return not Household.objects.exists() and not User.objects.exists()


@transaction.atomic
def load_county(say: Callable[[str], None] = lambda text: None) -> Loaded:
    """Load the demo county. ValidationError, with nothing written, when its register is not empty."""
    began = monotonic()
    if Household.objects.filter(within("area_id", [COUNTY])).exists():
        raise ValidationError("二道江区的登记册里已有户，没有再载入演示数据。")
    _areas()
    load_reference()
    load_templates()
    homes, census = county_people()
    staff = make_staff(census, homes)
    say(f"单位和人员 {monotonic() - began:.0f} 秒")
    drafter, publisher = staff.reviewers[1], staff.reviewers[2]
    standards = publish_standards(drafter, publisher)
    allow_second_helpers(staff)
    places = make_places(drafter)
    plan = make_plan(homes)
    last, this = (open_year(COUNTY, year, actor=drafter, document_name=YEAR_PAPER) for year in (2017, 2018))
    store_households(homes, places, staff)
    adopt_exits(homes, "2016", staff)
    change_2017(homes, staff)
    adopt_exits(homes, "2017", staff)
    ordinary = take_over_others(census, places, staff)
    helpers = helper_of(homes, plan, staff)
    pair_households(homes, helpers, staff)
    say(f"户、人口和结对 {monotonic() - began:.0f} 秒")
    write_facts(homes, plan, places, staff, helpers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # fresh tables: without it the planner takes them for empty
    close_year(last, actor=drafter, document_name=YEAR_PAPER)  # judges it once more before
    assess(COUNTY, this.year, trigger=AssessmentRun.Trigger.YEAR, actor=drafter)
    mend_water(places, drafter)
    correct_some(homes, plan, staff)
    run = assess(COUNTY, this.year, trigger=AssessmentRun.Trigger.BUTTON, actor=drafter)
    say(f"年度信息和判定 {monotonic() - began:.0f} 秒")
    mark_monitored(homes, ordinary, staff)
    leave_open(homes, places, census, staff)
    enter_cases(homes, ordinary, staff)
    draft_correction(standards["2018"], drafter)
    follow_up(homes, ordinary, staff)
    say(help_households(homes, staff))
    add_photos(plan.first, staff)
    say(f"退出办理 {walk_exits(staff)} 户 {monotonic() - began:.0f} 秒")
    persons = sum(len(home.members) for home in homes)
    return Loaded(len(homes), persons, run, round(monotonic() - began, 1))


def _areas() -> None:
    """Import the county's own file, unless its villages are here already under whatever names they bear now."""
    if Area.objects.filter(pk__in=VILLAGES, valid_to=None).count() < len(VILLAGES):
        with AREAS.open("rb") as file:
            import_areas(file, actor=None, document="统计用区划代码", on=date(2016, 1, 1))
