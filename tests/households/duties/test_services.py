"""Duties entered by the county, records, days in the village, leave, help: what stands, and what is refused."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.duties.diary import diary_of
from households.duties.in_force import rules_at
from households.duties.leave_days import days_in_year
from households.duties.models import Duty, DutyRecord, HelpAction, Leave, Presence
from households.duties.services.helping import add_help, add_note
from households.duties.services.leave import answer_leave, apply_leave, end_leave, withdraw_leave
from households.duties.services.presence import add_days
from households.duties.services.records import add_call, add_record, withdraw
from households.duties.services.rules import set_duty
from poverty.areas.models import Area
from poverty.review.services import fire
from tests.factories.accounts import make_unit, make_user
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
VILLAGE = "220503100204"
TODAY = date(2018, 11, 22)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(f"{TODAY}T10:00+08:00", tick=False):
        yield


@pytest.fixture
def village(actors):
    return Area.objects.get(pk=VILLAGE)


@pytest.fixture
def helper(actors):
    return actors["helper"]


def refusal(call, *args, **kwargs) -> dict:
    """What a service says against it, by field."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        call(*args, **kwargs)
    return error.value.message_dict if hasattr(error.value, "error_dict") else {"": error.value.messages}


# --- the county's own duty ----------------------------------------------------------------------------------


def rule(actors, **fields):
    values = {
        "valid_from": date(2018, 12, 1),
        "every_months": 2,
        "times": 1,
        "document": "县文件3号",
        **fields,
    }
    return set_duty("visit_exited", "220503", actor=actors["county_reviewer"], **values)


def test_the_county_enters_its_own_measure_from_a_month_on(actors):
    row = rule(actors)
    assert rules_at(VILLAGE, date(2018, 11, 30)).by_key["visit_exited"].every_months == 3
    assert rules_at(VILLAGE, date(2018, 12, 1)).by_key["visit_exited"] == row
    assert (row.statuses, row.watched, row.often) == (["exited", "exited_code_4"], "no", "每两个月1次")


def test_a_later_measure_ends_the_earlier_one_and_rewrites_nothing(actors):
    first = rule(actors)
    second = rule(actors, valid_from=date(2019, 3, 1), every_months=1)
    first.refresh_from_db()
    assert (first.valid_to, first.every_months) == (date(2019, 3, 1), 2)
    assert rules_at(VILLAGE, date(2019, 2, 28)).by_key["visit_exited"] == first
    assert rules_at(VILLAGE, date(2019, 3, 1)).by_key["visit_exited"] == second


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"valid_from": date(2018, 12, 2)}, "valid_from"),  # no first of a month
        ({"valid_from": date(2018, 10, 1)}, "valid_from"),  # October is over
        ({"times": 40}, ""),
        ({"document": " "}, ""),
    ],
)
def test_what_a_county_may_not_enter(actors, fields, at):
    found = refusal(rule, actors, **fields)
    assert at in found or not at
    assert not Duty.objects.exists()


def test_a_month_that_has_a_measure_gets_no_second_one(actors):
    rule(actors)
    assert "valid_from" in refusal(rule, actors, every_months=1)


def test_days_in_a_village_are_asked_by_the_month(actors):
    asked = {"valid_from": date(2018, 12, 1), "times": 30, "document": "县文件3号"}
    told = refusal(set_duty, "presence", "220503", actor=actors["county_reviewer"], every_months=3, **asked)
    assert told == {"every_months": ["驻村按月要求天数，周期只能是每月。"]}
    row = set_duty("presence", "220503", actor=actors["county_reviewer"], every_months=1, **asked)
    assert row.often == "每月30天"
    row.pk, row.area_code, row.every_months = None, "2205", 3
    with pytest.raises(IntegrityError, match="presence_is_asked_by_the_month"), transaction.atomic():
        row.save(force_insert=True)


def test_only_the_county_says_what_is_asked(actors):
    for role in ("township_officer", "helper", "leader"):
        with pytest.raises(PermissionDenied):
            set_duty(
                "visit_exited",
                "220503",
                actor=actors[role],
                valid_from=date(2018, 12, 1),
                every_months=1,
                times=1,
                document="x",
            )


