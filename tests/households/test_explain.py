"""Why a household has its verdict, in the words a cadre reads: found, required, source, missing, by which rule."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.explain import explain
from households.indicators import INDICATORS
from households.models import Household, MemberSurvey, Survey
from households.services.assess import judge_households
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.parameters.services import load_reference
from tests.factories.areas import make_area, make_settlement, make_settlement_fact
from tests.factories.households import (
    VILLAGE,
    close_the_year,
    everybody_left,
    make_household,
    make_member,
    make_year,
)
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS, judge

pytestmark = pytest.mark.django_db

EIGHT = date(2010, 5, 1)


def lines(household, year=2018, **how):
    """Lines by indicator, under the standard of all eleven."""
    make_standard(year=year, rows=ALL_ROWS)
    return {line.code: line for line in explain(household, year, **how).lines}


def test_every_line_says_the_same_as_the_stored_result():
    household = make_household(survey={"food_ok": None, "road_reached": False, "wage_income": None})
    result = judge(household)
    found = explain(household, 2018)
    assert (found.verdict, found.problem, found.frozen) == (0, "", False)
    assert {line.code: line.state for line in found.lines} == {
        code: getattr(result, code) for code in ALL_ROWS
    }
    assert [line.code for line in found.gaps] == ["road", "income", "food"]


def test_only_the_indicators_of_the_standard_have_a_line_in_its_order():
    make_standard(rows={"housing": None, "income": "3535"})
    found = explain(make_household(), 2018)
    assert [line.label for line in found.lines] == ["住房安全", "人均纯收入"]


# --- income -----------------------------------------------------------------------------------------------


def test_income_is_shown_with_its_sum_its_divisor_and_how_far_it_is():
    household = make_household(survey={"wage_income": Decimal(4000)})  # 4000 + 3000 + 500 - 1500
    make_member(household, "李秀英")
    line = lines(household)["income"]
    assert line.actual == "3,000.00 元/人·年（纯收入 6,000.00 元 ÷ 2 人）"
    assert line.required == "大于 3,535.00 元/人·年"
    assert line.notes == ["比标准低 535.00 元/人", "核算人口 2 人：王建国、李秀英"]
    assert (line.source, line.on) == ("入户走访", date(2018, 9, 20))
    assert line.missing == ""


def test_equal_to_the_line_is_said_to_be_not_above_it():
    line = lines(make_household(survey={"wage_income": Decimal(1535)}))["income"]
    assert (line.state, line.notes[0]) == (UNMET, "等于标准线，不算超过")


def test_what_is_blank_is_named():
    line = lines(make_household(survey={"wage_income": None, "production_expense": None}))["income"]
    assert line.actual == ""
    assert line.missing == "工资性收入、生产经营性支出没有填写（没有的填0）（帮扶责任人、村级信息员可填）"


# --- where a fact comes from ------------------------------------------------------------------------------


def test_a_fact_with_a_source_of_its_own():
    sources = {"dangerous_grade": {"source": "carried", "on": "2017-12-31"}}
    household = make_household(survey={"sources": sources, "is_dangerous_house": None})
    line = lines(household)["housing"]
    assert (line.source, line.on) == ("沿用上年", date(2017, 12, 31))


def test_what_rests_on_members_names_their_sources():
    household = make_household(head_facts={"source": "bureau", "happened_on": date(2018, 8, 1)})
    make_member(household, "李秀英", facts={"source": "visit", "happened_on": date(2018, 9, 1)})
    line = lines(household)["medical"]
    assert (line.source, line.on) == ("入户走访、行业部门", date(2018, 9, 1))
    assert line.actual == "应参保 2 人，已参保 2 人"


def test_nothing_known_has_no_source():
    line = lines(make_household(survey={"food_ok": None}))["food"]
    assert (line.source, line.on) == ("", None)


# --- education --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"school_status": "primary"}, []),
        ({"school_status": "", "school_exemption": "home_teaching"}, ["王小宝：送教上门"]),
        ({"dropout_reason": "illness"}, ["王小宝：因病不在校"]),
        ({"dropout_reason": "weary"}, ["王小宝：不在校，厌学"]),
        ({}, ["王小宝：不在校，未填失学原因；因病因残或已批准送教、缓学、休学的，请补填"]),
        ({"school_status": ""}, ["王小宝：在校情况未填"]),
        ({"school_status": "preschool"}, ["王小宝：仍为学前教育，请核对是否已入小学"]),
        (False, ["王小宝：在校情况未填"]),
    ],
)
def test_a_child_is_named_with_what_is_the_matter(facts, note):
    household = make_household(members=[{"name": "王小宝", "birth_date": EIGHT, "facts": facts}])
    assert lines(household)["education"].notes == note


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({}, "王小宝：文化程度初中，是否九年级毕业请教育部门比对学籍"),
        ({"graduated_grade_nine": True}, "王小宝：九年级已毕业（学籍比对）"),
        ({"graduated_grade_nine": False}, "王小宝：不在校，学籍比对九年级未毕业"),
        ({"education_level": ""}, "王小宝：不在校，文化程度未填，是否九年级毕业请教育部门比对学籍"),
        (
            {"education_level": "primary", "graduated_grade_nine": True},
            "王小宝：学籍比对九年级已毕业，文化程度却为小学，请核对",
        ),
    ],
)
def test_a_school_leaver_is_named_with_whom_to_ask(facts, note):
    household = make_household(members=[{"name": "王小宝", "birth_date": date(2004, 1, 1), "facts": facts}])
    assert lines(household)["education"].notes == [note]


def test_without_a_birth_date_that_is_what_is_missing():
    household = make_household(members=[{"name": "王小宝", "birth_date": None, "identity": None}])
    assert lines(household)["education"].notes == ["王小宝：未填出生日期，不能判断是否适龄"]


def test_no_child_is_not_assessed_by_the_rule_of_ages():
    line = lines(make_household())["education"]
    assert (line.state, line.actual) == (NOT_ASSESSED, "不考核")
    assert line.notes == ["没有义务教育阶段适龄成员"]
    assert "义务教育起始年龄 6周岁（义务教育法第11条）" in line.rule
    assert "义务教育年龄计算日 9月1日" in line.rule


# --- medical ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"resident_insurance": False}, "李秀英：居民医保、职工医保都未参加"),
        ({"resident_insurance": None}, "李秀英：未参加职工医保，是否参加居民医保未填"),
        (
            {"resident_insurance": False, "employee_insurance": None},
            "李秀英：未参加居民医保，是否参加职工医保未填",
        ),
        ({"resident_insurance": None, "employee_insurance": None}, "李秀英：参保情况未填"),
        (False, "李秀英：参保情况未填"),
        ({"special_state": "active_service"}, "李秀英：现役军人，不考核"),
    ],
)
def test_who_is_not_insured_or_not_known(facts, note):
    household = make_household(members=[{"name": "李秀英", "facts": facts}])
    assert lines(household)["medical"].notes == [note]


def test_not_assessed_names_the_dated_rule_with_its_document():
    make_parameter(
        "medical.exempt_missing", "220503", date(2016, 3, 1), "是", document_name="吉医保〔2016〕3号"
    )
    household = make_household(head_facts={"special_state": "missing"})
    line = lines(household)["medical"]
    assert (line.state, line.actual) == (NOT_ASSESSED, "不考核")
    assert line.rule == "失踪人员不考核基本医疗 是（吉医保〔2016〕3号，2016-03-01 起）"
    assert line.note.endswith(f"依据：{line.rule}")


def test_a_newborn_is_not_assessed_by_the_grace():
    household = make_household()
    born = date(2018, 9, 1)
    make_member(household, "王宝", birth_date=born, since=born, join_reason="birth", facts=False)
    line = lines(household)["medical"]
    assert (line.state, line.actual) == (MET, "应参保 1 人，已参保 1 人")
    assert line.notes == ["王宝：新生儿宽限期内，不考核"]
    assert line.rule == "新生儿参保宽限期 90天（系统默认，未录入文件）"


# --- housing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "actual", "notes"),
    [
        (
            {"is_dangerous_house": True, "dangerous_grade": "a"},
            "A级，危房户",
            ["鉴定等级A级与“是否危房户：是”互相矛盾，请核对后更正"],
        ),
        (
            {"is_dangerous_house": False, "dangerous_grade": ""},
            "非危房户",
            ["只登记为非危房户，没有鉴定等级；本地规则不能单凭这一项认定安全"],
        ),
        (
            {"is_dangerous_house": True, "dangerous_grade": "d"},
            "D级，危房户",
            [
                "鉴定为D级，属危房；改造验收后填“改造安全”，或落实租住、赡养等后填“保障安全”，并登记依据文件，即可达标"
            ],
        ),
        (
            {
                "is_dangerous_house": True,
                "dangerous_grade": "d",
                "housing_safety": "renovated",
                "housing_document": "危改验收单",
                "housing_document_date": date(2018, 6, 1),
            },
            "改造安全，D级，危房户",
            ["依据：危改验收单 2018-06-01"],
        ),
        (
            {"is_dangerous_house": None, "dangerous_grade": "b"},
            "B级",
            ["未登记依据文件（住房安全鉴定（认定）表），请补登"],
        ),
        ({"is_dangerous_house": None, "dangerous_grade": ""}, "", []),
    ],
)
def test_housing(survey, actual, notes):
    line = lines(make_household(survey=survey))["housing"]
    assert (line.actual, line.notes) == (actual, notes)


# --- supplies ---------------------------------------------------------------------------------------------


def settled(**survey):
    group = make_settlement(make_area(VILLAGE))
    unanswered = {"water_solved": None, "has_power": None, "road_reached": None}
    return make_household(settlement=group, survey={**unanswered, **survey}), group


def test_an_inherited_supply_shows_the_paper_of_the_settlement():
    household, group = settled()
    make_settlement_fact(group, "water", True, scheme="二道沟集中供水", valid_from=date(2018, 5, 1))
    line = lines(household)["water"]
    assert (line.state, line.actual, line.required) == (MET, "已解决", "饮水安全已解决")
    assert (line.source, line.on) == ("一组 饮水安全评价报告", date(2017, 12, 20))
    assert line.notes == ["随一组（二道沟集中供水），2018-05-01 起"]


def test_a_supply_that_came_after_the_period_is_said_not_to_count():
    household, group = settled()
    make_settlement_fact(group, "water", True, valid_from=date(2018, 10, 1))
    line = lines(household)["water"]
    assert line.state == UNKNOWN
    assert line.notes == ["一组自 2018-10-01 起达到，晚于核算期末 2018-09-30，本年度不计"]
    assert line.missing == "自然村供水工程的水质检测和达标文件（水利部门可填）"


def test_a_households_own_answer_goes_first_and_says_so():
    household, group = settled(road_reached=False)
    make_settlement_fact(group, "road", True)
    line = lines(household)["road"]
    assert (line.state, line.notes, line.source) == (UNMET, ["按户填写，不随自然村"], "入户走访")


@pytest.mark.parametrize(
    ("known", "note"), [(False, "一组未登记"), (True, "随一组，2018-01-01 起，登记为待核实")]
)
def test_a_settlement_that_does_not_know(known, note):
    household, group = settled()
    if known:
        make_settlement_fact(group, "power", None)
    assert lines(household)["power"].notes == [note]


def test_without_a_settlement():
    line = lines(make_household(survey={"has_power": None}))["power"]
    assert line.notes == ["未填所在自然村/村民小组，不能沿用村组的情况"]
    assert line.missing == "所在自然村/村民小组，或按户填写（电力部门可填）"


def test_before_2018_the_half_that_is_missing_is_named():
    load_reference()
    survey = {"water_solved": True, "water_safe": True, "water_difficult": None}
    line = lines(make_household(year=2017, survey=survey), 2017)["water"]
    assert (line.state, line.actual) == (UNKNOWN, "饮水是否安全：是")
    assert line.missing == "饮水是否困难（水利部门可填）"


# --- what only a visit tells ------------------------------------------------------------------------------


def test_not_visited_is_said_once_for_each_and_asks_for_the_visit():
    found = lines(make_household(survey={"visited_on": None}))
    for code in ("food", "clothing", "stable_income"):
        assert (found[code].state, found[code].actual) == (UNKNOWN, "未走访")
        assert found[code].missing == "2018年度入户走访（帮扶责任人入户可填）"
        assert found[code].notes == []


@pytest.mark.parametrize(
    ("head", "industry", "notes"),
    [
        ({"work_months": 8}, False, ["王建国：务工8个月"]),
        ({"work_months": 0, "receives_dibao": True}, False, ["王建国：享受低保"]),
        ({"work_months": 0}, True, ["有产业"]),
        ({"work_months": 0}, False, ["没有产业，也没有成员务工满6个月或享受低保、特困、养老金"]),
        ({"work_months": None, "receives_dibao": None}, False, ["王建国：务工月数、低保未填"]),
        (False, False, ["王建国：务工、低保、养老金情况未填"]),
    ],
)
def test_what_the_stable_income_is_or_lacks(head, industry, notes):
    household = make_household(head_facts=head or None, survey={"has_industry": industry})
    if head is False:
        MemberSurvey.objects.all().delete()
    assert lines(household)["stable_income"].notes == notes


# --- why there is none ------------------------------------------------------------------------------------


def test_each_reason_for_no_verdict_is_said_with_what_to_do():
    bare = make_household(head="无信息", survey=False)
    assert "2018年度信息还没有开始填写" in explain(bare, 2018).problem
    assert "2019年度尚未开启" in explain(bare, 2019).problem
    household = make_household()
    assert "还没有发布退出标准" in explain(household, 2018).problem
    make_standard(rows=ALL_ROWS)
    assert explain(household, 2018).problem == ""
    household.memberships.update(relation="parent")
    assert "没有户主" in explain(household, 2018).problem
    everybody_left(household, date(2018, 9, 30), "death")
    assert "没有在册成员" in explain(household, 2018).problem
    pending = make_household(head="待登记户", state="pending")
    assert "尚未登记" in explain(pending, 2018).problem


def test_a_closed_year_is_explained_as_it_was_judged():
    household = make_household(survey={"wage_income": Decimal(4000)})
    stored = judge(household)
    close_the_year(make_year())
    make_standard("220503100", rows={"income": "99999"})
    make_member(household, "王小明", facts=False)  # would count and change the income
    found = explain(household, 2018)
    assert (found.frozen, found.standard, found.verdict) == (True, stored.standard, 2)
    assert found.net_income_per_head == Decimal("6000.00")
    medical = next(line for line in found.lines if line.code == "medical")
    assert (medical.state, medical.missing) == (MET, "")
    assert medical.notes[0] == "年度关闭时的结果；按现在的记录和规则重算会不同"


def closed_with(rows, **household):
    """A household judged by these indicators in 2018, whose year was closed then."""
    make_standard(rows=rows)
    one = make_household(**household)
    judge_households([one.pk], 2018)
    close_the_year(make_year())
    return one


def test_a_closed_year_says_so_and_that_nothing_would_differ():
    one = closed_with({"income": "3535", "food": None})
    assert explain(one, 2018).notice == "本年度已关账，以下按关账时的结果显示。"
    assert not any(line.differs for line in explain(one, 2018).lines)
    assert explain(make_household("220502100200", head="李四"), 2018).notice == "", "its year is open"


def test_a_settlements_fact_dated_before_the_closing_leaves_the_closed_line():
    group = make_settlement(make_area(VILLAGE))
    one = closed_with({"water": None}, settlement=group, survey={"water_solved": None})
    make_settlement_fact(group, "water", reached=True, valid_from=date(2018, 5, 1))
    found = explain(one, 2018)
    (line,) = found.lines
    assert (line.state, line.actual, line.source, line.on) == (UNKNOWN, "待核实（关账时）", "", None)
    assert line.notes == ["年度关闭时的结果；按现在的记录和规则重算会不同", "现在的记录：已解决，达标"]
    assert found.notice == (
        "本年度已关账，以下按关账时的结果显示。关账以后记录或规则有更正，按现在的重算会不同：饮水安全。"
    )


def test_a_parameter_dated_before_the_closing_leaves_the_closed_line():
    child = {"name": "王小宝", "birth_date": date(2012, 8, 1), "facts": {"school_status": ""}}
    one = closed_with({"education": None}, members=[child])
    assert explain(one, 2018).lines[0].state == UNKNOWN
    make_parameter("education.start_age", value="7", valid_from=date(2017, 1, 1))
    (line,) = explain(one, 2018).lines
    assert (line.state, line.actual, line.rule) == (UNKNOWN, "待核实（关账时）", "")
    assert "不考核" in line.notes[1]
    assert {member.schooling for member in explain(one, 2018).members} == {None}, "not stored by member"


def test_a_birth_date_corrected_after_the_closing_leaves_the_closed_line():
    child = {"name": "王小宝", "birth_date": date(2012, 8, 1), "facts": {"school_status": ""}}
    one = closed_with({"education": None}, members=[child])
    one.members.filter(name="王小宝").update(birth_date=date(2016, 8, 1))
    (line,) = explain(one, 2018).lines
    assert (line.state, line.differs, line.missing[:2]) == (
        UNKNOWN,
        True,
        INDICATORS["education"].missing[:2],
    )


def test_the_income_of_a_closed_year_is_that_which_was_judged():
    one = closed_with({"income": "3535"})
    make_member(one, "王小明", facts=False)  # past the services: who counted never changes in a closed year
    found = explain(one, 2018)
    (line,) = found.lines
    assert (line.actual, found.divisor) == ("12,000.00 元/人·年（核算人口 1 人）", 1)
    assert line.notes[1] == "现在的记录：6,000.00 元/人·年（纯收入 12,000.00 元 ÷ 2 人），达标"


def test_the_page_of_a_closed_year_says_so(client, township_officer):
    one = closed_with({"income": "3535"})
    client.force_login(township_officer)
    page = client.get(reverse("households:detail", args=[one.pk]), {"year": 2018, "tab": "verdict"})
    assert "本年度已关账，以下按关账时的结果显示" in page.content.decode()


def test_a_closed_year_without_a_result():
    household = make_household()
    close_the_year(make_year())
    assert explain(household, 2018).problem == "2018年度已关闭，该户当时没有判定。"


# --- whom it is told to -----------------------------------------------------------------------------------


def family():
    household = make_household(
        members=[
            {
                "name": "王小宝",
                "birth_date": EIGHT,
                "facts": {"school_status": "", "special_state": "missing"},
            },
            {"name": "李秀英", "facts": {"resident_insurance": False}},
        ]
    )
    make_standard(rows=ALL_ROWS)
    return household


@pytest.mark.parametrize(
    ("sector", "codes", "names", "states"),
    [
        ("education", ["education"], ["王小宝"], {"schooling"}),
        ("medical_insurance", ["medical"], ["王建国", "李秀英"], {"insurance"}),
        ("housing", ["housing"], [], set()),
        ("water", ["water"], [], set()),
        ("transport", ["road"], [], set()),
    ],
)
def test_a_bureau_gets_its_own_lines_and_members_and_nothing_else(sector, codes, names, states):
    found = explain(family(), 2018, sectors={sector})
    assert [line.code for line in found.lines] == codes
    assert [one.membership.member.name for one in found.members] == names
    for one in found.members:
        assert one.facts is None
        assert {
            name for name in ("schooling", "insurance", "earning") if getattr(one, name) is not None
        } == states
    assert (found.verdict, found.net_income, found.net_income_per_head) == (None, None, None)
    assert (found.survey, found.assessment) == (None, None)


def test_at_most_twelve_queries_however_large_the_household():
    group = make_settlement(make_area(VILLAGE))
    for fact in ("water", "power", "broadcasting", "road"):
        make_settlement_fact(group, fact, True)
    members = [{"name": f"王{number}", "facts": {"special_state": "missing"}} for number in range(8)]
    household = make_household(
        settlement=group,
        members=members,
        survey={"water_solved": None, "has_power": None, "has_broadcasting": None, "road_reached": None},
    )
    make_standard(rows=ALL_ROWS)
    judge_households([household.pk], 2018)
    household = Household.objects.get(pk=household.pk)
    with CaptureQueriesContext(connection) as captured:
        found = explain(household, 2018)
    assert len(found.lines) == 11
    assert len(captured) <= 12
    assert Survey.objects.count() == 1
