"""1 个产业或 1 个就业岗位: who has labour and neither, of whom nobody knows; figures and list add up."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from households.benefits.employment import figures
from households.benefits.services.taking_back import withdraw_job
from households.benefits.services.work import record_job
from households.gaps.labour import LABOUR_UNKNOWN, UNKNOWN, WITH, WITHOUT, in_state, labour_figures
from households.models import Household
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db
IDLE = {"labour_skill": "ordinary", "work_months": 0}


def state_of(household):
    found = [one for one in (WITH, WITHOUT, UNKNOWN, LABOUR_UNKNOWN) if holds(household, one)]
    assert len(found) <= 1
    return found[0] if found else None


def holds(household, state):
    return in_state(Household.objects.all(), 2018, state).filter(pk=household.pk).exists()


@pytest.mark.parametrize(
    ("facts", "survey", "expected"),
    [
        (IDLE, {"has_industry": False}, WITHOUT),
        (IDLE, {"has_industry": True}, WITH),
        (IDLE, {"has_industry": None}, UNKNOWN),
        ({**IDLE, "work_months": 3}, {"has_industry": False}, WITH),
        ({**IDLE, "work_months": None}, {"has_industry": False}, UNKNOWN),
        (
            {**IDLE, "public_post_type": "forest_ranger", "public_post_months": 12},
            {"has_industry": False},
            WITH,
        ),
        ({**IDLE, "labour_skill": "weak"}, {"has_industry": False}, WITHOUT),
        ({**IDLE, "labour_skill": "none"}, {"has_industry": False}, None),
        ({**IDLE, "labour_skill": "lost"}, {"has_industry": False}, None),
        ({**IDLE, "labour_skill": ""}, {"has_industry": False}, LABOUR_UNKNOWN),
        ({**IDLE, "school_status": "high_1"}, {"has_industry": False}, None),
    ],
)
def test_who_has_labour_and_what_he_has(facts, survey, expected):
    assert state_of(make_household(head_facts=facts, survey=survey)) == expected


def test_other_years_and_other_registers_do_not_count():
    make_household(
        head_facts=IDLE, survey={"has_industry": False}, kind="general_rural", status="", main_cause=""
    )
    assert not in_state(Household.objects.all(), 2018, WITHOUT).exists()
    make_household(head_facts=IDLE, survey={"has_industry": False})
    assert not in_state(Household.objects.all(), 2017, WITHOUT).exists()


def test_the_figures_add_up_to_the_lists(django_assert_num_queries):
    for village in ("220503100204", "220503100204", "220503200200"):
        make_household(village, head_facts=IDLE, survey={"has_industry": False})
    make_household("220503200200", head_facts=IDLE, survey={"has_industry": True})
    make_household("220503200200", head_facts=IDLE, survey={"has_industry": None})
    with django_assert_num_queries(2):
        places, total = labour_figures(Household.objects.all(), 2018, "220503")
    assert [(one.code, one.without, one.unknown, one.has) for one in places] == [
        ("220503100", 2, 0, 0),
        ("220503200", 1, 1, 1),
    ]
    assert (total.total, total.without, total.unknown, total.has) == (5, 3, 1, 1)
    for state, number in ((WITHOUT, 3), (UNKNOWN, 1), (WITH, 1)):
        assert in_state(Household.objects.all(), 2018, state).count() == number


class TestOneAnswerForJobs:
    """The page of employment and the list of gaps say the same of a household."""

    @pytest.fixture
    def officer(self):
        return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)

    def of_employment(self, officer):
        (one,) = figures(officer, COUNTY_A, 2018, length=9)
        return one.labour, one.employed, one.none, one.unknown, one.labour_unknown

    def of_gaps(self):
        _, total = labour_figures(Household.objects.all(), 2018, COUNTY_A)
        return total.total, total.has, total.without, total.unknown, total.labour_unknown

    def post(self, household, officer):
        return record_job(
            household,
            household.head,
            kind="public_post",
            post="cleaner",
            monthly_pay=Decimal(400),
            starts_on=date(2018, 3, 1),
            actor=officer,
        )

    def test_a_recorded_post_is_a_job_in_both(self, officer):
        home = make_household(head_facts=IDLE, survey={"has_industry": False})
        assert self.of_gaps() == self.of_employment(officer) == (1, 0, 1, 0, 0)
        job = self.post(home, officer)
        assert state_of(home) == WITH
        assert self.of_gaps() == self.of_employment(officer) == (1, 1, 0, 0, 0)
        withdraw_job(job, reason="录错人", actor=officer)
        assert self.of_gaps() == self.of_employment(officer) == (1, 0, 1, 0, 0)

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"labour_skill": "ordinary", "work_months": None}, (1, 0, 0, 1, 0)),
            ({"labour_skill": "", "work_months": 0}, (0, 0, 0, 0, 1)),
            ({"labour_skill": "ordinary", "work_months": 0, "school_status": "high_1"}, (0, 0, 0, 0, 0)),
            ({"labour_skill": "ordinary", "work_months": 0, "public_post_months": 6}, (1, 1, 0, 0, 0)),
        ],
    )
    def test_what_is_not_known_and_who_is_at_school(self, officer, facts, expected):
        make_household(head_facts=facts, survey={"has_industry": False})
        found = self.of_employment(officer) if any(expected) else (0, 0, 0, 0, 0)
        assert (self.of_gaps(), found) == (expected, expected)

    def test_of_who_cannot_work_nobody_asks_whether_he_does(self, officer):
        home = make_household(head_facts=IDLE, survey={"has_industry": False})
        make_member(
            home, "王老", birth_date=date(1940, 1, 1), facts={"labour_skill": "none", "work_months": None}
        )
        make_member(
            home,
            "王小",
            birth_date=date(2004, 1, 1),
            facts={"labour_skill": "", "school_status": "grade_7", "work_months": None},
        )
        assert self.of_gaps() == self.of_employment(officer) == (1, 0, 1, 0, 0)

    def test_who_left_after_the_year_counts_for_it_and_who_came_later_does_not(self, officer):
        home = make_household(
            head_facts={"labour_skill": "none", "work_months": 0}, survey={"has_industry": False}, year=2017
        )
        able = {"labour_skill": "ordinary", "work_months": 0}
        make_member(home, "王大", until=date(2018, 2, 1), facts=able, year=2017)
        make_member(home, "王二", since=date(2018, 2, 1), facts={**able, "work_months": 9}, year=2017)
        assert holds_in(2017, home, WITHOUT)


def holds_in(year, household, state):
    return in_state(Household.objects.all(), year, state).filter(pk=household.pk).exists()


def test_the_page_adds_up_and_asks_for_a_county():
    make_household(head_facts=IDLE, survey={"has_industry": False})
    make_household(head="李四", head_facts={"labour_skill": "", "work_months": 0})
    client = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    address = reverse("households:labour")
    page = client.get(address, {"year": 2018})
    assert [number for _, _, number, _ in page.context["tabs"]] == [1, 0, 0, 1]
    shown = client.get(address, {"year": 2018, "tab": "labour_unknown"}).content.decode()
    assert "李四" in shown
    leader = client_of(make_actor(Role.LEADER, "22"))
    wide = leader.get(address, {"year": 2018, "area": "22"})
    assert "请先选择一个县" in wide.content.decode()
    assert "page" not in wide.context
