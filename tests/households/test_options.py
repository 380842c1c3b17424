"""The official lists, against the codes and labels of the national forms (forms.md, by hand)."""

from datetime import date

import pytest

from households.options.causes import CAUSES
from households.options.change_kinds import CHANGE_KINDS
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.education_levels import EDUCATION_LEVELS
from households.options.ethnic_groups import ETHNIC_GROUPS
from households.options.health_states import HEALTH_STATES, parse_health_states
from households.options.housing_safety import HOUSING_SAFETY
from households.options.income_items import INCOME_GROUPS, INCOME_ITEMS, items_for
from households.options.join_reasons import JOIN_REASONS
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.labour_skills import LABOUR_SKILLS
from households.options.leave_reasons import LEAVE_REASONS
from households.options.member_states import MEMBER_STATES
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.poverty_status import POVERTY_STATUSES
from households.options.regimes import REGIMES, regime_on
from households.options.relations import RELATIONS
from households.options.relocation import (
    RELOCATION_DIFFICULTIES,
    RELOCATION_METHODS,
    RESETTLEMENT_METHODS,
    RESETTLEMENT_PLACES,
)
from households.options.risk_types import RISK_TYPES
from households.options.road_types import ROAD_TYPES
from households.options.school_status import SCHOOL_STATUSES
from households.options.water_criteria import WATER_CRITERIA, WATER_ITEMS
from households.options.work_places import WORK_PLACES
from poverty.accounts.options.affiliations import AFFILIATIONS
from poverty.accounts.options.education import EDUCATION_DEGREES
from poverty.accounts.options.political_status import POLITICAL_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.accounts.options.sectors import SECTORS
from poverty.accounts.options.skills import SKILLS
from poverty.fields.document_types import DOCUMENT_TYPES
from poverty.fields.sexes import SEXES

# List, and its national codes in the form's order: "code label".
OFFICIAL = [
    (SEXES, "1 男|2 女|9 未知"),
    (POVERTY_STATUSES, "0 未脱贫|1 已脱贫|3 返贫"),
    (POOR_ATTRIBUTES, "1 一般贫困户|2 低保户|3 五保户|4 低保贫困户|5 一般农户|6 五保贫困户"),
    (
        CAUSES,
        "1 因病|2 因残|3 因学|4 因灾|5 缺土地|6 缺水|7 缺技术|8 缺劳力|9 缺资金|10 交通条件落后"
        "|11 自身发展动力不足|12 因婚|13 因丧|99 其他",
    ),
    (ROAD_TYPES, "01 泥土路|02 砂石路|03 水泥路|04 沥青路"),
    (RELOCATION_METHODS, "1 行政村整体搬迁|2 自然村（村民小组）整体搬迁|3 建档立卡贫困户个别搬迁"),
    (RESETTLEMENT_METHODS, "1 集中安置|2 分散安置"),
    (RESETTLEMENT_PLACES, "1 县城安置|2 乡镇安置|3 村内安置|4 村外安置|5 县外安置"),
    (RELOCATION_DIFFICULTIES, "1 缺乏资金|2 搬迁后找不到工作|3 搬迁后生活没着落|4 其他"),
    (
        RELATIONS,
        "01 本人或户主|02 配偶|03 之子|04 之女|05 之儿媳|06 之女婿|07 之孙子|08 之孙女"
        "|09 之外孙子|10 之外孙女"
        "|11 之父|12 之母|13 之岳父|14 之岳母|15 之公公|16 之婆婆"
        "|17 之祖父|18 之祖母|19 之外祖父|20 之外祖母|99 其他",
    ),
    (EDUCATION_LEVELS, "01 文盲|02 小学|03 初中|04 高中|05 大专及以上|06 学龄前儿童"),
    (
        SCHOOL_STATUSES,
        "01 非在校生|02 学前教育|03 小学|04 七年级|05 八年级|06 九年级|07 高中一年级"
        "|09 高中三年级|10 中职一年级"
        "|12 中职三年级|13 高职一年级|15 高职三年级|16 大专及以上",
    ),
    (LABOUR_SKILLS, "01 普通劳动力|02 技能劳动力|03 丧失劳动力|04 无劳动力"),
    (HEALTH_STATES, "01 健康|02 长期慢性病|03 患有大病|04 残疾"),
    (WORK_PLACES, "01 乡（镇）内务工|02 乡（镇）外县内务工|03 县外省内务工|04 省外务工|99 其他"),
    (
        MEMBER_STATES,
        "1 正常|2 死亡|3 转出|4 转入|5 减少|9 删除|10 户清退时清退人员|11 人员清退"
        "|12 人员清退(新识别人员调整)"
        "|13 户清退时人员清退(新识别人员调整)",
    ),
    (DOCUMENT_TYPES, "01 居民身份证|03 军官证|09 残疾人证"),
    (
        POLITICAL_STATUSES,
        "01 中共党员|02 中共预备党员|03 共青团员|04 民革会员|05 民盟盟员|06 民建会员"
        "|07 民进会员|08 农工党党员"
        "|09 致公党党员|10 九三学社社员|11 台盟盟员|12 无党派民主人士|13 群众",
    ),
    (EDUCATION_DEGREES, "10 研究生及以上|20 大学本科|30 大学专科|47 技工学校|60 普通高中|90 其他"),
    (AFFILIATIONS, "10 中央|20 省|40 市、地区|50 县（区）|60 街道、镇、乡|72 村民委员会|99 村两委"),
    (RANKS, "101 国家级正职|122 厅局级副职|131 县处级正职|142 乡科级副职|150 科员级|199 未定职"),
    (SKILLS, "01 种植|02 养殖|03 林果|04 服务"),
]


