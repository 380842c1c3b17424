"""Facts of many saved together: as many statements as for few, and what each of them would have had alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.models import CountyYear, Household, Member, MemberSurvey, NationalGap, Survey
from households.services.facts_of_many import Stated, save_facts_of_households, save_facts_of_members
from households.services.surveys import start_survey
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_member, make_year
from tests.factories.incoming import VILLAGE, bring_in, number_of, person, reviewer, workbook
from tests.factories.standards import NATIONAL_ROWS, make_standard

pytestmark = pytest.mark.django_db
YEAR = 2018


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def imported(tmp_path):
    """Twelve households of one person each, as the national system shows them: worked ten months."""
    make_standard(rows=NATIONAL_ROWS)
    rows = [
        person(
            f"H{number}",
            f"P{number}",
            f"赵{number}",
            number_of(date(1970, 1, number), 1),
            **{"务工时间（月）": 10},
        )
        for number in range(1, 13)
    ]
    bring_in(workbook(tmp_path / "a.xlsx", rows), actor=reviewer())


def of_homes(homes, clerk, **values):
    stated = [Stated(one.pk, values, {}, timezone.localdate(), clerk) for one in homes]
    save_facts_of_households(stated, YEAR, decided_by_name="李乡镇", late_reason="任务表")
    return stated


def of_members(members, clerk, **values):
    stated = [
        Stated(one.pk, values, dict.fromkeys(values, 10), timezone.localdate(), clerk) for one in members
    ]
    save_facts_of_members(stated, YEAR, late_reason="任务表")
    return stated


def statements(call) -> int:
    with CaptureQueriesContext(connection) as found:
        call()
    return len(found)


def test_persons_of_the_national_register(imported, clerk):
    members = list(Member.objects.order_by("pk"))
    few = statements(lambda: of_members(members[:2], clerk, work_months=6))
    many = statements(lambda: of_members(members[2:], clerk, work_months=7))
    assert few == many
    assert set(MemberSurvey.objects.values_list("work_months", flat=True)) == {6, 7}
    gaps = NationalGap.objects.order_by("member")
    assert [(one.field, one.theirs, one.ours) for one in gaps] == [
        ("work_months", "10", "6" if number < 2 else "7") for number in range(12)
    ]
    again = statements(lambda: of_members(members[:2], clerk, work_months=6))
    assert again < few
    assert NationalGap.objects.count() == 12


def test_households_with_totals_of_income(imported, clerk):
    homes = list(Household.objects.order_by("pk"))
    make_year(year=2017)
    for home in homes:
        survey = Survey.objects.get(household=home)
        Survey.objects.filter(pk=survey.pk).update(wage_income=None)
        Survey.objects.create(household=home, year=2017, area_id=home.area_id, wage_income=Decimal("1000"))
    few = statements(lambda: of_homes(homes[:2], clerk, wage_income=Decimal("1100"), has_power=True))
    many = statements(lambda: of_homes(homes[2:11], clerk, wage_income=Decimal("1100"), has_power=True))
    assert few == many
    assert Survey.objects.filter(year=YEAR, wage_income=1100, has_power=True).count() == 11
    [jump] = of_homes(homes[11:], clerk, wage_income=Decimal("90000"), has_power=True)
    assert {name: one.state for name, one in jump.outcomes.items()} == {
        "wage_income": "refused",
        "has_power": "written",
    }


def without_a_year(number, name):
    home = make_household(VILLAGE, name, survey=False, household_no=f"220503{number:04}")
    own = make_member(home, f"{name}之子", relation="son", facts=False)
    Survey.objects.create(household=home, year=2017, area_id=VILLAGE, has_power=True, house_area=60)
    MemberSurvey.objects.create(member=own, year=2017, area_id=VILLAGE, political_status="masses")
    return home


def test_a_year_that_is_not_begun_is_opened_for_many_as_for_one(clerk):
    make_year()
    make_year(year=2017)
    make_standard(rows=NATIONAL_ROWS)
    homes = [without_a_year(number, f"户{number}") for number in range(14)]
    alone, homes = homes[0], homes[1:]
    start_survey(alone, YEAR, actor=clerk)
    few = statements(lambda: of_homes(homes[:2], clerk, house_area=Decimal("70")))
    many = statements(lambda: of_homes(homes[2:], clerk, house_area=Decimal("70")))
    assert few == many
    one, two = (Survey.objects.get(household=home, year=YEAR) for home in (alone, homes[3]))
    assert (two.has_power, two.house_area) == (one.has_power, Decimal("70.00"))
    assert two.sources["has_power"] == one.sources["has_power"]
    assert two.sources["house_area"]["source"] == "entered"
    carried = MemberSurvey.objects.filter(year=YEAR)
    fields = ("political_status", "source", "sources", "area_id")
    of_one = list(carried.filter(member__household=alone).values(*fields))
    assert of_one
    assert list(carried.filter(member__household=homes[3]).values(*fields)) == of_one
    assert homes[3].assessments.filter(year=YEAR).exists()
    words = Entry.objects.filter(action="households.survey.start").values_list("summary", flat=True)
    assert len(words) == 14
    assert len(set(words)) == 1


def test_a_household_stated_twice_is_not_written_over(clerk):
    make_year()
    make_year(year=2017)
    make_standard(rows=NATIONAL_ROWS)
    home = without_a_year(1, "王")
    first, second = (
        Stated(home.pk, {"house_area": Decimal(area)}, {}, timezone.localdate(), clerk) for area in (70, 80)
    )
    save_facts_of_households([first, second], YEAR, decided_by_name="李乡镇", late_reason="任务表")
    assert first.outcomes["house_area"].state == "written"
    assert second.outcomes["house_area"].state == "conflict"


def test_a_year_that_is_closed_opens_nothing(clerk):
    make_year()
    make_year(year=2017)
    home = without_a_year(1, "王")
    close_year(CountyYear.objects.get(year=YEAR), actor=reviewer(), document_name="关账通知")
    [one] = of_homes([home], clerk, house_area=Decimal("70"))
    assert one.outcomes["house_area"].state == "refused"
    assert "2018年度已关闭" in one.outcomes["house_area"].said
    assert not Survey.objects.filter(year=YEAR).exists()
