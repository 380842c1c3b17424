"""What this app tells the apps above: words for the log, which columns bear an area code."""

from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type

register_case_type("ledgers.export", "导出", "ledgers:exported")
register_actions(
    {
        "ledgers.export.request": "申请导出",
        "ledgers.export.finish": "导出完成",
        "ledgers.export.fail": "导出未完成",
        "ledgers.export.download": "下载导出文件",
        "ledgers.export.expire": "清除过期的导出文件",
        "ledgers.export.verify": "核验导出文件",
    }
)
bearers.exempt("ledgers.export", "area_code", "导出记录保留当时的区划代码")
