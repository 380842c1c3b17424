"""Two people at once, in real transactions: one is done, the other is told, nothing happens twice."""

from datetime import date

import pytest
from django.db import transaction

from households.models import Household, Membership, RegisterChange
from households.services.changes import confirm_changes, propose_change
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.review.models import Step
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2018, 9, 5)


@pytest.fixture
def setting():
    with transaction.atomic():  # the factories write a state and its step one after the other
        return make_setting()


def make_setting():
    household = make_household(VILLAGE_A, members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    officers = [make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A) for _ in range(2)]
    return household, clerk, officers


def removal(household, clerk):
    return propose_change(
        "remove_member",
        household,
        actor=clerk,
        happened_on=ON,
        reason="病故",
        document_name="死亡证明",
        member=household.memberships.get(relation="spouse").member,
        details={"leave_reason": "death"},
    )


def test_two_officers_confirm_the_same_list(setting):
    household, clerk, officers = setting
    change = removal(household, clerk)
    results = at_once(
        *(lambda officer=officer: confirm_changes([change.pk], actor=officer) for officer in officers)
    )
    outcomes = [outcome for one in results for outcome in one]
    assert sorted(outcome.done for outcome in outcomes) == [False, True]
    assert "已由他人处理" in next(outcome.problem for outcome in outcomes if not outcome.done)
    assert Step.objects.filter(transition="confirm_change").count() == 1
    household.refresh_from_db()
    assert household.size == 1


def test_one_person_is_to_join_two_households_at_once(setting):
    household, clerk, officers = setting
    with transaction.atomic():
        other = make_household(VILLAGE_A, head="陈大山")
    child = make_member(None, "王小宝", birth_date=date(2018, 8, 1), identity=None, facts=False)
    details = {"relation": "son", "join_reason": "birth"}
    changes = [
        propose_change(
            "add_member",
            one,
            actor=clerk,
            happened_on=ON,
            reason="出生",
            document_name="出生医学证明",
            member=child,
            details=details,
        )
        for one in (household, other)
    ]
    results = at_once(
        *(
            lambda change=change, officer=officer: confirm_changes([change.pk], actor=officer)
            for change, officer in zip(changes, officers, strict=True)
        )
    )
    assert sorted(outcome.done for one in results for outcome in one) == [False, True]
    assert Membership.objects.filter(member=child, valid_to=None).count() == 1
    assert RegisterChange.objects.filter(state="effective").count() == 1


def test_a_year_closes_while_a_change_of_it_is_confirmed(setting):
    household, clerk, officers = setting
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    change = removal(household, clerk)
    year = household.area.__class__.objects.get(pk="220503").years.get(year=2018)
    confirmed, closed = at_once(
        lambda: confirm_changes([change.pk], actor=officers[0]),
        lambda: close_year(year, actor=reviewer, document_name="关账通知"),
    )
    assert closed.state == "closed"
    size = Household.objects.get(pk=household.pk).size
    (outcome,) = confirmed
    # Either the change came first, or it was refused: never half.
    assert (outcome.done, size) in ((True, 1), (False, 2))
    if not outcome.done:
        assert "2018年度已关闭" in outcome.problem