@pytest.mark.parametrize(("options", "rows"), OFFICIAL, ids=lambda value: getattr(value, "name", ""))
def test_official_codes_and_labels(options, rows):
    for row in rows.split("|"):
        code, label = row.split(" ")
        assert options.by_code("national", code) is options.by_label(label) is not None, row


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("01", "汉"),
        ("02", "满"),
        ("04", "蒙古"),
        ("11", "朝鲜"),
        ("25", "水"),
        ("40", "普米"),
        ("48", "裕固"),
        ("56", "基诺"),
    ],
)
def test_ethnic_groups(code, name):
    assert ETHNIC_GROUPS.by_code("national", code).label == f"{name}族"
    assert ETHNIC_GROUPS.by_label(name) is ETHNIC_GROUPS.by_label(f"{name}族")


def test_there_are_56_ethnic_groups_and_other():
    assert len(ETHNIC_GROUPS) == 57
    assert ETHNIC_GROUPS.by_code("national", "99").key == "other"


# Households


def test_kinds():
    assert HOUSEHOLD_KINDS.by_label("一般农户").key == "general_rural"
    assert not HOUSEHOLD_KINDS["general_rural"].is_registered
    assert HOUSEHOLD_KINDS.by_label("脱贫户").is_registered


def test_who_is_poor_and_who_has_left():
    assert POVERTY_STATUSES.keys_where(lambda status: status.is_poor) == ("not_exited", "returned")
    assert POVERTY_STATUSES.keys_where(lambda status: status.is_exited) == ("exited", "exited_code_4")


def test_poor_attributes_of_exited_households_are_2_3_and_5():
    exited = POOR_ATTRIBUTES.keys_where(lambda option: option.for_exited)
    assert sorted(POOR_ATTRIBUTES.code(key, "national") for key in exited) == ["2", "3", "5"]


def test_grades_a_and_b_are_safe():
    assert DANGEROUS_GRADES.keys_where(lambda grade: grade.is_safe) == ("a", "b")
    assert DANGEROUS_GRADES.by_label("C").key == DANGEROUS_GRADES.by_label("Ｃ级").key == "c"


def test_only_rebuilding_and_guarantee_end_a_danger():
    assert [option.label for option in HOUSING_SAFETY if option.ends_danger] == ["改造安全", "保障安全"]


def test_each_water_criteria_names_every_item():
    for criteria in WATER_CRITERIA:
        assert tuple(key for key, _ in criteria.items) == WATER_ITEMS.keys


