"""Villages for tests, written straight to the tables with the steps they need (services are tested on their own).

By default everything is answered and met, so that a test spoils exactly what it is about.
"""

from datetime import date
from decimal import Decimal

from poverty.review.models import Step
from tests.factories.accounts import make_user
from tests.factories.areas import make_area
from tests.factories.households import make_year
from tests.factories.standards import make_standard
from villages.models import ExitCase, Village, VillageListing, VillageYear

VILLAGE = "220503100204"
# 国家 with a few of its combined factors; the threshold of the incidence is that of the middle provinces.
ROWS = {
    "incidence": "2",
    "collective_income": "50000",
    "paved_road": None,
    "clinic": None,
    "water": "95",
}


def _step(case_type, case, target, transition, source="", lane="record", level="county", **fields):
    typist = fields.pop("by", None) or make_user("周录入")
    return Step.objects.create(
        case_type=case_type,
        case_id=case.pk,
        area_code=case.area_code,
        transition=transition,
        source=source,
        target=target,
        lane=lane,
        level=level,
        decided_by=typist,
        decided_by_name=typist.name,
        recorded_by=typist,
        document_name="年度减贫计划",
        **{"happened_on": date(2018, 1, 10), "closes_round": False, **fields},
    )


def make_village(code=VILLAGE, *, status="listed", **fields):
    """A village with its file, on the list of poor villages of the province unless told otherwise."""
    make_area(code)
    known = Village.objects.filter(area_id=code).first()
    if known:
        return known
    if status:
        fields = {"list_level": "province", **fields}
    village = Village.objects.create(area_id=code, status=status, **fields)
    if status:
        _step("villages.village", village, status, "list_village", closes_round=True)
        VillageListing.objects.create(
            village=village, level="province", valid_from=date(2014, 5, 1), document_name="贫困村名单"
        )
    return village


def make_village_year(village=None, year=2018, **facts):
    """Facts of a village for a year: 300 households, 1,000 people, everything reached."""
    village = village or make_village()
    make_year(village.area_id[:6], year)
    return VillageYear.objects.create(
        village=village,
        year=year,
        area_id=village.area_id,
        **{
            "source": "entered",
            "happened_on": date(year, 9, 20),
            "households": 300,
            "population": 1000,
            "agricultural_population": 950,
            "agricultural_population_source": "公安户籍年报",
            "collective_income": Decimal("52000.00"),
            "collective_income_from": "光伏电站、土地流转",
            "has_industry": True,
            "industry_name": "蓝莓种植",
            "cooperatives": 1,
            "paved_to_township": True,
            "surface_width": Decimal("4.00"),
            "unconnected_settlements": 0,
            "has_bus": True,
            "unsafe_water_households": 0,
            "unpowered_households": 0,
            "dangerous_households": 0,
            "medical_insured": 980,
            "poverty_dropouts": 0,
            "clinics": 1,
            "doctors": 1,
            "culture_rooms": 1,
            "broadcasting_households": 300,
            "has_network": True,
            "has_office": True,
            "has_notice_board": True,
            "has_service_center": True,
            "has_kindergarten": True,
            "has_good_committee": True,
            **facts,
        },
    )


def make_village_standard(area="220503", year=2018, rows=ROWS, **fields):
    """The county's standard of villages, published."""
    return make_standard(area, year, rows=rows, subject="village", **{"name": "贫困村退出标准", **fields})


def make_exit(village=None, year=2018, *, by=None):
    """An exit that was planned in January by somebody of the county."""
    village = village or make_village()
    case = ExitCase.objects.create(village=village, year=year, plan_document="年度减贫计划")
    _step("villages.exitcase", case, "planned", "plan_village_exit", by=by)
    return case
