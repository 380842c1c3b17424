"""收入项目: groups and items of a household's income (standards.md 5.2, 5.3; forms.md 1.4).

Holds INCOME_GROUPS, INCOME_ITEMS and `items_for`. The items are those of the 2023 county survey
form; 公益性岗位, 产业奖励, 就业奖励 and the subsidy that reduces expense come from the later export
header (forms.md 7.2). Items without a national code are added to the national field that
`national_field` names when an export asks for the short list.

产业奖励 and 就业奖励 stand beside the formula, as the export has them. (from memory): that the subsidy is
subtracted from the expense; medical reimbursement, student loans and one-time gifts among what does not count.
A solar station of one's own pays its household (property); a village station pays posts (wage):
practice.md, Money.

Kept out of the list: 纳入监测对象的收入参考范围, which is a line, not an amount received.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from poverty.fields.options import Option, Options

WAGE = "wage"
PRODUCTION = "production"
PROPERTY = "property"
TRANSFER = "transfer"
EXPENSE = "expense"
BESIDE = "beside"


@dataclass(frozen=True)
class IncomeGroup(Option):
    """`sign`: what the group's total does to 纯收入: 1 adds, -1 subtracts, 0 stands beside it."""

    sign: int = 1


INCOME_GROUPS = Options(
    "income_groups",
    [
        IncomeGroup(WAGE, "工资性收入", {"national": "AAC073"}),
        IncomeGroup(PRODUCTION, "生产经营性收入", {"national": "AAC071"}, ("经营性收入",)),
        IncomeGroup(PROPERTY, "财产性收入", {"national": "AAC072"}),
        IncomeGroup(TRANSFER, "转移性收入"),
        IncomeGroup(EXPENSE, "生产经营性支出", {"national": "AAC074"}, ("生产经营性支出（合计）",), sign=-1),
        IncomeGroup(BESIDE, "不计入收入的款项", sign=0),
    ],
)


@dataclass(frozen=True)
class IncomeItem(Option):
    """One line of the sheet.

    `group` is a key of INCOME_GROUPS. `form_label` is what the form prints under the group's
    heading; `label` says the same without the heading. `heading` is the form's sub-heading.
    `counts`: whether the amount goes into its group's total; when not, `explanation` says why,
    to be shown where it is typed. `sign` is -1 for a line that reduces its group's total.
    `hint` says what to enter. `national_field`: where a national export adds it. `first_year`:
    the first year whose form has it, None for always.
    """

    group: str = BESIDE
    form_label: str = ""
    heading: str = ""
    counts: bool = True
    explanation: str = ""
    sign: int = 1
    hint: str = ""
    national_field: str = ""
    first_year: int | None = None


def _item(key: str, label: str, group: str, form_label: str = "", **rest) -> IncomeItem:
    code = rest.pop("code", "")
    codes = {"national": code} if code else {}
    rest.setdefault("national_field", code or INCOME_GROUPS[group].codes.get("national", ""))
    return IncomeItem(key, label, codes, group=group, form_label=form_label or label, **rest)


def _not_counted(key: str, label: str, explanation: str, **rest) -> IncomeItem:
    return _item(key, label, BESIDE, counts=False, explanation=explanation, **rest)


_WORK_AWAY = "填扣除在外房租和生活费以后的净收入。"
_SOLD_ONLY = "只填已经卖出的部分；没有卖的牲畜不算收入，它的成本也不算支出。"
_FIXED_USE = "这是专款专用的补助，不能用于日常生活，不计入家庭收入。"
_TEMPORARY = "这是临时性的慰问或救助，不是稳定收入，不计入家庭收入。"
_AWARD = "国网表在计算公式之外单列的奖励，单独登记，不计入年收入。"
_ECOLOGY = {"heading": "生态补偿金", "national_field": "AAC078"}
_OTHER_TRANSFER = {"heading": "其他转移性收入", "national_field": "AAC083"}
_OTHER_PROPERTY = {"national_field": "AAC093"}

