"""The standards of the demo county: 2017 and 2018 in force, a township's own for 2018, and a correction in draft.

Drafted by one person and published by another. Named documents are the national one, whose number is known; what
is invented carries 演示 in its name.
"""

from datetime import date
from decimal import Decimal

from households.demo.county_figures import COUNTY
from poverty.accounts.models import User
from poverty.standards.catalogue import GUANGXI
from poverty.standards.drafts import values_of
from poverty.standards.models import Standard
from poverty.standards.services import correct, draft_from, draft_from_template, publish, update_draft

PILOT_TOWNSHIP = "220503101"
ISSUED = date(2016, 4, 23)  # (from memory) of 厅字〔2016〕16号
PILOT = "铁厂镇稳定脱贫试点工作方案（演示）"
# What the township asks for beside the county's rows.
PILOT_INDICATORS = ("power", "broadcasting", "road", "stable_income")
HIGHER_LINE = Decimal("3600.00")
NEW_LINE = {
    "document_name": "关于调整2018年退出标准线的通知（演示）",
    "document_number": "演示〔2018〕1号",
    "document_date": date(2018, 11, 1),
}


def publish_standards(drafter: User, publisher: User) -> dict[str, Standard]:
    """Put 2017 and 2018 into force; returns them by name: 2017, 2018, pilot."""
    made = {}
    for year in (2017, 2018):
        draft = draft_from_template(actor=drafter, area_code=COUNTY, year=year, template="national")
        draft = _changed(draft, drafter, document_date=ISSUED)
        made[str(year)] = publish(draft, actor=publisher, comment="与国家标准一致，同意发布")
    made["pilot"] = _pilot(made["2018"], drafter, publisher)
    return made


def _pilot(county: Standard, drafter: User, publisher: User) -> Standard:
    draft = draft_from(actor=drafter, source=county, area_code=PILOT_TOWNSHIP, year=2018)
    values = values_of(draft)
    values |= {
        "name": "铁厂镇稳定脱贫试点标准（演示）",
        "deviation_document": PILOT,
    }
    values["requirements"] += [
        {
            "indicator": row.indicator,
            "comparison": "",
            "threshold": None,
            "evidence": row.evidence,
            "clause": "试点增加的指标",
            "document": PILOT,
        }
        for row in GUANGXI.rows
        if row.indicator in PILOT_INDICATORS
    ]
    draft = update_draft(draft, actor=drafter, values=values)
    return publish(draft, actor=publisher, comment="试点范围内执行，县标准七项不变")


def draft_correction(county: Standard, drafter: User) -> Standard:
    """A correction of the county's standard of 2018 with a higher line, open for preview and for a second person."""
    draft = correct(county, actor=drafter, reason="拟按调整后的标准线更正（演示），请先预览影响")
    values = values_of(draft) | NEW_LINE
    for row in values["requirements"]:
        if row["indicator"] == "income":
            row["threshold"] = HIGHER_LINE
    return update_draft(draft, actor=drafter, values=values)


def _changed(draft: Standard, actor: User, **fields) -> Standard:
    return update_draft(draft, actor=actor, values=values_of(draft) | fields)
