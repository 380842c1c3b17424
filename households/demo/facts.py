"""The yearly facts of the demo county, stored: surveys, facts of members and income items of 2017 and 2018.

Rows are written together and logged row by row; the judging is the system's own (services.assess).
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import F, QuerySet

from households.demo.county_figures import SEED
from households.demo.facts_income import education_of_2017, sheet
from households.demo.facts_people import facts_of, labour, troubled
from households.demo.facts_plan import Plan
from households.demo.people_of_the_county import Home
from households.demo.staff import Staff
from households.income_sheet import GROUP_FIELDS
from households.models import Household, IncomeItem, MemberSurvey, Survey
from households.options.income_items import BESIDE, INCOME_ITEMS
from households.services.fact_rows import CARRIED_FIELDS, CARRIED_MEMBER_FIELDS
from poverty.areas.models import Settlement
from poverty.audit.services import record_select
from poverty.review.services import note_fact_entries

YEARS = (2017, 2018)
# Where the water of the natural village and the rest are known from is told by the group's own papers.
ACCEPTED = {"c": "农村危房改造竣工验收表（演示）", "d": "农村危房拆除重建竣工验收表（演示）"}
APPRAISAL = "农村住房安全鉴定表（演示）"
_ROADS = ("cement", "cement", "cement", "gravel")


def write_facts(
    homes: list[Home], plan: Plan, places: dict[tuple[str, int], Settlement], staff: Staff, helpers: dict
) -> None:
    """Store the facts of 2017 and 2018. `helpers`: who visited, by household number."""
    education = education_of_2017(homes)
    rows: dict[tuple[int, int], Survey] = {}
    items: list[IncomeItem] = []
    people: list[MemberSurvey] = []
    for year in YEARS:
        troubles, others = plan.in_2017, plan.in_2018
        if year == 2018:
            troubles, others = others, troubles
        for home in homes:
            trouble = troubles.get(home.number, "")
            if trouble == "no_survey":
                continue
            survey = _survey(home, year, trouble, places, staff, helpers[home.number].name)
            rows[home.number, year] = survey
            amounts = sheet(home, year, trouble, education, others.get(home.number, ""))
            items += _income(survey, home, trouble, amounts)
            people += [
                _member_survey(home, one, year, trouble, rows[home.number, year].happened_on)
                for one in home.members
            ]
    Survey.objects.bulk_create(rows.values())
    IncomeItem.objects.bulk_create(items)
    MemberSurvey.objects.bulk_create(people)
    _log(homes, staff)


def _survey(home: Home, year: int, trouble: str, places, staff: Staff, visitor: str) -> Survey:
    rng = Random(f"{SEED} survey {home.number}")
    day = date(year, 8, 21) + timedelta(days=rng.randint(0, 34))
    visited = trouble != "unvisited"
    survey = Survey(
        household_id=home.pk,
        year=year,
        area_id=home.village,
        settlement=places[home.village, home.settlement],
        source="visit" if visited else "carried",
        happened_on=day if visited else date(year - 1, 12, 31),
        visited_on=day if visited else None,
        decided_by_name=visitor if visited else "",
        recorded_by=staff.clerks[home.village],
        late_reason="演示数据：按当年纸质材料录入",
        food_ok=(trouble != "food") if visited else None,
        clothing_ok=(trouble != "clothing") if visited else None,
        **_house(home, year, trouble, rng),
        **_living(home, year, trouble, rng),
    )
    if not visited:
        survey.has_industry = None
    if year == 2018:
        own = {"housing_safety", "dangerous_grade", "is_dangerous_house", "housing_document"}
        survey.sources = {
            name: {"source": "carried", "on": "2017-12-31"}
            for name in CARRIED_FIELDS
            if name not in own and getattr(survey, name) not in (None, "")
        }
        survey.sources |= {
            name: {"source": "bureau", "on": "2018-06-29"}
            for name in own
            if getattr(survey, name) not in (None, "")
        }
    return survey


def _house(home: Home, year: int, trouble: str, rng: Random) -> dict:
    size = len(home.members)
    facts = {
        "house_area": Decimal(rng.randint(32, 46) + 14 * (size - 1)),
        "house_structure": rng.choice(("brick_tile_wood", "brick_tile_wood", "brick_concrete")),
        "built_year": rng.randint(1978, 2008),
        "has_sanitary_toilet": rng.random() < 0.6,
        "fuel_type": rng.choice(("firewood", "firewood", "clean", "coal")),
    }
    cared, grade, signed = rng.random(), rng.choice("aabbb"), rng.randint(0, 50)
    if trouble in ("housing_c", "housing_d"):
        return facts | {
            "is_dangerous_house": True,
            "dangerous_grade": trouble[-1],
            "house_structure": "earth_straw",
        }
    if trouble == "housing_open":
        return facts | {"is_dangerous_house": None}
    if trouble == "housing_conflict":
        return facts | {"is_dangerous_house": True, "dangerous_grade": "b"}
    if home.rebuilt and home.rebuilt[1] <= year:
        before, rebuilt = home.rebuilt
        return facts | {
            "is_dangerous_house": False,
            "dangerous_grade": before,
            "housing_safety": "renovated",
            "housing_document": ACCEPTED[before],
            "housing_document_date": date(rebuilt, 9, 5) + timedelta(days=signed),
            "rebuilt_year": rebuilt,
            "house_structure": "brick_concrete",
            "built_year": rebuilt if before == "d" else facts["built_year"],
        }
    if home.allowance == "tekun" and cared < 0.4:
        return facts | {
            "is_dangerous_house": False,
            "housing_safety": "guaranteed",
            "housing_guarantee": "care_home",
            "housing_document": "敬老院入住协议（演示）",
            "housing_document_date": date(2016, 4, 1) + timedelta(days=signed),
        }
    if cared > 0.97:
        return facts | {
            "is_dangerous_house": False,
            "housing_safety": "guaranteed",
            "housing_guarantee": "with_relatives",
            "housing_document": "赡养和共同居住承诺书（演示）",
            "housing_document_date": date(2016, 5, 1) + timedelta(days=signed),
        }
    return facts | {
        "is_dangerous_house": False,
        "dangerous_grade": grade,
        "housing_safety": "graded",
        "housing_document": APPRAISAL,
        "housing_document_date": date(2016, 6, 1) + timedelta(days=signed),
    }


def _living(home: Home, year: int, trouble: str, rng: Random) -> dict:
    """Water, power, road (only where a household differs from its group), land and industry."""
    able = any(labour(one, year) in ("ordinary", "skilled") for one in home.members)
    industry = (able or home.solar) and trouble != "unstable"
    facts = {
        "water_source": rng.choice(("treated_tap", "treated_tap", "treated_tap", "protected_well")),
        "has_production_power": True,
        "road_type": rng.choice(_ROADS),
        "road_distance_km": Decimal(rng.randint(1, 16)) / 10,
        "cultivated_land": Decimal(str(home.mu)),
        "forest_land": Decimal(rng.randint(0, 60)) / 10,
        "returned_forest_land": Decimal(0),
        "has_industry": industry,
        "in_cooperative": industry and rng.random() < 0.3,
        "led_by_enterprise": industry and rng.random() < 0.2,
        "led_by_entrepreneur": False,
        "industry_support": "光伏" if home.solar else "种植业" if industry else "",
        "is_relocated": False,
    }
    if trouble == "own_water":
        facts |= {"water_solved": False, "water_source": "unprotected_well"}
    if trouble == "no_power":
        facts["has_power"] = False
    if trouble == "no_broadcasting":
        facts["has_broadcasting"] = False
    return facts


def _income(survey: Survey, home: Home, trouble: str, amounts: dict[str, Decimal]) -> list[IncomeItem]:
    """The items of a sheet; writes the totals of its groups on the survey."""
    if trouble == "unvisited" and not home.solar:
        return []
    groups = set(GROUP_FIELDS)
    if trouble in ("income_open", "unvisited"):
        # What comes through the bank book is known; what the family earned is not.
        groups = {"transfer", "property"}
        amounts = {
            key: value for key, value in amounts.items() if INCOME_ITEMS[key].group in {*groups, BESIDE}
        }
    for group in groups:
        total = sum(
            (
                item.sign * amounts[item.key]
                for item in INCOME_ITEMS
                if item.group == group and item.key in amounts
            ),
            Decimal(0),
        )
        setattr(survey, GROUP_FIELDS[group], total)
    notes = {
        "transfer_education": "伙食减免、学费补贴",
        "property_solar": "户用光伏电站上网电费",
        "beside_house_repair": "危房改造补助资金",
    }
    return [
        IncomeItem(
            survey=survey,
            item=key,
            amount=amount,
            note=notes.get(key, ""),
            source="bureau" if key.startswith("transfer_") else survey.source,
        )
        for key, amount in amounts.items()
    ]


def _member_survey(home: Home, one, year: int, trouble: str, day: date) -> MemberSurvey:
    facts = troubled(facts_of(home, one, year, trouble), home, one, year, trouble)
    row = MemberSurvey(
        member_id=one.pk,
        year=year,
        area_id=home.village,
        source="carried" if trouble == "unvisited" else "visit",
        happened_on=day,
        **facts,
    )
    bureau = {
        "resident_insurance": f"{year}-08-31",
        "employee_insurance": f"{year}-08-31",
        "school_status": f"{year}-09-10",
        "receives_dibao": f"{year}-07-31",
        "receives_tekun": f"{year}-07-31",
    }
    row.sources = {
        name: {"source": "bureau", "on": on}
        for name, on in bureau.items()
        if getattr(row, name) not in (None, "")
    }
    if year == 2018:
        row.sources |= {
            name: {"source": "carried", "on": "2017-12-31"}
            for name in CARRIED_MEMBER_FIELDS
            if getattr(row, name) not in (None, "")
        }
    return row


def _log(homes: list[Home], staff: Staff) -> None:
    """One entry a survey, and who entered facts of which household: he checks it no more in this round."""
    for village, clerk in staff.clerks.items():
        keys = [home.pk for home in homes if home.village == village]
        surveys: QuerySet = Survey.objects.filter(household__in=keys)
        for year in YEARS:
            record_select(
                "households.survey.save",
                surveys.filter(year=year),
                actor=clerk,
                case_type="households.household",
                case_id=F("household_id"),
                area_code=F("area_id"),
                summary=f"{year}年度信息（补录）",
            )
        note_fact_entries("households.household", Household.objects.filter(pk__in=keys), clerk)
