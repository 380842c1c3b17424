"""Loans within their dated limits, training, jobs beside the facts of the year, and two kinds of solar stations."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from households.benefits.employment import figures, rows_of
from households.benefits.services.loans import Terms, extend, owed_by, record_loan, repay, withdraw_loan
from households.benefits.services.solar import add_share, end_share, open_station
from households.benefits.services.work import add_trainees, end_job, open_training, record_job, set_result
from households.models import Household, Loan, Member, SolarShare, Trainee
from households.requests.conditions import CONDITIONS
from households.services.changes import confirm_changes, decide_changes, propose_change
from poverty.accounts.models import Role
from poverty.review.errors import ChangedMeanwhile
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A
from tests.factories.accounts import make_actor, make_posting
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_membership, make_pairing
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def household():
    return make_household(VILLAGE_A, head_facts={"labour_skill": "ordinary"})


def terms(amount="30000", starts_on=date(2018, 1, 10), due_on=date(2021, 1, 10), **rest):
    return Terms(
        "农商行", Decimal(amount), Decimal("4.35"), Decimal(100), "breeding", starts_on, due_on, **rest
    )


def lend(household, officer, **given):
    return record_loan(household, household.head, terms(**given), actor=officer)


def refused_at(field, act):
    with pytest.raises(ValidationError) as caught:
        act()
    assert field in caught.value.message_dict, caught.value


class TestLoans:
    def test_fifty_thousand_and_three_years_are_within(self, household, officer):
        assert lend(household, officer, amount="50000").pk

    def test_one_yuan_or_one_day_more_is_not(self, household, officer):
        refused_at("amount", lambda: lend(household, officer, amount="50000.01"))
        refused_at("due_on", lambda: lend(household, officer, due_on=date(2021, 1, 11)))

    def test_what_is_owed_already_counts(self, household, officer):
        first = lend(household, officer, amount="30000")
        refused_at("amount", lambda: lend(household, officer, amount="20000.01"))
        repay(first, amount=Decimal("10000"), paid_on=date(2018, 6, 1), actor=officer)
        assert lend(household, officer, amount="30000").pk

    def test_what_a_merged_household_owes_counts_in_the_one_it_joined(self, household, officer):
        source = make_household(VILLAGE_A, head="王借款")
        lend(source, officer, amount="30000")
        change = propose_change(
            "merge",
            source,
            target=household,
            happened_on=date(2018, 9, 1),
            reason="父子并户",
            document_name="户口本",
            details={"relations": {source.head.pk: "sibling"}},
            actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_A),
        )
        confirm_changes([change.pk], actor=officer)
        county = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
        decide_changes([change.pk], actor=county, document_name="纪要")
        # Nor is it forgotten when the borrower leaves later.
        source.head.refresh_from_db()
        household.memberships.filter(member=source.head).update(
            valid_to=date(2018, 10, 1), leave_reason="death"
        )
        Member.objects.filter(pk=source.head.pk).update(household=None)
        Household.objects.filter(pk=household.pk).update(size=1)
        refused_at("amount", lambda: lend(household, officer, amount="20000.01"))
        assert owed_by(household) == Decimal("30000")
        assert lend(household, officer, amount="20000").pk

    def test_a_borrower_s_debt_goes_with_him(self, household, officer):
        other = make_household(VILLAGE_A, members=[{"name": "王大", "birth_date": date(1985, 1, 1)}])
        borrower = other.members.get(name="王大")
        record_loan(other, borrower, terms("30000"), actor=officer)
        other.memberships.filter(member=borrower).update(
            valid_to=date(2018, 6, 1), leave_reason="marriage_out"
        )
        Household.objects.filter(pk=other.pk).update(size=1)
        make_membership(household, borrower, since=date(2018, 6, 1))
        assert owed_by(household) == Decimal("30000")
        refused_at("amount", lambda: record_loan(household, borrower, terms("20000.01"), actor=officer))

    def test_the_limit_of_the_place_and_day_holds(self, household, officer):
        make_parameter("loan.limit", "220503", date(2018, 1, 1), "20000")
        refused_at("amount", lambda: lend(household, officer, amount="20001"))
        assert lend(
            household, officer, amount="50000", starts_on=date(2017, 5, 1), due_on=date(2019, 5, 1)
        ).pk

    def test_the_last_yuan_makes_it_repaid(self, household, officer):
        loan = lend(household, officer)
        assert repay(loan, amount=Decimal("12000"), paid_on=date(2018, 6, 1), actor=officer).repaid_on is None
        refused_at(
            "amount", lambda: repay(loan, amount=Decimal("18000.01"), paid_on=date(2018, 7, 1), actor=officer)
        )
        assert repay(
            loan, amount=Decimal("18000"), paid_on=date(2018, 7, 1), actor=officer
        ).repaid_on == date(2018, 7, 1)
        with pytest.raises(ChangedMeanwhile):
            repay(loan, amount=Decimal("1"), paid_on=date(2018, 8, 1), actor=officer)

    def test_repaid_without_the_money_is_refused_by_the_database(self, household, officer):
        loan = lend(household, officer)
        Loan.objects.filter(pk=loan.pk).update(repaid_on=date(2018, 5, 1))
        with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Loan.objects.filter(pk=loan.pk).update(repaid_on=None)

    def test_lists_of_what_is_due_and_overdue(self, household, officer):
        late = lend(household, officer, amount="10000", starts_on=date(2017, 11, 2), due_on=date(2018, 11, 2))
        soon = lend(household, officer, amount="10000", starts_on=date(2017, 12, 1), due_on=date(2018, 11, 3))
        lend(household, officer, amount="10000", due_on=date(2019, 3, 1))
        assert list(Loan.objects.overdue()) == [late]
        assert list(Loan.objects.due_by(date(2019, 1, 2))) == [soon]
        county = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
        asked = CONDITIONS["loans_due"].found(county, COUNTY_A, 2018, date(2018, 11, 3), {})
        assert list(asked) == [household]

    def test_extended_once_with_its_reason(self, household, officer):
        loan = lend(household, officer, due_on=date(2019, 1, 10))
        refused_at("reason", lambda: extend(loan, due_on=date(2020, 1, 10), reason="", actor=officer))
        row = extend(loan, due_on=date(2020, 1, 10), reason="受灾", actor=officer)
        assert (row.due_on, row.extended_from) == (date(2020, 1, 10), date(2019, 1, 10))
        with pytest.raises(ValidationError, match="展期一次"):
            extend(row, due_on=date(2021, 1, 10), reason="再次", actor=officer)

    def test_a_mistake_is_taken_back_but_not_after_a_repayment(self, household, officer):
        loan = lend(household, officer)
        withdraw_loan(loan, reason="录错户", actor=officer)
        assert not Loan.objects.standing().exists()
        other = lend(household, officer)
        repay(other, amount=Decimal("1"), paid_on=date(2018, 6, 1), actor=officer)
        with pytest.raises(ValidationError, match="已有还款"):
            withdraw_loan(other, reason="录错", actor=officer)

    def test_a_child_or_another_s_member_does_not_borrow(self, household, officer):
        child = make_household(VILLAGE_A, members=[{"name": "小孩", "birth_date": date(2005, 1, 1)}])
        member = child.members.get(name="小孩")
        refused_at("member", lambda: record_loan(child, member, terms(), actor=officer))
        refused_at("member", lambda: record_loan(household, child.head, terms(), actor=officer))

    def test_a_bureau_of_another_sector_does_not_lend(self, household):
        with pytest.raises(PermissionDenied):
            lend(household, make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="water"))


class TestEmployment:
    def test_each_household_with_labour_has_somebody_at_work_or_is_listed(self, officer):
        skilled = {"labour_skill": "ordinary"}
        make_household(VILLAGE_A, head="在岗", head_facts=skilled)
        make_household(VILLAGE_A, head="无岗", head_facts={**skilled, "work_months": 0})
        make_household(VILLAGE_A, head="不知", head_facts={**skilled, "work_months": None})
        make_household(VILLAGE_A, head="老人", head_facts={"labour_skill": "none", "work_months": 0})
        make_household(VILLAGE_A, head="未填", head_facts={"labour_skill": "", "work_months": 3})
        (one,) = figures(officer, TOWNSHIP_A, 2018, length=12)
        assert (one.labour, one.employed, one.none, one.unknown) == (3, 1, 1, 1)
        assert (one.labour_unknown, one.persons) == (1, 2)
        for what, names in (
            ("none", ["无岗"]),
            ("unknown", ["不知"]),
            ("employed", ["在岗"]),
            ("labour_unknown", ["未填"]),
        ):
            rows = rows_of(officer, TOWNSHIP_A, 2018, what)
            assert list(rows.values_list("head_name", flat=True)) == names

    def test_a_bureau_that_is_not_about_work_sees_it_of_its_officer_s_own_households_only(self):
        able = {"labour_skill": "ordinary"}
        own = make_household(VILLAGE_A, head="结对户", head_facts=able)
        make_household(VILLAGE_A, head="别的户", head_facts=able)
        schools = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
        make_posting(schools, Role.HELPER, VILLAGE_A)
        make_pairing(own, schools)
        assert list(rows_of(schools, COUNTY_A, 2018, "employed").values_list("head_name", flat=True)) == [
            "结对户"
        ]
        (one,) = figures(schools, COUNTY_A, 2018, length=9)
        assert (one.labour, one.persons) == (1, 1)
        work = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="human_resources")
        (one,) = figures(work, COUNTY_A, 2018, length=9)
        assert (one.labour, one.persons) == (2, 2)

    def test_a_recorded_job_is_employment_without_the_facts(self, officer):
        home = make_household(VILLAGE_A, head_facts={"labour_skill": "ordinary", "work_months": 0})
        job = record_job(
            home,
            home.head,
            kind="public_post",
            post="cleaner",
            monthly_pay=Decimal("400"),
            starts_on=date(2018, 3, 1),
            actor=officer,
        )
        assert figures(officer, TOWNSHIP_A, 2018, length=12)[0].employed == 1
        end_job(job, ends_on=date(2018, 10, 31), reason="期满", actor=officer)
        assert figures(officer, TOWNSHIP_A, 2018, length=12)[0].employed == 1
        with time_machine.travel("2019-05-01 10:00 +0800", tick=False):
            assert figures(officer, TOWNSHIP_A, 2019, length=12)[0].employed == 0

    def test_a_public_post_has_its_kind_and_pay(self, household, officer):
        def post(**given):
            return record_job(
                household,
                household.head,
                kind="public_post",
                starts_on=date(2018, 3, 1),
                actor=officer,
                **given,
            )

        refused_at("post", lambda: post(monthly_pay=Decimal("400")))
        refused_at("monthly_pay", lambda: post(post="cleaner"))


class TestTraining:
    def course(self, officer):
        return open_training(
            make_area(TOWNSHIP_A),
            course="种植技术",
            organiser="镇政府",
            held_from=date(2018, 5, 2),
            held_to=date(2018, 5, 6),
            hours=24,
            actor=officer,
        )

    def test_people_once_with_their_results(self, household, officer):
        course = self.course(officer)
        assert add_trainees(course, [household.head], actor=officer) == 1
        assert add_trainees(course, [household.head], actor=officer) == 0
        trainee = Trainee.objects.get()
        refused_at("certificate", lambda: set_result(trainee, result="certified", actor=officer))
        assert set_result(trainee, result="certified", certificate="JL1", actor=officer).certificate == "JL1"
        assert figures(officer, TOWNSHIP_A, 2018, length=12)[0].trained == 1

    def test_nobody_of_elsewhere(self, officer):
        stranger = make_household("220503101200", head="李外乡")
        refused_at("members", lambda: add_trainees(self.course(officer), [stranger.head], actor=officer))

    def test_the_same_course_twice(self, officer):
        self.course(officer)
        refused_at("course", lambda: self.course(officer))


class TestSolar:
    def station(self, officer, **given):
        values = {
            "kind": "village",
            "name": "村级电站",
            "capacity": Decimal(60),
            "connected_on": date(2017, 1, 1),
        }
        return open_station(make_area(VILLAGE_A), actor=officer, **{**values, **given})

    def test_a_household_s_station_pays_its_household_from_the_day_on_the_grid(self, household, officer):
        own = self.station(officer, kind="household", name="户用", household=household)
        assert SolarShare.objects.get().valid_from == date(2017, 1, 1)
        other = make_household(VILLAGE_A, head="李四")
        refused_at("household", lambda: add_share(own, other, since=date(2018, 1, 1), actor=officer))
        with pytest.raises(IntegrityError), transaction.atomic():
            SolarShare.objects.create(
                station=own, household=other, valid_from=date(2018, 1, 1), recorded_by=officer
            )

    def test_a_village_s_station_belongs_to_no_household(self, household, officer):
        refused_at("household", lambda: self.station(officer, household=household))

    def test_a_share_is_there_once_and_ends_with_its_reason(self, household, officer):
        station = self.station(officer)
        share = add_share(station, household, since=date(2018, 1, 1), member=household.head, actor=officer)
        refused_at("household", lambda: add_share(station, household, since=date(2018, 5, 1), actor=officer))
        refused_at("note", lambda: end_share(share, until=date(2018, 6, 1), note="", actor=officer))
        end_share(share, until=date(2018, 6, 1), note="岗位轮换", actor=officer)
        assert add_share(station, household, since=date(2018, 6, 1), actor=officer).pk
