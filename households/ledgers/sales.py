"""电商带动台账: one row per agreement of a business with a household, with what was bought in the year (A44)."""

import django_filters as filters

from households.disclosure import whole_to
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Household, SaleAgreement
from households.options.business_kinds import BUSINESS_KINDS
from households.sales.rows import with_result
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within

_TOLD, _UNTOLD = "yes", "no"
_BOUGHT = "本年度收购"


class SaleFilter(filters.FilterSet):
    """By the kind of business, and by whether the year's result was told."""

    kind = filters.ChoiceFilter(
        label="类型", choices=BUSINESS_KINDS.choices, method="by_kind", empty_label="全部"
    )
    told = filters.ChoiceFilter(
        label="收购结果",
        choices=[(_TOLD, "有收购结果"), (_UNTOLD, "没有收购结果")],
        method="by_told",
        empty_label="全部",
    )

    class Meta:
        model = SaleAgreement
        fields = ()

    def by_kind(self, rows, name, value):
        """Of this kind."""
        return rows.filter(kind=value)

    def by_told(self, rows, name, value):
        """With a result of the year, or without."""
        return rows.filter(of_year__isnull=value == _UNTOLD)


def _rows(user, area_code, year, values):
    rows = SaleAgreement.objects.visible_to(user, RIGHT).in_year(year)
    whole = Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).values("pk")
    return with_result(rows.filter(within("household__area_id", [area_code]), household__in=whole), year)


def _has(key):
    return key is not None


SALES = Ledger(
    name="sale_agreements",
    title="电商带动台账",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("business", "网店或企业名称", width=24),
        Column("kind", "类型", Kind.OPTION, options=BUSINESS_KINDS, width=12),
        Column("credit_code", "统一社会信用代码", Kind.CODE, width=22),
        Column("platform", "电商平台", width=12),
        Column("shop", "店铺名称或网址", width=24),
        Column("contact", "联系人"),
        Column("phone", "联系电话", Kind.PHONE),
        Column("product", "收购产品", width=14),
        Column("unit", "计量单位", width=10),
        Column("price", "保护价（元）", Kind.MONEY, width=12),
        Column("amount", "约定数量", Kind.NUMBER, width=12),
        Column("number", "协议编号", width=14),
        Column("signed_on", "签订日期", Kind.DATE),
        Column("period_from", "协议期起", Kind.DATE),
        Column("period_to", "协议期止", Kind.DATE),
        Column("scanned", "有扫描件", Kind.YES_NO, source=Derived(("scan_id",), _has)),
        Column("quantity", "收购数量", Kind.NUMBER, source="of_year__quantity", group=_BOUGHT, width=12),
        Column(
            "paid", "收购款（元）", Kind.MONEY, source="of_year__paid", group=_BOUGHT, width=14, total=True
        ),
        Column("remark", "说明", source="of_year__remark", group=_BOUGHT, width=20),
        Column("ended_on", "终止日期", Kind.DATE),
        Column("end_reason", "终止原因", width=16),
    ),
    right=RIGHT,
    rows=_rows,
    order=("household__area_id", "household_id", "period_from", "id"),
    per="份",
    filters=SaleFilter,
    note="所选年度内在协议期的，一份协议一行；收购空白为没有登记；收购款不另加进收入；撤销的不列",
)
