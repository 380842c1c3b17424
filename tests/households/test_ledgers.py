"""Ledgers of the register against a stored expectation: headings of the forms, values by hand."""

from datetime import date
from decimal import Decimal

import pytest

from households.ledgers import HOUSEHOLDS, PERSONS
from households.models import Assessment, Household, Membership
from households.services.closing import clear_household
from poverty.accounts.models import Role
from poverty.fields.states import MET, UNMET
from poverty.ledgers import registry
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member, make_pairing, make_year
from tests.factories.standards import make_standard

# forms.md 7.1, word for word.
# fmt: off
PERSON_FORM = [
    "省",
    "市",
    "县",
    "乡",
    "村",
    "户编号",
    "人口编号",
    "姓名",
    "性别",
    "出生日期",
    "证件类型",
    "证件号码",
    "民族",
    "户联系电话",
    "成员联系电话",
    "年度",
    "与户主关系",
    "文化程度",
    "在校生状况",
    "劳动技能",
    "务工时间（月）",
    "健康状况",
    "政治面貌",
    "务工企业名称",
    "是否享受低保",
    "是否参加城镇职工基本养老保险",
    "是否参加大病保险",
    "是否参加新型农村合作医疗（城乡居民基本医疗保险）",
    "是否参加城乡居民基本养老保险",
    "失学或辍学原因",
    "是否会讲普通话",
    "是否参加商业补充医疗保险",
    "是否国外务工",
    "产业分类",
    "是否接受大病医疗救助",
    "是否接受其他健康扶贫",
    "公益性岗位类型",
    "公益性岗位(月数)",
    "就业渠道",
    "残疾类别",
    "务工所在地",
    "户主姓名",
    "户主证件号码",
    "是否参加城镇职工基本医疗保险",
    "是否特困供养人员",
    "残疾证办证年度",
    "识别标准",
]
# fmt: on


def test_the_person_form_has_its_47_columns_in_its_order():
    assert len(PERSON_FORM) == 47
    assert [one.heading for one in PERSONS.columns] == PERSON_FORM


def test_the_household_ledger_has_the_columns_of_its_form():
    wanted = [
        "户编号",
        "户主姓名",
        "户主证件号码",
        "家庭人口数",
        "贫困户属性",
        "脱贫属性",
        "主要致贫原因",
        "人均纯收入",
        "联系电话",
        "开户银行名称",
        "银行卡号",
    ]
    assert [one.heading for one in HOUSEHOLDS.columns][2:] == wanted


def test_both_are_known():
    assert registry.get("households") is HOUSEHOLDS
    assert registry.get("persons") is PERSONS


def rows(user, name, *, full=False, year=2018, area=COUNTY_A, filters=None):
    question = ask(name, user=user, area_code=area, year=year, filters=filters)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=full)]


@pytest.mark.django_db
def test_a_household_by_hand(county_reviewer):
    household = make_household(
        VILLAGE_A,
        head="王建国",
        kind="registered_poor",
        status="not_exited",
        household_no="220503100204000012",
        poor_attribute="dibao_poor",
        main_cause="illness",
        bank_name="农业银行",
        members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}],
    )
    Household.objects.filter(pk=household.pk).update(size=2)
    household.refresh_from_db()
    household.phone, household.bank_account = "13812345678", "6228480402564890018"
    household.save()
    standard = make_standard(COUNTY_A)
    Assessment.objects.create(
        household=household,
        year=2018,
        standard=standard,
        facts_version=1,
        area_id=VILLAGE_A,
        members=2,
        net_income_per_head=Decimal("6012.50"),
        verdict=MET,
        judged_at="2018-11-01T00:00:00Z",
    )

    [row] = rows(county_reviewer, "households", full=True)

    assert row == {
        "乡（镇）": household.area.parent.name,
        "行政村": household.area.name,
        "户编号": "220503100204000012",
        "户主姓名": "王建国",
        "户主证件号码": household.head.identity.reveal(),
        "家庭人口数": 2,
        "贫困户属性": household.get_poor_attribute_display(),
        "脱贫属性": household.get_status_display(),
        "主要致贫原因": "因病",
        "人均纯收入": Decimal("6012.50"),
        "联系电话": "13812345678",
        "开户银行名称": "农业银行",
        "银行卡号": "6228480402564890018",
    }
    assert rows(county_reviewer, "households", filters={"verdict": str(UNMET)}) == []
    assert len(rows(county_reviewer, "households", filters={"verdict": str(MET)})) == 1
    assert rows(county_reviewer, "households", year=2017)[0]["人均纯收入"] is None


@pytest.mark.django_db
def test_a_person_by_hand(county_reviewer):
    household = make_household(
        VILLAGE_A, head="王建国", kind="registered_poor", household_no="22050310020400012"
    )
    facts = {
        "education_level": "primary",
        "school_status": "",
        "work_months": 0,
        "health_states": "chronic,disabled",
        "receives_dibao": True,
        "resident_insurance": None,
        "employee_insurance": False,
        "disability_card_year": 2016,
        "work_enterprise": "=某厂",
    }
    make_member(
        household,
        "王小明",
        birth_date=date(1980, 5, 1),
        member_no="2205031002040001202",
        ethnic_group="han",
        facts=facts,
    )

    head, person = rows(county_reviewer, "persons")

    assert (head["姓名"], head["与户主关系"]) == ("王建国", "本人或户主")
    assert [
        person[one] for one in ("县", "户编号", "人口编号", "姓名", "性别", "出生日期", "证件类型", "民族")
    ] == [
        household.area.parent.parent.name,
        "22050310020400012",
        "2205031002040001202",
        "王小明",
        "男",
        "1980-**-**",
        "居民身份证",
        "汉族",
    ]
    assert person["证件号码"].count("*") == 13
    assert (person["年度"], person["文化程度"], person["在校生状况"]) == (2018, "小学", None)
    assert person["务工时间（月）"] == 0, "nought is an answer"
    assert person["健康状况"] == "长期慢性病,残疾"
    assert person["是否享受低保"] == "是"
    assert person["是否参加新型农村合作医疗（城乡居民基本医疗保险）"] is None, "not answered is not no"
    assert person["是否参加城镇职工基本医疗保险"] == "否"
    assert (person["残疾证办证年度"], person["务工企业名称"]) == (2016, "=某厂")
    assert person["户主姓名"] == "王建国"


