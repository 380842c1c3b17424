"""What this app tells the apps above: words for the log, which columns bear an area code."""

from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.ledgers.audit_log import AUDIT_LOG
from poverty.ledgers.procedures import LEDGERS as OF_PROCEDURES
from poverty.ledgers.registry import register as register_ledger

for ledger in (*OF_PROCEDURES, AUDIT_LOG):
    register_ledger(ledger)
register_case_type("ledgers.export", "导出", "ledgers:exported")
register_case_type("ledgers.import", "导入", "ledgers:import")
register_actions(
    {
        "ledgers.import.upload": "上传导入表",
        "ledgers.import.apply": "应用导入",
        "ledgers.import.cancel": "放弃导入",
        "ledgers.import.report": "下载导入错误表",
        "ledgers.import.expire": "删除到期的导入原文件",
        "ledgers.export.request": "申请导出",
        "ledgers.export.finish": "导出完成",
        "ledgers.export.fail": "导出未完成",
        "ledgers.export.cancel": "取消导出",
        "ledgers.export.download": "下载导出文件",
        "ledgers.export.expire": "清除过期的导出文件",
        "ledgers.export.verify": "核验导出文件",
    }
)
bearers.exempt("ledgers.export", "area_code", "导出记录保留当时的区划代码")
bearers.exempt("ledgers.import", "area_code", "导入记录保留当时的区划代码")
bearers.exempt("ledgers.stagedrow", "area_code", "导入行只在核对期间有用")