# Regimes


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (date(2013, 12, 31), None),
        (date(2014, 1, 1), "registration"),
        (date(2020, 12, 31), "registration"),
        (date(2021, 1, 1), "transition"),
        (date(2025, 12, 31), "transition"),
        (date(2026, 1, 1), "standing"),
        (date(2026, 11, 21), "standing"),
    ],
)
def test_regime_on(day, regime):
    assert regime_on(day) == regime


def test_regimes_follow_each_other_without_gap():
    regimes = list(REGIMES)
    assert [earlier.ends for earlier in regimes[:-1]] == [later.starts for later in regimes[1:]]
    assert regimes[-1].ends is None


# Members


def test_relations_imply_a_sex_or_none():
    assert RELATIONS.by_label("户主").key == "head"
    assert RELATIONS["head"].sex is None
    assert RELATIONS["spouse"].sex is None
    assert RELATIONS["son"].sex == "male"
    assert RELATIONS["daughter_in_law"].sex == "female"
    assert RELATIONS.by_label("之兄弟媳妇").sex == "female"
    assert RELATIONS.by_label("之兄弟姐妹").sex is None


def test_school_stages():
    assert SCHOOL_STATUSES.keys_where(lambda status: status.is_compulsory_school) == (
        "primary",
        "grade_7",
        "grade_8",
        "grade_9",
    )
    for label in ("非在校生", "学龄前儿童", "学前教育"):
        assert not SCHOOL_STATUSES.by_label(label).is_enrolled
    assert SCHOOL_STATUSES.by_label("学前教育").is_preschool
    assert SCHOOL_STATUSES.by_label("普通高中二年级").is_enrolled
    assert SCHOOL_STATUSES.by_label("普通高中二年级").is_above_compulsory
    assert not SCHOOL_STATUSES.by_label("九年级").is_above_compulsory


@pytest.mark.parametrize(
    "label",
    [
        "普通高中三年级",
        "中职二年级",
        "高职高专一年级",
        "技师学院四年级",
        "本科五年级",
        "硕士研究生及以上",
        "学龄前儿童",
    ],
)
def test_school_values_of_the_2021_export(label):
    assert SCHOOL_STATUSES.by_label(label).label == label


def test_who_has_finished_compulsory_school():
    finished = [level.label for level in EDUCATION_LEVELS if level.finished_compulsory]
    assert finished == ["初中", "高中", "大专及以上", "大专", "本科及以上"]


def test_combined_health_cells():
    assert parse_health_states("长期慢性病,残疾") == (("chronic", "disabled"), ())
    assert parse_health_states("残疾、患有大病，残疾") == (("disabled", "serious"), ())
    assert parse_health_states("健康") == (("healthy",), ())
    assert parse_health_states("长期慢性病,感冒") == (("chronic",), ("感冒",))
    assert parse_health_states("") == ((), ())


def test_reasons_lead_to_a_member_state_and_to_who_decides():
    assert LEAVE_REASONS["death"].member_state == "dead"
    assert not LEAVE_REASONS["death"].can_return
    assert LEAVE_REASONS["imprisoned"].member_state == "reduced"
    assert LEAVE_REASONS["imprisoned"].can_return
    assert JOIN_REASONS["birth"].decided_at == "township"
    county = {"household_split", "household_merge"}
    assert {reason.key for reason in JOIN_REASONS if reason.decided_at == "county"} == county
    assert LEAVE_REASONS["cleared"].decided_at == "county"
    for reason in (*JOIN_REASONS, *LEAVE_REASONS):
        assert reason.member_state in MEMBER_STATES
        assert reason.documents
    assert {
        reason.key for reason in JOIN_REASONS if not MEMBER_STATES[reason.member_state].is_present
    } == set()
    # A new relation after a change of head is no departure.
    assert {reason.key for reason in LEAVE_REASONS if MEMBER_STATES[reason.member_state].is_present} == {
        "head_changed"
    }


def test_split_merge_clearing_and_closing_go_to_the_county():
    county = {kind.label for kind in CHANGE_KINDS if kind.decided_at == "county"}
    assert county == {"分户", "并户", "人员清退", "户清退", "销户"}


# Monitoring


