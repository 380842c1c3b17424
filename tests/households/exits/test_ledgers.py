"""退出台账, and of the same list 公示台账, 会议台账 and 补录台账: the columns by hand, and whose rows they are."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.areas.models import Area
from poverty.files.services import link
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.review.models import Meeting, Notice, Step
from poverty.review.services.objections import receive_objection
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_B
from tests.factories.accounts import make_actor, make_unit
from tests.factories.files import make_file

LATE = "年底集中录入"
PLACE = "二道沟村"
NAMES = ("exits", "notices", "meetings", "late_entries")


@pytest.fixture(autouse=True)
def named(walk):
    """The village has its name."""
    Area.objects.filter(code=walk.village).update(name=PLACE)


def entered_in() -> int:
    """The year in which these steps were entered: that of the database, which no test turns back."""
    return timezone.localdate(Step.objects.latest("pk").recorded_at).year


def table(user, name, *, year=2018, area=COUNTY_A, filters=None):
    """Rows as {heading: cell}."""
    question = ask(name, user=user, area_code=area, year=year, filters=filters)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]


# --- 退出台账 ---------------------------------------------------------------------------------------------------


def test_an_exit_with_the_day_of_every_step(walk):
    walk.to("approved")
    first, *_ = rows = table(walk.reviewer, "exits")
    assert [one["户主姓名"] for one in rows] == ["王建国", "王建军", "王建民"]
    assert (first["乡（镇）"], first["行政村"], first["家庭人口"], first["退出年度"]) == (
        "鸭园镇", PLACE, 2, 2018,
    )  # fmt: skip
    assert (first["列入计划日期"], first["部门比对日期"], first["测算日期"]) == (
        date(2018, 12, 1), date(2018, 12, 2), date(2018, 12, 3),
    )  # fmt: skip
    assert (first["评议日期"], first["票数"]) == (date(2018, 12, 5), "同意18 反对1 弃权1")
    assert (first["村级核实日期"], first["签字日期"], first["签字人"]) == (
        date(2018, 12, 6), date(2018, 12, 7), "王建国",
    )  # fmt: skip
    assert (first["村内公示起"], first["村内公示止"]) == (date(2018, 12, 8), date(2018, 12, 14))
    assert (first["核查日期"], first["核查人员"]) == (date(2018, 12, 15), "陈专干、吴核查、郑核查")
    assert (first["乡镇公示起"], first["乡镇公示止"]) == (date(2018, 12, 16), date(2018, 12, 22))
    assert (first["县审核日期"], first["审定日期"], first["审定文号"]) == (
        date(2018, 12, 23), date(2018, 12, 25), "二扶组发〔2018〕12号",
    )  # fmt: skip
    assert (first["公告日期"], first["备案日期"], first["标注日期"], first["国网确认时间"]) == (None,) * 4
    assert (first["状态"], first["轮次"], first["暂缓原因"], first["补录原因"]) == (
        "领导小组已审定", 1, None, LATE,
    )  # fmt: skip


def test_who_was_voted_down_says_why(walk):
    walk.plan().compare().prepare()
    walk.appraise(against=[walk.case(1).pk])
    down = table(walk.reviewer, "exits")[1]
    assert (down["状态"], down["评议日期"], down["票数"]) == ("评议未通过", None, "同意18 反对1 弃权1")
    assert down["未退出的原因"] == "民主评议未通过：有车没有说明"


def test_a_case_that_was_sent_back_shows_the_days_of_its_new_round(walk):
    walk.to("first")
    walk.check(failed={walk.case(0).pk: "房子没有验收"})
    back, other, _ = table(walk.reviewer, "exits")
    assert (back["状态"], back["轮次"]) == ("预退出", 2)
    assert (back["评议日期"], back["票数"], back["村内公示起"], back["核查日期"]) == (None,) * 4
    assert (other["状态"], other["村内公示起"]) == ("乡镇已核查", date(2018, 12, 8))


def test_by_state_and_by_year(walk):
    walk.to("first")
    walk.check(failed={walk.case(0).pk: "房子没有验收"})
    assert len(table(walk.reviewer, "exits", filters={"state": "checked"})) == 2
    assert table(walk.reviewer, "exits", filters={"held": "yes"}) == []
    assert table(walk.reviewer, "exits", year=2017) == []


# --- 公示台账 ---------------------------------------------------------------------------------------------------


def test_a_notice_with_its_days_and_what_was_objected(walk):
    walk.to("first")
    notice = Notice.objects.get()
    receive_objection(
        notice, channel="visit", about="王建国", text="有车", case_id=walk.case(0).pk, actor=walk.clerk,
        received_on=date(2018, 12, 9), late_reason=LATE,
    )  # fmt: skip
    photo = make_file(walk.clerk, area_code=walk.village)
    link(photo, notice, role="wall", actor=walk.clerk)
    [row] = table(walk.reviewer, "notices")
    assert (row["县（市、区）"], row["乡（镇）"], row["行政村"], row["事项"], row["批次"]) == (
        "二道江区", "鸭园镇", PLACE, "户退出", 1,
    )  # fmt: skip
    assert (row["类别"], row["张贴地点"], row["公示单位"]) == ("村内公示", "村务公开栏", "二道沟村民委员会")
    assert (row["公示起"], row["公示止"], row["公示天数"], row["公示户数"]) == (
        date(2018, 12, 8), date(2018, 12, 14), 7, 3,
    )  # fmt: skip
    assert (row["收到异议"], row["成立"], row["未答复"]) == (1, 0, 1)
    assert (row["张贴照片"], row["状态"], row["张贴人"], row["补录原因"]) == (
        "是",
        "未登记撤下",
        "周文书",
        LATE,
    )
    assert table(walk.reviewer, "notices", filters={"photo": "no"}) == []
    assert table(walk.reviewer, "notices", filters={"kind": "second"}) == []
    assert table(walk.reviewer, "notices", year=2019) == []


# --- 会议台账 ---------------------------------------------------------------------------------------------------


def test_meetings_with_who_came_and_what_they_said(walk):
    walk.plan().compare().prepare()
    walk.appraise(against=[walk.case(1).pk])
    [row] = table(walk.reviewer, "meetings")
    assert (row["行政村"], row["会议"], row["召开日期"], row["主持人"]) == (
        PLACE, "村民代表会议民主评议", date(2018, 12, 5), "赵主任",
    )  # fmt: skip
    assert (row["应到人数"], row["实到人数"], row["审议件数"], row["通过"], row["未通过"]) == (
        24,
        20,
        3,
        2,
        1,
    )
    # 18, 1 and 1 of each of three.
    assert (row["同意"], row["反对"], row["弃权"]) == (54, 3, 3)
    assert (row["会议记录扫描件"], row["文号"]) == ("是", None)
    assert table(walk.reviewer, "meetings", filters={"kind": "leading_group"}) == []


def test_the_decision_has_its_number_and_counts_no_votes(walk):
    walk.to("approved")
    row = next(
        one for one in table(walk.reviewer, "meetings") if one["会议"] == Meeting.Kind.LEADING_GROUP.label
    )
    assert (row["县（市、区）"], row["乡（镇）"], row["行政村"]) == ("二道江区", None, None)
    assert (row["文号"], row["通过"], row["同意"]) == ("二扶组发〔2018〕12号", 3, None)


# --- 补录台账 ---------------------------------------------------------------------------------------------------


def test_late_steps_by_the_unit_that_entered_them(walk):
    unit = make_unit("二道沟村民委员会", area=walk.village, kind="village_committee")
    walk.clerk.postings.update(unit=unit)
    walk.to("verified")
    year = entered_in()
    rows = table(walk.reviewer, "late_entries", year=year)
    assert {(one["录入单位"], one["环节"]) for one in rows} == {
        ("二道沟村民委员会", "列入预退出计划"), ("二道沟村民委员会", "测算比对"),
        ("二道沟村民委员会", "民主评议通过"), ("未登记单位", "村级核实"),
    }  # fmt: skip
    assert len(rows) == 12, "three households"
    planned = next(one for one in rows if one["环节"] == "列入预退出计划")
    days = (planned["录入时间"].date() - date(2018, 12, 1)).days
    assert (planned["发生日期"], planned["晚录天数"], planned["补录原因"]) == (date(2018, 12, 1), days, LATE)
    assert (planned["事项"], planned["录入人"], planned["行政村"]) == ("户退出", "周文书", PLACE)
    assert len(table(walk.reviewer, "late_entries", year=year, filters={"unit": "村民委员会"})) == 9
    # Planned on the 1st, calculated on the 3rd, appraised and verified after.
    assert len(table(walk.reviewer, "late_entries", year=year, filters={"days": str(days - 2)})) == 6
    assert table(walk.reviewer, "late_entries", year=2017) == []


# --- whose ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_another_county_and_nothing_without_the_right(walk, name):
    walk.to("first")
    year = entered_in() if name == "late_entries" else 2018
    assert table(walk.reviewer, name, year=year) != []
    assert table(walk.township, name, year=year, area=TOWNSHIP_A) != []
    stranger = make_actor(Role.COUNTY_REVIEWER, VILLAGE_B)
    assert table(stranger, name, year=year, area=COUNTY_B) == []
    with pytest.raises(PermissionDenied):
        table(stranger, name)
    with pytest.raises(PermissionDenied):
        table(walk.township, name, area=TOWNSHIP_B)
    with pytest.raises(PermissionDenied):
        table(make_actor(Role.HELPER), name, area=walk.village)
