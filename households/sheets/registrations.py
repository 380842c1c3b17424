"""What printed sheets tell the apps above: words for the log."""

from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type

register_case_type("households.sheetbundle", "信息采集对照表")
register_actions(
    {
        "households.sheet.make": "制作对照表",
        "households.sheet.print": "打印对照表",
        "households.sheet.withdraw": "作废对照表",
        "households.visittemplate.draft": "起草走访模板",
        "households.visittemplate.edit": "修改走访模板",
        "households.visittemplate.publish": "发布走访模板",
        "households.visittemplate.drop": "删除走访模板草稿",
    }
)

bearers.register(bearers.Column("对照表", "households.sheetbundle", "area"))