def test_a_stored_duty_is_not_changed_nor_deleted(actors):
    row = rule(actors)
    for act in (lambda: Duty.objects.filter(pk=row.pk).update(times=3), row.delete):
        with pytest.raises(IntegrityError, match="ended from a day"), transaction.atomic():
            act()


# --- what units did -----------------------------------------------------------------------------------------


def test_a_unit_writes_down_its_own_study_and_the_county_that_of_any(actors, helper):
    unit, other = make_unit("区财政局"), make_unit("区统计局")
    helper.unit = unit
    helper.save()
    for actor in (helper, actors["county_reviewer"]):
        add_record("study", actor=actor, unit=unit, happened_on=TODAY, topic="研究帮扶工作")
    with pytest.raises(PermissionDenied):
        add_record("study", actor=helper, unit=other, happened_on=TODAY, topic="研究帮扶工作")
    assert DutyRecord.objects.values_list("bearer", "area_id").distinct().get() == ("unit", "220503")


def test_the_village_writes_down_who_came(actors, village):
    unit = make_unit("区财政局")
    row = add_record(
        "village",
        actor=actors["village_clerk"],
        unit=unit,
        bearer="unit_head",
        village=village,
        happened_on=TODAY,
        topic="调研",
    )
    assert (row.bearer, row.area_id) == ("unit_head", VILLAGE)
    missing = refusal(
        add_record, "village", actor=actors["village_clerk"], unit=unit, happened_on=TODAY, topic="x"
    )
    assert "village" in missing


def test_a_leader_in_a_village_is_named_and_it_stands_in_his_diary(actors, village):
    leader = make_user("县领导")
    told = {"village": village, "happened_on": TODAY, "topic": "调研产业"}
    clerk = actors["village_clerk"]
    assert "person" in refusal(add_record, "village", actor=clerk, unit=None, bearer="leader", **told)
    add_record("village", actor=clerk, unit=None, bearer="leader", person=leader, **told)
    found = diary_of(leader, date(2018, 11, 1), clerk)
    assert dict(found.paragraphs)["履职"] == "到村调研：调研产业。"
    assert found.days[0].text == "调研产业"
    with pytest.raises(IntegrityError, match="which leader"), transaction.atomic():
        DutyRecord.objects.create(
            bearer="leader", act="village", area=village, happened_on=TODAY, topic="x", recorded_by=clerk
        )


def test_who_goes_for_a_unit_belongs_to_it(actors, village):
    unit, head = make_unit("区财政局"), make_user("周局长")
    told = {"village": village, "happened_on": TODAY, "topic": "调研", "unit": unit, "bearer": "unit_head"}
    clerk = actors["village_clerk"]
    assert "person" in refusal(add_record, "village", actor=clerk, person=head, **told)
    head.unit = unit
    head.save()
    assert add_record("village", actor=clerk, person=head, **told).person == head


def test_nothing_is_done_tomorrow(actors):
    found = refusal(
        add_record,
        "study",
        actor=actors["county_reviewer"],
        unit=make_unit("区财政局"),
        happened_on=date(2018, 11, 23),
        topic="x",
    )
    assert "happened_on" in found


def test_a_call_is_made_by_whoever_is_the_helper_then(actors, helper):
    household = make_household(survey=False)
    make_pairing(household, helper, since=date(2018, 11, 10))
    row = add_call(household, helper, actor=helper, happened_on=TODAY, topic="问候")
    assert (row.bearer, row.household_id) == ("helper", household.pk)
    assert "happened_on" in refusal(
        add_call, household, helper, actor=helper, happened_on=date(2018, 11, 9), topic="问候"
    )


def test_the_village_types_the_call_of_a_helper(actors, helper):
    household = make_household(survey=False)
    make_pairing(household, helper, order=2)
    row = add_call(household, helper, actor=actors["village_clerk"], happened_on=TODAY, topic="问候")
    assert (row.person, row.recorded_by, row.bearer) == (helper, actors["village_clerk"], "second_helper")