@pytest.mark.django_db
def test_a_day_of_birth_needs_the_right_to_full_numbers(county_reviewer):
    """Region, birth date and the last two digits of the mask leave a handful of numbers to try."""
    household = make_household(VILLAGE_A, head="王建国", kind="registered_poor")
    make_member(household, "没说的", birth_date=None, identity=None)

    masked, full = rows(county_reviewer, "persons"), rows(county_reviewer, "persons", full=True)

    assert [one["出生日期"] for one in masked] == ["1970-**-**", None]
    assert [one["出生日期"] for one in full] == [date(1970, 3, 8), None]


@pytest.mark.django_db
def test_a_person_without_facts_of_the_year_is_listed(county_reviewer):
    household = make_household(VILLAGE_A, head="王建国", kind="registered_poor")
    make_member(household, "王小明", facts=False)

    assert [one["年度"] for one in rows(county_reviewer, "persons")] == [2018, 2018]
    assert rows(county_reviewer, "persons")[1]["务工时间（月）"] is None


@pytest.mark.django_db
def test_members_of_today_while_the_year_is_open_those_of_the_period_when_it_is_closed(county_reviewer):
    make_year(COUNTY_A, 2018)
    household = make_household(VILLAGE_A, head="王建国", kind="registered_poor")
    make_member(household, "走了的", until=date(2019, 3, 1))
    make_member(household, "新来的", since=date(2019, 3, 1))

    assert [one["姓名"] for one in rows(county_reviewer, "persons")] == ["王建国", "新来的"]

    make_year(COUNTY_A, 2017, state="closed")
    assert [one["姓名"] for one in rows(county_reviewer, "persons", year=2017)] == ["王建国", "走了的"]


@pytest.mark.django_db
def test_a_closed_year_lists_who_was_on_the_register_at_its_end(county_reviewer):
    """Head and members of that day, also of a household that has left the register since; nobody who came later."""
    gone = make_household(
        VILLAGE_A,
        head="王建国",
        members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}],
        survey=False,
    )
    number = gone.head.identity.masked
    clear_household(gone, on=date(2019, 3, 1), document="清退文件", actor=county_reviewer, reason="有商品房")
    late = make_household(VILLAGE_A, head="新来户", survey=False)
    late.places.update(valid_from=date(2018, 2, 1))
    late.memberships.update(valid_from=date(2018, 2, 1))
    before = make_household(VILLAGE_A, head="早走户", survey=False)
    clear_household(before, on=date(2017, 9, 30), document="清退文件", actor=county_reviewer, reason="有公职")
    make_year(COUNTY_A, 2017, state="closed")  # accounted to 2017-09-30

    [row] = rows(county_reviewer, "households", year=2017)
    assert (row["户主姓名"], row["户主证件号码"], row["家庭人口数"]) == ("王建国", number, 2)
    for ledger in ("incomes", "standing"):
        assert [one["户主姓名"] for one in rows(county_reviewer, ledger, year=2017)] == ["王建国"]
    persons = rows(county_reviewer, "persons", year=2017)
    assert [(one["姓名"], one["户主姓名"]) for one in persons] == [("王建国", "王建国"), ("李秀英", "王建国")]

    assert [one["户主姓名"] for one in rows(county_reviewer, "households")] == ["新来户"], "2018 is open"
    assert [one["姓名"] for one in rows(county_reviewer, "persons")] == ["新来户"]


@pytest.mark.django_db
def test_counties_of_which_one_has_closed_the_year_are_listed_each_by_its_own_day():
    beside = "220523100201"  # another county of the same province
    make_year(COUNTY_A, 2018, state="closed")
    make_year(beside[:6], 2018)
    for village in (VILLAGE_A, beside):
        household = make_household(village, head=f"户主{village}", survey=False, year=2019)
        make_member(household, f"走了的{village}", until=date(2019, 3, 1), year=2019)
    everywhere = make_actor(Role.AUDITOR, "22")

    persons = rows(everywhere, "persons", area="22")
    households = rows(everywhere, "households", area="22")

    assert [one["姓名"] for one in persons] == [f"户主{VILLAGE_A}", f"走了的{VILLAGE_A}", f"户主{beside}"]
    assert [one["家庭人口数"] for one in households] == [2, 1]


@pytest.mark.django_db
def test_nobody_sees_rows_of_places_where_he_may_not_export(helper, village_clerk, stranger):
    household = make_household(VILLAGE_A, head="王建国", kind="registered_poor")
    make_pairing(household, helper)
    make_area(VILLAGE_B)

    for user in (helper, village_clerk, stranger("county_reviewer")):
        for ledger in (HOUSEHOLDS, PERSONS):
            assert not ledger.rows(user, COUNTY_A, 2018, {}).exists()
    assert Membership.objects.count() == 1
