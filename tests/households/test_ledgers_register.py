"""The further ledgers of the register against values by hand: what stands in which column, and for whom."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from households.ledgers import (
    BENEFITS,
    CADRE_TRAININGS,
    CAME,
    CHANGES,
    CHARGES,
    CLUES,
    ENTRIES,
    EXITED,
    EXITS,
    GAPS,
    HELPING,
    INCOMES,
    LEDGERS,
    LEFT,
    MEASURES,
    MONITORED,
    NATIONAL,
    NEEDS,
    PRESENCE,
    RELOCATION_APPLICATIONS,
    RESPONSIBILITIES,
    SALES,
    STANDING,
    STEPS,
    TEACHING,
    TOWNSHIP_BOOK,
    VILLAGE_REGISTER,
)
from households.models import Household, HouseholdStatus, IncomeItem, Monitoring
from households.services.assess import assess
from households.services.changes import confirm_changes, decide_changes, propose_change
from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.exporting import export_to, request_export
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_unit
from tests.factories.duties import make_visit
from tests.factories.households import make_household, make_member, make_pairing, make_survey, make_year
from tests.factories.monitoring import make_watched
from tests.factories.standards import make_standard
from tests.factories.visits import make_template

pytestmark = pytest.mark.django_db

# forms.md 7.3, word for word.
EXITED_FORM = [
    *(
        "序号",
        "数据日期",
        "县(市、区、旗)",
        "乡(镇)",
        "行政村",
        "自然村",
        "户编号",
        "人编号",
        "姓名",
        "证件号码",
        "人数",
    ),
    *(
        "与户主关系",
        "民族",
        "文化程度",
        "在校生状况",
        "健康状况",
        "劳动技能",
        "务工时间（月）",
        "是否参加大病保险",
    ),
    *(
        "致贫原因1",
        "危房户",
        "是否解决安全饮用水",
        "人均纯收入",
        "户联系电话",
        "人联系电话",
        "首次识别时间",
        "人员识别时间",
    ),
    *("户类型", "易返贫致贫户(监测对象)类型", "风险是否消除", "风险识别时间", "风险消除时间"),
]
# forms.md 7.4, with the position that another checker asks for among the rest.
HELPER_FORM = [
    *(
        "姓名",
        "性别",
        "政治面貌",
        "学历",
        "联系电话",
        "证件号码",
        "单位名称",
        "单位地址",
        "派出单位职务",
        "是否驻村队员",
    ),
    *("开始时间", "终止时间", "技术特长", "职务级别", "单位隶属关系"),
]


def table(user, name, *, full=False, year=2018, area=COUNTY_A, filters=None):
    """Rows as {heading: cell}."""
    question = ask(name, user=user, area_code=area, year=year, filters=filters)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=full)]


def poor(head="王建国", village=VILLAGE_A, **fields):
    return make_household(village, head=head, **fields)


def test_the_forms_are_kept_word_for_word():
    assert [one.heading for one in EXITED.columns] == EXITED_FORM
    headings = [one.heading for one in HELPING.columns]
    assert headings[4 : 4 + len(HELPER_FORM)] == HELPER_FORM
    assert headings[4 + len(HELPER_FORM) :] == ["第几帮扶人"], "ours, behind the form's"


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_no_two_columns_have_the_same_heading(ledger):
    headings = [one.heading for one in ledger.columns]
    assert sorted(headings) == sorted(set(headings)), "in CSV nothing tells them apart"


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_every_ledger_goes_out_as_a_workbook(ledger, county_reviewer, tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    poor(members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")
    path = tmp_path / "out.xlsx"

    export = export_to(path, ledger.name, area_code=COUNTY_A, year=2018, actor=county_reviewer)

    assert export.state == "done"
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value.startswith(ledger.title)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_nothing_of_another_county(ledger, county_reviewer, stranger, helper, village_clerk):
    household = poor(status="exited", survey={"water_solved": False})
    make_pairing(household, helper)
    make_template()
    make_visit(household, helper, date(2018, 6, 1))
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")
    for user in (stranger("county_reviewer"), helper, village_clerk):
        assert not ledger.rows(user, COUNTY_A, 2018, {}).exists()
    # Nothing was changed, applied for, planned or imported, nobody came, left or was watched in 2018; nothing was signed,
    # taught, measured, needed or paid, nobody moves or applies to, has a teacher, sells by agreement or has steps to go,
    # and nobody stayed in the village.
    empty = (CHANGES, NATIONAL, ENTRIES, EXITS, CAME, LEFT, MONITORED, CLUES)
    empty += (
        PRESENCE,
        RESPONSIBILITIES,
        CADRE_TRAININGS,
        MEASURES,
        NEEDS,
        TEACHING,
        CHARGES,
        RELOCATION_APPLICATIONS,
        SALES,
        STEPS,
        *BENEFITS,
    )
    if ledger not in empty:
        assert ledger.rows(county_reviewer, COUNTY_A, 2018, {}).exists()


# --- 已脱贫人口名单 ---------------------------------------------------------------------------------------------


def test_exited_persons_by_hand(county_reviewer):
    household = poor(
        kind="exited",
        status="exited",
        household_no="22050310020400012",
        identified_on=date(2016, 5, 1),
        exit_year=2018,
    )
    make_member(
        household,
        "王小明",
        since=date(2017, 2, 3),
        join_reason="birth",
        facts={"health_states": "chronic", "serious_illness_insurance": True, "work_months": 3},
    )
    make_watched(household, identified_on=date(2020, 1, 1), removed_on=date(2020, 6, 1))
    Monitoring.objects.create(
        household=household, category="unstable_exited", identified_on=date(2021, 1, 1), source="entered"
    )
    poor("赵未脱贫")

    head, son = table(county_reviewer, "exited")

    assert (head["姓名"], son["姓名"], son["序号"]) == ("王建国", "王小明", 2)
    assert son["人员识别时间"] == date(2017, 2, 3), "who came later is identified later"
    assert head["人员识别时间"] == head["首次识别时间"] == date(2016, 5, 1)
    assert (son["健康状况"], son["是否参加大病保险"], son["务工时间（月）"]) == ("长期慢性病", "是", 3)
    assert (son["危房户"], son["是否解决安全饮用水"], son["户类型"]) == ("否", "是", "脱贫户")
    assert son["易返贫致贫户(监测对象)类型"] == "脱贫不稳定户", "the last one counts"
    assert (son["风险是否消除"], son["风险识别时间"], son["风险消除时间"]) == ("否", date(2021, 1, 1), None)
    assert (son["致贫原因1"], son["人数"]) == ("因病", 2)
    assert son["证件号码"].count("*") == 13
    assert table(county_reviewer, "exited", filters={"exit_year": "2017"}) == []


def test_the_number_of_persons_is_that_of_the_day_that_is_listed(county_reviewer):
    make_year(COUNTY_A, 2018, state="closed")  # accounted to 2018-09-30
    household = poor(status="exited", survey=False, year=2019)
    make_member(household, "走了的", until=date(2019, 3, 1), year=2019)
    make_member(household, "新来的", since=date(2019, 3, 1), year=2019)

    found = table(county_reviewer, "exited")

    assert [(one["姓名"], one["人数"], one["数据日期"]) for one in found] == [
        ("王建国", 2, date(2018, 9, 30)),
        ("走了的", 2, date(2018, 9, 30)),
    ]


def test_who_was_never_monitored_has_no_answer_about_the_risk(county_reviewer):
    poor(status="exited")
    [row] = table(county_reviewer, "exited")
    assert (row["风险是否消除"], row["易返贫致贫户(监测对象)类型"]) == (None, None)


# --- 收入台账 ---------------------------------------------------------------------------------------------------


def test_income_by_hand(county_reviewer):
    household = poor()
    survey = household.surveys.get()
    for item, amount in (
        ("wage_work", "9000.00"),
        ("wage_other", "1000.00"),
        ("beside_condolence_money", "300.10"),
        ("expense_planting", "1500.00"),
    ):
        IncomeItem.objects.create(survey=survey, item=item, amount=Decimal(amount))
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")

    [row] = table(county_reviewer, "incomes")

    assert (row["务工收入"], row["其他工资性收入"], row["工资性收入合计"]) == (9000, 1000, 10000)
    assert row["乡镇公益岗收入"] is None, "not answered is not nought"
    assert (row["财产性收入合计"], row["生产经营性支出合计"]) == (0, 1500)
    assert row["慰问金"] == Decimal("300.10")
    # 10,000 + 3,000 + 0 + 500 - 1,500 for one person.
    assert (row["纯收入"], row["人均纯收入"], row["核算人口"]) == (12000, 12000, 1)


def test_net_income_waits_for_all_five_groups(county_reviewer):
    poor(survey={"transfer_income": None})
    [row] = table(county_reviewer, "incomes")
    assert (row["转移性收入合计"], row["纯收入"]) == (None, None)


def test_income_totals_are_formulas(county_reviewer, tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    poor(), poor("李二")
    path = tmp_path / "out.xlsx"
    export_to(path, "incomes", area_code=COUNTY_A, year=2018, actor=county_reviewer)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    totals = [one for one in cells if one.startswith("=")]
    assert len(totals) == sum(column.total for column in INCOMES.columns)


# --- 达标情况, 缺什么补什么 --------------------------------------------------------------------------------------


@pytest.fixture
def lacking(county_reviewer):
    """Unmet for income and for a child out of school; housing, water and food not known; clothing not asked for."""
    household = poor(
        survey={
            "wage_income": Decimal("1000.00"),
            "production_income": Decimal("0"),
            "production_expense": Decimal("0"),
            "is_dangerous_house": None,
            "dangerous_grade": "",
            "water_solved": None,
            "visited_on": None,
        },
        members=[
            {
                "name": "王小明",
                "birth_date": date(2008, 5, 1),
                "facts": {"school_status": "not_at_school", "education_level": ""},
            }
        ],
    )
    make_pairing(household, make_actor(Role.HELPER, VILLAGE_A))
    make_standard(
        COUNTY_A,
        2018,
        rows={
            "income": "3535",
            "food": None,
            "education": None,
            "housing": None,
            "water": None,
            "medical": None,
        },
    )
    assess(COUNTY_A, 2018, trigger="command")
    return household


def test_standing_by_hand(county_reviewer, lacking):
    [row] = table(county_reviewer, "standing")

    # 1,000 of wages and 500 of transfers for two persons.
    assert (row["人均纯收入实际"], row["人均纯收入达标情况"]) == (750, "未达标")
    assert (row["义务教育未达到或待核实的成员"], row["义务教育达标情况"]) == ("王小明", "未达标")
    assert (row["基本医疗未达到或待核实的成员"], row["基本医疗达标情况"]) == ("全部达到", "达标")
    assert (row["不愁吃实际"], row["不愁吃达标情况"]) == ("未走访", "待核实")
    assert (row["住房安全实际"], row["住房安全达标情况"]) == (None, "待核实")
    assert (row["饮水安全实际"], row["饮水安全达标情况"]) == (None, "待核实")
    assert row["不愁穿达标情况"] is None, "the standard does not ask for it"
    assert (row["结论"], row["未达标项数"], row["核算人口"]) == ("未达标", 2, 2)
    assert len(STANDING.columns) == 4 + 4 + 22 + 2


def test_gaps_by_hand(county_reviewer, lacking):
    rows = {one["指标"]: one for one in table(county_reviewer, "gaps")}

    assert list(rows) == ["人均纯收入", "不愁吃", "义务教育", "住房安全", "饮水安全"]
    income = rows["人均纯收入"]
    assert (income["达标情况"], income["现状"]) == ("未达标", "750.00 元/人·年")
    assert income["标准要求"] == "大于 3,535.00 元/人·年"
    assert income["缺什么"] == "人均纯收入比标准低 2,785.00 元"
    assert (rows["义务教育"]["现状"], rows["义务教育"]["由谁补"]) == ("王小明", "教育部门、村级信息员")
    assert rows["不愁吃"]["缺什么"] == "2018年度入户走访"
    assert rows["住房安全"]["缺什么"] == "住房鉴定等级，或改造验收、保障安置的依据文件"
    assert rows["饮水安全"]["缺什么"] == "所在自然村/村民小组，或按户填写"
    assert len(rows["饮水安全"]["帮扶责任人"]) >= 2


def test_gaps_by_indicator_and_state(county_reviewer, lacking):
    poor("李达标")
    assess(COUNTY_A, 2018, trigger="command")
    assert [one["指标"] for one in table(county_reviewer, "gaps", filters={"state": "0"})] == [
        "人均纯收入",
        "义务教育",
    ]
    assert [one["户主姓名"] for one in table(county_reviewer, "gaps", filters={"indicator": "water"})] == [
        "王建国"
    ]


def test_a_gap_that_is_filled_is_one_row_less(county_reviewer, lacking, tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    request_export("gaps", area_code=COUNTY_A, year=2018, actor=county_reviewer)
    lacking.surveys.update(dangerous_grade="a", is_dangerous_house=False)
    Household.objects.filter(pk=lacking.pk).update(facts_version=lacking.facts_version + 1)
    assess(COUNTY_A, 2018, trigger="command")

    export = request_export("gaps", area_code=COUNTY_A, year=2018, actor=county_reviewer)

    assert export.changes == {"added": 0, "removed": 1, "changed": 0}


# --- 帮扶责任人, 变更台账 ----------------------------------------------------------------------------------------


def test_helpers_of_today_and_those_who_left(county_reviewer):
    household = poor(household_no="2205")
    helper = make_actor(Role.HELPER, VILLAGE_A)
    helper.sex, helper.rank, helper.position, helper.skills = "male", "", "副科长", ["planting", "breeding"]
    helper.unit, helper.is_resident_team = make_unit(), None
    helper.phone = "13912345678"
    helper.save()
    make_pairing(household, helper, since=date(2018, 3, 1))
    former = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, former, since=date(2017, 1, 1), until=date(2018, 3, 1))

    [row] = table(county_reviewer, "helping")

    assert (row["户编号"], row["户主姓名"], row["姓名"], row["性别"]) == ("2205", "王建国", helper.name, "男")
    assert (row["联系电话"], row["派出单位职务"]) == ("139******78", "副科长")
    assert (row["技术特长"], row["是否驻村队员"]) == ("种植,养殖", None)
    assert (row["开始时间"], row["终止时间"]) == (date(2018, 3, 1), None)
    assert row["单位名称"] == helper.unit.name
    assert [one["姓名"] for one in table(county_reviewer, "helping", filters={"now": "ended"})] == [
        former.name
    ]
    assert len(table(county_reviewer, "helping", filters={"now": "all"})) == 2


def test_a_change_with_who_proposed_and_decided(county_reviewer, township_officer, village_clerk):
    household = poor()
    change = propose_change(
        "clear_household",
        household,
        actor=village_clerk,
        happened_on=date(2018, 10, 5),
        reason="有商品房",
        document_name="核查表",
        proposed_on=date(2018, 10, 6),
        late_reason="系统启用前办理",
    )
    [waiting] = table(county_reviewer, "changes")
    assert (waiting["状态"], waiting["乡镇办理人"], waiting["生效时间"]) == ("待乡镇确认", None, None)

    late = {"late_reason": "系统启用前办理"}
    confirm_changes(
        [change.pk], actor=township_officer, happened_on=date(2018, 10, 8), document_name="乡镇核实表", **late
    )
    decide_changes(
        [change.pk], actor=county_reviewer, happened_on=date(2018, 10, 20), document_name="县审核意见", **late
    )

    [row] = table(county_reviewer, "changes")
    assert (row["变动类型"], row["原因"], row["依据"]) == ("户清退", "有商品房", "核查表")
    assert row["补录原因"] == "系统启用前办理"
    assert (row["提出人"], row["发生日期"]) == (village_clerk.name, date(2018, 10, 5))
    assert (row["乡镇办理人"], row["乡镇日期"]) == (township_officer.name, date(2018, 10, 8))
    assert (row["县级办理人"], row["县级文件"]) == (county_reviewer.name, "县审核意见")
    assert (row["状态"], row["户主姓名"]) == ("已生效", "王建国")
    assert row["生效时间"] is not None
    assert table(county_reviewer, "changes", year=2019) == []
    assert table(county_reviewer, "changes", filters={"kind": "split"}) == []


# --- 村册, 乡簿 --------------------------------------------------------------------------------------------------


def test_the_village_register_by_hand(county_reviewer, lacking):
    [row] = table(county_reviewer, "village_register")
    assert (row["序号"], row["户主姓名"], row["人口"], row["达标情况"]) == (1, "王建国", 2, "未达标")
    assert (
        row["缺什么"]
        == "人均纯收入（未达标）、义务教育（未达标）、未走访（待核实）、住房安全（待核实）、饮水安全（待核实）"
    )
    assert row["户主证件号码"].count("*") == 13
    assert len(VILLAGE_REGISTER.columns) == len(row)


def test_the_township_book_counts_by_village(county_reviewer, lacking):
    make_household("220503100205", head="李脱贫", kind="exited", status="exited", members=[{"name": "李妻"}])
    make_household("220503100205", head="孙农户", kind="general_rural", status="")
    make_household(VILLAGE_B, head="外县")
    assess(COUNTY_A, 2018, trigger="command")

    first, second = table(county_reviewer, "township_book", area=TOWNSHIP_A)

    assert (first["户数"], first["人数"]) == (1, 2)
    assert (first["未脱贫户数"], first["脱贫户数"], first["未达标"]) == (1, 0, 1)
    assert first["人均纯收入"] == 750
    assert (second["户数"], second["人数"], second["脱贫人数"]) == (1, 2, 2)
    assert (second["达标"], second["未判定"]) == (1, 0)
    assert TOWNSHIP_BOOK.per == "村"


def test_the_mean_of_a_village_is_rounded_half_up(county_reviewer):
    """(1000.01 x 1 + 1000.00 x 1) / 2 = 1000.005."""
    nothing = {f"{name}_income": Decimal(0) for name in ("production", "property", "transfer")} | {
        "production_expense": Decimal(0)
    }
    for amount in ("1000.01", "1000.00"):
        poor(survey={"wage_income": Decimal(amount), **nothing})
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")

    [row] = table(county_reviewer, "township_book", area=TOWNSHIP_A)

    assert (row["户数"], row["人均纯收入"]) == (2, Decimal("1000.01"))


def test_a_village_without_households_has_its_row(county_reviewer):
    poor(survey=False)
    Household.objects.update(kind="general_rural")
    HouseholdStatus.objects.update(kind="general_rural")
    [row] = table(county_reviewer, "township_book")
    assert (row["户数"], row["未判定"], row["人均纯收入"]) == (0, 0, None)


def test_gaps_of_a_household_without_facts_say_the_year(county_reviewer, lacking):
    make_survey(poor("赵新", survey=False), 2018, visited_on=None)
    assess(COUNTY_A, 2018, trigger="command")
    assert {one["户主姓名"] for one in table(county_reviewer, "gaps")} == {"王建国", "赵新"}
    assert GAPS.per == "条"
