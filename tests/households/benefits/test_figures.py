"""Figures of benefits on their pages: of the year they are about, each with its list, and never of more than a county."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.benefits.coverage import coverage, rows_of
from households.benefits.deadlines import due_terms
from households.benefits.matching import match
from households.benefits.services.loans import Terms, record_loan, repay
from households.benefits.services.solar import add_share, open_station
from households.benefits.services.waiting import flow_waiting
from households.benefits.services.work import add_trainees, open_training
from households.benefits.today import tasks
from households.models import BenefitIncome, HouseholdStatus
from households.tasks import flow_benefits
from poverty.accounts.models import Role
from poverty.jobs.models import Job
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_posting
from tests.factories.areas import make_area
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_year
from tests.factories.monitoring import make_watched

pytestmark = pytest.mark.django_db
GENERAL = {"kind": "general_rural", "status": "", "main_cause": ""}
OTHER_TOWNSHIP = "220503101200"


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-20 10:00 +0800", tick=False):
        yield


@pytest.fixture
def county():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def everybody():
    """A policy for every household in question."""
    return make_policy("all", base=SOLAR, name="人人有", entitled=[])


@pytest.fixture
def wide():
    """Somebody whose place is above every county."""
    user = make_actor(Role.LEADER, VILLAGE_A)
    user.postings.all().delete()
    make_posting(user, Role.LEADER, "22")
    return user


def names_in(user, policy, year):
    return sorted(rows_of(user, policy, COUNTY_A, year, "entitled").values_list("head_name", flat=True))


class TestAYearThatIsOver:
    """2018, told in 2018 and again in 2021."""

    def test_who_leaves_watch_or_the_register_later_stays_in_it(self, county, everybody):
        make_watched(make_household(VILLAGE_A, "王监测", **GENERAL), identified_on=date(2018, 3, 1))
        make_household(VILLAGE_A, "张一般", **GENERAL)
        assert names_in(county, everybody, 2018) == ["王监测"]
        with time_machine.travel("2021-05-01 10:00 +0800", tick=False):
            over = {"identified_on": date(2018, 3, 1), "removed_on": date(2020, 6, 1)}
            make_watched(make_household(VILLAGE_A, "赵消除", **GENERAL), **over)
            closed = make_household(VILLAGE_A, "李销户", state="closed", closed_on=date(2020, 9, 1))
            assert names_in(county, everybody, 2018) == ["李销户", "王监测", "赵消除"]
            assert names_in(county, everybody, 2020) == ["王监测"]
            assert match(county, closed, 2018) is not None
            assert match(county, closed, 2020) is None

    def test_who_comes_later_is_not_in_it(self, county, everybody):
        make_watched(make_household(VILLAGE_A, "王监测", **GENERAL), identified_on=date(2019, 3, 1))
        late = make_household(VILLAGE_A, "李后来")
        HouseholdStatus.objects.filter(household=late).update(valid_from=date(2019, 5, 1))
        with time_machine.travel("2021-05-01 10:00 +0800", tick=False):
            assert names_in(county, everybody, 2018) == []
            assert names_in(county, everybody, 2019) == ["李后来", "王监测"]

    def test_its_status_is_that_of_the_day(self, county):
        policy = make_policy(
            "unexited", base=SOLAR, name="未脱贫户", entitled=[{"key": "status", "statuses": ["not_exited"]}]
        )
        home = make_household(VILLAGE_A, "王脱贫", status="exited_with_policies")
        HouseholdStatus.objects.filter(household=home).update(valid_from=date(2019, 12, 1))
        HouseholdStatus.objects.create(
            household=home,
            kind="registered_poor",
            status="not_exited",
            regime="registration",
            valid_from=date(2016, 1, 1),
            valid_to=date(2019, 12, 1),
            source="import",
        )
        with time_machine.travel("2021-05-01 10:00 +0800", tick=False):
            assert names_in(county, policy, 2018) == ["王脱贫"]
            assert names_in(county, policy, 2019) == []
            assert coverage(county, COUNTY_A, 2018, length=6).of(policy).entitled == 1

    def test_under_watch_is_asked_of_the_day_too(self, county):
        policy = make_policy("watch", base=SOLAR, name="监测户", entitled=[{"key": "monitored"}])
        home = make_household(VILLAGE_A, "王监测")
        make_watched(home, identified_on=date(2018, 3, 1), removed_on=date(2020, 6, 1))
        with time_machine.travel("2021-05-01 10:00 +0800", tick=False):
            assert names_in(county, policy, 2018) == ["王监测"]
            assert names_in(county, policy, 2020) == []


class TestAboveACounty:
    def test_figures_and_lists_ask_for_a_county(self, wide, everybody, django_assert_max_num_queries):
        client = client_of(wide)
        for name in ("benefit-coverage", "benefit-places", "employment"):
            page = client.get(reverse(f"households:{name}"), {"area": "22", "year": 2018})
            assert "请先选择一个县" in page.content.decode(), name
        for name, args in (
            ("benefit-list", ["all", "without"]),
            ("employment-list", ["none"]),
            ("employment-persons", ["employed"]),
        ):
            page = client.get(reverse(f"households:{name}", args=args), {"area": "22", "year": 2018})
            assert page.status_code == 302, name

    def test_the_sum_of_payments_is_said_of_what_can_be_counted(self, county, everybody, monkeypatch):
        for number in range(3):
            make_benefit(everybody, make_household(VILLAGE_A, f"户{number}"), amount=Decimal(100))
        page = client_of(county).get(reverse("households:benefits"), {"year": 2018})
        assert page.context["paid"] == Decimal(300)


class TestNumbersHaveTheirLists:
    def test_of_work_and_training(self, officer):
        able = {"labour_skill": "ordinary", "work_months": 3}
        home = make_household(VILLAGE_A, "王在岗", head_facts=able)
        make_household(VILLAGE_A, "李无岗", head_facts={"labour_skill": "ordinary", "work_months": 0})
        for course in ("种植", "养殖"):
            row = open_training(
                make_area(TOWNSHIP_A),
                course=course,
                organiser="镇政府",
                held_from=date(2018, 5, 1),
                held_to=date(2018, 5, 3),
                hours=24,
                actor=officer,
            )
            add_trainees(row, [home.head], actor=officer)
        client = client_of(officer)
        page = client.get(reverse("households:employment"), {"year": 2018})
        total = page.context["total"]
        assert (total.labour, total.employed, total.none, total.persons, total.trained) == (2, 1, 1, 1, 1)
        for name, what, number in (
            ("employment-list", "labour", 2),
            ("employment-list", "employed", 1),
            ("employment-persons", "employed", 1),
            ("employment-persons", "trained", 1),
            ("employment-persons", "times", 2),
        ):
            address = reverse(f"households:{name}", args=[what])
            found = client.get(address, {"year": 2018, "area": VILLAGE_A})
            assert found.context["count"] == number == len(found.context["lines"]), what
            if what != "times":
                assert f'href="{address}' in page.content.decode(), what
        courses = client.get(reverse("households:trainings"), {"year": 2018})
        assert (courses.context["times"], courses.context["persons"]) == (2, 1)
        assert reverse("households:employment-persons", args=["times"]) in courses.content.decode()

    def test_of_solar_stations(self, officer):
        home = make_household(VILLAGE_A, "王受益")
        station = open_station(
            make_area(VILLAGE_A),
            kind="village",
            name="村级电站",
            capacity=Decimal(60),
            connected_on=date(2017, 1, 1),
            actor=officer,
        )
        add_share(station, home, since=date(2018, 1, 1), actor=officer)
        policy = make_policy("roof", base=SOLAR, name="户用光伏")
        make_benefit(policy, home, amount=Decimal(4000), by=officer)
        client = client_of(officer)
        page = client.get(reverse("households:solar"), {"year": 2018, "kind": "household"})
        assert [one["homes"] for one in page.context["figures"]] == [1, 0]
        assert page.context["lines"] == []
        homes = client.get(reverse("households:solar-homes", args=["village"]), {"year": 2018})
        assert (homes.context["count"], "王受益" in homes.content.decode()) == (1, True)
        paid = client.get(reverse("households:benefits"), {"year": 2018, "item": "property_solar"})
        assert paid.context["paid"] == page.context["figures"][1]["paid"] == Decimal(4000)
        none = client.get(reverse("households:benefits"), {"year": 2018, "item": "wage_other"})
        assert (none.context["count"], none.context["paid"]) == (0, 0)

    def test_the_five_coverages_lead_to_the_policies_behind_them(self, county):
        make_policy("roof", base=SOLAR, name="户用光伏", entitled=[])
        make_household(VILLAGE_A)
        client = client_of(county)
        page = client.get(reverse("households:benefit-places"), {"year": 2018}).content.decode()
        assert f"{reverse('households:benefit-coverage')}?area={TOWNSHIP_A}#group-solar" in page
        target = client.get(reverse("households:benefit-coverage"), {"year": 2018, "area": TOWNSHIP_A})
        assert 'id="group-solar"' in target.content.decode()


def test_a_term_of_a_household_is_counted_in_households(officer):
    make_policy("roof_terms", base=SOLAR, name="分期到户", entitled=[], frequency="term", terms=TERMS)
    make_policy("yulu", entitled=[])
    make_household(VILLAGE_A, members=[{"name": "王二", "birth_date": date(2001, 5, 1)}])
    found = {
        (one.policy.code, one.period): (one.without, one.unit) for one in due_terms(officer, COUNTY_A, 2018)
    }
    assert found["roof_terms", "spring"] == (1, "户")
    assert found["yulu", "spring"] == (2, "人")
    waiting = [one for one in tasks(officer, VILLAGE_A, 2018) if one.label.startswith("分期到户")]
    assert {one.unit for one in waiting} == {"户"}
    page = client_of(officer).get(reverse("households:benefit-coverage"), {"year": 2018}).content.decode()
    assert "还有 1 户应享受未发放" in page


TERMS = [{"period": "spring", "check_by": "06-10", "pay_by": "06-30"}]


class TestLoans:
    def lend(self, household, officer, **more):
        given = {"starts_on": date(2018, 1, 10), "due_on": date(2021, 1, 10), **more}
        terms = Terms("农商行", Decimal(50000), Decimal("4.35"), Decimal(100), "breeding", **given)
        return record_loan(household, household.head, terms, actor=officer)

    def test_what_the_county_owes_is_what_is_left(self, officer):
        loan = self.lend(make_household(VILLAGE_A), officer)
        self.lend(make_household(VILLAGE_A, "李四"), officer)
        repay(loan, amount=Decimal(30000), paid_on=date(2018, 6, 1), actor=officer)
        page = client_of(officer).get(reverse("households:loans"))
        assert page.context["owed"] == Decimal(70000)
        assert sum(left for _, _, left in page.context["lines"]) == Decimal(70000)

    def test_only_who_is_poor_or_watched_borrows(self, officer):
        general = make_household(VILLAGE_A, "张一般", **GENERAL)
        with pytest.raises(ValidationError, match="建档立卡户和监测对象"):
            self.lend(general, officer)
        client = client_of(officer)
        refused = client.post(reverse("households:loan-start"), {"household": "张一般"})
        assert refused.status_code == 422
        assert "建档立卡户和监测对象" in refused.content.decode()
        make_watched(general, identified_on=date(2018, 1, 1))
        assert self.lend(general, officer).pk


class TestWhatWaitsForItsYear:
    """A payment of October 2018 is the income of 2019, which is not open."""

    @pytest.fixture
    def household(self, officer):
        home = make_household(VILLAGE_A)
        policy = make_policy("roof", base=SOLAR, name="户用光伏")
        make_benefit(policy, home, amount=Decimal(4000), paid_on=date(2018, 10, 20), by=officer)
        return home

    def page(self, user, **query):
        return client_of(user).get(reverse("households:benefit-asked"), {"year": 2019, **query})

    def test_there_is_no_button_before_the_year_is_open_and_nothing_is_said_to_be_done(
        self, household, officer
    ):
        page = self.page(officer)
        assert page.context["waiting"] == 1
        assert reverse("households:benefit-flow") not in page.content.decode()
        with pytest.raises(ValidationError, match="未开启"):
            flow_waiting(TOWNSHIP_A, 2019, actor=officer)
        address = f"{reverse('households:benefit-flow')}?area={TOWNSHIP_A}&year=2019"
        answer = client_of(officer).post(address, follow=True)
        assert "未开启" in answer.content.decode()
        assert not Job.objects.exists()

    def test_the_number_has_its_list(self, household, officer):
        shown = self.page(officer, show="waiting")
        assert [one.household for one, _, _ in shown.context["lines"]] == [household]

    def test_opened_it_is_brought_in_in_the_background(self, household, officer):
        make_year(year=2019)
        page = self.page(officer)
        assert reverse("households:benefit-flow") in page.content.decode()
        address = f"{reverse('households:benefit-flow')}?area={TOWNSHIP_A}&year=2019"
        client = client_of(officer)
        for _ in range(2):
            client.post(address)
        job = Job.objects.get()
        assert (job.kind, job.params) == (
            "households.benefit_flow",
            {"area_code": TOWNSHIP_A, "year": 2019},
        )
        context = Running(job.params, officer)
        flow_benefits(context)
        assert context.result == {"households": 1}
        assert context.told == [(1, 1)]
        assert BenefitIncome.objects.get().state == "counted"

    def test_no_bureau_decides_for_all_sectors(self, household):
        make_year(year=2019)
        bureau = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="poverty_office")
        with pytest.raises(PermissionDenied):
            flow_waiting(COUNTY_A, 2019, actor=bureau)
        assert flow_waiting(COUNTY_A, 2019, actor=make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)) == 1


class Running:
    """What a job's function is handed."""

    def __init__(self, params, actor):
        self.params, self.actor, self.told, self.result = params, actor, [], None

    def check(self):
        pass

    def progress(self, done, total):
        self.told.append((done, total))
