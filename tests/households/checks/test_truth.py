"""Each check by hand: where it holds, where it does not, and that what nobody knows is no finding."""

from collections import Counter

import pytest

from households.checks.registry import CHECKS
from households.models import Finding
from tests.actors import COUNTY_A
from tests.factories.parameters import make_parameter
from tests.households.checks import tables_exits, tables_households, tables_persons
from tests.households.checks.cases import Case, check_table

pytestmark = pytest.mark.django_db

TABLES = {
    **{f"{name} of persons": table for name, table in tables_persons.TABLES.items()},
    **{f"{name} of households": table for name, table in tables_households.TABLES.items()},
    **tables_exits.TABLES,
}
# Told by tests of their own: test_helpers, test_parameters.
ELSEWHERE = {"helper.none", "helper.is_poor", "monitoring.high_income"}


@pytest.fixture(autouse=True)
def lines():
    make_parameter("line.exit", COUNTY_A, value="3535")
    make_parameter("line.monitoring", COUNTY_A, value="6000")
    make_parameter("dibao.line", COUNTY_A, value="3600")


@pytest.mark.parametrize("name", TABLES)
def test_truth(name):
    assert check_table(TABLES[name]) == []


def test_every_check_has_its_cases():
    cases = Counter((one.code, one.expected) for table in TABLES.values() for one in table)
    missing = [
        (code, expected)
        for code in CHECKS
        if code not in ELSEWHERE
        for expected in ("hit", "miss", "null")
        if not cases[code, expected]
    ]
    assert missing == []
    assert {code for code, _ in cases} <= set(CHECKS)


def test_nothing_is_found_where_everything_is_in_order():
    """The household that the cases spoil, and one of which nothing is known but who belongs to it."""
    in_order = Case("household.empty", "miss")
    unknown = Case("household.empty", "miss", survey=False, head={"facts": False})
    assert check_table([in_order, unknown]) == []
    assert list(Finding.objects.values_list("code", flat=True)) == []
