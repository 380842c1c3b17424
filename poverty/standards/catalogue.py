"""Templates to start a household standard from: the nation's and two provinces' wording, row by row.

A template saves typing, it decides nothing: the document in force in the province is what counts, so its
name, number and date are checked and completed before publishing. Fields whose value was not confirmed are
left empty here. Thresholds of income come from the exit line of the year (parameter line.exit), never from
this file.
"""

from dataclasses import dataclass

from poverty.standards.comparisons import Comparison
from poverty.standards.subjects import Subject


@dataclass(frozen=True)
class Row:
    """One requirement to start from; an empty comparison means the indicator's own default."""

    indicator: str
    clause: str
    evidence: str
    comparison: str = ""


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

TEMPLATES: dict[str, Template] = {one.key: one for one in (NATIONAL, SICHUAN, GUANGXI)}


def template_for(area_code: str) -> Template:
    """Return the template of an area's province, else the national one."""
    own = [one for one in TEMPLATES.values() if one.area_prefix and area_code.startswith(one.area_prefix)]
    return own[0] if own else NATIONAL
