"""What 电商带动 tells the apps above: words for the log, whose files."""

from households.demo import chapters
from households.models import SaleAgreement
from households.sales.demo import tell_of_sales
from households.sales.services import SCAN
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

register_case_type("households.saleagreement", "收购协议", "households:sale")
register_actions(
    {
        "households.sale.add": "登记收购协议",
        "households.sale.scan": "上传收购协议",
        "households.sale.end": "终止收购协议",
        "households.sale.withdraw": "撤销收购协议",
        "households.sale.result": "登记收购结果",
        "households.sale.unresult": "作废收购结果",
    }
)
cases.register(
    "households.saleagreement",
    rows=lambda user: SaleAgreement.objects.visible_to(user).select_related("household"),
    roles={SCAN: cases.Role("收购协议扫描件", Kind.SCAN, by_hand=False)},
)

chapters.register(tell_of_sales)
