"""识别台账, 人口增加台账 and 人口减少台账: the rows of a year, in the words of the field."""

from datetime import date

import pytest

from households.entries.services.refusing import Grounds, refuse
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories import entries as make
from tests.factories.households import make_household, make_member

pytestmark = pytest.mark.django_db


def table(user, name, year=2018):
    """Rows as {heading: cell}."""
    question = ask(name, user=user, area_code=COUNTY_A, year=year, filters=None)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]


def test_a_finished_case_with_the_day_of_every_step(cast):
    make.bring(cast, make.make_case(cast), "done")
    [row] = table(cast.reviewer, "entries")
    assert (row["户主姓名"], row["事项"], row["提出方式"]) == ("赵有福", "新识别", "农户申请")
    assert (row["申请日期"], row["比对日期"], row["评议日期"]) == (
        make.APPLIED,
        make.COMPARED,
        make.APPRAISED,
    )
    assert row["票数"] == "同意29 反对1 弃权1"
    assert (row["村内公示起"], row["村内公示止"]) == (make.FIRST_FROM, date(2018, 5, 21))
    assert (row["乡镇审核日期"], row["县审核日期"]) == (make.CHECKED, make.REVIEWED)
    assert (row["审定日期"], row["审定文号"]) == (make.DECIDED, "二扶领〔2018〕7号")
    assert (row["办结日期"], row["状态"], row["告知书"]) == (make.DONE, "已办结", None)
    assert row["补录原因"] == make.LATE
    assert table(cast.reviewer, "entries", year=2019) == []


def test_a_refused_case_with_its_paper(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    grounds = Grounds("收入高于标准", "工作方案 第二条", "县扶贫办", "鸭园镇人民政府")
    refuse(case, grounds, make.decision(cast.officer, make.CHECKED))
    [row] = table(cast.reviewer, "entries")
    assert (row["状态"], row["告知书"], row["不予通过原因"], row["送达日期"]) == (
        "不予通过",
        "告知〔2018〕1号",
        "收入高于标准",
        None,
    )


def test_who_came_and_who_left(cast):
    home = make_household(VILLAGE_A, survey=False)
    make_member(home, "王小雨", since=date(2018, 3, 1), join_reason="birth", facts=False)
    make_member(home, "王老", until=date(2018, 4, 1), leave_reason="death", facts=False)
    [came] = table(cast.reviewer, "arrivals")
    assert (came["姓名"], came["日期"], came["原因"]) == ("王小雨", date(2018, 3, 1), "新生儿")
    assert came["证件号码"].count("*") > 0
    [left] = table(cast.reviewer, "departures")
    assert (left["姓名"], left["日期"], left["原因"]) == ("王老", date(2018, 4, 1), "死亡")