_WAGE_ITEMS = [
    _item("wage_work", "务工收入", WAGE, hint=_WORK_AWAY, aliases=("外出务工收入",)),
    _item("wage_sector_post", "行业部门公益岗收入", WAGE),
    _item("wage_township_post", "乡镇公益岗收入", WAGE),
    _item("wage_village_post", "村级公益岗收入", WAGE),
    _item(
        "wage_solar_post",
        "光伏公益岗收入",
        WAGE,
        hint="村级光伏电站收益支付的岗位工资；自家屋顶的电站填在财产性收入里。",
    ),
    _item("wage_gathering", "自主采摘收入", WAGE),
    _item(
        "wage_public_post", "公益性岗位收入", WAGE, hint="只有合计、分不出岗位来源时填这里。", first_year=2021
    ),
    _item("wage_other", "其他工资性收入", WAGE, "其他"),
]

_PRODUCTION_ITEMS = [
    _item("production_planting", "种植业收入", PRODUCTION, "种植业", hint="填毛收入，成本填在支出里。"),
    _item("production_breeding", "养殖业收入", PRODUCTION, "养殖业", hint=_SOLD_ONLY),
    _item("production_forest_fruit", "林果业收入", PRODUCTION, "林果业"),
    _item("production_other", "其他生产经营性收入", PRODUCTION, "其他"),
]

_PROPERTY_ITEMS = [
    _item(
        "property_dividend",
        "资产收益扶贫分红收入",
        PROPERTY,
        "资产收益扶贫分红",
        code="AAC092",
        aliases=("资产收益扶贫分红", "资产收益分红"),
    ),
    _item("property_land", "土地流转收入", PROPERTY, "土地流转", aliases=("土地流转",), **_OTHER_PROPERTY),
    _item("property_loan_project", "金融贷款项目收入", PROPERTY, "金融贷款项目", **_OTHER_PROPERTY),
    _item("property_entrusted", "代种代养项目收入", PROPERTY, "代种代养项目", **_OTHER_PROPERTY),
    _item(
        "property_solar",
        "户用光伏发电收入",
        PROPERTY,
        aliases=("户用光伏收入",),
        hint="自家屋顶或院内的电站；村级电站支付的岗位工资填在工资性收入里。",
        **_OTHER_PROPERTY,
    ),
    _item(
        "property_other",
        "其他财产性收入",
        PROPERTY,
        "其他",
        code="AAC093",
        aliases=("其他财产性收入（旧指标）",),
    ),
]

_TRANSFER_ITEMS = [
    _item("transfer_family_planning", "计划生育金", TRANSFER, code="AAC076"),
    _item("transfer_allowance", "低保金", TRANSFER, code="AAC077", aliases=("最低生活保障金",)),
    _item(
        "transfer_destitute",
        "特困供养金",
        TRANSFER,
        code="AAC086",
        aliases=("五保金", "特困人员救助供养金", "特困供养金（五保金）"),
    ),
    _item("transfer_pension", "养老保险金", TRANSFER, code="AAC087", aliases=("养老金", "养老金或离退休金")),
    _item("ecology_farmland", "退耕还林补贴", TRANSFER, **_ECOLOGY),
    _item("ecology_forest", "公益林补贴", TRANSFER, **_ECOLOGY),
    _item("ecology_grassland", "草原生态奖补", TRANSFER, **_ECOLOGY),
    _item(
        "ecology_migrant",
        "移民补助",
        TRANSFER,
        hint="水库移民等生态移民的定期补助；易地搬迁建房补助不算收入。",
        **_ECOLOGY,
    ),
    _item(
        "ecology_other",
        "其他生态补偿金",
        TRANSFER,
        "其他",
        code="AAC078",
        heading="生态补偿金",
        aliases=("生态补偿金",),
    ),
    _item("transfer_crop_subsidy", "玉米大豆种植补贴", TRANSFER, **_OTHER_TRANSFER),
    _item("transfer_land_fertility", "地力补贴", TRANSFER, aliases=("耕地地力保护补贴",), **_OTHER_TRANSFER),
    _item("transfer_field_insurance", "大田保险补助", TRANSFER, **_OTHER_TRANSFER),
    _item("transfer_old_age", "高龄补贴", TRANSFER, aliases=("高龄津贴",), **_OTHER_TRANSFER),
    _item("transfer_veterans", "优抚金", TRANSFER, **_OTHER_TRANSFER),
    _item("transfer_disability", "残疾补贴", TRANSFER, aliases=("残疾人两项补贴",), **_OTHER_TRANSFER),
    _item(
        "transfer_education",
        "教育扶持",
        TRANSFER,
        hint="定期发给家庭的教育补助；助学贷款不算收入。",
        **_OTHER_TRANSFER,
    ),
    _item("transfer_disaster", "救灾款", TRANSFER, **_OTHER_TRANSFER),
    _item("transfer_disabled_elderly", "失能老人补贴", TRANSFER, **_OTHER_TRANSFER),
    _item(
        "transfer_maintenance", "赡养费", TRANSFER, hint="不在一起生活的子女实际给付的钱。", **_OTHER_TRANSFER
    ),
    _item("transfer_heating", "取暖费补贴", TRANSFER, **_OTHER_TRANSFER),
    _item("transfer_price", "物价补贴", TRANSFER, **_OTHER_TRANSFER),
    _item(
        "transfer_social_relief",
        "社会救济和补助",
        TRANSFER,
        hint="定期发放的才填；一次性的不算收入。",
        **_OTHER_TRANSFER,
    ),
    _item("transfer_poverty_insurance", "防贫保险", TRANSFER, **_OTHER_TRANSFER),
    _item(
        "transfer_regular_gifts",
        "经常性捐赠和赔偿",
        TRANSFER,
        hint="经常性的才填；一次性的馈赠不算收入。",
        **_OTHER_TRANSFER,
    ),
    _item("transfer_other", "其他转移性收入", TRANSFER, "其他", code="AAC083", heading="其他转移性收入"),
]