def test_monitoring_words_of_2020_are_understood():
    assert MONITORING_CATEGORIES.by_label("边缘户").label == "边缘易致贫户"
    assert MONITORING_CATEGORIES.by_label("脱贫监测户").label == "脱贫不稳定户"


def test_risk_codes():
    assert RISK_TYPES.by_code("monitoring", "0201").label == "洪涝灾害"
    assert RISK_TYPES.by_code("monitoring", "0201").parent == "disaster"
    assert RISK_TYPES.by_code("monitoring", "09").label == "因学"
    assert RISK_TYPES.by_code("monitoring", "08") is None


# Income


def test_groups_carry_the_sign_of_the_formula():
    assert {group.label: group.sign for group in INCOME_GROUPS} == {
        "工资性收入": 1,
        "生产经营性收入": 1,
        "财产性收入": 1,
        "转移性收入": 1,
        "生产经营性支出": -1,
        "不计入收入的款项": 0,
    }


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AAC092", "资产收益扶贫分红收入"),
        ("AAC093", "其他财产性收入"),
        ("AAC076", "计划生育金"),
        ("AAC077", "低保金"),
        ("AAC086", "特困供养金"),
        ("AAC087", "养老保险金"),
        ("AAC078", "生态补偿金"),
        ("AAC083", "其他转移性收入"),
    ],
)
def test_national_income_fields(code, label):
    assert INCOME_ITEMS.by_code("national", code) is INCOME_ITEMS.by_label(label) is not None


@pytest.mark.parametrize(
    ("code", "group"), [("AAC073", "wage"), ("AAC071", "production"), ("AAC074", "expense")]
)
def test_national_group_totals(code, group):
    assert INCOME_GROUPS.by_code("national", code).key == group


def test_the_form_of_2023_item_by_item():
    printed = {
        group: [item.form_label for item in INCOME_ITEMS if item.group == group]
        for group in ("production", "expense")
    }
    assert printed["production"] == ["种植业", "养殖业", "林果业", "其他"]
    assert printed["expense"][:4] == ["种植业", "养殖业", "林果业", "其他"]
    ecology = [item.form_label for item in INCOME_ITEMS if item.heading == "生态补偿金"]
    assert ecology == ["退耕还林补贴", "公益林补贴", "草原生态奖补", "移民补助", "其他"]
    assert {item.national_field for item in INCOME_ITEMS if item.heading == "生态补偿金"} == {"AAC078"}


@pytest.mark.parametrize(
    "label",
    [
        "易地搬迁补助",
        "危房改造补助",
        "圈舍改造补助",
        "慰问金",
        "慰问品",
        "临时生活补助",
        "一次性救济金",
        "医疗费用报销",
        "助学贷款",
    ],
)
def test_what_does_not_count_says_why(label):
    item = INCOME_ITEMS.by_label(label)
    assert not item.counts
    assert item.explanation


def test_what_counts_stands_in_a_group_of_the_formula():
    for item in INCOME_ITEMS:
        assert item.counts == (INCOME_GROUPS[item.group].sign != 0)
        assert bool(item.explanation) != item.counts


def test_the_two_kinds_of_solar_income_are_two_items():
    assert INCOME_ITEMS.by_label("户用光伏发电收入").group == "property"
    assert INCOME_ITEMS.by_label("光伏公益岗收入").group == "wage"


def test_newer_lines_are_on_newer_forms_only():
    expense_2018 = [item.key for item in items_for(2018, "expense")]
    expense_2023 = [item.key for item in items_for(2023, "expense")]
    assert "expense_subsidy" not in expense_2018
    assert expense_2023 == [*expense_2018, "expense_subsidy"]
    assert INCOME_ITEMS["expense_subsidy"].sign == -1
    assert len(list(items_for(2023))) == len(INCOME_ITEMS)


# Sectors


def test_sectors_keep_their_keys():
    assert set(SECTORS.keys) == {
        "education", "medical_insurance", "housing", "water", "civil_affairs", "disabled_federation",
        "human_resources", "transport", "power", "broadcasting", "health", "finance",
        "culture", "organization", "agriculture", "telecom", "forestry", "poverty_office",
    }  # fmt: skip
