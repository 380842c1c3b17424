"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.standards.models import Standard

register_case_type("standards.standard", "退出标准", "standards:detail")
cases.register("standards.standard", rows=Standard.objects.visible_to, roles={"scan": "文件扫描件"})
register_actions(
    {
        "standards.standard.draft": "起草标准",
        "standards.standard.update": "修改标准草稿",
        "standards.standard.publish": "发布标准",
        "standards.standard.supersede": "标准被新版本替代",
        "standards.standard.withdraw": "作废标准草稿",
    }
)
