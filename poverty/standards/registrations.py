"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import field_words
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.standards.comparisons import Comparison
from poverty.standards.indicators import spec
from poverty.standards.models import Standard
from poverty.standards.services import scans
from poverty.standards.subjects import Subject

register_case_type("standards.standard", "退出标准", "standards:detail")
cases.register(
    scans.CASE_TYPE, rows=Standard.objects.visible_to, attachable=scans.attachable, roles=scans.ROLES
)
# Year rows choose their standard by the code of that year, which a later merge does not touch.
bearers.exempt("standards.standard", "area_code", "a standard is for the place as it was in its year")
register_actions(
    {
        "standards.standard.draft": "起草标准",
        "standards.standard.update": "修改标准草稿",
        "standards.standard.publish": "发布标准",
        "standards.standard.supersede": "标准被新版本替代",
        "standards.standard.withdraw": "作废标准草稿",
    }
)


def _indicator(code: str) -> str:
    found = next((one for subject in Subject.values if (one := spec(subject, code)) is not None), None)
    return found.label if found else code


field_words.register(
    "standards.standard.",
    {
        "requirement": "指标要求",
        "indicator": "指标",
        "comparison": "比较",
        "threshold": "标准值",
        "weight": "权重",
        "veto": "一票否决",
        "clause": "条款",
        "evidence": "佐证材料",
        "document": "依据文件",
    },
    {"requirement": _indicator, "indicator": _indicator, "comparison": dict(Comparison.choices)},
)
