"""Ledgers of the register against a stored expectation: headings of the forms, values by hand."""

from datetime import date
from decimal import Decimal

import pytest

from households.ledgers import HOUSEHOLDS, PERSONS
from households.models import Assessment, Household, Membership
from poverty.fields.states import MET, UNMET
from poverty.ledgers import registry
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B
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
        date(1980, 5, 1),
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
def test_nobody_sees_rows_of_places_where_he_may_not_export(helper, village_clerk, stranger):
    household = make_household(VILLAGE_A, head="王建国", kind="registered_poor")
    make_pairing(household, helper)
    make_area(VILLAGE_B)

    for user in (helper, village_clerk, stranger("county_reviewer")):
        for ledger in (HOUSEHOLDS, PERSONS):
            assert not ledger.rows(user, COUNTY_A, 2018, {}).exists()
    assert Membership.objects.count() == 1