def test_one_page_writes_one_record_however_often_it_is_sent(actors, helper, village):
    page = uuid4()
    told = {"actor": helper, "village": village, "happened_on": TODAY, "item": "化肥", "identity": page}
    first = add_help("supplies", helper, amount=Decimal("240.00"), **told)
    assert add_help("supplies", helper, amount=Decimal(240), **told) == first
    assert "已经登记过" in str(refusal(add_help, "supplies", helper, amount=Decimal(300), **told))
    assert HelpAction.objects.count() == 1
    withdraw(first, actor=helper, reason="登错村")
    assert "已经登记过" in str(refusal(add_help, "supplies", helper, amount=Decimal(240), **told))
    add_help("supplies", helper, amount=Decimal(240), **{**told, "identity": uuid4()})
    assert HelpAction.objects.standing().count() == 1


def test_a_record_is_withdrawn_with_its_reason_and_stays(actors, helper):
    household = make_household(survey=False)
    make_pairing(household, helper)
    row = add_call(household, helper, actor=helper, happened_on=TODAY, topic="问候")
    assert "reason" in refusal(withdraw, row, actor=helper, reason=" ")
    with pytest.raises(PermissionDenied):
        withdraw(row, actor=actors["leader"], reason="登错")
    withdraw(row, actor=helper, reason="登错户")
    row.refresh_from_db()
    assert (row.withdrawn_reason, row.withdrawn_by) == ("登错户", helper)
    assert not DutyRecord.objects.standing().exists()
    assert refusal(withdraw, row, actor=helper, reason="再撤")
    with pytest.raises(IntegrityError, match="withdrawn, not changed"), transaction.atomic():
        DutyRecord.objects.filter(pk=row.pk).update(topic="别的")
    with pytest.raises(IntegrityError, match="withdrawn, not changed"), transaction.atomic():
        row.delete()


# --- days in the village ------------------------------------------------------------------------------------


def test_days_are_told_by_who_was_there_or_by_the_village(actors, helper, village):
    add_days(helper, village, [date(2018, 11, 20), date(2018, 11, 21)], actor=helper, work="走访")
    add_days(helper, village, [TODAY], actor=actors["village_clerk"], work="参加村民会议")
    assert Presence.objects.standing().in_month(date(2018, 11, 1)).count() == 3
    with pytest.raises(PermissionDenied):
        add_days(actors["village_clerk"], village, [date(2018, 11, 19)], actor=helper, work="走访")


@pytest.mark.parametrize(
    ("days", "work", "field"),
    [
        ([], "走访", "days"),
        ([date(2018, 11, 23)], "走访", "days"),
        ([date(2018, 10, 21)], "走访", "days"),  # 32 days ago; 31 are allowed
        ([TODAY], " ", "work"),
    ],
)
def test_days_that_are_refused(actors, helper, village, days, work, field):
    assert field in refusal(add_days, helper, village, days, actor=helper, work=work)
    assert not Presence.objects.exists()


def test_a_day_stands_once_and_may_be_told_again_after_it_was_withdrawn(helper, village):
    [row] = add_days(helper, village, [TODAY], actor=helper, work="走访")
    both = [date(2018, 11, 21), TODAY]
    assert "days" in refusal(add_days, helper, village, both, actor=helper, work="走访")
    assert Presence.objects.count() == 1  # nothing of the two was written
    withdraw(row, actor=helper, reason="当天在县里开会")
    add_days(helper, village, both, actor=helper, work="走访")
    assert Presence.objects.standing().count() == 2


# --- leave --------------------------------------------------------------------------------------------------


def ask(helper, village, first, last, actor=None, **fields):
    values = {"kind": "personal", "reason": "家中有事", **fields}
    return apply_leave(helper, village, actor=actor or helper, starts_on=first, ends_on=last, **values)


def test_three_days_are_the_townships_and_four_the_countys(actors, helper, village):
    short = ask(helper, village, date(2018, 11, 26), date(2018, 11, 28))
    long = ask(helper, village, date(2018, 12, 3), date(2018, 12, 6))
    assert (short.days, long.days) == (3, 4)
    with pytest.raises(PermissionDenied):
        answer_leave(long, actor=actors["township_officer"], agreed=True)
    answer_leave(short, actor=actors["township_officer"], agreed=True)
    answer_leave(long, actor=actors["county_reviewer"], agreed=True)
    states = Leave.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["approved", "approved"]
    assert days_in_year([helper.pk], 2018) == {helper.pk: 7}


