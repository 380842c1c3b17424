"""Templates to start a standard from: the nation's and some provinces' wording, row by row, for households and villages.

A template saves typing, it decides nothing: the document in force in the province is what counts, so its
name, number and date are checked and completed before publishing. Fields whose value was not confirmed are
left empty here. Thresholds of income come from the exit line of the year (parameter line.exit), those of a village's
incidence from the limit of the place (parameter incidence.village_limit), unless a province's paper names one.
"""

from dataclasses import dataclass
from decimal import Decimal

from poverty.standards.comparisons import Comparison
from poverty.standards.subjects import Subject


@dataclass(frozen=True)
class Row:
    """One requirement to start from; an empty comparison means the indicator's own default.

    `threshold` None: asked of whoever drafts. `weight` and `veto`: villages only.
    """

    indicator: str
    clause: str
    evidence: str
    comparison: str = ""
    threshold: Decimal | None = None
    weight: Decimal | None = None
    veto: bool = False


@dataclass(frozen=True)
class Template:
    """A named set of rows. `area_prefix` is the province it was made for ("" = everywhere)."""

    key: str
    label: str
    area_prefix: str
    name: str
    document_name: str
    document_number: str
    source: str
    rows: tuple[Row, ...]
    subject: str = Subject.HOUSEHOLD


_INCOME_SHEET = "收入测算表（户主签字）"
_VISIT = "入户核查记录、照片"
_SCHOOL = "教育部门学籍比对"
_INSURANCE = "医保部门参保名单"
_HOUSING = "住房安全鉴定报告或改造验收、住房安全达标认定书"
_WATER = "水质检测报告、水利部门认定"
_POWER = "供电部门通电证明"
_BROADCASTING = "广电部门通达证明"
_ROAD = "交通部门通达证明"

NATIONAL = Template(
    key="national",
    label="全国：一超过、两不愁、三保障",
    area_prefix="",
    name="贫困户退出标准（一超过、两不愁、三保障）",
    document_name="关于建立贫困退出机制的意见",
    document_number="厅字〔2016〕16号",
    source="中共中央办公厅、国务院办公厅《关于建立贫困退出机制的意见》（2016年）",
    rows=(
        Row("income", "一超过：年人均纯收入稳定超过国家扶贫标准", _INCOME_SHEET, Comparison.GT),
        Row("food", "两不愁：不愁吃", _VISIT),
        # Safe water belongs to 不愁吃; a row of its own, because a bureau proves it and a visit proves food.
        Row("water", "两不愁：不愁吃（含饮水安全）", _WATER),
        Row("clothing", "两不愁：不愁穿", _VISIT),
        Row("education", "三保障：义务教育有保障", _SCHOOL),
        Row("medical", "三保障：基本医疗有保障", _INSURANCE),
        Row("housing", "三保障：住房安全有保障", _HOUSING),
    ),
)

SICHUAN = Template(
    key="sichuan",
    label="四川：一超六有",
    area_prefix="51",
    name="贫困户退出标准（一超六有）",
    document_name="",
    document_number="",
    source="四川省明确贫困县贫困村贫困户退出标准（2016年）；四川省2019年贫困退出验收实施方案",
    rows=(
        Row("income", "一超：年人均纯收入稳定超过国家扶贫标准", _INCOME_SHEET, Comparison.GT),
        Row("education", "六有：义务教育有保障", _SCHOOL),
        Row("medical", "六有：基本医疗有保障", _INSURANCE),
        Row("housing", "六有：住房安全有保障", _HOUSING),
        Row("water", "六有：有安全饮用水", _WATER),
        Row("power", "六有：有生活用电", _POWER),
        Row("broadcasting", "六有：有广播电视", _BROADCASTING),
    ),
)

GUANGXI = Template(
    key="guangxi",
    label="广西：八有一超",
    area_prefix="45",
    name="贫困户脱贫摘帽标准（八有一超）",
    document_name="",
    document_number="",
    source="广西贫困户脱贫“双认定”八有一超指标",
    rows=(
        Row(
            "stable_income",
            "八有：有稳定收入来源且吃穿不愁（稳定收入来源）",
            "务工证明、产业登记或低保、养老金凭证",
        ),
        Row("food", "八有：有稳定收入来源且吃穿不愁（不愁吃）", _VISIT),
        Row("clothing", "八有：有稳定收入来源且吃穿不愁（不愁穿）", _VISIT),
        Row("housing", "八有：有住房保障", _HOUSING),
        Row("medical", "八有：有基本医疗保障", _INSURANCE),
        Row("education", "八有：有义务教育保障", _SCHOOL),
        Row("water", "八有：有安全饮水", _WATER),
        Row("road", "八有：有路通村屯", _ROAD),
        Row("power", "八有：有电用", _POWER),
        Row("broadcasting", "八有：有电视看", _BROADCASTING),
        Row("income", "一超：年人均纯收入超过国家扶贫标准", _INCOME_SHEET, Comparison.GT),
    ),
)

_INCIDENCE = "建档立卡系统未脱贫和返贫人口名单、公安户籍人口年报"
_COLLECTIVE = "村集体经济收入银行流水、合同"
_CERTIFIED = "行业部门认定证明"

