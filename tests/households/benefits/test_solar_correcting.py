"""A wrong 并网日期 is corrected with its reason, unless shares or money on record contradict the right one."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.benefits.models import StationCorrection
from households.benefits.services.benefits import reverse_benefit
from households.benefits.services.solar import add_share, end_share, open_station
from households.benefits.services.solar_correcting import correct_connection
from households.benefits.services.taking_back import withdraw_station
from households.models import IncomeItem, SolarShare, SolarStation
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_year

pytestmark = pytest.mark.django_db
WRONG, RIGHT, LATER = date(2018, 1, 10), date(2018, 7, 10), date(2018, 10, 10)


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=True):
        yield


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def household():
    return make_household(VILLAGE_A)


@pytest.fixture
def station(household, officer):
    """On the roof of the household, said to be on the grid since January."""
    return opened(officer, household)


def opened(officer, household=None, name="屋顶", on=WRONG):
    kind = "household" if household else "village"
    area = make_area(VILLAGE_A)
    return open_station(
        area, kind=kind, name=name, capacity=Decimal(5), actor=officer, connected_on=on, household=household
    )


def correct(station, officer, on=RIGHT, *, seen=WRONG, reason="单据日期看错"):
    return correct_connection(station, on=on, reason=reason, seen=seen, actor=officer)


def words(raised):
    return " ".join(raised.value.messages)


def test_the_day_and_the_households_share_are_corrected_and_both_days_stay_on_record(station, officer):
    assert correct(station, officer).connected_on == RIGHT
    old, new = SolarShare.objects.order_by("pk")
    assert (old.valid_from, old.withdrawn_reason) == (WRONG, "并网日期更正：单据日期看错")
    assert (new.valid_from, new.valid_to, new.withdrawn_at) == (RIGHT, None, None)
    row = StationCorrection.objects.get()
    assert (row.was, row.now, row.recorded_by) == (WRONG, RIGHT, officer)
    entry = Entry.objects.get(action="households.solar.correct")
    assert entry.changes == {"并网日期": ["2018-01-10", "2018-07-10"]}
    assert "单据日期看错" in entry.summary


def test_an_ended_share_keeps_its_end(station, officer):
    end_share(SolarShare.objects.get(), until=date(2018, 9, 1), note="拆除", actor=officer)
    correct(station, officer)
    share = SolarShare.objects.standing().get()
    assert (share.valid_from, share.valid_to, share.note) == (RIGHT, date(2018, 9, 1), "拆除")
    with pytest.raises(ValidationError, match="受益已在 2018-09-01 结束"):
        correct(station, officer, LATER, seen=RIGHT)


def test_money_paid_before_the_right_day_is_named_and_nothing_is_changed(station, household, officer):
    make_year()
    paid = make_benefit(make_policy("solar_household", base=SOLAR), household, amount=Decimal(4000))
    with pytest.raises(ValidationError) as raised:
        correct(station, officer)
    assert "户用光伏 4,000.00 元，2018-06-20 发放" in words(raised)
    assert SolarStation.objects.get().connected_on == WRONG
    assert SolarShare.objects.get().withdrawn_at is None
    # A day before it was paid, or the payment taken back: nothing contradicts it.
    correct(station, officer, date(2018, 6, 20))
    reverse_benefit(paid, reason="发错", actor=officer)
    assert correct(station, officer, seen=date(2018, 6, 20)).connected_on == RIGHT


def test_an_income_item_of_a_year_that_was_over_is_named(station, household, officer):
    make_year()  # accounting until 30 September 2018
    IncomeItem.objects.create(survey=household.surveys.get(), item="property_solar", amount=Decimal(3500))
    correct(station, officer, date(2018, 9, 30))
    with pytest.raises(ValidationError) as raised:
        correct(station, officer, LATER, seen=date(2018, 9, 30))
    assert "2018年度收入项目" in words(raised)
    assert "3,500.00 元" in words(raised)


def test_what_another_station_of_the_household_paid_contradicts_nothing(station, household, officer):
    make_year()
    opened(officer, household, "院子", date(2018, 5, 1))
    make_benefit(make_policy("solar_household", base=SOLAR), household, amount=Decimal(4000))
    assert correct(station, officer).connected_on == RIGHT


def test_of_a_villages_station_nobody_benefits_before_the_day(household, officer):
    station = opened(officer)
    add_share(station, household, since=date(2018, 3, 1), actor=officer)
    with pytest.raises(ValidationError) as raised:
        correct(station, officer)
    assert "从 2018-03-01 起受益" in words(raised)
    assert correct(station, officer, date(2018, 2, 1)).connected_on == date(2018, 2, 1)
    assert SolarShare.objects.get().withdrawn_at is None


def test_of_two_people_the_second_is_told_and_the_same_form_twice_corrects_once(station, officer):
    other = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    for _ in range(2):
        correct(station, officer)
    with pytest.raises(ValidationError, match="刚由别人改为 2018-07-10"):
        correct(station, other)
    assert StationCorrection.objects.count() == 1


def test_it_says_why_changes_something_and_is_no_day_to_come(station, officer):
    for given, field in (
        ({"reason": " "}, "reason"),
        ({"on": WRONG}, "on"),
        ({"on": date(2018, 11, 4)}, "on"),
    ):
        with pytest.raises(ValidationError) as raised:
            correct(station, officer, **given)
        assert set(raised.value.message_dict) == {field}
    with pytest.raises(PermissionDenied):
        correct(station, make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="water"))
    withdraw_station(station, reason="村错了", actor=officer)
    with pytest.raises(ChangedMeanwhile):
        correct(station, officer)


def test_the_database_changes_no_day_without_its_correction(station, officer):
    correct(station, officer)
    for change in (
        lambda: SolarStation.objects.update(connected_on=WRONG),
        lambda: SolarStation.objects.update(connected_on=None),
        lambda: StationCorrection.objects.update(reason="改了"),
        lambda: StationCorrection.objects.all().delete(),
        lambda: StationCorrection.objects.create(
            station=station, was=RIGHT, now=RIGHT, reason="无", recorded_by=officer
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_on_the_page(station, officer, client):
    client.force_login(officer)
    page = reverse("households:solar-station", args=[station.pk])
    address = reverse("households:solar-correct", args=[station.pk])
    assert address in client.get(page).content.decode()
    assert "2018-01-10" in client.get(address).content.decode()
    sent = {"seen": "2018-01-10", "on": "2018-07-10", "reason": ""}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, {**sent, "reason": "单据日期看错", "seen": ""}).status_code == 422
    assert client.post(address, {**sent, "reason": "单据日期看错"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "并网日期由 2018-01-10 更正为 2018-07-10：单据日期看错" in shown
