"""The story of a household: every source once, newest first, page by page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import INDICATOR_COLUMNS, AssessmentChange
from households.services.changes import confirm_changes, propose_change
from households.services.personal import reveal_household
from households.timeline import indicator_words, timeline, verdict_words
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def titles(household, **kwargs):
    return [event.title for event in timeline(household, **kwargs).events]


def states(**changed):
    return [changed.get(code, 2) for code in INDICATOR_COLUMNS]


def verdict_change(household, day, before, after, **fields):
    return AssessmentChange.objects.create(
        household=household,
        year=2018,
        area_id=household.area_id,
        at=datetime(2018, 10, day, 9, tzinfo=ZONE),
        verdict_before=before,
        verdict_after=after,
        **fields,
    )


def test_days_go_backwards():
    household = make_household(members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])
    make_pairing(household, since=date(2018, 1, 1), until=date(2018, 6, 1), reason="调岗")
    events = timeline(household, size=50).events
    days = [event.at for event in events]
    assert days == sorted(days, reverse=True)
    found = titles(household, size=50)
    assert "结对：帮扶责任人（第一帮扶责任人）" in found
    assert "结束结对：帮扶责任人" in found


def test_members_who_came_together_are_one_event():
    household = make_household(
        members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}, {"name": "王小雨"}]
    )
    [event] = [one for one in timeline(household, size=50).events if one.title.startswith("增加成员")]
    assert event.title == "增加成员（首次登记）"
    assert "王建国（本人或户主）、李秀英（配偶）、王小雨" in event.text


def test_a_change_is_told_by_its_steps_once():
    household = make_household(members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])
    with time_machine.travel(datetime(2018, 10, 8, 9, tzinfo=ZONE), tick=False):
        change = propose_change(
            "remove_member",
            household,
            actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_A),
            happened_on=date(2018, 10, 1),
            reason="病故",
            document_name="死亡证明",
            member=household.members.get(name="李秀英"),
            details={"leave_reason": "death"},
        )
    with time_machine.travel(datetime(2018, 10, 20, 9, tzinfo=ZONE), tick=False):
        [outcome] = confirm_changes(
            [change.pk], actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A), document_name="确认单"
        )
    assert outcome.done
    found = titles(household, size=50)
    assert found.count("减少成员 李秀英：提出") == 1
    assert found.count("减少成员 李秀英：乡镇确认生效") == 1
    assert len([one for one in found if one.startswith("减少成员（")]) == 1


def test_verdicts_name_the_indicators():
    household = make_household()
    change = verdict_change(
        household, 3, 2, 0, states_before=states(), states_after=states(housing=0, water=1)
    )
    assert verdict_words(change) == "结论由达标变为未达标"
    assert indicator_words(change) == ["住房安全：达标 → 未达标", "饮水安全：达标 → 待核实"]
    [event] = [one for one in timeline(household).events if "结论" in one.title]
    assert event.title == "2018年度结论由达标变为未达标"
    assert event.colour == "red"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, 1, "首次判定为待核实"),
        (2, None, "撤销判定（原为达标）"),
        (1, 1, "结论仍为待核实"),
        (0, 2, "结论由未达标变为达标"),
    ],
)
def test_words_of_a_verdict(before, after, words):
    assert verdict_words(AssessmentChange(verdict_before=before, verdict_after=after)) == words


def test_income_is_told_with_its_figures():
    change = AssessmentChange(verdict_before=0, verdict_after=2, income_before=3000, income_after=4000)
    assert indicator_words(change) == ["人均纯收入：3,000.00元 → 4,000.00元"]


def test_page_by_page_nothing_is_lost_or_told_twice():
    household = make_household(members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])
    for day in (1, 1, 1, 1, 1, 2, 2, 3, 9):
        verdict_change(household, day, 1, 2)
    whole = timeline(household, size=100).events
    pages, token = [], None
    while True:
        stretch = timeline(household, after=token, size=2)
        pages += stretch.events
        token = stretch.next_token
        if token is None:
            break
    assert [one.order for one in pages] == [one.order for one in whole]
    assert len(whole) >= 11


def test_a_damaged_token_begins_anew():
    household = make_household()
    assert titles(household, after="nonsense") == titles(household)


def test_seeing_numbers_is_part_of_the_story_without_the_number():
    household = make_household()
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    reveal_household(household, actor=clerk, purpose="办理参保登记")
    [event] = [one for one in timeline(household, size=50).events if "用途" in one.text]
    assert "办理参保登记" in event.text
    assert household.head.identity.reveal() not in event.text


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    household = make_household()
    with CaptureQueriesContext(connection) as few:
        timeline(household)
    for day in range(1, 9):
        verdict_change(household, day, 1, 2)
    with django_assert_num_queries(len(few)):
        timeline(household)
