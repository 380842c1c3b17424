"""万企帮万村: one row per agreement in force in the year, with its result (seed-facts.md C28, F21)."""

import django_filters as filters
from django.db.models import FilteredRelation, Q

from households.ledgers.places import place_columns
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within
from villages.models import EnterpriseAgreement
from villages.options.enterprise_kinds import ENTERPRISE_KINDS

RIGHT = "household.export"


class AgreementLedgerFilter(filters.FilterSet):
    """By a kind of help, and by whether the year's result was told."""

    kind = filters.ChoiceFilter(
        label="帮扶方式", choices=ENTERPRISE_KINDS.choices, method="by_kind", empty_label="全部"
    )
    told = filters.ChoiceFilter(
        label="成效", choices=[("yes", "有成效"), ("no", "没有成效")], method="by_told", empty_label="全部"
    )

    class Meta:
        model = EnterpriseAgreement
        fields = ()

    def by_kind(self, rows, name, value):
        """With this among its kinds."""
        return rows.filter(kinds__contains=[value])

    def by_told(self, rows, name, value):
        """With a result of the year, or without."""
        return rows.filter(told__isnull=value == "no")


def _rows(user, area_code, year, values):
    rows = EnterpriseAgreement.objects.visible_to(user, RIGHT).in_year(year)
    return rows.filter(within("post__village__area_id", [area_code])).annotate(
        told=FilteredRelation("results", condition=Q(results__year=year, results__is_current=True))
    )


def _has(key):
    return key is not None


AGREEMENTS_LEDGER = Ledger(
    name="enterprise_agreements",
    title="万企帮万村",
    columns=(
        *place_columns("post__village__area"),
        Column("enterprise", "企业名称", source="post__unit__name", width=24),
        Column("address", "企业地址", source="post__unit__address", width=24),
        Column("kinds", "帮扶方式", Kind.OPTIONS, options=ENTERPRISE_KINDS, width=20),
        Column("document", "协议名称", width=24),
        Column("number", "协议编号", width=14),
        Column("signed_on", "签订日期", Kind.DATE),
        Column("period_from", "协议期起", Kind.DATE),
        Column("period_to", "协议期止", Kind.DATE),
        Column("promised", "承诺投入（元）", Kind.MONEY, width=14, total=True),
        Column("content", "帮扶内容", width=30),
        Column("scanned", "有扫描件", Kind.YES_NO, source=Derived(("scan_id",), _has)),
        Column(
            "amount",
            "实际投入（元）",
            Kind.MONEY,
            source="told__amount",
            group="本年度成效",
            width=14,
            total=True,
        ),
        Column(
            "households",
            "带动贫困户（户）",
            Kind.INTEGER,
            source="told__households",
            group="本年度成效",
            total=True,
        ),
        Column(
            "persons", "吸纳就业（人）", Kind.INTEGER, source="told__persons", group="本年度成效", total=True
        ),
        Column("remark", "成效说明", source="told__remark", group="本年度成效", width=30),
        Column("ended_on", "终止日期", Kind.DATE),
        Column("end_reason", "终止原因", width=16),
    ),
    right=RIGHT,
    rows=_rows,
    order=("post__village__area_id", "signed_on", "id"),
    per="份",
    filters=AgreementLedgerFilter,
    note="所选年度内在协议期的，一份协议一行；成效空白为没有登记",
    full_numbers=False,
)
