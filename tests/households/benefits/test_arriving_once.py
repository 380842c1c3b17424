"""A form that is sent twice (pressed twice, sent again after a lost answer) writes once; with something else it says so."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from households.benefits.models import Policy
from households.benefits.services.loans import Terms, record_loan, withdraw_loan
from households.benefits.services.policies import draft_from_catalogue
from households.models import Loan
from households.services.once import SENT_BEFORE
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.benefits import DOCUMENT, make_draft
from tests.factories.households import make_household
from tests.factories.parameters import make_parameter
from tests.factories.web import typed
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
def household():
    return make_household(VILLAGE_A)


def lend(household, officer, identity, amount="30000", **more):
    terms = Terms(
        "农商行",
        Decimal(amount),
        Decimal("4.35"),
        Decimal(100),
        "breeding",
        date(2018, 1, 10),
        date(2021, 1, 10),
        **more,
    )
    return record_loan(household, household.head, terms, actor=officer, identity=identity)


class TestLoans:
    def test_the_same_form_twice_is_one_loan(self, household, officer):
        """30,000 of at most 50,000: a second time it would be over the limit."""
        identity = uuid4()
        assert lend(household, officer, identity) == lend(household, officer, identity)
        assert Loan.objects.count() == Entry.objects.filter(action="households.loan.record").count() == 1

    def test_with_something_else_it_says_so_and_writes_nothing(self, household, officer):
        identity = uuid4()
        lend(household, officer, identity)
        for other in ({"amount": "20000"}, {"contract": "2018-7"}):
            with pytest.raises(ValidationError, match=SENT_BEFORE):
                lend(household, officer, identity, **other)
        with pytest.raises(ValidationError, match=SENT_BEFORE):
            lend(make_household(VILLAGE_A, "李秀英"), officer, identity)
        assert Loan.objects.count() == 1

    def test_what_was_taken_back_is_not_brought_back_by_it(self, household, officer):
        identity = uuid4()
        withdraw_loan(lend(household, officer, identity), reason="录错户", actor=officer)
        with pytest.raises(ValidationError, match=SENT_BEFORE):
            lend(household, officer, identity)

    def test_another_page_is_another_loan(self, household, officer):
        lend(household, officer, uuid4(), "20000")
        lend(household, officer, uuid4(), "20000")
        assert Loan.objects.count() == 2

    def test_on_the_page(self, household, officer, client):
        client.force_login(officer)
        page = reverse("households:loan-new", args=[household.pk])
        values = {
            "member": str(household.head_id),
            "bank": "农商行",
            "amount": "30000",
            "rate": "4.35",
            "use": "breeding",
            "starts_on": "2018-01-10",
            "due_on": "2021-01-10",
        }
        sent = typed(client.get(page).context["form"], **values)
        answers = [client.post(page, sent) for _ in range(2)]
        loan = Loan.objects.get()
        assert {one.url for one in answers} == {reverse("households:loan", args=[loan.pk])}
        stale = client.post(page, {**sent, "identity": ""})
        assert stale.status_code == 422
        assert "页面内容不完整" in stale.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_the_same_moment_is_one_loan():
    with transaction.atomic():  # the factory writes a state and its step one after the other
        officer, household = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A), make_household(VILLAGE_A)
    make_parameter("loan.limit", COUNTY_A, date(2018, 1, 1), "100000")
    identity = uuid4()
    lock = RowLock(type(household).objects.filter(pk=household.pk))
    both = [Beside(lambda: lend(household, officer, identity)) for _ in range(2)]
    wait_until_somebody_waits()
    lock.let_go()
    first, second = (one.finish() for one in both)
    assert first == second
    assert Loan.objects.count() == 1


class TestPolicies:
    @pytest.fixture
    def drafter(self):
        return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)

    def test_the_same_draft_twice_is_one(self, drafter):
        assert make_draft(by=drafter) == make_draft(by=drafter)
        assert make_draft(by=drafter, name="雨露计划（补充）").pk != Policy.objects.earliest("pk").pk
        assert make_draft(by=make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)).pk
        assert Policy.objects.count() == 3

    def test_a_condition_that_is_added_twice_is_there_once(self, drafter, client):
        draft = make_draft(by=drafter, entitled=[])
        client.force_login(drafter)
        page = reverse("households:policy-condition", args=[draft.pk, "dibao"])
        sent = typed(client.get(page).context["form"])
        for _ in range(2):
            assert client.post(page, sent).status_code == 302
        draft.refresh_from_db()
        assert [one["key"] for one in draft.entitled] == ["dibao"]

    def test_a_condition_that_is_taken_out_twice_takes_no_other_along(self, drafter, client):
        draft = make_draft(
            by=drafter, entitled=[{"key": "dibao"}, {"key": "school", "stages": ["vocational"]}]
        )
        client.force_login(drafter)
        page = reverse("households:policy", args=[draft.pk])
        version = draft.edited_at.isoformat()
        assert f'name="version" value="{version}"' in client.get(page).content.decode()
        address = reverse("households:policy-condition-remove", args=[draft.pk, 0])
        with time_machine.travel("2018-11-03 10:01 +0800", tick=False):
            for _ in range(2):
                assert client.post(address, {"version": version}).status_code == 302
            client.post(address)
        draft.refresh_from_db()
        assert [one["key"] for one in draft.entitled] == ["school"]

    def test_the_reference_catalogue_is_taken_over_once(self, drafter):
        make_area(COUNTY_A)
        given = {"codes": ["yulu"], "actor": drafter, "area_code": COUNTY_A, "year_from": 2018, **DOCUMENT}
        assert [draft_from_catalogue(**given) for _ in range(2)] == [1, 0]