def test_who_asks_does_not_grant(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 26), date(2018, 11, 26))
    for role in ("helper", "village_clerk", "leader"):
        with pytest.raises(PermissionDenied):
            answer_leave(row, actor=actors[role], agreed=True)
    with pytest.raises(PermissionDenied):
        ask(actors["village_clerk"], village, TODAY, TODAY, actor=helper)


def test_nobody_answers_his_own_leave(actors, helper, village):
    officer = actors["township_officer"]  # also leader of a village team
    row = ask(officer, village, date(2018, 11, 26), date(2018, 11, 26), actor=actors["village_clerk"])
    for agreed in (True, False):
        with pytest.raises(PermissionDenied, match="他人"):
            answer_leave(row, actor=officer, agreed=agreed, comment="同意")
    with pytest.raises(IntegrityError, match="by the person himself"), transaction.atomic():
        fire("approve_short", row, actor=officer)
    row.refresh_from_db()
    assert row.state == "applied"
    answer_leave(row, actor=actors["county_reviewer"], agreed=True)
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_day_that_waits_as_leave_is_not_told_as_a_day_in_the_village(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 20), date(2018, 11, 21))
    days = [date(2018, 11, 21), TODAY]
    assert "等待批准" in str(refusal(add_days, helper, village, days, actor=helper, work="走访"))
    withdraw_leave(row, actor=helper)
    add_days(helper, village, days, actor=helper, work="走访")
    assert Presence.objects.standing().count() == 2


def test_leave_is_not_granted_for_days_in_the_village(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 19), date(2018, 11, 21))
    # As rows stood that were entered before both were held against each other.
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    there = Presence.objects.create(
        person=helper, area=village, day=date(2018, 11, 20), work="走访", recorded_by=helper
    )
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    officer = actors["township_officer"]
    assert "2018-11-20 已登记驻村" in str(refusal(answer_leave, row, actor=officer, agreed=True))
    with pytest.raises(IntegrityError, match="was in a village"), transaction.atomic():
        fire("approve_short", row, actor=officer)
    row.refresh_from_db()
    withdraw(there, actor=helper, reason="当天请假")
    answer_leave(row, actor=officer, agreed=True)
    with pytest.raises(IntegrityError, match="on leave"), transaction.atomic():
        Presence.objects.create(
            person=helper, area=village, day=date(2018, 11, 20), work="走访", recorded_by=helper
        )


def test_a_refusal_says_why_and_leaves_the_days_free(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 26), date(2018, 11, 27))
    assert refusal(answer_leave, row, actor=actors["township_officer"], agreed=False)
    answer_leave(row, actor=actors["township_officer"], agreed=False, comment="年底检查")
    ask(helper, village, date(2018, 11, 26), date(2018, 11, 27))


def test_leave_does_not_overlap_leave_or_days_in_the_village(helper, village):
    ask(helper, village, date(2018, 11, 26), date(2018, 11, 27))
    assert refusal(ask, helper, village, date(2018, 11, 27), date(2018, 11, 28))
    add_days(helper, village, [TODAY], actor=helper, work="走访")
    assert "starts_on" in refusal(ask, helper, village, TODAY, TODAY)
    assert refusal(ask, helper, village, date(2018, 12, 2), date(2018, 12, 1))


def test_back_earlier_the_rest_is_no_leave_and_a_day_there_can_be_told(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 20), date(2018, 11, 24))
    answer_leave(row, actor=actors["county_reviewer"], agreed=True)
    assert "days" in refusal(add_days, helper, village, [TODAY], actor=helper, work="走访")
    end_leave(row, actor=helper, ended_on=date(2018, 11, 21))
    assert days_in_year([helper.pk], 2018) == {helper.pk: 2}
    add_days(helper, village, [TODAY], actor=helper, work="走访")
    assert refusal(end_leave, row, actor=helper, ended_on=date(2018, 11, 20))


