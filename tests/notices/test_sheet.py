"""The sheet that goes on the wall: columns, days, how to object, its code; and the columns of household exits."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from households.entries.models import EntryCase
from households.models import Household, Monitoring
from households.notice_sheets import entry_cells, exit_cells, unnamed
from poverty.notices.listing import on_paper, on_web
from poverty.notices.sheets import sheet_of, types_on_web
from poverty.review.services.notices import post_correction, post_notice, withdraw_notice
from poverty.review.services.rosters import leave_roster, make_roster
from tests.actors import TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories import entries
from tests.factories.areas import make_area
from tests.factories.exits import Walk
from tests.factories.households import make_household
from tests.factories.monitoring import make_watched

pytestmark = pytest.mark.django_db


def sheet(user, notice, **query):
    response = client_of(user).get(reverse("notices:sheet", args=[notice.pk]), query)
    return response, response.content.decode()


def grouped(code):
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def test_the_sheet_says_all_that_the_form_has(posting, actors):
    notice, code = posting("王建国", "李桂兰")
    response, text = sheet(actors["village_clerk"], notice)
    assert response.status_code == 200
    for said in ("序号", "村民小组", "户主姓名", "家庭人口数", "王建国", "李桂兰", "2 户", "共 7 天", "不少于 7 天",
                 "鸭园镇扶贫办 0435-1234567", "12317", "盖章", grouped(code), 'class="qr"'):  # fmt: skip
        assert said in text
    assert "no-store" in response["Cache-Control"]


def test_the_paper_may_be_larger(posting, actors):
    notice, _ = posting("王建国")
    assert "notice-sheet-a4" in sheet(actors["village_clerk"], notice)[1]
    assert "notice-sheet-a3" in sheet(actors["village_clerk"], notice, paper="a3")[1]
    assert "notice-sheet-a4" in sheet(actors["village_clerk"], notice, paper='"><b>')[1]


def test_who_posts_prints_and_others_do_not(posting, actors, strangers):
    notice, _ = posting("王建国")
    for role in ("village_clerk", "township_officer", "county_reviewer"):
        assert sheet(actors[role], notice)[0].status_code == 200
    for role in ("leader", "auditor", "inspector", "administrator", "helper"):
        assert sheet(actors[role], notice)[0].status_code == 403
    assert sheet(strangers["county_reviewer"], notice)[0].status_code == 404


def test_a_kind_that_is_never_told_outside_has_no_code(posting, actors, untold):
    notice, code = posting("王建国")
    _, text = sheet(actors["village_clerk"], notice)
    assert "王建国" in text
    assert grouped(code) not in text
    assert 'class="qr"' not in text


def test_who_has_left_is_not_printed_anew_and_the_numbers_stay(posting, actors):
    notice, _ = posting("王建国", "李桂兰", "赵大山")
    leave_roster(notice.roster.entries.get(position=2), reason="异议成立", actor=actors["township_officer"])
    assert [line.number for line in on_paper(notice).lines] == [1, 3]
    _, text = sheet(actors["village_clerk"], notice)
    assert "李桂兰" not in text
    assert "请张贴更正公告" in text


def test_a_correction_names_who_has_left_without_the_reason(posting, actors):
    notice, _ = posting("王建国", "李桂兰")
    leave_roster(
        notice.roster.entries.get(position=1), reason="异议成立：有车", actor=actors["township_officer"]
    )
    correction, _ = post_correction(notice, actor=actors["village_clerk"])
    _, text = sheet(actors["village_clerk"], correction)
    assert "移出名单：第 1 号 王建国" in text
    assert "有车" not in text
    assert [line.number for line in on_paper(correction).lines] == [2]


def test_when_it_has_ended_it_prints_as_it_hung_without_code(posting, actors):
    notice, code = posting("王建国", "李桂兰")
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        leave_roster(notice.roster.entries.get(position=1), reason="办结", actor=actors["township_officer"])
        assert [line.number for line in on_paper(notice).lines] == [1, 2]
        _, text = sheet(actors["village_clerk"], notice)
        assert grouped(code) not in text


def test_a_withdrawn_notice_is_not_printed(posting, actors):
    notice, _ = posting("王建国")
    withdraw_notice(notice, reason="贴错", actor=actors["village_clerk"])
    assert sheet(actors["village_clerk"], notice)[0].status_code == 404


def test_a_list_of_several_villages_says_which(actors):
    for village, head in ((VILLAGE_A, "王建国"), (f"{TOWNSHIP_A}200", "李桂兰")):
        make_area(village)
        make_household(village, head)
    roster_of = Household.objects.all()
    notice = _posted(roster_of, actors)
    listed = on_paper(notice)
    assert [column.label for column in listed.columns] == ["村", "村民小组", "户主姓名", "家庭人口数"]
    assert listed.lines[1].cells[0][1].endswith("鸭园村")


def _posted(rows, actors):
    from_conftest = {
        "title": "公示",
        "place": "公开栏",
        "publisher": "鸭园镇人民政府",
        "contact": "0435-1234567",
    }
    roster = make_roster("households.household", rows, area_code=TOWNSHIP_A, year=2018, title="名单",
                         actor=actors["township_officer"])  # fmt: skip
    return post_notice(roster, "second", actor=actors["township_officer"], **from_conftest)[0]


def test_totals_stand_at_the_foot(posting):
    notice, _ = posting("王建国", "李桂兰")
    sums = {column.label: total for column, total in on_paper(notice).totals}
    persons = sum(Household.objects.values_list("size", flat=True))
    assert sums == {"村民小组": None, "户主姓名": None, "家庭人口数": persons}


def test_a_sheet_costs_the_same_for_many(posting, django_assert_max_num_queries):
    notice, _ = posting(*(f"户主{number}" for number in range(12)))
    with django_assert_max_num_queries(4):
        assert len(on_paper(notice).lines) == 12
    with django_assert_max_num_queries(5):
        assert len(on_web(notice).lines) == 12


# --- household exits --------------------------------------------------------------------------------------


@pytest.fixture
def exits(db):
    with time_machine.travel(date(2018, 12, 31), tick=False):
        yield Walk(3).plan().cases


def test_exits_are_told_outside_with_the_columns_of_the_form(exits):
    assert "households.exitcase" in types_on_web()
    columns = [column.label for column in sheet_of("households.exitcase").columns]
    assert columns == ["村民小组", "户主姓名", "家庭人口数", "脱贫年度"]
    case = exits.get(household__head_name="王建国")
    assert exit_cells(exits)[case.pk] == (None, "王建国", 2, 2018)


def test_monitored_households_and_heads_who_are_minors_are_not_named(exits):
    monitored, young, other = exits
    Monitoring.objects.create(
        household=monitored.household,
        category="unstable_exited",
        identified_on=date(2018, 6, 1),
        source="entered",
    )
    head = young.household.head
    head.birth_date = date(2004, 5, 1)
    head.save()
    assert unnamed(exits) == {monitored.pk, young.pk}
    assert other.pk not in unnamed(exits)


def test_who_is_not_monitored_any_more_may_be_named(exits):
    make_watched(exits[0].household, identified_on=date(2018, 6, 1), removed_on=date(2018, 11, 1))
    assert unnamed(exits) == set()


# --- identification and clearance -------------------------------------------------------------------------


def test_applications_are_told_outside_with_what_is_applied_for(db):
    case = entries.make_case(entries.Cast(VILLAGE_A))
    assert "households.entrycase" in types_on_web()
    assert entry_cells(EntryCase.objects.all()) == {
        case.pk: (None, case.household.head_name, case.size, "新识别")
    }
