"""Recording and taking back: once a term, by whom it concerns, against the rule's amount, append-only."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.benefits.amounts import difference, weighed
from households.benefits.services.benefits import reverse_benefit
from households.models import Benefit, Policy
from poverty.accounts.models import Role
from poverty.review.errors import ChangedMeanwhile
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def household():
    pupil = {
        "name": "王小明",
        "birth_date": date(2001, 5, 1),
        "facts": {"school_status": "vocational_secondary_1"},
    }
    return make_household(VILLAGE_A, members=[pupil])


@pytest.fixture
def pupil(household):
    return household.members.get(name="王小明")


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


def refused_at(field, policy, household, member=None, **given):
    with pytest.raises(ValidationError) as caught:
        make_benefit(policy, household, member, **given)
    assert list(caught.value.message_dict) == [field], caught.value


def test_once_a_person_and_term(household, pupil):
    yulu = make_policy()
    assert make_benefit(yulu, household, pupil).amount == Decimal("1500.00")
    refused_at("period", yulu, household, pupil)
    make_benefit(yulu, household, pupil, period="autumn", paid_on=date(2018, 10, 20))
    assert Benefit.objects.count() == 2


def test_taken_back_it_may_be_received_anew_and_both_rows_stay(household, pupil, officer):
    yulu = make_policy()
    first = make_benefit(yulu, household, pupil)
    back = reverse_benefit(first, reason="重复发放", actor=officer)
    assert (back.amount, back.reverses, back.standing) == (Decimal("-1500.00"), first, False)
    make_benefit(yulu, household, pupil)
    assert list(Benefit.objects.standing().values_list("amount", flat=True)) == [Decimal("1500.00")]
    assert Benefit.objects.count() == 3
    with pytest.raises(ChangedMeanwhile):
        reverse_benefit(first, reason="再次", actor=officer)


def test_taking_back_needs_its_reason(household, pupil, officer):
    benefit = make_benefit(make_policy(), household, pupil)
    with pytest.raises(ValidationError) as caught:
        reverse_benefit(benefit, reason=" ", actor=officer)
    assert "reason" in caught.value.message_dict


def test_rows_are_neither_altered_nor_deleted(household, pupil):
    benefit = make_benefit(make_policy(), household, pupil)
    rows = Benefit.objects.filter(pk=benefit.pk)
    for act in (lambda: rows.update(amount=1), lambda: rows.delete(), lambda: rows.update(note="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_another_amount_than_the_rule_s_needs_a_word(household, pupil):
    yulu = make_policy()
    refused_at("note", yulu, household, pupil, amount=Decimal("1000"))
    assert make_benefit(yulu, household, pupil, amount=Decimal("1000"), note="休学半学期").amount == 1000


def test_a_person_s_policy_asks_for_a_person_of_the_household(household, pupil):
    yulu = make_policy()
    other = make_household(VILLAGE_A, head="李建国")
    refused_at("member", yulu, household)
    refused_at("member", yulu, household, other.head)
    refused_at("member", make_policy("solar", base=SOLAR), household, pupil, amount=Decimal("1"))


def test_paid_to_somebody_who_had_left_needs_a_word(household):
    gone = {
        "name": "王大爷",
        "birth_date": date(1940, 1, 1),
        "until": date(2018, 3, 1),
        "leave_reason": "death",
    }
    home = make_household(VILLAGE_A, head="张三", members=[gone])
    member = home.memberships.exclude(valid_to=None).get().member
    old_age = make_policy("old_age", frequency="year", terms=[], income_item="transfer_old_age")
    refused_at("member", old_age, home, member)
    assert make_benefit(old_age, home, member, note="去世前应发").pk


def test_once_for_ever(household):
    house = make_policy("house", base=SOLAR, frequency="once", income_item="", not_counted="专款专用")
    make_benefit(house, household, amount=Decimal("20000"), year=2017, paid_on=date(2017, 8, 1))
    refused_at("year", house, household, amount=Decimal("20000"))


def test_days_and_years_are_held_apart(household, pupil):
    yulu = make_policy()
    refused_at("paid_on", yulu, household, pupil, paid_on=date(2018, 12, 1))
    refused_at("paid_on", yulu, household, pupil, paid_on=date(2016, 6, 1))


def test_a_bureau_records_what_is_its_own(household, pupil):
    yulu = make_policy()
    schools = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    with pytest.raises(PermissionDenied):
        make_benefit(yulu, household, pupil, by=schools)
    office = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="poverty_office")
    assert make_benefit(yulu, household, pupil, by=office).source == "bureau"
    assert not Benefit.objects.visible_to(schools).exists()
    assert Benefit.objects.visible_to(office).exists()


def test_who_sees_benefits(household, pupil):
    make_benefit(make_policy(), household, pupil)
    helper = make_actor(Role.HELPER, VILLAGE_A)
    assert not Benefit.objects.visible_to(helper).exists()
    make_pairing(household, helper)
    assert Benefit.objects.visible_to(helper).exists()
    assert not Benefit.objects.visible_to(make_actor(Role.COUNTY_REVIEWER, VILLAGE_B)).exists()


# (3,535.00 - 2,800.50) x 50 % = 367.25; at the line nothing is missing; a cent rounds half up.
@pytest.mark.parametrize(
    ("line", "income", "limit", "found"),
    [
        ("3535", "2800.50", None, "367.25"),
        ("3535", "3535.00", None, "0.00"),
        ("3535", "4000.00", None, "0.00"),
        ("3535", "3534.99", None, "0.01"),
        ("3535", "0.00", "1000", "1000"),
        (None, "0.00", None, None),
        ("3535", None, None, None),
    ],
)
def test_half_of_what_is_missing_to_the_line(line, income, limit, found):
    values = [None if one is None else Decimal(one) for one in (line, income, limit, found)]
    assert difference(values[0], values[1], Decimal(50), values[2]) == values[3]


@pytest.mark.parametrize(
    ("rule", "amount", "units", "given", "note", "found"),
    [
        ("fixed", "1500", None, None, "", ("1500", "", "")),
        ("fixed", "1500", None, "1500", "", ("1500", "", "")),
        ("per_unit", "80", "3.5", None, "", ("280.00", "", "")),
        ("per_unit", "80", None, "100", "", ("100", "请填数量（亩）。", "")),
        ("up_to", "5000", None, "5000", "", ("5000", "", "")),
        ("up_to", "5000", None, "5000.01", "", ("5000.01", "超过限额 5,000.00 元。", "")),
        ("actual", None, None, None, "", (None, "请填金额。", "")),
        ("actual", None, None, "-5", "", ("-5", "金额须大于 0。", "")),
        ("service", None, None, "5", "", (None, "这项政策不发钱，不填金额。", "")),
    ],
)
def test_an_amount_is_held_against_its_rule(rule, amount, units, given, note, found):
    def number(text):
        return None if text is None else Decimal(text)

    policy = Policy(rule=rule, amount=number(amount), unit="亩")
    result = weighed(policy, number(given), units=number(units), note=note)
    assert (result.amount, result.fault, result.ask) == (number(found[0]), *found[1:])


class TestPages:
    def test_recorded_seen_and_taken_back(self, household, pupil, officer):
        make_policy(name="雨露计划")
        client = client_of(officer)
        url = f"/households/{household.pk}/benefits/new/yulu/?year=2018"
        form = {"member": pupil.pk, "year": "2018", "period": "spring", "paid_on": "2018-06-20", "amount": ""}
        assert client.post(url, {**form, "member": ""}).status_code == 422
        assert client.post(url, form).status_code == 302
        benefit = Benefit.objects.get()
        assert benefit.amount == Decimal("1500.00")
        page = client.get(f"/households/{household.pk}/policies/?year=2018").content.decode()
        assert "雨露计划" in page
        tab = client.get(f"/households/{household.pk}/?tab=benefits&year=2018").content.decode()
        assert "1,500.00" in tab
        answer = client.post(
            f"/households/benefits/records/{benefit.pk}/reverse/",
            {"paid_on": "2018-07-01", "reason": "学籍注销"},
        )
        assert answer.status_code == 302
        benefit.refresh_from_db()
        assert not benefit.standing

    def test_the_figures_open_their_lists(self, household, pupil, officer):
        make_policy(name="雨露计划")
        client = client_of(officer)
        page = client.get("/households/benefits/?area=220503100&year=2018").content.decode()
        assert "/households/benefits/lists/yulu/without/" in page
        listed = client.get(
            "/households/benefits/lists/yulu/without/?area=220503100&year=2018"
        ).content.decode()
        assert "王小明" in listed
        assert (
            "教育资助" in client.get("/households/benefits/five/?area=220503100&year=2018").content.decode()
        )
