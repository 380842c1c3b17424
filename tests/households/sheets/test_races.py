"""Two people type the same sheet in the same moment: one visit, and the other one is told."""

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from households.models import Visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, client_of
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.sheets import make_sheets, typed_sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


def test_two_clerks_take_the_same_sheet_from_the_pile():
    with transaction.atomic():
        clerks = [make_actor(Role.VILLAGE_CLERK, VILLAGE_A) for _ in range(2)]
        helper = make_actor(Role.HELPER, VILLAGE_A)
        home = make_household(VILLAGE_A, survey={"dangerous_grade": "b"})
        make_pairing(home, helper)
        sheet = make_sheets(VILLAGE_A, clerks[0]).sheets.get()
    browsers = [client_of(one) for one in clerks]
    data = typed_sheet(visitor=helper.pk, signer=str(home.head_id))

    def send(number, **typed):
        return browsers[number].post(reverse("households:sheet", args=[sheet.code]), data | typed)

    answers = at_once(lambda: send(0, remark="房顶漏雨"), lambda: send(1, remark="没有变化"))

    assert sorted(one.status_code for one in answers) == [302, 422]
    told = next(one for one in answers if one.status_code == 422).content.decode()
    assert "这张表已经录入" in told
    assert Visit.objects.count() == 1
