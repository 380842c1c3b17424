"""Facts of 2018 of the villages of the demo county: invented, but in proportion to their households on the register."""

from datetime import date
from decimal import Decimal
from random import Random

from django.db.models import Count, Sum

from households.models import Household
from villages.demo.people import People
from villages.demo.plan import INDUSTRIES, LACKING, LATE, NARROW, YEAR
from villages.incidence import poor_households
from villages.models import Village
from villages.services.facts import save_village_year, start_village_year

_ON = date(2018, 9, 20)


def write_village_facts(villages: list[Village], people: People) -> None:
    """Begin the year of every village and fill it in, by its clerk, through the services."""
    registered = _by_village(Household.objects.on_register().registered_poor())
    poor = _by_village(poor_households())
    for village in villages:
        actor = people.clerks[village.area_id]
        row = start_village_year(village, YEAR, actor=actor)
        facts = _facts(village.area_id, registered.get(village.area_id), poor.get(village.area_id))
        save_village_year(row, facts, actor=actor, happened_on=_ON, late_reason=LATE)


def _by_village(rows) -> dict[str, tuple[int, int]]:
    """(households, persons) by village."""
    found = rows.order_by().values_list("area_id").annotate(n=Count("pk"), persons=Sum("size"))
    return {code: (households, persons) for code, households, persons in found}


def _facts(code: str, registered, poor) -> dict:
    rng = Random(f"{code} {YEAR}")
    poor_persons = (poor or (0, 0))[1]
    households = rng.randint(240, 420)
    population = households * 3 - rng.randint(20, 60)
    agricultural = population - rng.randint(20, 80)
    if code == NARROW:
        agricultural = max(40, poor_persons * 38)
    women = population * 48 // 100
    facts = {
        "households": households,
        "natural_villages": 4,
        "population": population,
        "agricultural_population": agricultural,
        "agricultural_population_source": "公安户籍人口年报（演示）",
        "poor_households": (registered or (0, 0))[0],
        "poor_population": (registered or (0, 0))[1],
        "dibao_households": rng.randint(6, 18),
        "dibao_population": rng.randint(19, 30),
        "wubao_households": rng.randint(1, 5),
        "wubao_population": rng.randint(1, 5),
        "minority_population": rng.randint(10, 60),
        "women": women,
        "disabled": rng.randint(15, 40),
        "labour": population * 55 // 100,
        "migrant_workers": population * 18 // 100,
        "party_members": rng.randint(20, 45),
        "graduate_officials": rng.randint(0, 1),
        "has_good_committee": True,
        "farm_income": Decimal(rng.randint(98, 131) * 100),
        "collective_income": Decimal(rng.randint(52, 96) * 1000),
        "collective_income_from": "村级光伏电站、机动地发包",
        "has_industry": True,
        "industry_name": rng.choice(INDUSTRIES),
        "cooperatives": rng.randint(1, 3),
        "cooperative_poor_households": (registered or (0, 0))[0] // 2,
        "paved_to_township": True,
        "roadbed_width": Decimal("5.00"),
        "surface_width": Decimal("4.00"),
        "has_bus": True,
        "unpaved_km": Decimal(0),
        "unconnected_settlements": 0,
        "unconnected_km": Decimal(0),
        "unsafe_water_households": rng.randint(0, 4),
        "water_short_households": 0,
        "unpowered_households": 0,
        "unpowered_settlements": 0,
        "no_production_power_settlements": 0,
        "production_power_settlements": 4,
        "dangerous_households": rng.randint(0, 3),
        "dangerous_poor_persons": 0,
        "clinics": 1,
        "clinic_area": Decimal(rng.randint(60, 90)),
        "clinic_rooms_complete": True,
        "doctors": 1,
        "public_toilets": rng.randint(1, 3),
        "rubbish_points": rng.randint(3, 8),
        "culture_rooms": 1,
        "has_office": True,
        "has_notice_board": True,
        "has_service_center": True,
        "has_kindergarten": False,
        "poverty_dropouts": 0,
        "has_network": True,
        "broadband_households": households * 7 // 10,
        "mobile_internet_households": households * 8 // 10,
        "broadcasting_households": households,
        "medical_insured": population - rng.randint(2, 12),
        "medical_aid_cases": rng.randint(4, 20),
        "resident_pension": population * 45 // 100,
        "employee_pension": population * 8 // 100,
        "cultivated_land": Decimal(rng.randint(2100, 4800)),
        "irrigated_land": Decimal(rng.randint(200, 900)),
        "forest_land": Decimal(rng.randint(6000, 18000)),
    }
    return facts | LACKING.get(code, {})