_EXPENSE_ITEMS = [
    _item("expense_planting", "种植业支出", EXPENSE, "种植业", hint="种子、化肥、农药、机耕、雇工等。"),
    _item(
        "expense_breeding", "养殖业支出", EXPENSE, "养殖业", hint="只填已卖出部分的仔畜、饲料、防疫等成本。"
    ),
    _item("expense_forest_fruit", "林果业支出", EXPENSE, "林果业"),
    _item("expense_other", "其他生产经营性支出", EXPENSE, "其他"),
    _item(
        "expense_subsidy",
        "专项用于减少生产经营性支出的补贴",
        EXPENSE,
        sign=-1,
        hint="从支出合计中减去。",
        first_year=2021,
    ),
]

_BESIDE_ITEMS = [
    _not_counted("beside_relocation", "易地搬迁补助", _FIXED_USE),
    _not_counted("beside_house_repair", "危房改造补助", _FIXED_USE),
    _not_counted("beside_animal_shed", "圈舍改造补助", _FIXED_USE),
    _not_counted("beside_condolence_money", "慰问金", _TEMPORARY),
    _not_counted("beside_condolence_goods", "慰问品", "慰问的物品不折算成钱，不计入家庭收入。"),
    _not_counted("beside_temporary_aid", "临时生活补助", _TEMPORARY, aliases=("临时救助",)),
    _not_counted("beside_one_off_relief", "一次性救济金", _TEMPORARY),
    _not_counted("beside_medical_refund", "医疗费用报销", "报销的是已经花掉的医药费，不是增加的收入。"),
    _not_counted("beside_student_loan", "助学贷款", "贷款以后要还，不是收入。"),
    _not_counted("beside_one_off_gift", "一次性馈赠", "一次性的礼金和馈赠不是稳定收入，不计入家庭收入。"),
    _not_counted("beside_industry_award", "产业奖励", _AWARD, first_year=2021),
    _not_counted("beside_employment_award", "就业奖励", _AWARD, first_year=2021),
    _not_counted(
        "beside_insurance_claim",
        "家庭理赔收入",
        "理赔款弥补已有损失，单独登记，不计入年收入。",
        aliases=("理赔收入",),
    ),
    _not_counted("beside_self_paid", "合规自付支出", "用于判断支出是否过大，单独登记，不从年收入中减去。"),
]

INCOME_ITEMS = Options(
    "income_items",
    [*_WAGE_ITEMS, *_PRODUCTION_ITEMS, *_PROPERTY_ITEMS, *_TRANSFER_ITEMS, *_EXPENSE_ITEMS, *_BESIDE_ITEMS],
)


def items_for(year: int, group: str | None = None) -> Iterator[IncomeItem]:
    """The items that the form of a year has, in the form's order, of one group or of all."""
    for item in INCOME_ITEMS:
        if (group is None or item.group == group) and (item.first_year is None or item.first_year <= year):
            yield item
