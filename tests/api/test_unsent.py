"""What phones say is still on them: counted, seen by who looks after the place, given up by somebody for a reason."""

from datetime import date
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from households.models import Household, UnsentVisits
from households.today_duties import screen_tasks
from households.visits.services.unsent import give_up_unsent
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
PHONE = UUID("5b0c6a52-7a3c-4f8e-9a35-1d4b6f0d2c11")


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-13 16:00 +0800", tick=True):
        yield


@pytest.fixture
def helper(helper):
    make_pairing(make_household(VILLAGE_A), helper)
    return helper


def say(ask, user, **told):
    body = {"phone": str(PHONE), "device": "Android 9", "visits": 3, "drafts": 1, "troubled": 1}
    return ask(user).put("visits/unsent", {**body, "oldest_on": "2018-11-03", **told})


def said_of(user):
    row = UnsentVisits.objects.get(visitor=user)
    return row.visits, row.drafts, row.troubled, row.oldest_on


def entries():
    return list(Entry.objects.filter(action="households.visit.unsent").order_by("pk"))


def test_a_phone_says_how_many_wait_and_since_when(ask, helper):
    assert say(ask, helper).status_code == 204
    assert said_of(helper) == (3, 1, 1, date(2018, 11, 3))
    say(ask, helper, visits=0, drafts=0, troubled=0, oldest_on=None)
    assert said_of(helper) == (0, 0, 0, None)
    assert [one.summary for one in entries()] == [
        "手机上有 3 次走访未发送，最早 2018-11-03",
        "手机上的走访都已收到",
    ]


def test_another_visit_begun_is_no_news_for_the_log(ask, helper):
    say(ask, helper)
    say(ask, helper, visits=4)
    assert said_of(helper)[0] == 4
    assert len(entries()) == 1


def test_a_clock_that_is_ahead_counts_as_today(ask, helper):
    say(ask, helper, oldest_on="2019-01-01")
    assert said_of(helper)[-1] == date(2018, 11, 13)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"visits": 1}, None),  # one being filled in and one to be mended are two
        ({"oldest_on": None}, None),
        ({"visits": 0, "drafts": 0, "troubled": 0}, None),
        ({"visits": -1}, "visits"),
        ({"phone": "no"}, "phone"),
        ({"head": "王建国"}, "head"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(ask, helper, told, field):
    answer = say(ask, helper, **told)
    assert answer.status_code == 422
    if field:
        assert field in answer.json()["fields"]
    assert not UnsentVisits.objects.exists()


def test_who_records_no_visits_says_nothing(ask, helper):
    assert say(ask, make_actor(Role.LEADER, VILLAGE_A)).status_code == 403
    assert ask().put("visits/unsent", {}).status_code == 401


def figure(user, area):
    homes = Household.objects.visible_to(user).under(area)
    (task,) = [one for one in screen_tasks(homes, user, area) if one.label == "手机上久未发送的走访"]
    return task


def test_the_county_sees_what_waits_for_long_with_the_list_that_makes_the_figure(
    ask, helper, county_reviewer
):
    say(ask, helper)
    task = figure(county_reviewer, VILLAGE_A)
    assert task.count == 3
    page = client_of(county_reviewer).get(task.url)
    assert [one.visitor for one in page.context["page"].rows] == [helper]
    assert "不再等待</a>" not in page.content.decode()  # who looks after the visits decides that
    say(ask, helper, oldest_on="2018-11-12")
    assert figure(county_reviewer, VILLAGE_A).count == 0  # not for long yet
    assert client_of(county_reviewer).get(reverse("households:visits-unsent")).context["visits"] == 3


def test_another_place_sees_nothing_of_it(ask, helper):
    say(ask, helper)
    for role in (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_REVIEWER):
        strange = make_actor(role, VILLAGE_B)
        assert list(UnsentVisits.objects.visible_to(strange)) == []
        assert client_of(strange).get(reverse("households:visits-unsent")).context["visits"] == 0
    fellow = make_actor(Role.HELPER, VILLAGE_A)
    assert list(UnsentVisits.objects.visible_to(fellow)) == []
    assert list(UnsentVisits.objects.visible_to(helper)) == [UnsentVisits.objects.get()]


def test_the_village_gives_up_a_lost_phone_with_a_reason_until_it_speaks_again(ask, helper, village_clerk):
    say(ask, helper)
    row = UnsentVisits.objects.get()
    address = reverse("households:visits-give-up", args=[row.pk])
    client = client_of(village_clerk)
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "请填写原因。" in refused.content.decode()
    assert client.post(address, {"reason": "手机丢失，已补录"}).url == reverse("households:visits-unsent")
    assert list(UnsentVisits.objects.waiting()) == []
    (entry,) = Entry.objects.filter(action="households.visit.give_up")
    assert entry.actor == village_clerk
    assert client.get(address).status_code == 404
    say(ask, helper)
    assert list(UnsentVisits.objects.waiting()) == [row]
    assert entries()[-1].summary == "不再等待的手机又有联系：手机上有 3 次走访未发送，最早 2018-11-03"


def test_nobody_gives_up_his_own_phone_nor_one_of_another_place(ask, helper, village_clerk):
    say(ask, village_clerk)
    own = UnsentVisits.objects.get()
    with pytest.raises(PermissionDenied):
        give_up_unsent(own, "手机丢失", actor=village_clerk)
    with pytest.raises(PermissionDenied):
        give_up_unsent(own, "手机丢失", actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_B))
    with pytest.raises(PermissionDenied):
        give_up_unsent(own, "手机丢失", actor=helper)
