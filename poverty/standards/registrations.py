"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.standards.models import Standard
from poverty.standards.services import scans

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