NATIONAL_VILLAGE = Template(
    key="national_village",
    label="村 · 全国：贫困发生率和综合因素",
    area_prefix="",
    name="贫困村退出标准",
    document_name="关于建立贫困退出机制的意见",
    document_number="厅字〔2016〕16号",
    source="中共中央办公厅、国务院办公厅《关于建立贫困退出机制的意见》（2016年）",
    # The document names the incidence and factors "considered together"; which, each province says.
    rows=(
        Row("incidence", "贫困发生率降至标准以下", _INCIDENCE, Comparison.LT, veto=True),
        Row("paved_road", "基础设施：通硬化路", _CERTIFIED),
        Row("water", "基础设施：安全饮水", _CERTIFIED),
        Row("power", "基础设施：生活用电", _CERTIFIED),
        Row("housing", "基础设施：住房保障", _CERTIFIED),
        Row("clinic", "基本公共服务：卫生室", _CERTIFIED),
        Row("culture_room", "基本公共服务：文化室", _CERTIFIED),
        Row("network", "基本公共服务：通信网络", _CERTIFIED),
        Row("medical", "基本公共服务：基本医疗保险", _CERTIFIED),
        Row("industry", "产业发展：特色产业", "产业登记、合作社章程"),
        Row("collective_economy", "集体经济收入", _COLLECTIVE),
    ),
    subject=Subject.VILLAGE,
)

SICHUAN_VILLAGE = Template(
    key="sichuan_village",
    label="村 · 四川：一低五有",
    area_prefix="51",
    name="贫困村退出标准（一低五有）",
    document_name="",
    document_number="",
    source="四川省明确贫困县贫困村贫困户退出标准（2016年）；四川省2019年贫困退出验收实施方案",
    rows=(
        Row("incidence", "一低：贫困发生率低于3%", _INCIDENCE, Comparison.LT, Decimal(3), veto=True),
        Row("collective_economy", "五有：有集体经济收入", _COLLECTIVE),
        Row("paved_road", "五有：有硬化路", _CERTIFIED),
        Row("clinic", "五有：有卫生室", _CERTIFIED),
        Row("culture_room", "五有：有文化室", _CERTIFIED),
        Row("network", "五有：有通信网络", _CERTIFIED),
    ),
    subject=Subject.VILLAGE,
)

GUANGXI_VILLAGE = Template(
    key="guangxi_village",
    label="村 · 广西：十一有一低于",
    area_prefix="45",
    name="贫困村脱贫摘帽标准（十一有一低于）",
    document_name="",
    document_number="",
    source="广西贫困村脱贫摘帽“双认定”十一有一低于指标（2018年）",
    rows=(
        Row("industry", "十一有：有特色产业", "村产业名录"),
        Row("housing", "十一有：有住房保障（95%以上的户）", _CERTIFIED, Comparison.GE, Decimal(95)),
        Row("medical", "十一有：有基本医疗保障（95%以上参保）", _CERTIFIED, Comparison.GE, Decimal(95)),
        Row("education", "十一有：有义务教育保障（无因贫辍学）", _SCHOOL),
        Row("water", "十一有：有安全饮水（95%以上的户）", _WATER, Comparison.GE, Decimal(95)),
        Row("paved_road", "十一有：有路通村屯（到村委会通硬化路）", _ROAD),
        Row("road_width", "十一有：有路通村屯（路面宽不低于3.5米）", _ROAD, Comparison.GE, Decimal("3.5")),
        Row("power", "十一有：有电用（95%以上的户）", _POWER, Comparison.GE, Decimal(95)),
        Row("public_services", "十一有：有基本公共服务", "办公场所、公示栏、卫生室现场核查"),
        Row("broadcasting", "十一有：有电视看", _BROADCASTING),
        Row("collective_income", "十一有：有村集体经济收入", _COLLECTIVE, Comparison.GE),
        Row("committee", "十一有：有好的“两委”班子", "组织部门认定"),
        Row("incidence", "一低于：贫困发生率低于3%", _INCIDENCE, Comparison.LT, Decimal(3), veto=True),
    ),
    subject=Subject.VILLAGE,
)

HUBEI_VILLAGE = Template(
    key="hubei_village",
    label="村 · 湖北：分项计分",
    area_prefix="42",
    name="贫困村出列标准（分项计分）",
    document_name="",
    document_number="",
    source="2018年湖北省贫困村出列标准（分项计分；各项权重以文件为准，模板只列项目，须逐项填写权重和合格分）",
    # 13 items with weights; the weights themselves were not found and stay open.
    rows=(
        Row("incidence", "贫困发生率低于标准", _INCIDENCE, Comparison.LT, veto=True),
        Row("score", "分项得分合计达到合格分", "分项计分表", Comparison.GE),
        Row("collective_income", "村集体经济收入不低于5万元", _COLLECTIVE, Comparison.GE, Decimal(50_000)),
        Row("paved_road", "通村道路", _CERTIFIED),
        Row("water", "安全饮水", _CERTIFIED),
        Row("power", "生活用电", _CERTIFIED),
        Row("housing", "住房安全", _CERTIFIED),
        Row("clinic", "卫生室", _CERTIFIED),
        Row("culture_room", "文化室", _CERTIFIED),
        Row("network", "通信网络", _CERTIFIED),
        Row("medical", "基本医疗保险", _CERTIFIED),
        Row("education", "义务教育", _CERTIFIED),
        Row("industry", "特色产业", "产业登记"),
        Row("committee", "村“两委”班子", "组织部门认定"),
    ),
    subject=Subject.VILLAGE,
)

TEMPLATES: dict[str, Template] = {
    one.key: one
    for one in (
        NATIONAL,
        SICHUAN,
        GUANGXI,
        NATIONAL_VILLAGE,
        SICHUAN_VILLAGE,
        GUANGXI_VILLAGE,
        HUBEI_VILLAGE,
    )
}


def template_for(area_code: str, subject: str = Subject.HOUSEHOLD) -> Template:
    """Return the template of an area's province for a subject, else the national one."""
    fitting = [one for one in TEMPLATES.values() if one.subject == subject]
    own = [one for one in fitting if one.area_prefix and area_code.startswith(one.area_prefix)]
    return own[0] if own else next(one for one in fitting if not one.area_prefix)
