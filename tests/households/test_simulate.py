"""The simulated register looks like a county's: what is found in it is what somebody would have to look at."""

from collections import Counter

import pytest

from households.checks.registry import CHECKS
from households.demo.scale import simulate
from households.models import Finding, Household, Member, MemberSurvey, Pairing
from households.options.school_status import SCHOOL_STATUSES
from households.services.checks import run_checks
from tests.factories.areas import make_area
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db
COUNTY = "220503"
VILLAGES = ("220503100204", "220503100205", "220503200200")
HOUSEHOLDS = 2_000  # what is drawn follows from the keys that the rows get: of 1,000 a rare fault is missing now and then


@pytest.fixture
def register():
    for code in VILLAGES:
        make_area(code)
    make_parameter("line.exit", COUNTY, value="3535")
    return simulate(HOUSEHOLDS, area_code=COUNTY, year=2018, seed=7)


def test_a_check_finds_few_and_most_households_have_nothing(register):
    run_checks(COUNTY, 2018, trigger="command")
    found = Counter(Finding.objects.values_list("code", flat=True))
    assert found.total() < HOUSEHOLDS
    often = {code: number for code, number in found.items() if number > HOUSEHOLDS / 5}
    assert often == {}
    assert len(found) > 15, "a register without faults measures nothing"
    assert set(found) <= set(CHECKS)
    without = Household.objects.exclude(pk__in=Finding.objects.values("household"))
    assert without.count() > HOUSEHOLDS / 2


def test_facts_fit_each_other(register):
    assert Household.objects.count() == HOUSEHOLDS
    assert Member.objects.count() == register["members"]
    # Nearly everybody has a phone, an account and a helper; whoever has the number has its hash.
    for name in ("phone", "bank_account"):
        has = Household.objects.filter(**{f"{name}__isnull": False})
        assert HOUSEHOLDS * 0.9 < has.count() < HOUSEHOLDS
        assert not has.filter(**{f"{name}_hash__isnull": True}).exists()
        assert str(getattr(has.first(), name)) != "（无法读取）"
    assert HOUSEHOLDS * 0.9 < Pairing.objects.count() < HOUSEHOLDS
    assert Pairing.objects.values("helper").distinct().count() == len(VILLAGES)
    pupils = SCHOOL_STATUSES.keys_where(lambda status: status.is_enrolled)
    assert not MemberSurvey.objects.filter(school_status__in=pupils).exclude(education_level="").exists()
    assert MemberSurvey.objects.filter(work_months__gt=0).exclude(work_place="").exists()
