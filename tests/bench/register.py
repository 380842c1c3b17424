"""The register that is measured: areas, a standard, simulated households, a reviewer and a helper."""

import csv
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command

from households.demo.scale import simulate
from poverty.accounts.models import Role
from poverty.areas.models import Area, Level
from poverty.standards.models import Standard
from tests.factories.accounts import make_posting, make_user
from tests.factories.standards import make_standard

PROVINCE = "51"
YEAR = 2018
ALL_INDICATORS = {
    "income": "3535",
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
    return standard, taken


def reviewer(area: str):
    """A county office's account for an area of any level."""
    user = make_user("测速审核", username=f"bench-{area}")
    make_posting(user, Role.COUNTY_REVIEWER, area)
    return get_user_model().objects.get(pk=user.pk)


def clerk(village: str):
    """A village clerk, who may enter facts."""
    user = make_user("测速录入", username=f"bench-{village}")
    make_posting(user, Role.VILLAGE_CLERK, village)
    return get_user_model().objects.get(pk=user.pk)


def first_village() -> str:
    return Area.objects.filter(level=Level.VILLAGE).order_by("code").values_list("code", flat=True)[0]
