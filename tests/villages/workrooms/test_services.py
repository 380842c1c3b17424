"""The workroom of a village: opened, staffed from its standing posts, given money, ended; what stays on record."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.factories.accounts import make_actor, make_user
from tests.factories.posts import make_post
from tests.factories.teams import make_fund, make_workroom
from tests.factories.villages import make_village
from tests.households.refusals import refused
from villages.models import Workroom, WorkroomFund, WorkroomStaff
from villages.workrooms.forms import FundForm
from villages.workrooms.services.keeping import add_fund, set_staff, withdraw_fund
from villages.workrooms.services.opening import end_workroom, open_workroom, update_workroom

pytestmark = pytest.mark.django_db
PAPER = {"place": "村部二楼东侧", "on": date(2018, 3, 1), "document": "二扶组〔2018〕3号"}
MONEY = {
    "year": 2018,
    "amount": Decimal("20000.00"),
    "given_on": date(2018, 6, 20),
    "source": "县财政",
    "document": "经费通知",
}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER)


def names(room, day=None):
    return sorted(one.post.person.name for one in room.staff.standing(day).select_related("post__person"))


def test_a_workroom_with_its_place_document_and_telephone(officer):
    room = open_workroom(make_village(), phone="0435-3752001", remark="挂牌", actor=officer, **PAPER)
    assert (room.place, room.valid_from, room.valid_to) == ("村部二楼东侧", date(2018, 3, 1), None)
    assert room.phone.reveal() == "04353752001"
    entry = Entry.objects.get(action="villages.workroom.open")
    assert entry.case_type == "villages.village"
    assert "3752001" not in f"{entry.summary}{entry.changes}"


class TestRefused:
    def test_a_second_one_and_over_days_of_the_one_before(self, officer):
        room = make_workroom()
        told = refused(open_workroom, room.village, actor=officer, **PAPER)
        assert "已有工作室" in told[""][0]
        end_workroom(room, on=date(2018, 6, 1), reason="村部搬迁", actor=officer)
        told = refused(open_workroom, room.village, actor=officer, **PAPER)
        assert told == {"on": ["该村在这段时间已有工作室。"]}
        open_workroom(room.village, actor=officer, **PAPER | {"on": date(2018, 6, 1)})

    def test_what_is_missing_and_tomorrow(self, officer):
        told = refused(
            open_workroom, make_village(), place=" ", on=date(2018, 10, 11), document="", actor=officer
        )
        assert set(told) == {"place", "on", "document"}
        told = refused(open_workroom, make_village(), actor=officer, **PAPER | {"phone": "12"})
        assert set(told) == {"phone"}
        assert not Workroom.objects.exists()

    def test_outside_ones_place_and_without_the_right(self, stranger, village_clerk, leader):
        for actor in (stranger("township_officer"), village_clerk, leader):
            with pytest.raises(PermissionDenied):
                open_workroom(make_village(), actor=actor, **PAPER)

    def test_a_village_that_was_merged_away(self, officer):
        village = make_village(ended_on=date(2018, 5, 1))
        assert "撤并" in refused(open_workroom, village, actor=officer, **PAPER)[""][0]


class TestStaff:
    def test_is_chosen_from_who_stands_in_the_village_and_goes_with_the_post(self, officer):
        village = make_village()
        room = make_workroom(village)
        first = make_post(village, person=make_user("赵强"))
        second = make_post(village, "team_member", person=make_user("钱进"))
        assert set_staff(room, [first.pk, second.pk], on=date(2018, 3, 1), actor=officer) == 2
        assert names(room) == ["赵强", "钱进"]
        assert names(room, date(2018, 2, 28)) == []
        second.valid_to, second.end_reason = date(2018, 9, 1), "任期届满"
        second.save()
        assert names(room) == ["赵强"]

    def test_changes_from_a_day_on_and_who_stays_is_not_written_twice(self, officer):
        village = make_village()
        room = make_workroom(village)
        first = make_post(village, person=make_user("赵强"))
        second = make_post(village, "technician", person=make_user("孙明"))
        set_staff(room, [first.pk], on=date(2018, 3, 1), actor=officer)
        assert set_staff(room, [first.pk, second.pk], on=date(2018, 5, 1), actor=officer) == 1
        assert set_staff(room, [second.pk], on=date(2018, 7, 1), actor=officer) == 1
        assert (names(room, date(2018, 4, 1)), names(room, date(2018, 6, 1)), names(room)) == (
            ["赵强"],
            ["孙明", "赵强"],
            ["孙明"],
        )
        assert WorkroomStaff.objects.count() == 2

    def test_who_does_not_stand_there_that_day_is_named(self, officer):
        village = make_village()
        room = make_workroom(village)
        late = make_post(village, person=make_user("赵强"), since=date(2018, 9, 1))
        elsewhere = make_post(make_village("220503100209"), person=make_user("钱进"))
        leads = make_post(village, "leader", person=make_user("区领导"))
        told = refused(set_staff, room, [late.pk], on=date(2018, 8, 1), actor=officer)
        assert told == {"posts": ["赵强在 2018-08-01 不在本村任职，请先安排岗位或改日期。"]}
        for other in (elsewhere, leads):
            assert "posts" in refused(set_staff, room, [other.pk], on=date(2018, 9, 2), actor=officer)
        assert "on" in refused(set_staff, room, [late.pk], on=date(2017, 5, 1), actor=officer)

    def test_is_not_chosen_over_what_changed_later(self, officer):
        village = make_village()
        room = make_workroom(village)
        first = make_post(village, person=make_user("赵强"))
        second = make_post(village, "technician", person=make_user("孙明"))
        set_staff(room, [first.pk, second.pk], on=date(2018, 1, 1), actor=officer)
        set_staff(room, [second.pk], on=date(2018, 6, 1), actor=officer)
        told = refused(set_staff, room, [first.pk, second.pk], on=date(2018, 3, 1), actor=officer)
        assert told == {"on": ["工作人员 2018-06-01 有过变动，日期不能早于这一天。"]}
        assert set_staff(room, [first.pk, second.pk], on=date(2018, 6, 1), actor=officer) == 1
        assert (names(room, date(2018, 5, 1)), names(room)) == (["孙明", "赵强"], ["孙明", "赵强"])

    def test_who_has_another_post_since_is_staff_by_the_one_of_that_day(self, officer):
        village = make_village()
        room = make_workroom(village)
        person = make_user("赵强")
        before = make_post(
            village, "team_member", person=person, valid_to=date(2018, 8, 1), end_reason="任第一书记"
        )
        now = make_post(village, person=person, since=date(2018, 8, 1))
        set_staff(room, [now.pk], on=date(2018, 3, 1), actor=officer)
        assert WorkroomStaff.objects.get().post == before
        assert names(room, date(2018, 7, 31)) == ["赵强"]

    def test_only_within_workroom_and_post_whatever_the_path(self):
        village = make_village()
        room = make_workroom(village)
        post = make_post(village, valid_to=date(2018, 5, 1), end_reason="调动")
        over = make_workroom(make_village("220503100209"), valid_to=date(2018, 1, 1), end_reason="搬迁")
        there = make_post(over.village)
        for place, holder, since in (
            (room, post, date(2017, 5, 15)),  # before the workroom
            (room, post, date(2018, 5, 1)),  # after the post
            (over, there, date(2017, 8, 1)),  # still, in a workroom that was ended
        ):
            with pytest.raises(IntegrityError, match="other days"), transaction.atomic():
                WorkroomStaff.objects.create(
                    workroom=place, post=holder, valid_from=since, recorded_by=make_user()
                )

    def test_of_another_village_is_refused_by_the_database(self):
        room, other = make_workroom(), make_post(make_village("220503100209"))
        with pytest.raises(IntegrityError, match="nobody who works in its village"), transaction.atomic():
            WorkroomStaff.objects.create(
                workroom=room, post=other, valid_from=date(2018, 3, 1), recorded_by=make_user()
            )

    def test_a_leader_who_only_comes_is_refused_by_the_database_too(self):
        room = make_workroom()
        leader = make_post(room.village, "leader")
        with pytest.raises(IntegrityError, match="nobody who works in its village"), transaction.atomic():
            WorkroomStaff.objects.create(
                workroom=room, post=leader, valid_from=date(2018, 3, 1), recorded_by=make_user()
            )


class TestMoney:
    def test_of_a_year_and_taken_back_with_its_reason(self, officer):
        room = make_workroom()
        row = add_fund(room, actor=officer, **MONEY)
        add_fund(room, actor=officer, **MONEY | {"amount": Decimal("5000.00")})
        assert "撤回原因" in refused(withdraw_fund, row, reason=" ", actor=officer)["reason"][0]
        withdraw_fund(row, reason="金额写错", actor=officer)
        assert [one.amount for one in room.funds.standing()] == [Decimal("5000.00")]
        assert "已撤回" in refused(withdraw_fund, row, reason="再撤", actor=officer)[""][0]

    def test_sent_twice_by_one_page_it_is_there_once(self, officer):
        room, page = make_workroom(), uuid4()
        first = add_fund(room, identity=page, actor=officer, **MONEY)
        assert add_fund(room, identity=page, actor=officer, **MONEY) == first
        other = refused(add_fund, room, identity=page, actor=officer, **MONEY | {"amount": Decimal(1)})
        assert "已经登记过" in other[""][0]
        add_fund(room, identity=uuid4(), actor=officer, **MONEY)
        assert room.funds.count() == 2
        assert Entry.objects.filter(action="villages.workroom.fund").count() == 2

    def test_what_cannot_be(self, officer):
        room = make_workroom()
        wrong = {
            "year": 2016,
            "amount": Decimal(0),
            "given_on": date(2018, 10, 11),
            "source": "",
            "document": "",
        }
        assert set(refused(add_fund, room, actor=officer, **wrong)) == set(wrong)


def test_telephone_and_remark_are_put_right_where_they_stand(officer):
    room = make_workroom(phone="04353752001")
    update_workroom(room, phone="", remark="周一至周五有人", actor=officer)
    room.refresh_from_db()
    assert (room.phone, room.remark) == (None, "周一至周五有人")
    update_workroom(room, phone="0435-3752002", remark="", actor=officer)
    update_workroom(room, phone=None, remark="周一开放", actor=officer)
    room.refresh_from_db()
    assert (room.phone.reveal(), room.remark) == ("04353752002", "周一开放")
    assert "phone" in refused(update_workroom, room, phone="abc", remark="", actor=officer)


def test_an_old_workroom_takes_money_of_years_that_have_some(officer):
    room = make_workroom(since=date(2012, 5, 1))
    told = refused(add_fund, room, actor=officer, **MONEY | {"year": 2013})
    assert told == {"year": ["年度须在 2014 至明年之间。"]}
    assert not WorkroomFund.objects.exists()
    assert FundForm(workroom=room).fields["year"].choices[-1] == (2014, "2014年")


def test_wrongly_entered_it_takes_no_money_along(officer):
    room = make_workroom()
    fund = make_fund(room)
    assert "先撤回" in refused(end_workroom, room, on=room.valid_from, reason="误登", actor=officer)["on"][0]
    withdraw_fund(fund, reason="误登", actor=officer)
    end_workroom(room, on=room.valid_from, reason="误登", actor=officer)
    assert not Workroom.objects.ever().exists()


def test_ending_takes_the_staff_along(officer):
    village = make_village()
    room = make_workroom(village)
    post = make_post(village)
    set_staff(room, [post.pk], on=date(2018, 3, 1), actor=officer)
    assert set(refused(end_workroom, room, on=date(2017, 5, 1), reason="", actor=officer)) == {"on", "reason"}
    end_workroom(room, on=date(2018, 9, 1), reason="村部搬迁", actor=officer)
    assert WorkroomStaff.objects.get().valid_to == date(2018, 9, 1)
    assert "已于 2018-09-01 撤销" in refused(add_fund, room, actor=officer, **MONEY)[""][0]


def test_what_was_stays_on_record_whatever_the_path():
    room = make_workroom()
    fund = make_fund(room)
    for act in (
        lambda: Workroom.objects.update(place="别处"),
        lambda: Workroom.objects.all().delete(),
        lambda: type(fund).objects.update(amount=1),
        lambda: type(fund).objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO villages_workroom (village_id, place, remark, document, valid_from, end_reason,"
            " recorded_by_id) SELECT village_id, place, remark, document, valid_from, end_reason,"
            " recorded_by_id FROM villages_workroom"
        )