@pytest.mark.parametrize("ended_on", [date(2018, 11, 21), date(2018, 11, 19)], ids=["some days", "no day"])
def test_back_earlier_he_may_be_on_leave_again_within_the_old_days(actors, helper, village, ended_on):
    row = ask(helper, village, date(2018, 11, 20), date(2018, 11, 29))
    answer_leave(row, actor=actors["county_reviewer"], agreed=True)
    assert refusal(ask, helper, village, date(2018, 11, 26), date(2018, 11, 26))
    end_leave(row, actor=helper, ended_on=ended_on)
    again = ask(helper, village, date(2018, 11, 23), date(2018, 11, 26))
    assert again.state == "applied"
    taken = [refusal(ask, helper, village, day, day) for day in (date(2018, 11, 26), date(2018, 11, 23))]
    assert all("已有请假" in str(one) for one in taken)
    if ended_on > row.starts_on:
        assert refusal(ask, helper, village, ended_on, ended_on)


def test_days_of_a_year_are_those_that_lie_in_it(actors, helper, village):
    row = ask(helper, village, date(2018, 12, 30), date(2019, 1, 3))
    answer_leave(row, actor=actors["county_reviewer"], agreed=True)
    assert days_in_year([helper.pk], 2018) == {helper.pk: 2}
    assert days_in_year([helper.pk], 2019) == {helper.pk: 3}
    assert days_in_year([helper.pk], 2020) == {}


def test_what_waits_can_be_withdrawn_by_who_asked(actors, helper, village):
    row = ask(helper, village, date(2018, 11, 26), date(2018, 11, 26))
    with pytest.raises(PermissionDenied):
        withdraw_leave(row, actor=actors["township_officer"])
    withdraw_leave(row, actor=helper)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_leave_changes_its_state_by_a_step_only(helper, village):
    row = ask(helper, village, date(2018, 11, 26), date(2018, 11, 26))
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="without a step"), transaction.atomic():
        Leave.objects.filter(pk=row.pk).update(state="approved")
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
        Leave.objects.filter(pk=row.pk).update(ends_on=date(2018, 12, 26))


# --- help and notes -----------------------------------------------------------------------------------------


def test_help_to_a_household_and_to_a_village(actors, helper, village):
    household = make_household(survey=False)
    make_pairing(household, helper)
    row = add_help(
        "supplies",
        helper,
        actor=helper,
        household=household,
        happened_on=TODAY,
        item="化肥",
        quantity=Decimal(2),
        measure="袋",
        amount=Decimal("240.00"),
    )
    assert (row.area_id, row.household) == (VILLAGE, household)
    add_help(
        "medicine", helper, actor=helper, village=village, happened_on=TODAY, item="义诊", amount=Decimal(500)
    )
    assert HelpAction.objects.visible_to(actors["township_officer"]).count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"item": " ", "amount": Decimal(1)},
        {"item": "化肥"},  # neither how many nor how much
        {"item": "化肥", "quantity": Decimal(2)},  # two of what
        {"item": "化肥", "amount": Decimal(1), "happened_on": date(2018, 12, 1)},
    ],
)
def test_help_that_says_too_little(helper, village, fields):
    values = {"happened_on": TODAY, **fields}
    assert refusal(add_help, "supplies", helper, actor=helper, village=village, **values)
    assert not HelpAction.objects.exists()


def test_a_household_of_others_gets_nothing_from_here(helper):
    with pytest.raises(PermissionDenied):
        add_help(
            "supplies",
            helper,
            actor=helper,
            household=make_household(village="140212100201", survey=False),
            happened_on=TODAY,
            item="化肥",
            amount=Decimal(1),
        )


def test_a_note_is_ones_own_and_of_its_month(actors, helper):
    add_note(helper, TODAY, actor=helper, book="diary", text="天冷，提醒老人注意取暖", day=date(2018, 11, 20))
    with pytest.raises(PermissionDenied):
        add_note(helper, TODAY, actor=actors["village_clerk"], book="diary", text="x")
    assert "day" in refusal(
        add_note, helper, TODAY, actor=helper, book="diary", text="x", day=date(2018, 10, 31)
    )
    assert refusal(add_note, helper, TODAY, actor=helper, book="diary", text=" ")
