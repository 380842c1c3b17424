"""搬迁包扶 of the demo county: a few households that move, invented (no figure of it is published), most with cadres."""

from datetime import date

from django.db import transaction

from households.demo.county_figures import COUNTY
from households.demo.staff import SECOND_REVIEWER
from households.models import Household, RelocationCharge, Survey
from households.options.kinds import GENERAL_RURAL
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.services import take_charge
from households.services.surveys import save_survey
from poverty.accounts.models import Posting, Role, User
from poverty.sql.prefix import within

YEAR, ON = 2018, date(2018, 10, 12)
SINCE = date(2018, 3, 20)
DOCUMENT = "二道江区易地搬迁包扶责任表（演示）"
NUMBER = 9
_WITHOUT_OF, _PARTLY_OF = 4, 3  # of the nine: nobody answers; the village's cadre for some matters only
_EVERY = list(RELOCATION_TASKS.keys)


@transaction.atomic
def tell_of_relocation() -> str:
    """Say of some households that they move, and who answers for them; twice does nothing."""
    if RelocationCharge.objects.exists():
        return "搬迁包扶已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    homes = _homes()
    for number, survey in enumerate(homes, 1):
        save_survey(
            survey,
            {
                "is_relocated": True,
                "relocation_method": "single_household" if number % 3 else "whole_settlement",
                "resettlement_method": "concentrated" if number % 2 else "scattered",
                "resettlement_place": "township" if number % 2 else "inside_village",
            },
            actor=actor,
            happened_on=ON,
            late_reason="补录搬迁情况（演示）",
        )
        _cadres(survey.household, number, actor)
    return f"搬迁户 {len(homes)} 户，包扶 {RelocationCharge.objects.count()} 人次"


def _homes() -> list[Survey]:
    """Every so-many-th household whose house was not rebuilt: who was paid for that is not moved besides."""
    rows = Survey.objects.filter(
        within("household__area_id", [COUNTY]),
        year=YEAR,
        household__state=Household.State.REGISTERED,
        household__size__gte=2,
        dangerous_grade__in=("a", "b"),
        rebuilt_year__isnull=True,
    ).exclude(household__kind=GENERAL_RURAL)
    ids = list(rows.order_by("household__area_id", "household_id").values_list("pk", flat=True))
    chosen = ids[:: max(1, len(ids) // NUMBER)][:NUMBER]
    found = Survey.objects.select_related("household").in_bulk(chosen)
    return [found[pk] for pk in chosen]


def _cadres(household: Household, number: int, actor) -> None:
    if number % _WITHOUT_OF == 0:
        return
    village = _posted(Role.VILLAGE_CLERK, household.area_id)
    township = _posted(Role.TOWNSHIP_OFFICER, household.area_id[:9])
    parts = {village: _EVERY[:2], township: _EVERY[2:]} if number % _PARTLY_OF else {village: _EVERY[:2]}
    for cadre, tasks in parts.items():
        take_charge(household, cadre, tasks=tasks, since=SINCE, document=DOCUMENT, actor=actor)


def _posted(role: str, area_code: str) -> User:
    return (
        Posting.objects.filter(role=role, area=area_code).select_related("user").order_by("pk").first().user
    )
