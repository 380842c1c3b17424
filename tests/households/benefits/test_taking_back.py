"""What was entered by mistake is taken back with its reason: it stays on record and counts nowhere any more."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from households.benefits.employment import figures
from households.benefits.services.loans import (
    Terms,
    owed_by,
    record_loan,
    repay,
    reverse_repayment,
    withdraw_loan,
)
from households.benefits.services.solar import add_share, connect_station, open_station
from households.benefits.services.taking_back import (
    withdraw_job,
    withdraw_share,
    withdraw_station,
    withdraw_trainee,
)
from households.benefits.services.work import add_trainees, open_training, record_job, set_result
from households.models import Job, Loan, LoanRepayment, SolarShare, SolarStation, Trainee, Training
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household
from tests.households.beside import Beside, RowLock, wait_until_somebody_waits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def water():
    return make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="water")


@pytest.fixture
def household():
    return make_household(VILLAGE_A, head_facts={"labour_skill": "ordinary", "work_months": 0})


def at_once():
    """What the database asks at commit is asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def told(action):
    entry = Entry.objects.get(action=action)
    return entry.actor, entry.summary


class TestRepayments:
    """50,000 lent until 2 November 2018, due yesterday."""

    @pytest.fixture
    def loan(self, household, officer):
        terms = Terms(
            "农商行",
            Decimal(50000),
            Decimal("4.35"),
            Decimal(100),
            "breeding",
            date(2017, 11, 2),
            date(2018, 11, 2),
        )
        return record_loan(household, household.head, terms, actor=officer)

    def paid(self, loan, amount, officer, **given):
        return repay(loan, amount=Decimal(amount), paid_on=date(2018, 6, 1), actor=officer, **given)

    def test_fifty_thousand_typed_for_five_is_put_right(self, loan, household, officer):
        assert self.paid(loan, 50000, officer).repaid_on == date(2018, 6, 1)
        assert owed_by(household) == 0
        wrong = loan.repayments.get()
        open_again = reverse_repayment(wrong, reason="多输一个零", actor=officer)
        assert open_again.repaid_on is None
        assert list(Loan.objects.overdue()) == [loan]
        assert self.paid(loan, 5000, officer).repaid_on is None
        assert owed_by(household) == Decimal(45000)
        amounts = loan.repayments.order_by("pk").values_list("amount", "paid_on", "reverses", "reason")
        assert list(amounts) == [
            (Decimal(50000), date(2018, 6, 1), None, ""),
            (Decimal(-50000), date(2018, 11, 3), wrong.pk, "多输一个零"),
            (Decimal(5000), date(2018, 6, 1), None, ""),
        ]
        assert told("households.loan.reverse") == (officer, "冲销小额信贷还款 50,000.00 元，原因：多输一个零")
        at_once()

    def test_it_is_taken_back_once_with_a_reason_by_who_may_lend(self, loan, officer, water):
        self.paid(loan, 5000, officer)
        wrong = loan.repayments.get()
        with pytest.raises(ValidationError, match="冲销原因"):
            reverse_repayment(wrong, reason=" ", actor=officer)
        with pytest.raises(PermissionDenied):
            reverse_repayment(wrong, reason="录错", actor=water)
        reverse_repayment(wrong, reason="录错", actor=officer)
        for one in loan.repayments.all():
            with pytest.raises(ChangedMeanwhile):
                reverse_repayment(one, reason="再来", actor=officer)

    def test_what_is_repaid_at_last_has_the_day_of_what_stands(self, loan, officer):
        repay(loan, amount=Decimal(20000), paid_on=date(2018, 9, 1), actor=officer)
        reverse_repayment(loan.repayments.get(), reason="不是这一户", actor=officer)
        assert self.paid(loan, 50000, officer).repaid_on == date(2018, 6, 1)
        at_once()

    def test_a_loan_is_a_mistake_when_all_that_came_back_was_one(self, loan, officer):
        self.paid(loan, 5000, officer)
        with pytest.raises(ValidationError, match="先冲销还款"):
            withdraw_loan(loan, reason="录错户", actor=officer)
        reverse_repayment(loan.repayments.get(), reason="录错户", actor=officer)
        assert withdraw_loan(loan, reason="录错户", actor=officer).withdrawn_reason == "录错户"

    def test_the_database_takes_back_only_the_whole_of_one(self, loan, officer):
        self.paid(loan, 5000, officer)
        wrong = loan.repayments.get()
        given = {"loan": loan, "reverses": wrong, "reason": "改", "recorded_by": officer}
        for bad in (
            {"amount": Decimal(-4999), "paid_on": date(2018, 11, 3)},
            {"amount": Decimal(-5000), "paid_on": date(2018, 5, 1)},
            {"amount": Decimal(-5000), "paid_on": date(2018, 11, 3), "reason": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                LoanRepayment.objects.create(**given | bad)
        with pytest.raises(IntegrityError), transaction.atomic():
            loan.repayments.update(amount=Decimal(4000))

    def test_the_same_form_twice_is_one_repayment(self, loan, officer, client):
        client.force_login(officer)
        address = reverse("households:loan-act", args=[loan.pk, "repay"])
        identity = client.get(address).context["form"]["identity"].value()
        typed = {"identity": identity, "amount": "5000", "paid_on": "2018-06-01", "document": ""}
        for _ in range(2):
            assert client.post(address, typed).status_code == 302
        assert loan.repayments.get().amount == Decimal(5000)
        again = client.post(address, typed | {"amount": "6000"})
        assert again.status_code == 422
        assert "这一页已登记过一笔还款" in again.content.decode()
        assert client.post(address, typed | {"identity": ""}).status_code == 422
        assert client.post(address, typed | {"identity": str(uuid4())}).status_code == 302
        assert loan.repayments.count() == 2

    def test_on_its_page(self, loan, officer, client):
        self.paid(loan, 50000, officer)
        client.force_login(officer)
        page = reverse("households:loan", args=[loan.pk])
        address = reverse("households:repayment-reverse", args=[loan.repayments.get().pk])
        assert address in client.get(page).content.decode()
        empty = client.post(address, {"reason": ""})
        assert (empty.status_code, loan.repayments.count()) == (422, 1)
        client.post(address, {"reason": "多输一个零"})
        shown = client.get(page).content.decode()
        assert "多输一个零" in shown
        assert address not in shown
        assert "50,000.00" in shown
        assert reverse("households:loan-act", args=[loan.pk, "repay"]) in shown


class TestJobs:
    @pytest.fixture
    def job(self, household, officer):
        return self.recorded(household, officer)

    def recorded(self, household, officer):
        return record_job(
            household,
            household.head,
            kind="public_post",
            post="cleaner",
            monthly_pay=Decimal(400),
            starts_on=date(2018, 3, 1),
            actor=officer,
        )

    def test_the_wrong_person_is_not_employed(self, job, household, officer):
        assert figures(officer, TOWNSHIP_A, 2018, length=12)[0].employed == 1
        withdraw_job(job, reason="录错人", actor=officer)
        (one,) = figures(officer, TOWNSHIP_A, 2018, length=12)
        assert (one.employed, one.none, one.persons) == (0, 1, 0)
        kept = Job.objects.get()
        assert (kept.withdrawn_by, kept.withdrawn_reason) == (officer, "录错人")
        assert told("households.job.withdraw")[0] == officer
        assert self.recorded(household, officer).pk != job.pk

    def test_once_with_a_reason_by_who_may(self, job, officer, water):
        with pytest.raises(ValidationError, match="撤销原因"):
            withdraw_job(job, reason="", actor=officer)
        with pytest.raises(PermissionDenied):
            withdraw_job(job, reason="录错人", actor=water)
        withdraw_job(job, reason="录错人", actor=officer)
        with pytest.raises(ChangedMeanwhile):
            withdraw_job(job, reason="录错人", actor=officer)

    def test_the_row_stays_as_it_was(self, job, officer):
        for change in ({"monthly_pay": 500}, {"starts_on": date(2018, 1, 1)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Job.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            job.delete()
        withdraw_job(job, reason="录错人", actor=officer)
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")

    def test_on_the_page(self, job, officer, client):
        client.force_login(officer)
        address = reverse("households:job-withdraw", args=[job.pk])
        page = reverse("households:employment")
        assert address in client.get(page).content.decode()
        assert client.post(address, {"reason": ""}).status_code == 422
        client.post(address, {"reason": "录错人"})
        shown = client.get(page).content.decode()
        assert "已撤销" in shown
        assert "录错人" in shown
        assert address not in shown


def make_course(officer):
    return open_training(
        make_area(TOWNSHIP_A),
        course="种植技术",
        organiser="镇政府",
        held_from=date(2018, 5, 2),
        held_to=date(2018, 5, 6),
        hours=24,
        actor=officer,
    )


@pytest.mark.django_db(transaction=True)
def test_the_same_people_at_the_same_moment_are_in_a_course_once():
    with transaction.atomic():
        officer, home = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A), make_household(VILLAGE_A)
        course = make_course(officer)
    lock = RowLock(Training.objects.filter(pk=course.pk))
    both = [Beside(lambda: add_trainees(course, [home.head], actor=officer)) for _ in range(2)]
    wait_until_somebody_waits()
    lock.let_go()
    assert sorted(one.finish() for one in both) == [0, 1]
    assert Trainee.objects.count() == 1


class TestTrainees:
    @pytest.fixture
    def course(self, officer):
        return make_course(officer)

    def test_who_was_not_there_is_not_trained(self, course, household, officer, client):
        add_trainees(course, [household.head], actor=officer)
        row = Trainee.objects.get()
        client.force_login(officer)
        address = reverse("households:trainee-withdraw", args=[row.pk])
        assert client.post(address, {"reason": "同名，不是此人"}).status_code == 302
        assert figures(officer, COUNTY_A, 2018, length=9)[0].trained == 0
        shown = client.get(reverse("households:training", args=[course.pk])).content.decode()
        assert "同名，不是此人" in shown
        assert "0 人" in shown
        with pytest.raises(ChangedMeanwhile):
            set_result(row, result="passed", actor=officer)
        assert add_trainees(course, [household.head], actor=officer) == 1
        assert told("households.training.withdraw")[0] == officer

    def test_the_same_people_twice_are_there_once(self, course, household, officer):
        assert add_trainees(course, [household.head], actor=officer) == 1
        assert add_trainees(course, [household.head], actor=officer) == 0

    def test_a_bureau_of_another_sector_takes_nobody_out(self, course, household, officer, water):
        add_trainees(course, [household.head], actor=officer)
        with pytest.raises(PermissionDenied):
            withdraw_trainee(Trainee.objects.get(), reason="录错", actor=water)


class TestSolar:
    def station(self, officer, **given):
        values = {"kind": "village", "name": "村级电站", "capacity": Decimal(60), **given}
        return open_station(make_area(VILLAGE_A), actor=officer, **values)

    def test_a_station_gets_its_day_once_and_its_household_the_share(self, household, officer, client):
        station = self.station(officer, kind="household", name="王家屋顶", household=household)
        client.force_login(officer)
        address = reverse("households:solar-connect", args=[station.pk])
        assert address in client.get(reverse("households:solar-station", args=[station.pk])).content.decode()
        late = client.post(address, {"on": "2018-11-04"})
        assert late.status_code == 422
        assert client.post(address, {"on": "2018-10-01"}).status_code == 302
        share = SolarShare.objects.get()
        assert (share.household, share.valid_from) == (household, date(2018, 10, 1))
        assert told("households.solar.connect")[0] == officer
        with pytest.raises(ChangedMeanwhile):
            connect_station(station, on=date(2018, 10, 2), actor=officer)
        with pytest.raises(IntegrityError), transaction.atomic():
            SolarStation.objects.update(connected_on=date(2018, 10, 2))

    def test_nobody_benefits_before_the_station_is_on_the_grid(self, household, officer):
        station = self.station(officer)
        share = add_share(station, household, since=date(2018, 5, 1), actor=officer)
        with pytest.raises(ValidationError, match="2018-05-01"):
            connect_station(station, on=date(2018, 6, 1), actor=officer)
        withdraw_share(share, reason="日期录错", actor=officer)
        assert connect_station(station, on=date(2018, 6, 1), actor=officer).connected_on == date(2018, 6, 1)

    def test_a_share_of_the_wrong_household_is_taken_back_on_its_first_day(self, household, officer, client):
        station = self.station(officer, connected_on=date(2017, 1, 1))
        share = add_share(station, household, since=date(2018, 11, 3), actor=officer)
        client.force_login(officer)
        address = reverse("households:solar-unshare", args=[share.pk])
        assert client.post(address, {"reason": "应为另一户"}).status_code == 302
        assert not SolarShare.objects.open_on(date(2018, 11, 3)).exists()
        assert SolarShare.objects.get().withdrawn_by == officer
        assert add_share(station, household, since=date(2018, 11, 3), actor=officer).pk
        shown = client.get(reverse("households:solar-station", args=[station.pk])).content.decode()
        assert "应为另一户" in shown

    def test_a_station_goes_with_its_shares_and_its_name_is_free(self, household, officer, client, water):
        station = self.station(officer, connected_on=date(2017, 1, 1))
        add_share(station, household, since=date(2018, 1, 1), actor=officer)
        with pytest.raises(PermissionDenied):
            withdraw_station(station, reason="村错了", actor=water)
        client.force_login(officer)
        address = reverse("households:solar-withdraw", args=[station.pk])
        assert "1 条受益户登记一并撤销" in client.get(address).content.decode()
        assert client.post(address, {"reason": "村错了"}).status_code == 302
        assert SolarShare.objects.get().withdrawn_reason == "村错了"
        page = client.get(reverse("households:solar"))
        assert [one["stations"] for one in page.context["figures"]] == [0, 0]
        with pytest.raises(ChangedMeanwhile):
            add_share(station, household, since=date(2018, 1, 1), actor=officer)
        assert self.station(officer, connected_on=date(2017, 1, 1)).pk != station.pk
