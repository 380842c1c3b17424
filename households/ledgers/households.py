"""贫困户信息 (forms.md 7.4): one row per household of the poverty register."""

from households.ledgers.filters import HouseholdLedgerFilter
from households.ledgers.rows import COUNTED, RIGHT, households_counted
from households.ledgers.wording import since_2021
from households.options.causes import CAUSES
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.poverty_status import POVERTY_STATUSES
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Ledger

HOUSEHOLDS = Ledger(
    name="households",
    title="贫困户信息",
    columns=(
        Column("township", "乡（镇）", source="area__parent__name", width=14),
        Column("village", "行政村", source="area__name", width=14),
        Column("household_no", "户编号", Kind.CODE, width=20),
        Column("head_name", "户主姓名", source="its_head"),
        Column("head_identity", "户主证件号码", Kind.IDENTITY, source="its_head_identity"),
        Column("size", "家庭人口数", Kind.INTEGER, source="its_size", total=True),
        Column("poor_attribute", "贫困户属性", Kind.OPTION, options=POOR_ATTRIBUTES, width=14),
        Column("status", "脱贫属性", Kind.OPTION, options=POVERTY_STATUSES),
        Column("main_cause", "主要致贫原因", Kind.OPTION, options=CAUSES, width=16),
        Column("net_income_per_head", "人均纯收入", Kind.MONEY, source="result__net_income_per_head"),
        Column("phone", "联系电话", Kind.PHONE),
        Column("bank_name", "开户银行名称", width=20),
        Column("bank_account", "银行卡号", Kind.BANK),
    ),
    right=RIGHT,
    rows=lambda user, area_code, year, values: households_counted(user, area_code, year),
    order=("area_id", "id"),
    per="户",
    filters=HouseholdLedgerFilter,
    unit="金额单位：元",
    note=f"{COUNTED}；人均纯收入为所选年度，其余为截至时情况；空白为没有填写",
    words=since_2021({"title": "脱贫户和监测对象信息"}),
)
