"""The villages of the demo county: the list, the standard, the facts of 2018, and exits that wait at every step."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from households.demo.county_figures import COUNTY, VILLAGES
from poverty.standards.drafts import values_of
from poverty.standards.models import Standard
from poverty.standards.services import draft_from_template, publish, update_draft
from villages.demo.exits import carry_exits
from villages.demo.facts import write_village_facts
from villages.demo.people import People, people_of
from villages.demo.plan import (
    EXITED_BEFORE,
    EXITS,
    LATE,
    LIST_PAPER,
    LISTED_ON,
    LISTED_ONLY,
    PLAN_PAPER,
    PLANNED_ON,
    YEAR,
)
from villages.models import ExitCase, Village
from villages.services.assess import assess_villages
from villages.services.exiting import plan_exits
from villages.services.register import adopt_exit, open_files, put_on_list, update_village

# What the template leaves open; of the province only that its paper says it (invented here).
_THRESHOLDS = {
    "water": Decimal(95),
    "power": Decimal(95),
    "housing": Decimal(95),
    "medical": Decimal(95),
}


@transaction.atomic
def tell_of_villages() -> str:
    """Write the villages of the demo county; twice does nothing."""
    if Village.objects.under(COUNTY).exists():
        return "村档案已在，没有再载入。"
    people = people_of(COUNTY)
    open_files(COUNTY, actor=people.first)
    villages = list(Village.objects.filter(area_id__in=VILLAGES).select_related("area").order_by("area_id"))
    _describe(villages, people)
    _list(people)
    publish_village_standard(people)
    write_village_facts(villages, people)
    planned = Village.objects.filter(area_id__in=EXITS)
    plan_exits(
        planned,
        YEAR,
        actor=people.third,
        document_name=PLAN_PAPER,
        happened_on=PLANNED_ON,
        late_reason=LATE,
    )
    carry_exits(people)
    counts = assess_villages(COUNTY, YEAR, actor=people.first)
    return (
        f"村 {len(villages)} 个，判定达标 {counts.met}、未达标 {counts.unmet}、待核实 {counts.unknown}；"
        f"出列事项 {ExitCase.objects.count()} 项"
    )


def _describe(villages: list[Village], people: People) -> None:
    for number, one in enumerate(villages):
        clerk = people.clerks[one.area_id]
        update_village(
            one,
            {
                "leader_name": f"{'赵钱孙李周吴郑王'[number % 8]}书记（演示）",
                "leader_position": "村党支部书记",
                "leader_phone": f"154990{number:05d}",
                "kind": "poor_village"
                if one.area_id in {*EXITS, *EXITED_BEFORE, *LISTED_ONLY}
                else "ordinary_village",
                "terrain": "mountains",
                "development": ("planting", "breeding", "forest_fruit")[number % 3],
            },
            actor=clerk,
            on=date(2016, 1, 1),
            document_name="村基本情况表（演示）",
        )


def _list(people: People) -> None:
    listed = Village.objects.filter(area_id__in=[*EXITS, *EXITED_BEFORE, *LISTED_ONLY])
    put_on_list(
        listed,
        level="province",
        on=LISTED_ON,
        document_name=LIST_PAPER,
        actor=people.third,
        late_reason=LATE,
    )
    for code, (year, on, paper) in EXITED_BEFORE.items():
        adopt_exit(
            Village.objects.get(area_id=code),
            year=year,
            on=on,
            document_name=paper,
            actor=people.third,
            late_reason=LATE,
        )


def publish_village_standard(people: People) -> Standard:
    """The county's standard of villages for 2018: the nation's factors, with the shares a province would name."""
    draft = draft_from_template(actor=people.second, area_code=COUNTY, year=YEAR, template="national_village")
    values = values_of(draft) | {"document_date": date(2016, 4, 23)}
    for row in values["requirements"]:
        if row["indicator"] in _THRESHOLDS:
            row["threshold"] = _THRESHOLDS[row["indicator"]]
    values["requirements"] += [
        _extra("doctor", "基本公共服务：合格村医", "执业（助理）医师证"),
        _extra("education", "基本公共服务：义务教育", "教育部门学籍比对"),
    ]
    draft = update_draft(draft, actor=people.second, values=values)
    return publish(draft, actor=people.third, comment="与国家标准一致，同意发布（演示）")


def _extra(indicator: str, clause: str, evidence: str) -> dict:
    return {
        "indicator": indicator,
        "comparison": "",
        "threshold": None,
        "evidence": evidence,
        "clause": clause,
    }
