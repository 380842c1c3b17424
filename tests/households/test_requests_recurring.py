"""Tables that come again: on their day, once, of whom the register knows."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from households.models import RecurringRequest, TableRequest
from households.requests.conditions import CONDITIONS
from households.services.request_recurring import due_day, fits_now, issue_due, set_up, switch
from poverty.accounts.models import Posting, Role
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_household

PLACE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("every", "today", "due"),
    [
        ("week", date(2018, 11, 5), date(2018, 11, 5)),  # a Monday
        ("week", date(2018, 11, 11), date(2018, 11, 5)),
        ("month", date(2018, 11, 30), date(2018, 11, 1)),
        ("term", date(2018, 8, 31), date(2018, 3, 1)),
        ("term", date(2018, 9, 1), date(2018, 9, 1)),
        ("term", date(2018, 2, 28), date(2017, 9, 1)),
    ],
)
def test_the_day_it_was_last_due(every, today, due):
    assert due_day(every, today) == due


def at(day: date, hour=7):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=PLACE), tick=False)


@pytest.fixture
def county(db):
    """A household with a worker and a child of school age who is not insured."""
    household = make_household(
        VILLAGE,
        "王建国",
        members=[
            {
                "name": "王小明",
                "birth_date": date(2010, 5, 1),
                "facts": {"work_months": None, "resident_insurance": False, "school_status": "primary"},
            }
        ],
    )
    with at(date(2018, 10, 10)):
        reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE)
    return household, reviewer


def made_by(reviewer, condition, every="week", **more):
    made = set_up(
        area_code="220503", title="填报", condition=condition, every=every, days=2, actor=reviewer, **more
    )
    RecurringRequest.objects.filter(pk=made.pk).update(created_at=datetime(2018, 10, 20, 9, tzinfo=PLACE))
    return made


@pytest.mark.parametrize(
    ("condition", "names"),
    [("workers", ["王建国"]), ("uninsured", ["王小明"]), ("school", ["王小明"]), ("households", [None])],
)
def test_it_asks_about_those_whom_the_condition_fits(county, condition, names):
    household, reviewer = county
    made_by(reviewer, condition)
    with at(date(2018, 11, 5)):
        assert issue_due() == 1
    issued = TableRequest.objects.get()
    assert (issued.state, issued.due_on, issued.year) == ("issued", date(2018, 11, 5), 2018)
    assert issued.deadline.astimezone(PLACE) == datetime(2018, 11, 7, 18, tzinfo=PLACE)
    rows = list(issued.rows.select_related("member").order_by("number"))
    assert [row.member.name if row.member else None for row in rows] == names
    assert rows[0].household_id == household.pk
    assert rows[0].part.area_code == VILLAGE
    assert "王建国" in rows[0].known.values()


ASKS = (("情况", "text", (), True),)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"age_from": "6", "age_to": "15"}, ["王小明"]),
        ({"age_from": "16"}, ["王建国"]),
        ({"resident_insurance": "no"}, ["王小明"]),
        ({"works": "yes"}, ["王建国"]),
        ({"works": "no", "school_status": "primary"}, ["王小明"]),
        ({"kind": "registered_poor", "verdict": "none"}, ["王建国", "王小明"]),
    ],
)
def test_persons_are_chosen_freely(county, filters, names):
    _, reviewer = county
    made_by(reviewer, "chosen_persons", filters=filters, asks=ASKS)
    with at(date(2018, 11, 5)):
        assert issue_due() == 1
    rows = TableRequest.objects.get().rows.select_related("member").order_by("number")
    assert [row.member.name for row in rows] == names


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"visited": "no"}, 0),
        ({"no_helper": "yes"}, 1),
        ({"status": "not_exited"}, 1),
        ({"status": "exited"}, 0),
    ],
)
def test_households_are_chosen_freely(county, filters, found):
    _, reviewer = county
    made = made_by(reviewer, "chosen_households", filters=filters, asks=ASKS)
    with at(date(2018, 11, 5)):
        assert fits_now(made, reviewer) == found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"asks": ASKS}, "请至少选一个条件"),
        ({"filters": {"age_from": "60", "age_to": "18"}, "asks": ASKS}, "年龄从大到小"),
        ({"filters": {"sex": "other"}, "asks": ASKS}, "性别"),
        ({"filters": {"sex": "female"}}, "请写明要各村填什么"),
        ({"filters": {"sex": "female"}, "asks": (("姓名", "text", (), True),)}, "有两列"),
        ({"filters": {"sex": "female"}, "asks": (("情况", "option", ("好",), True),)}, "至少两个不同的选项"),
    ],
)
def test_what_cannot_be_asked_is_refused(county, more, said):
    with pytest.raises(ValidationError, match=said):
        made_by(county[1], "chosen_persons", **more)


def test_a_choice_that_cannot_be_read_any_more_asks_nobody_rather_than_everybody(county):
    made = made_by(county[1], "chosen_persons", filters={"sex": "female"}, asks=ASKS)
    for filters in ({"sex": "gone"}, {"gone": "yes"}, {}):
        RecurringRequest.objects.filter(pk=made.pk).update(filters=filters)
        with at(date(2018, 11, 5)):
            assert issue_due() == 0
        made.refresh_from_db()
        assert made.message.startswith("2018-11-05：")


def test_the_choice_is_told_in_words(county):
    made = made_by(county[1], "chosen_persons", filters={"sex": "female", "age_from": "60"}, asks=ASKS)
    assert CONDITIONS[made.condition].words(made.filters) == "性别：女；年龄从（周岁）：60"


def test_each_day_comes_once_however_often_it_is_asked(county):
    _, reviewer = county
    made_by(reviewer, "workers")
    with at(date(2018, 11, 5)):
        assert (issue_due(), issue_due()) == (1, 0)
    with at(date(2018, 11, 8)):  # the machine was off, or it is asked again: still the same week
        assert issue_due() == 0
    with at(date(2018, 11, 13)):
        assert issue_due() == 1
    assert TableRequest.objects.count() == 2


def test_days_before_it_was_set_up_are_not_made_up_for(county):
    _, reviewer = county
    made_by(reviewer, "workers", every="month")
    with at(date(2018, 10, 25)):
        assert issue_due() == 0


def test_nothing_comes_of_one_that_is_off(county):
    _, reviewer = county
    switch(made_by(reviewer, "workers"), active=False, actor=reviewer)
    with at(date(2018, 11, 5)):
        assert issue_due() == 0


def test_whoever_has_left_issues_nothing_and_the_page_says_so(county):
    _, reviewer = county
    made = made_by(reviewer, "workers")
    Posting.objects.filter(user=reviewer).update(valid_to=date(2018, 11, 1))
    with at(date(2018, 11, 5)):
        assert issue_due() == 0
    made.refresh_from_db()
    assert made.message == "2018-11-05：您没有在该县下发任务表的权限。"


def test_only_the_county_sets_one_up(county):
    with pytest.raises(PermissionDenied):
        made_by(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE), "workers")


def test_an_unknown_condition_is_refused(county):
    with pytest.raises(ValidationError, match="请选择条件"):
        made_by(county[1], "somebody")
