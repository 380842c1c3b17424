"""What waits in the procedures on 我的工作: by person and day, and nothing for whom it does not concern."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.today_procedures import tasks
from poverty.accounts.models import Role
from poverty.review.models import Notice
from poverty.review.services.objections import receive_objection
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories import entries as identification
from tests.factories.accounts import make_actor
from tests.factories.exits import Walk

pytestmark = pytest.mark.django_db
EXIT = "2018年退出："
ENTRY = "识别、返贫、清退："


@pytest.fixture
def clock():
    with time_machine.travel("2018-12-31T12:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def walk(clock):
    return Walk()


def waiting(user, area=COUNTY_A, of=EXIT):
    """{what: how many} of one procedure."""
    return {one.label.removeprefix(of): one.count for one in tasks(user, area) if one.label.startswith(of)}


def everything(walk):
    """(clerk, township, county, bureau): what waits for each in the exits."""
    return (
        waiting(walk.clerk, VILLAGE_A),
        waiting(walk.township, TOWNSHIP_A),
        waiting(walk.reviewer),
        waiting(walk.bureaus["water"]),
    )


def test_nothing_waits_where_there_is_no_case(walk):
    assert all(tasks(user, COUNTY_A) == [] for user in (walk.reviewer, walk.township, walk.clerk))


def test_planned_exits_wait_for_village_and_bureau(walk):
    walk.plan()
    assert everything(walk) == ({"部门比对、测算": 3}, {}, {}, {"待比对": 3})
    walk.compare()
    assert everything(walk) == ({"部门比对、测算": 3}, {}, {}, {})


def test_first_the_notice_is_posted_then_checked_when_it_has_ended(walk, clock):
    walk.to("agreed")
    assert everything(walk) == ({"张贴第一次公示": 3}, {}, {}, {})
    walk.post()  # from the 8th to the 14th
    clock.move_to("2018-12-14T23:00:00+08:00")
    assert everything(walk) == ({}, {}, {}, {})
    clock.move_to("2018-12-15T00:30:00+08:00")
    assert everything(walk) == ({}, {"乡镇核查": 3}, {}, {})


def test_the_second_notice_is_the_townships_the_review_the_countys(walk):
    walk.to("checked")
    assert everything(walk) == ({}, {"张贴第二次公示": 3}, {}, {})
    walk.post("second", date(2018, 12, 16))
    assert everything(walk) == ({}, {}, {"县级审核": 3}, {})
    walk.review()
    assert everything(walk) == ({}, {}, {"领导小组审定": 3}, {})


def test_every_link_opens_a_page_of_the_person(walk):
    walk.to("second")
    for user, area in ((walk.clerk, VILLAGE_A), (walk.township, TOWNSHIP_A), (walk.reviewer, COUNTY_A)):
        for one in tasks(user, area):
            assert client_of(user).get(one.url).status_code == 200, one.label


def test_a_held_exit_waits_for_the_township_and_for_nobody_as_work(walk):
    walk.to("verified")
    case = walk.case(0)
    walk.cases.filter(pk=case.pk).update(held_at="2018-12-20T00:00:00Z", hold_kinds=["income"])
    assert everything(walk) == ({"农户签字": 2}, {"暂缓、待核实变化": 1}, {}, {})


def test_notices_that_end_today_and_objections(walk, clock):
    walk.to("first")
    receive_objection(
        Notice.objects.get(), channel="visit", about="王建国", text="有车", case_id=walk.case(0).pk,
        actor=walk.clerk, received_on=date(2018, 12, 9), late_reason="年底集中录入",
    )  # fmt: skip
    clock.move_to("2018-12-14T09:00:00+08:00")
    found = {one.label: one for one in tasks(walk.township, TOWNSHIP_A)}
    assert found["今天期满的公示"].count == 1
    assert (found["待核查答复的异议"].count, found["待核查答复的异议"].hint) == (1, "")
    clock.move_to("2019-03-01T09:00:00+08:00")
    found = {one.label: one for one in tasks(walk.township, TOWNSHIP_A)}
    assert "今天期满的公示" not in found
    assert found["期满没有登记撤下的公示"].count == found["没有张贴照片的公示"].count == 1
    assert found["待核查答复的异议"].hint == "其中 1 件已过答复期限"


def test_nobody_sees_work_of_another_county_or_without_a_part_in_it(walk):
    walk.to("second")
    assert tasks(make_actor(Role.COUNTY_REVIEWER, VILLAGE_B), "") == []
    for role in (Role.LEADER, Role.INSPECTOR, Role.FINANCE_OFFICER, Role.ADMINISTRATOR):
        user = make_actor(role)
        assert tasks(user, COUNTY_A) == []
        assert "待办程序" not in client_of(user).get(reverse("home")).content.decode()
    assert "待办程序" in client_of(walk.reviewer).get(reverse("home")).content.decode()


def test_the_number_of_queries_does_not_grow(walk):
    walk.to("second")
    walk.reviewer.forget_rights()
    tasks(walk.reviewer, COUNTY_A)
    with CaptureQueriesContext(connection) as found:
        assert waiting(walk.reviewer) == {"县级审核": 3}
    assert len(found) <= 16


def test_identification_waits_step_by_step():
    cast = identification.Cast(VILLAGE_A)
    identification.make_case(cast)
    for state in ("compared", "appraised", "checked"):
        identification.bring(cast, identification.make_case(cast), state)
    assert waiting(cast.clerk, VILLAGE_A, ENTRY) == {"民主评议": 1, "张贴村内公示": 1}
    assert waiting(cast.officer, TOWNSHIP_A, ENTRY) == {"信息比对": 1, "张贴乡镇公示": 1}
    assert waiting(cast.reviewer, COUNTY_A, ENTRY) == {}
