"""The register that is measured: areas, a standard, simulated households, rare cases, people who look at it."""

import csv
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

from households.demo.scale import simulate
from poverty.accounts.models import Role
from poverty.standards.models import Standard
from tests.factories.accounts import make_posting, make_user
from tests.factories.standards import make_standard

PROVINCE = "51"
YEAR = 2018
LINE = "3535"
HELPERS = 50
ALL_INDICATORS = {
    "income": LINE,
    **dict.fromkeys(
        (
            "food",
            "clothing",
            "education",
            "medical",
            "housing",
            "water",
            "power",
            "broadcasting",
            "road",
            "stable_income",
        )
    ),
}


def invented_divisions(path: Path, counties: int, villages_a_county: int) -> None:
    """A province of any size in the columns of the division codes: counties, ten townships each, villages."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["code", "name", "level", "parent_code"])
        rows.writerow([PROVINCE, "测速省", "province", ""])
        for number in range(counties):
            city, county = (
                f"{PROVINCE}{number // 20 + 1:02d}",
                f"{PROVINCE}{number // 20 + 1:02d}{number % 20 + 1:02d}",
            )
            if number % 20 == 0:
                rows.writerow([city, f"测速{number // 20 + 1}市", "city", PROVINCE])
            rows.writerow([county, f"测速{number + 1}县", "county", city])
            for township in range(10):
                town = f"{county}{100 + township}"
                rows.writerow([town, f"{township + 1}镇", "township", county])
                for village in range(villages_a_county // 10):
                    rows.writerow([f"{town}{200 + village}", f"{village + 1}村", "village", town])


# Cases that the simulated register lacks: a share of the households, or of the persons, each. They are few enough
# to leave the time as it is, and many enough that three ways of judging must agree on them.
RARE = (
    "INSERT INTO areas_settlement (village_id, name, kind)"
    " SELECT code, '测速组', 'group' FROM areas_area WHERE length(code) = 12",
    "INSERT INTO areas_settlementfact (settlement_id, fact, reached, valid_from, scheme, document_name, note)"
    " SELECT s.id, f.fact, (ARRAY[true, true, true, false, NULL])[1 + ((s.id + f.number) % 5)::int], '2016-01-01',"
    " '', '', '' FROM areas_settlement s,"
    " unnest(ARRAY['water', 'power', 'broadcasting', 'road']) WITH ORDINALITY f (fact, number)",
    "UPDATE households_survey SET settlement_id = s.id, water_solved = NULL, has_power = NULL,"
    " has_broadcasting = NULL, road_reached = NULL FROM areas_settlement s"
    " WHERE s.village_id = area_code AND household_id % 53 = 1",
    "UPDATE households_survey SET housing_safety = (ARRAY['graded', 'renovated', 'guaranteed'])[1 + household_id % 3],"
    " housing_guarantee = CASE WHEN household_id % 3 = 2 THEN 'rent' ELSE '' END, housing_document = '测速',"
    " housing_document_date = '2018-06-01', is_dangerous_house = household_id % 3 > 0 WHERE household_id % 59 = 2"
    " AND (household_id % 3 > 0 OR dangerous_grade IN ('a', 'b'))",
    "UPDATE households_survey SET is_dangerous_house = NOT is_dangerous_house"
    " WHERE household_id % 61 = 3 AND housing_safety = ''",
    "UPDATE households_survey SET is_dangerous_house = NULL WHERE household_id % 67 = 4 AND housing_safety = ''",
    "UPDATE households_survey SET dangerous_grade = '' WHERE household_id % 71 = 5 AND housing_safety = ''",
    "UPDATE households_survey SET production_expense = 99999.99 WHERE household_id % 73 = 6",
    "UPDATE households_membersurvey SET special_state ="
    " (ARRAY['active_service', 'imprisoned', 'missing'])[1 + member_id % 3], resident_insurance = false"
    " WHERE member_id % 101 = 1",
    "UPDATE households_membersurvey SET school_status = 'not_at_school', dropout_reason ="
    " (ARRAY['illness', 'weary', ''])[1 + member_id % 3], education_level ="
    " (ARRAY['junior_middle', 'primary', ''])[1 + (member_id / 3) % 3], graduated_grade_nine ="
    " (ARRAY[true, false, NULL])[1 + (member_id / 9) % 3] WHERE member_id % 23 = 2",
    "UPDATE households_membersurvey SET school_exemption ="
    " (ARRAY['home_teaching', 'deferred', 'suspended', 'unable_to_learn'])[1 + member_id % 4] WHERE member_id % 103 = 3",
    "UPDATE households_membersurvey SET receives_dibao = NULL, resident_pension = NULL WHERE member_id % 107 = 4",
    "DELETE FROM households_membersurvey WHERE member_id % 1009 = 5",
    # At the end of the accounting period nobody belonged to it yet, or not its head.
    "UPDATE households_membership SET valid_from = '2018-10-15'"
    " WHERE household_id % 5003 = 7 OR (household_id % 5009 = 8 AND relation = 'head')",
)


@transaction.atomic
def _add_rare_cases() -> None:
    with connection.cursor() as cursor:
        for statement in RARE:
            cursor.execute(statement)


@transaction.atomic
def _pair() -> None:
    """A fiftieth of the households have helpers with accounts, so that a list by helper has something to find."""
    helpers = [make_user(f"测帮{number}", username=f"bench-helper-{number}").pk for number in range(HELPERS)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE households_pairing SET helper_id = (%(helpers)s::bigint[])[1 + (household_id / 50) %% %(number)s]"
            " WHERE household_id %% 50 = 0",
            {"helpers": helpers, "number": HELPERS},
        )
        cursor.execute("ANALYZE households_pairing")


def build(households: int, folder: Path) -> tuple[Standard, dict]:
    """Fill an empty database and return the published standard and what it took.

    20 counties of 200 villages each, so that a county of the register is a large one.
    """
    divisions = folder / "divisions.csv"
    invented_divisions(divisions, counties=20, villages_a_county=200)
    call_command("import_areas", str(divisions), verbosity=0)
    call_command("load_reference", verbosity=0)
    standard = make_standard(PROVINCE, YEAR, rows=ALL_INDICATORS)
    taken = simulate(households, area_code=PROVINCE, year=YEAR, seed=1)
    _add_rare_cases()
    _pair()
    return standard, taken


def reviewer(area: str):
    """A county office's account for an area of any level; made when first asked for."""
    username = f"bench-{area}"
    if not get_user_model().objects.filter(username=username).exists():
        make_posting(make_user("测速审核", username=username), Role.COUNTY_REVIEWER, area)
    return get_user_model().objects.get(username=username)


def clerk(village: str):
    """The village clerk, who may enter facts; made when first asked for."""
    username = f"bench-{village}"
    if not get_user_model().objects.filter(username=username).exists():
        make_posting(make_user("测速录入", username=username), Role.VILLAGE_CLERK, village)
    return get_user_model().objects.get(username=username)
